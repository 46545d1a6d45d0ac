# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of expiry notices."""

from __future__ import annotations

from typing import Final

from api.keyset import PAGE
from api.routes.case_docs import PURPOSE
from api.schemas import examples, expiries
from api.schemas.paging import FOLLOW, paged
from api.thin import RouteDoc

LIST: Final = RouteDoc(
    "临期提醒（按到期日分页）",
    "Expiry notices: what your department relied on and ends soon",
    "events",
    answers={200: ("a page, soonest first", {"days": 30, "expiries": [expiries.EXAMPLE], "next": None})},
    problems=("lookup.purpose_missing",),
    query={
        "purpose": PURPOSE,
        "state": {
            "description": "those that nobody has seen yet, or those that were seen",
            "schema": {"type": "string", "enum": ["open", "seen"], "default": "open"},
            "example": "open",
        },
        "days": {
            "description": "how far ahead to look; else what the installation states (`expiry_notice_days`)",
            "schema": {"type": "integer", "minimum": 0, "maximum": 366},
            "example": 30,
        },
        **paged("notices", {"type": "string", "maxLength": 32}, "2026-01-20-57", PAGE),
    },
    shapes={200: expiries.PAGE},
    notes="Reliances of your department in cases that were opened within a year, on papers whose last day is"
    " near. What was taken back or renewed is told by `recalls` instead. " + FOLLOW,
)
SEEN: Final = RouteDoc(
    "标记临期提醒为已阅",
    "Mark an expiry notice as seen",
    "events",
    answers={200: ("seen", {"reliance": examples.ENTRY_ID, "seen": examples.TIME})},
    problems=("expiry.unknown",),
    shapes={200: expiries.SEEN},
)
