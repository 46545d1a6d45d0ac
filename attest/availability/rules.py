# SPDX-License-Identifier: Apache-2.0
"""How places stand on a day, and where to go instead. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.availability.model import CLOSED, ENDED, NO_PLACE, NOT_YET, OFFERED

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


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether an item is offered by a channel, or at one place of it, on a day.

    `of` is the place that this is said of, None where the channel has none; `instead` is open on that day.
    """

    state: str
    of: Standing | None
    instead: Place | None

    @property
    def is_open(self) -> bool:
        """Whether it is offered."""
        return self.state == OFFERED


def offer(availability: Availability, day: date, channel: str, place: str | None = None) -> Offer:
    """By the place of that code (LookupError for none of the channel), else by the channel's best one."""
    found = standing(availability, day)
    ours = [one for one in found if one.place.channel == channel and place in (None, one.place.code)]
    if ours:
        best = next((one for one in ours if one.state == OFFERED), ours[0])
        return Offer(best.state, best, best.instead)
    if place is not None:
        raise LookupError(place)
    return Offer(NO_PLACE, None, next((one.place for one in found if one.state == OFFERED), None))


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
