# SPDX-License-Identifier: Apache-2.0
"""The document of where an item is offered: `parse_availability(format_availability(a)) == a`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attest.availability.model import MOST_PLACES, Availability, Closure, Place
from attest.cases.model import CHANNELS
from attest.catalogue.reading import Document, one_error
from attest.catalogue.types_document import citation_json, text_json
from attest.fields import CODE, DEPARTMENT, ITEM

if TYPE_CHECKING:
    from ledger.canonical import Json

AVAILABILITY_FORMAT: Final = "once/availability/1"
LINK: Final = re.compile(r"https?://[a-z0-9.-]{1,100}(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/%?=&-]{0,200})?\Z")
AT_A_DOOR: Final = frozenset({"window", "kiosk", "station"})
"""Channels whose places have an address to go to."""


def parse_availability(value: object) -> Availability:
    """Read the document strictly (raises CatalogueError)."""
    with one_error():
        document = Document(value)
        document.choice("format", (AVAILABILITY_FORMAT,))
        read = Availability(
            code=document.text("code", 50, ITEM),
            version=document.integer("version", 1),
            authority=document.text("authority", 32, DEPARTMENT),
            places=tuple(_place(one) for one in document.documents("places", 1, MOST_PLACES)),
            sources=document.citations("sources"),
        )
        codes = {one.code for one in read.places}
        if len(codes) != len(read.places):
            document.fail("places", "each code once")
        for number, one in enumerate(read.places):
            if one.instead is not None and (one.instead == one.code or one.instead not in codes):
                document.fail(f"places/{number}/instead", "another place of this document")
        document.done()
    return read


def _place(one: Document) -> Place:
    channel = one.choice("channel", CHANNELS)
    place = Place(
        code=one.text("code", 64, CODE),
        channel=channel,
        name=one.both("name"),
        address=one.both("address") if channel in AT_A_DOOR else None,
        hours=one.both("hours") if one.has("hours") else None,
        link=one.optional_text("link", 320, LINK),
        first=one.optional_day("from"),
        last=one.optional_day("until"),
        closures=tuple(_closure(each) for each in one.documents("closed", 1, 32))
        if one.has("closed")
        else (),
        instead=one.optional_text("instead", 64, CODE),
    )
    if place.first is not None and place.last is not None and place.last < place.first:
        one.fail("until", "no earlier than `from`")
    one.done()
    return place


def _closure(one: Document) -> Closure:
    first = one.optional_day("from")
    if first is None:
        one.fail("from", "the first day")
    closure = Closure(first, one.optional_day("until"), one.both("reason"))
    if closure.until is not None and closure.until < closure.first:
        one.fail("until", "no earlier than `from`")
    one.done()
    return closure


def format_availability(read: Availability) -> dict[str, Json]:
    """The document."""
    return {
        "format": AVAILABILITY_FORMAT,
        "code": read.code,
        "version": read.version,
        "authority": read.authority,
        "places": [_place_json(one) for one in read.places],
        "sources": [citation_json(one) for one in read.sources],
    }


def _place_json(one: Place) -> dict[str, Json]:
    made: dict[str, Json] = {"code": one.code, "channel": one.channel, "name": text_json(one.name)}
    for name, text in (("address", one.address), ("hours", one.hours)):
        if text is not None:
            made[name] = text_json(text)
    for name, day in (("from", one.first), ("until", one.last)):
        if day is not None:
            made[name] = day.isoformat()
    if one.link is not None:
        made["link"] = one.link
    if one.closures:
        made["closed"] = [_closure_json(each) for each in one.closures]
    if one.instead is not None:
        made["instead"] = one.instead
    return made


def _closure_json(one: Closure) -> dict[str, Json]:
    made: dict[str, Json] = {"from": one.first.isoformat(), "reason": text_json(one.reason)}
    if one.until is not None:
        made["until"] = one.until.isoformat()
    return made
