# SPDX-License-Identifier: Apache-2.0
"""How papers come to a desk (办理形式), and whether the item is offered that way today.

A way is a channel, or a channel and a place of it that the item's authority has published: `window.hall`. The
desk's browser keeps the last one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from api.routes.availability import availability_of
from attest.availability.rules import offer, standing
from attest.cases.model import CHANNELS
from attest.days import day_of

if TYPE_CHECKING:
    from fastapi import Request, Response

    from api.core import Ledger
    from attest.availability.rules import Offer, Standing

COOKIE: Final = "once_way"
MONTH: Final = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Way:
    """A choice of the form; `place` is None for the channel alone."""

    channel: str
    place: Standing | None = None

    @property
    def value(self) -> str:
        """What the form sends."""
        return self.channel if self.place is None else f"{self.channel}.{self.place.place.code}"


@dataclass(frozen=True, slots=True)
class Ways:
    """What may be chosen for an item, what is chosen, and how that stands today (None: nothing published)."""

    several: tuple[Way, ...]
    chosen: Way
    offer: Offer | None

    @property
    def shut(self) -> bool:
        """Whether its authority says that it is not offered that way today."""
        return self.offer is not None and not self.offer.is_open


def ways_for(item: str, wanted: str, ledger: Ledger) -> Ways | None:
    """The ways for an item with `wanted` chosen; None where it is none of them."""
    found, today = availability_of(item, ledger), day_of(int(time.time()))
    places = standing(found[0], today) if found is not None else ()
    several = tuple(
        way
        for channel in CHANNELS
        for way in (Way(channel), *(Way(channel, one) for one in places if one.place.channel == channel))
    )
    chosen = next((one for one in several if one.value == wanted), None)
    if chosen is None:
        return None
    place = chosen.place.place.code if chosen.place is not None else None
    told = offer(found[0], today, chosen.channel, place) if found is not None else None
    return Ways(several, chosen, told)


def ways_of_desk(item: str, request: Request, ledger: Ledger) -> Ways:
    """The ways for an item with the desk's last one chosen, or its channel alone; a window from the start."""
    kept = request.cookies.get(COOKIE, "")
    for wanted in (kept, kept.partition(".")[0], CHANNELS[0]):
        found = ways_for(item, wanted, ledger)
        if found is not None:
            return found
    raise LookupError(CHANNELS[0])


def keep_way(answer: Response, way: Way, request: Request) -> None:
    """Have the desk's browser remember it."""
    answer.set_cookie(
        COOKIE,
        way.value,
        max_age=MONTH,
        path="/counter",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
