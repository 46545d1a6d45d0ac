# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of guides as queries to a wallet."""

from __future__ import annotations

from typing import Final

from api.schemas import wallet
from api.thin import RouteDoc

QUERY: Final = RouteDoc(
    "把办事指南编译为数字钱包查询（DCQL）",
    "A guide's requirements as a query to a wallet (DCQL)",
    "catalogue",
    answers={200: ("the query, and what it has no words for; shortened", wallet.ANSWER_EXAMPLE)},
    problems=(
        "item.unknown",
        "situation.unanswered",
        "situation.unknown_question",
        "situation.unknown_option",
        "situation.other_item",
    ),
    shapes={200: wallet.ANSWER},
    query={
        "answers": "`question:option` for every question of the guide, with commas between",
        "version": "of the guide; the one in force today where absent, else the newest",
    },
    notes="From the catalogue alone: no case, no holder, nothing recorded. Each requirement that applies is"
    " one credential set, in the order of `requirements`; its alternatives are the options. Whose a paper is,"
    " how old and how it was checked stand in `terms`: whoever sends the query to a wallet checks them in"
    " what comes back. With `requirements` and `terms` the query is the guide's own list again, unchanged.",
)
