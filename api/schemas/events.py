# SPDX-License-Identifier: Apache-2.0
"""Schemas of events and webhooks."""

from __future__ import annotations

from typing import Any, Final

from api.events.model import PREFIX, TYPES
from api.schemas import examples
from api.schemas.words import (
    CASE_TEXT,
    DEPARTMENT_TEXT,
    ID,
    INDEX,
    ISSUER_TEXT,
    ITEM_TEXT,
    TIME,
    Schema,
    described,
    items,
    one_of,
    or_null,
    record,
    ref,
    text,
    whole,
)
from attest.catalogue.fitting import SUBJECTS
from attest.reask.model import SOURCES

EVENT_ID: Final[Schema] = {
    "type": "string",
    "pattern": "^(0|[1-9][0-9]{0,15})-(0|[1-9][0-9]{0,15})$",
    "description": "index of the entry, number among the events of that entry for the department",
}
_TYPE: Final = one_of(
    [PREFIX + one for one in TYPES], "; ".join(f"`{PREFIX}{name}` {what}" for name, what in TYPES.items())
)
_NAMED: Final = record({"id": ID, "index": INDEX})
_EVENT: Final = {
    **record(
        {
            "specversion": {"const": "1.0"},
            "id": EVENT_ID,
            "source": {"type": "string", "pattern": "^urn:once-ledger:[0-9a-f]{64}:[A-Z][A-Z0-9_-]*$"},
            "type": _TYPE,
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "data": record(
                {"index": described(INDEX, "the entry that this is about"), "by": ISSUER_TEXT},
                {
                    "acceptance": _NAMED,
                    "reliance": described(
                        _NAMED, "where recalled, disputed or ending: yours, or one in a case of yours"
                    ),
                    "rectified_by": described(
                        _NAMED, "of a rectification (更正): the acceptance to use instead"
                    ),
                    "duty": described(DEPARTMENT_TEXT, "of what ends soon: who is to take in what follows"),
                    "published": record(
                        {"subject": one_of(SUBJECTS), "code": ITEM_TEXT, "version": whole(1)},
                        about="the document that came out",
                    ),
                    "bundle": record(
                        {"code": ITEM_TEXT, "version": whole(1)},
                        about="the bundle of yours that fits no more by it",
                    ),
                    "case": described(CASE_TEXT, "of a re-ask"),
                    "asked": described(ID, "of a re-ask: the entry that shows the asking"),
                    "source": one_of(SOURCES, "of a re-ask: what shows it; `claim`: the applicant's word"),
                },
            ),
        },
        {"subject": text(200, "acceptance/<id>, or catalogue/<subject>/<code>/<version>")},
    ),
    "description": "CloudEvents 1.0 in JSON; no personal data, ids and indexes of the log only.",
}
_WEBHOOK: Final = record(
    {
        "id": ID,
        "url": {"type": "string"},
        "types": items(_TYPE),
        "created": TIME,
        "delivered_to": or_null(EVENT_ID),
        "waiting": or_null(
            record(
                {
                    "event": EVENT_ID,
                    "attempts": whole(),
                    "cause": or_null({"type": "string"}),
                    "status": or_null(whole(100, 599)),
                    "next": or_null(TIME),
                },
                about="the event that is tried next; others wait behind it, in order",
            )
        ),
        "queued": whole(about="events that wait to be sent again"),
        "dead": whole(about="events given up on; `:replay` sends them again"),
    }
)
COMPONENTS: Final[dict[str, Schema]] = {"Event": _EVENT, "Webhook": _WEBHOOK}

EVENTS: Final = record(
    {
        "events": items(ref("Event"), 0, 500),
        "next": or_null(described(EVENT_ID, "`after` of the next page, null where there is none")),
    }
)
WEBHOOK_REQUEST: Final = record(
    {"url": text(500, "https, a public address; http to loopback in the demo profile only")},
    {"types": items(_TYPE, 1, len(TYPES), "all of them where absent")},
)
_SECRET: Final[Schema] = {
    "type": "string",
    "pattern": "^whsec_[A-Za-z0-9+/]{43}=$",
    "description": "shown this once (Standard Webhooks)",
}
WEBHOOK_CREATED: Final = record(
    {"id": ID, "secret": _SECRET, "url": {"type": "string"}, "types": items(_TYPE)}
)
WEBHOOKS: Final = record({"webhooks": items(ref("Webhook"))})
ROTATED: Final = record(
    {"id": ID, "secret": _SECRET, "old_until": described(TIME, "until then both secrets sign")}
)
ENDED: Final = record({"id": ID, "ended": TIME})
REPLAY_REQUEST: Final = {
    "oneOf": [
        record({"after": described(EVENT_ID, "everything after this event, the oldest 1,000")}),
        record({"dead": {"const": True}}, about="what was given up on, the oldest 1,000"),
    ]
}
REPLAYED: Final = record(
    {
        "id": ID,
        "replay": whole(1),
        "events": whole(0, 1000, about="how many were added to what waits to be sent again"),
    }
)

EVENT: Final[dict[str, Any]] = {
    "specversion": "1.0",
    "id": "57-0",
    "source": f"urn:once-ledger:{examples.HASH}:SC",
    "type": "once.acceptance.recalled",
    "time": "2026-01-01T00:00:00Z",
    "datacontenttype": "application/json",
    "data": {
        "index": 57,
        "by": "ZW",
        "acceptance": {"id": examples.ACCEPTANCE, "index": 31},
        "reliance": {"id": examples.ENTRY_ID, "index": 44},
    },
    "subject": f"acceptance/{examples.ACCEPTANCE}",
}
STALE_EVENT: Final[dict[str, Any]] = {
    "specversion": "1.0",
    "id": "61-0",
    "source": f"urn:once-ledger:{examples.HASH}:ZW",
    "type": "once.bundle.stale",
    "time": "2026-01-01T00:00:00Z",
    "datacontenttype": "application/json",
    "data": {
        "index": 61,
        "by": "SC",
        "published": {"subject": "item", "code": "SC-002", "version": 2},
        "bundle": {"code": "restaurant", "version": 1},
    },
    "subject": "catalogue/item/SC-002/2",
}
SECRET: Final = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo" + "="
HOOK_URL: Final = "https://cases.example.org/once/events"
