# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of alarms about look-ups."""

from __future__ import annotations

from typing import Final

from api.routes.case_docs import PURPOSE
from api.schemas import lookup_alarms
from api.schemas.paging import FOLLOW
from api.thin import RouteDoc

LIST: Final = RouteDoc(
    "查询告警（按序分页，新的在前）",
    "Alarms about look-ups: of your department's users, or all for auditors",
    "oversight",
    answers={200: ("a page, newest first", {"alarms": [lookup_alarms.ALARM_EXAMPLE], "next": None})},
    problems=("lookup.purpose_missing",),
    query={
        "purpose": PURPOSE,
        "state": {
            "description": "those that wait for a person, or those that one acknowledged",
            "schema": {"type": "string", "enum": ["open", "acknowledged"], "default": "open"},
            "example": "open",
        },
        "before": {
            "description": "index of the last one that you have",
            "schema": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1},
            "example": 4711,
        },
        "limit": {
            "description": "alarms on a page",
            "schema": {"type": "integer", "minimum": 1, "maximum": 500, "default": 100},
            "example": 100,
        },
    },
    shapes={200: lookup_alarms.ALARMS},
    notes="An alarm is a pointer, not a verdict. A reviewer of the department or an auditor acknowledges it"
    " on the page `/oversight/alarms`, never a program. Webhooks say `once.lookup.alarm`. " + FOLLOW,
)
