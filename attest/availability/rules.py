# SPDX-License-Identifier: Apache-2.0
"""How places stand on a day, and where to go instead. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.availability.model import CLOSED, ENDED, NOT_YET, OFFERED

if TYPE_CHECKING:
    from datetime import date

    from attest.availability.model import Availability, Closure, Place


@dataclass(frozen=True, slots=True)
class Standing:
    """A place on a day. `closure` says why and to which day it is closed; `instead` is open on that day."""

    place: Place
    state: str
    closure: Closure | None = None
    instead: Place | None = None


def standing(availability: Availability, day: date) -> tuple[Standing, ...]:
    """Every place as it stands on `day`, in the document's order."""
    found = [(place, *_state(place, day)) for place in availability.places]
    open_ones = [place for place, state, _ in found if state == OFFERED]
    return tuple(
        Standing(
            place, state, closure, None if state == OFFERED else _instead(place, availability, open_ones)
        )
        for place, state, closure in found
    )


def _state(place: Place, day: date) -> tuple[str, Closure | None]:
    if place.first is not None and day < place.first:
        return NOT_YET, None
    if place.last is not None and day > place.last:
        return ENDED, None
    for one in place.closures:
        if one.first <= day and (one.until is None or day <= one.until):
            return CLOSED, one
    return OFFERED, None


def _instead(place: Place, availability: Availability, open_ones: list[Place]) -> Place | None:
    """The place that it names itself where that is open, else the first open one of its channel, else any."""
    named = availability.place(place.instead)
    if named in open_ones:
        return named
    return next((one for one in open_ones if one.channel == place.channel), next(iter(open_ones), None))
