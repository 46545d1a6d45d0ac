# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of bundles."""

from __future__ import annotations

from typing import Final

from api.schemas import bundles
from api.thin import RouteDoc

PLAN: Final = RouteDoc(
    "一件事的最少需交清单（一次性告知单）",
    "The smallest set to bring for a bundle, as a one-time notice",
    "catalogue",
    bundles.PLAN_EXAMPLE,
    {200: ("what to bring once, what not and why, each step's clock; shortened", bundles.NOTICE_EXAMPLE)},
    (
        "bundle.unknown",
        "bundle.changed",
        "item.unknown",
        "types.unknown",
        "situation.unanswered",
        "situation.unknown_question",
        "situation.unknown_option",
        "situation.other_item",
        "ask.too_large",
    ),
    schema=bundles.PLAN_REQUEST,
    shapes={200: bundles.NOTICE},
    notes="From the catalogue alone: no case, no holder, nothing recorded. What somebody has on file already"
    " is answered in each step's case by `recognitions:check`. `joint` marks what the joint list covers; the"
    " counts are over it. The set is exact: no other choice of alternatives asks fewer papers.",
)
