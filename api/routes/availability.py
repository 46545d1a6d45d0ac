# SPDX-License-Identifier: Apache-2.0
"""Where an item can be applied for on a day."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from api.problems import Problem
from api.requests import ThinResponse, bad_query
from api.routes.availability_docs import WHERE
from api.thin import ThinRoute
from attest.availability.document import parse_availability
from attest.availability.model import CLOSED, ENDED, NOT_YET, OFFERED, UNPUBLISHED
from attest.availability.rules import Standing, offer, standing
from attest.catalogue.repository import document_of, latest_version
from attest.days import day_of
from attest.standards.rules import day_in

if TYPE_CHECKING:
    from datetime import date

    from api.core import Ledger
    from api.problems import Language
    from api.requests import ThinRequest
    from attest.availability.model import Availability
    from attest.catalogue.model import Text
    from attest.catalogue.repository import Published
    from ledger.canonical import Json


class AvailabilityRoutes:
    """`GET catalogue/items/{item}/availability`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def where(self, request: ThinRequest) -> ThinResponse:
        """Every place as it stands on a day: open, to come, over, or closed and why; where to go instead."""
        text = request.query("day").get("day")
        day = day_of(int(time.time())) if text is None else day_in(text)
        if day is None:
            raise bad_query("a day YYYY-MM-DD", "day")
        code = request.params["item"]
        found = await run_in_threadpool(availability_of, code, self._ledger)
        if found is None:
            raise Problem("availability.unknown")
        read, published = found
        guide = await run_in_threadpool(self._guide, code, day)
        return ThinResponse.of({**answer_of(read, published, day, request.language), **guide})

    def _guide(self, code: str, day: date) -> dict[str, Json]:
        """The item's guide in force on the day, the newest where none is yet: its version and hash."""
        published = self._ledger.catalogue.guide_on(code, day, self._ledger.store)[1]
        return {"guide_version": published.version, "guide": published.digest.hex()}

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        return [
            ThinRoute("GET", "/api/v1/catalogue/items/{item}/availability", self.where, WHERE, public=True)
        ]


def availability_of(
    code: str, ledger: Ledger, before: int | None = None
) -> tuple[Availability, Published] | None:
    """What an item's authority has published about where it is offered, the newest; None where nothing is.

    `before`: in a log of that many entries.
    """
    published = latest_version("availability", code, ledger.store, before)
    if published is None:
        return None
    return parse_availability(document_of(published.digest, ledger.store)), published


def answer_of(read: Availability, published: Published, day: date, language: Language) -> dict[str, Json]:
    """The places in one language."""
    return {
        "item": read.code,
        "version": read.version,
        "document": published.digest.hex(),
        "day": day.isoformat(),
        "places": [_place(one, language) for one in standing(read, day)],
    }


def offer_of(
    found: tuple[Availability, Published] | None,
    day: date,
    channel: str,
    place: str | None,
    language: Language,
) -> dict[str, Json]:
    """Whether an item is offered by a channel or a place of it on a day: why not, to when, where instead."""
    if found is None:
        return {"day": day.isoformat(), "state": UNPUBLISHED}
    read, published = found
    try:
        said = offer(read, day, channel, place)
    except LookupError:  # published anew without that place since it was named
        said = offer(read, day, channel)
    made: dict[str, Json] = {
        "day": day.isoformat(),
        "state": said.state,
        "version": read.version,
        "document": published.digest.hex(),
    }
    if said.of is not None:
        made["place"] = _place(said.of, language)
    if said.instead is not None:
        made["instead"] = _place(Standing(said.instead, OFFERED), language)
    return made


def _place(one: Standing, language: Language) -> dict[str, Json]:
    place, closure = one.place, one.closure
    made: dict[str, Json] = {
        "code": place.code,
        "channel": place.channel,
        "name": _in(place.name, language),
        "state": one.state,
    }
    for name, text in (("address", place.address), ("hours", place.hours)):
        if text is not None:
            made[name] = _in(text, language)
    if place.link is not None:
        made["link"] = place.link
    first = place.first if one.state == NOT_YET else closure.first if closure is not None else None
    last = place.last if one.state == ENDED else closure.until if closure is not None else None
    for name, day in (("from", first), ("until", last)):
        if day is not None:
            made[name] = day.isoformat()
    if one.state == CLOSED and closure is not None:
        made["reason"] = _in(closure.reason, language)
    if one.instead is not None:
        made["instead"] = one.instead.code
    return made


def _in(text: Text, language: Language) -> str:
    return text.zh if language == "zh" else text.en
