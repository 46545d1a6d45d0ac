# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of where items are offered."""

from __future__ import annotations

from typing import Final

from api.schemas import guidance
from api.thin import RouteDoc

WHERE: Final = RouteDoc(
    "某事项当日可以在哪些渠道、网点办理",
    "Where an item can be applied for on a day",
    "catalogue",
    answers={200: ("every place in the authority's order; shortened", guidance.WHERE_EXAMPLE)},
    problems=("availability.unknown", "item.unknown"),
    shapes={200: guidance.WHERE},
    query={"day": "YYYY-MM-DD; today in China where absent"},
    notes="A place that does not offer the item says why and to which day, and names one that is open: its"
    " own choice, else the first open one of its channel, else any. `guide` is the guide hash of the"
    " version in force on that day, the newest where none is yet.",
)
