# SPDX-License-Identifier: Apache-2.0
"""Schemas of where items are offered, and of filled examples of forms."""

from __future__ import annotations

from typing import Any, Final

from api.schemas.words import (
    CODE_TEXT,
    DAY,
    DEPARTMENT_TEXT,
    HASH,
    ITEM_TEXT,
    TYPE_TEXT,
    Schema,
    described,
    items,
    one_of,
    pattern,
    record,
    ref,
    whole,
)
from attest.availability.document import AVAILABILITY_FORMAT, LINK
from attest.availability.model import MOST_PLACES, NO_PLACE, STATES, UNPUBLISHED
from attest.cases.model import CHANNELS
from attest.examples.document import EXAMPLE_FORMAT, MOST_FIELDS

_CLOSURE: Final = record(
    {"from": DAY, "reason": ref("BilingualText")},
    {"until": described(DAY, "last day; without it, not known yet")},
)
_PLACE: Final = record(
    {"code": CODE_TEXT, "channel": one_of(CHANNELS), "name": ref("BilingualText")},
    {
        "address": described(ref("BilingualText"), "of a window, a kiosk or a station, and only there"),
        "hours": ref("BilingualText"),
        "link": pattern(LINK, 320),
        "from": described(DAY, "first day on which it offers the item"),
        "until": described(DAY, "last day on which it offers the item"),
        "closed": items(_CLOSURE, 1, 32),
        "instead": described(CODE_TEXT, "the place to go to while it is closed"),
    },
    about="An office, or a way on line, that offers the item.",
)
_AVAILABILITY: Final = record(
    {
        "format": {"const": AVAILABILITY_FORMAT},
        "code": ITEM_TEXT,
        "version": whole(1),
        "authority": DEPARTMENT_TEXT,
        "places": items(_PLACE, 1, MOST_PLACES),
        "sources": items(ref("Citation"), 1, 32),
    },
    about="Where an item can be applied for (办理渠道), by its authority.",
)
_EXAMPLE: Final = record(
    {
        "format": {"const": EXAMPLE_FORMAT},
        "code": TYPE_TEXT,
        "version": whole(1),
        "authority": DEPARTMENT_TEXT,
        "name": ref("BilingualText"),
        "fields": items(
            record(
                {"code": CODE_TEXT, "label": ref("BilingualText"), "value": ref("BilingualText")},
                {"hint": ref("BilingualText")},
            ),
            1,
            MOST_FIELDS,
        ),
        "sources": items(ref("Citation"), 1, 32),
    },
    about="A filled example of a form (填报示例), with invented values, by the owner of the type.",
)
_STANDING: Final = record(
    {
        "code": CODE_TEXT,
        "channel": one_of(CHANNELS),
        "name": {"type": "string"},
        "state": one_of(STATES),
    },
    {
        "address": {"type": "string"},
        "hours": {"type": "string"},
        "link": {"type": "string"},
        "from": DAY,
        "until": described(DAY, "of a closure, or the last day of all"),
        "reason": {"type": "string"},
        "instead": described(CODE_TEXT, "a place that is open on that day"),
    },
    about="A place as it stands on a day.",
)
_OFFER: Final = record(
    {
        "day": DAY,
        "state": one_of(
            (*STATES, NO_PLACE, UNPUBLISHED),
            f"of the place, else of the channel's best one; `{NO_PLACE}`: the channel has none, "
            f"`{UNPUBLISHED}`: nothing is said",
        ),
    },
    {
        "version": whole(1),
        "document": described(HASH, "SHA-256 of the document that says so"),
        "place": described(ref("PlaceStanding"), "why not, and to which day"),
        "instead": described(ref("PlaceStanding"), "where it is offered on that day"),
    },
    about="Whether the item is offered this way on the day: a warning, no refusal.",
)
COMPONENTS: Final[dict[str, Schema]] = {
    "Availability": _AVAILABILITY,
    "FilledExample": _EXAMPLE,
    "PlaceStanding": _STANDING,
    "Offer": _OFFER,
}
WHERE: Final = record(
    {
        "item": ITEM_TEXT,
        "version": whole(1),
        "document": described(HASH, "SHA-256 of the document that says so"),
        "day": DAY,
        "places": items(ref("PlaceStanding")),
        "guide_version": described(whole(1), "of the item's guide on that day"),
        "guide": described(HASH, "guide hash of this version"),
    }
)
WHERE_EXAMPLE: Final[dict[str, Any]] = {
    "item": "SC-002",
    "version": 1,
    "document": "0" * 64,
    "day": "2026-11-27",
    "guide_version": 1,
    "guide": "1" * 64,
    "places": [
        {
            "code": "town",
            "channel": "window",
            "name": "Service point of Sample Town",
            "state": "closed",
            "address": "2 Sample Street, Sample Town",
            "until": "2027-03-31",
            "reason": "the counter is rebuilt",
            "instead": "hall",
        }
    ],
}
OFFER_EXAMPLE: Final = {
    "day": "2026-11-27",
    "state": "closed",
    "version": 1,
    "document": "0" * 64,
    "place": WHERE_EXAMPLE["places"][0],
    "instead": {
        "code": "hall",
        "channel": "window",
        "name": "Government service hall",
        "state": "offered",
        "address": "1 Sample Street",
        "hours": "Monday to Friday, 9:00 to 17:00",
    },
}
