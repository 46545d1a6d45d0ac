# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of webhooks."""

from __future__ import annotations

from typing import Any, Final

from api.schemas import events, examples
from api.thin import RouteDoc

_TYPES: Final = ["once.acceptance.recalled", "once.key.retired"]
_SHOWN: Final[dict[str, Any]] = {
    "id": examples.ENTRY_ID,
    "url": events.HOOK_URL,
    "types": _TYPES,
    "created": examples.TIME,
    "delivered_to": "44-0",
    "waiting": {
        "event": "57-0",
        "attempts": 2,
        "cause": "status",
        "status": 503,
        "next": examples.TIME + 4,
    },
    "queued": 0,
    "dead": 0,
}
_UNKNOWN: Final = ("webhook.unknown",)

BEGIN: Final = RouteDoc(
    "登记事件推送地址",
    "Have events sent to your system",
    "events",
    {"url": events.HOOK_URL, "types": _TYPES},
    {
        201: (
            "from now on; the secret is shown this once",
            {
                "id": examples.ENTRY_ID,
                "secret": events.SECRET,
                "url": events.HOOK_URL,
                "types": _TYPES,
            },
        )
    },
    ("webhook.target", "webhook.too_many", "webhook.secret_made"),
    schema=events.WEBHOOK_REQUEST,
    shapes={201: events.WEBHOOK_CREATED},
    notes="Deliveries are POSTs of one CloudEvents 1.0 event in JSON, signed by Standard Webhooks 1.0"
    " (`webhook-id`, `webhook-timestamp`, `webhook-signature`). Any 2xx within 10 seconds takes it; what else"
    " is answered is not read, redirects are not followed. At least once, in order, with stable ids; after a"
    " failure it is tried again after 1 s, 2 s, 4 s … 1 h, for three days, then given up on (`dead`); so it"
    " is at once by 410. Where a delivery is late or lost, `GET events` has it.",
)
LIST: Final = RouteDoc(
    "本部门的事件推送地址及其状态",
    "Your department's webhooks and how they are doing",
    "events",
    answers={200: ("oldest first", {"webhooks": [_SHOWN]})},
    shapes={200: events.WEBHOOKS},
)
ONE: Final = RouteDoc(
    "一个推送地址的状态",
    "One webhook",
    "events",
    answers={200: ("how it is doing", _SHOWN)},
    problems=_UNKNOWN,
    shapes={200: {"$ref": "#/components/schemas/Webhook"}},
)
END: Final = RouteDoc(
    "停用推送地址",
    "End a webhook",
    "events",
    answers={200: ("ended; nothing more is sent", {"id": examples.ENTRY_ID, "ended": examples.TIME})},
    problems=_UNKNOWN,
    shapes={200: events.ENDED},
)
ROTATE: Final = RouteDoc(
    "更换签名密钥（新旧并用一天）",
    "A new secret; for a day the old one signs beside it",
    "events",
    answers={
        200: (
            "the new secret, shown this once",
            {"id": examples.ENTRY_ID, "secret": events.SECRET, "old_until": examples.TIME + 86400},
        )
    },
    problems=(*_UNKNOWN, "webhook.secret_made"),
    shapes={200: events.ROTATED},
)
REPLAY: Final = RouteDoc(
    "重新推送",
    "Send events again, with the same ids",
    "events",
    {"after": "0-0"},
    {
        200: (
            "will be sent, after what was not sent yet",
            {"id": examples.ENTRY_ID, "replay": 1, "events": 3},
        )
    },
    (*_UNKNOWN, "webhook.replay_waits", "webhook.replay_full"),
    schema=events.REPLAY_REQUEST,
    shapes={200: events.REPLAYED},
)
