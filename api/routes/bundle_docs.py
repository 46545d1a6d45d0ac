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
        "lookup.case_missing",
        "lookup.purpose_missing",
        "case.unknown",
        "bundle.not_of",
        "bundle.other_answer",
    ),
    schema=bundles.PLAN_REQUEST,
    shapes={200: bundles.NOTICE},
    notes="Without `case` it is from the catalogue alone: no holder, nothing recorded. With a `case` of the"
    " bundle's application and a `purpose` it is a look-up by the rules of `recognitions:check`, an entry"
    " whether it is answered or refused: what is on file for these people is left out (`spared`, ground"
    " `recognised`), and `why` says of each remaining paper what was found. It looks at the steps for which"
    " the department receives (`looked`); of others it says what anybody is asked (`bundle.not_looked`). What"
    " the cases have answered need not be sent. To rely on what is recognised, ask `recognitions:check` in"
    " the step's own case. `joint` marks what the joint list covers; the counts are over it. The set is"
    " exact: no other choice of alternatives asks fewer papers.",
)
