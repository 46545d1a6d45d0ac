# SPDX-License-Identifier: Apache-2.0
"""Schemas of recalls."""

from __future__ import annotations

from typing import Any, Final

from api.events.model import PREFIX
from api.events.recalls import TYPES
from api.schemas import examples
from api.schemas.events import EVENT_ID
from api.schemas.words import (
    CASE_TEXT,
    CODE_TEXT,
    DAY,
    DEPARTMENT_TEXT,
    ID,
    INDEX,
    ISSUER_TEXT,
    TIME,
    Schema,
    described,
    items,
    one_of,
    or_null,
    record,
    ref,
)

COMPONENTS: Final[dict[str, Schema]] = {
    "Recall": record(
        {
            "id": described(EVENT_ID, "the event's id"),
            "type": one_of([PREFIX + one for one in TYPES]),
            "by": described(
                ISSUER_TEXT, "who took it back or accepted the renewed paper; `service` of a dispute"
            ),
            "time": TIME,
            "acceptance": described(ID, "what counts no more for a new decision, or not before the answer"),
            "reliance": described(ID, "right as of its index"),
            "case": CASE_TEXT,
            "requirement": CODE_TEXT,
            "relied_by": described(DEPARTMENT_TEXT, "who signed the reliance: you, or another in your case"),
            "seen": or_null(TIME),
            "due": or_null(described(DAY, "of a dispute (校核): the last day to answer it")),
            "rectified_by": or_null(
                record(
                    {"id": ID, "index": INDEX},
                    about="of a rectification (更正): the acceptance to use instead",
                )
            ),
        },
        about="A reliance of yours, or in a case of yours, that lost its ground, was renewed or is disputed.",
    )
}
PAGE: Final = record({"recalls": items(ref("Recall"), 0, 500), "next": or_null(EVENT_ID)})
SEEN: Final = record({"id": EVENT_ID, "seen": TIME})
EXAMPLE: Final[dict[str, Any]] = {
    "id": "57-0",
    "type": "once.acceptance.recalled",
    "by": "ZW",
    "time": examples.TIME,
    "acceptance": examples.ACCEPTANCE,
    "reliance": examples.ENTRY_ID,
    "case": examples.CASE,
    "requirement": "licence",
    "relied_by": "ZW",
    "seen": None,
    "due": None,
    "rectified_by": None,
}
