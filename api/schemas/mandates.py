# SPDX-License-Identifier: Apache-2.0
"""Schemas of mandates and guardians that departments record on the ground of an accepted paper."""

from __future__ import annotations

from typing import Any, Final

from api.schemas import examples
from api.schemas.log import created, plain_or_signed
from api.schemas.words import (
    CASE_TEXT,
    DAY,
    ID,
    ITEM_TEXT,
    TIME,
    TYPE_TEXT,
    described,
    items,
    one_of,
    record,
    text,
)
from attest.catalogue.model import RELATIONS
from attest.mandates.commands import AGENT_TYPES
from attest.mandates.model import ACTS, END_REASONS, MOST_TYPES

LAST_DAY: Final = "2026-01-30"
UNTIL: Final = 1769788800
"""The second after it."""
_SCOPE: Final = record(
    {
        "acts": items(one_of(ACTS), 1, len(ACTS), "in this order"),
        "types": items(TYPE_TEXT, 0, MOST_TYPES, "in order, each once; none means all"),
    },
    {"item": ITEM_TEXT, "case": CASE_TEXT},
)
PLAIN: Final = record(
    {
        "case": CASE_TEXT,
        "acceptance": described(ID, "of the paper that names both, in this case"),
        "principal": described(ID, "answer of POST holders: who is acted for"),
        "agent": record(
            {"id_type": one_of(AGENT_TYPES), "number": text(32)}, about="as the paper names them"
        ),
        "scope": _SCOPE,
        "last_day": described(DAY, "the last day that counts"),
    },
    about="An agent or a guardian, by a paper that was accepted in the case.",
)
REQUEST: Final = plain_or_signed(PLAIN)
ANSWER: Final = created({"relation": one_of(RELATIONS), "until": described(TIME, "when it ends, exclusive")})
END_PLAIN: Final = record({"reason": one_of(END_REASONS)}, {"text": text(500)})
END_REQUEST: Final = plain_or_signed(END_PLAIN)
END_ANSWER: Final = created({"mandate": ID})

EXAMPLE: Final[dict[str, Any]] = {
    "case": examples.CASE,
    "acceptance": examples.ACCEPTANCE,
    "principal": examples.HOLDER,
    "agent": {"id_type": "111", "number": "990101199001010015"},
    "scope": {"acts": list(ACTS), "types": [], "case": examples.CASE},
    "last_day": LAST_DAY,
}
END_EXAMPLE: Final[dict[str, Any]] = {"reason": "taken_back", "text": "委托人到窗口书面撤回。"}
