# SPDX-License-Identifier: Apache-2.0
"""Schemas of consents that a department records before the person, and of their withdrawal."""

from __future__ import annotations

from typing import Any, Final

from api.schemas import examples
from api.schemas.log import created, plain_or_signed
from api.schemas.words import CASE_TEXT, CODE_TEXT, DAY, ID, TIME, described, one_of, record
from attest.consents.model import PRESENT

LAST_DAY: Final = "2026-01-30"
UNTIL: Final = 1769788800
"""The second after it."""
_PRESENT: Final = described(one_of(PRESENT), "who stood at the window and said it")
PLAIN: Final = record(
    {
        "case": CASE_TEXT,
        "requirement": described(CODE_TEXT, "one for which the guide names the law that asks for consent"),
        "holder": described(ID, "answer of POST holders: whose paper it is"),
        "present": _PRESENT,
        "last_day": described(DAY, "the last day that counts"),
    },
    about="A consent, for one requirement of one case.",
)
REQUEST: Final = plain_or_signed(PLAIN)
ANSWER: Final = created({"until": described(TIME, "when it ends, exclusive")})
END_PLAIN: Final = record({"present": _PRESENT})
END_REQUEST: Final = plain_or_signed(END_PLAIN)
END_ANSWER: Final = created({"consent": ID})

EXAMPLE: Final[dict[str, Any]] = {
    "case": examples.CASE,
    "requirement": "licence",
    "holder": examples.HOLDER,
    "present": "holder",
    "last_day": LAST_DAY,
}
END_EXAMPLE: Final[dict[str, Any]] = {"present": "holder"}
