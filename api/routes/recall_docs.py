# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of recalls."""

from __future__ import annotations

from typing import Final

from api.keyset import PAGE
from api.routes.case_docs import PURPOSE
from api.schemas import events, examples, recalls
from api.schemas.paging import FOLLOW, paged
from api.thin import RouteDoc

LIST: Final = RouteDoc(
    "采信追溯收件箱（按序分页）",
    "Recalls: what you or a case of yours relied on, and fell or is disputed",
    "events",
    answers={200: ("a page, oldest first", {"recalls": [recalls.EXAMPLE], "next": None})},
    problems=("lookup.purpose_missing",),
    query={
        "purpose": PURPOSE,
        "state": {
            "description": "those that nobody has seen yet, or those that were seen",
            "schema": {"type": "string", "enum": ["open", "seen"], "default": "open"},
            "example": "open",
        },
        **paged("recalls", events.EVENT_ID, "44-0", PAGE),
    },
    shapes={200: recalls.PAGE},
    notes="The events `once.acceptance.recalled`, `once.acceptance.rectified`, `once.acceptance.condemned`,"
    " `once.acceptance.denied`, `once.material.superseded` and `once.acceptance.disputed` of your own"
    " reliances and of those in your cases, as their authority or opener, each with its case. A dispute is"
    " open until it was seen, or until it is answered or taken back."
    " The counter shows the same where it starts, and in the case. " + FOLLOW,
)
SEEN: Final = RouteDoc(
    "标记为已阅",
    "Mark a recall as seen",
    "events",
    answers={200: ("seen; it stays listed as such", {"id": "57-0", "seen": examples.TIME})},
    problems=("recall.unknown",),
    shapes={200: recalls.SEEN},
)
