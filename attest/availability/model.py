# SPDX-License-Identifier: Apache-2.0
"""Where an item can be applied for, as its authority's published document says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

    from attest.catalogue.model import Citation, Text

MOST_PLACES: Final = 200
OFFERED, NOT_YET, ENDED, CLOSED = "offered", "not_yet", "ended", "closed"
STATES: Final = (OFFERED, NOT_YET, ENDED, CLOSED)
"""How a place stands on a day: it offers the item, will, did, or is closed for a while."""
NO_PLACE: Final = "no_place"
"""How a channel stands that the document gives no place."""
UNPUBLISHED: Final = "unpublished"
"""How every channel stands where nothing is published."""


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which a place does not offer the item, both included, and why; `until` None: not known."""

    first: date
    until: date | None
    reason: Text


@dataclass(frozen=True, slots=True)
class Place:
    """One office, or one way on line: its channel, and the days on which it offers the item.

    `first` and `last` are None where it is without a beginning or end; `instead` is the place to go to while
    it is closed, None where the next of the others serves.
    """

    code: str
    channel: str
    name: Text
    address: Text | None
    hours: Text | None
    link: str | None
    first: date | None
    last: date | None
    closures: tuple[Closure, ...]
    instead: str | None


@dataclass(frozen=True, slots=True)
class Availability:
    """One version; `code` is the item's. The places stand in the authority's order of preference."""

    code: str
    version: int
    authority: str
    places: tuple[Place, ...]
    sources: tuple[Citation, ...]

    def place(self, code: str | None) -> Place | None:
        """The place of that code, or None."""
        return next((one for one in self.places if one.code == code), None)
