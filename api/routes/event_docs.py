# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of events."""

from __future__ import annotations

from typing import Final

from api.schemas import events
from api.thin import RouteDoc

_AFTER: Final = {
    "description": "id of the last event that you have; from the first one where absent",
    "schema": events.EVENT_ID,
    "example": "44-0",
}

LIST: Final = RouteDoc(
    "与本部门有关的事件（按序分页）",
    "What of the log concerns your department, in order",
    "events",
    answers={
        200: ("a page of events, oldest first", {"events": [events.EVENT, events.STALE_EVENT], "next": None})
    },
    query={
        "after": _AFTER,
        "limit": {
            "description": "events on a page",
            "schema": {"type": "integer", "minimum": 1, "maximum": 500, "default": 100},
            "example": 100,
        },
    },
    shapes={200: events.EVENTS},
    notes="`Link: rel=next` where there is more. Keep the last id: asked with it again, this gives what came"
    " since.",
)
STREAM: Final = RouteDoc(
    "事件流（SSE，断线续传）",
    "The same events as a stream (server-sent events)",
    "events",
    answers={
        200: (
            "text/event-stream; `id` is the event's id, `data` the event in JSON",
            "id: 57-0\nevent: once.acceptance.recalled\ndata: {…}\n\n",
        )
    },
    query={
        "after": _AFTER,
        "wait": {
            "description": "seconds without an event after which the stream ends",
            "schema": {"type": "integer", "minimum": 0, "maximum": 600, "default": 600},
            "example": 600,
        },
    },
    shapes={200: {"type": "string"}},
    answer_media="text/event-stream",
    notes="Resumes exactly by `Last-Event-ID`. A comment every 15 seconds keeps the connection; who"
    " takes nothing for 30 seconds is cut off; every stream ends after 10 minutes, to be resumed.",
)
