# SPDX-License-Identifier: Apache-2.0
"""Schemas of expiry notices."""

from __future__ import annotations

from typing import Any, Final

from api.events.expiries import MOST_DAYS
from api.events.model import PREFIX
from api.schemas import examples
from api.schemas.words import (
    CASE_TEXT,
    CODE_TEXT,
    DAY,
    DEPARTMENT_TEXT,
    ID,
    TIME,
    TYPE_TEXT,
    Schema,
    described,
    items,
    or_null,
    record,
    ref,
    text,
    whole,
)
from attest.expiry.model import EXPIRING

COMPONENTS: Final[dict[str, Schema]] = {
    "Expiry": record(
        {
            "type": {"const": PREFIX + EXPIRING},
            "reliance": described(ID, "your own"),
            "acceptance": described(ID, "of the paper that ends"),
            "material": TYPE_TEXT,
            "valid_until": DAY,
            "days_left": described(whole(0, MOST_DAYS), "0: today is its last day"),
            "case": CASE_TEXT,
            "requirement": CODE_TEXT,
            "duty": described(DEPARTMENT_TEXT, "who is to take in the paper that follows it"),
            "seen": or_null(TIME),
        },
        about="A paper that your department relied on and that ends soon.",
    )
}
PAGE: Final = record(
    {"days": whole(0, MOST_DAYS), "expiries": items(ref("Expiry"), 0, 500), "next": or_null(text(32))}
)
SEEN: Final = record({"reliance": ID, "seen": TIME})
EXAMPLE: Final[dict[str, Any]] = {
    "type": PREFIX + EXPIRING,
    "reliance": examples.ENTRY_ID,
    "acceptance": examples.ACCEPTANCE,
    "material": "business_licence",
    "valid_until": "2026-01-20",
    "days_left": 19,
    "case": examples.CASE,
    "requirement": "licence",
    "duty": "SC",
    "seen": None,
}
