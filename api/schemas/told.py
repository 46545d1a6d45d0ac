# SPDX-License-Identifier: Apache-2.0
"""Schemas of what an answer to an acceptance tells beside its receipt, where there is something to tell."""

from __future__ import annotations

from typing import Final

from api.schemas.words import (
    CASE_TEXT,
    DAY,
    DEPARTMENT_TEXT,
    ID,
    INDEX,
    TYPE_TEXT,
    Schema,
    described,
    items,
    one_of,
    record,
)
from attest.data_checks.model import DENIALS
from attest.materials.earlier import MOST as EARLIER_MOST
from attest.supersession.model import RENEWED

_HELD: Final = record(
    {"acceptance": ID, "index": INDEX, "type": TYPE_TEXT, "case": CASE_TEXT},
    about="An acceptance by your department, or made for it.",
)
_DENIED: Final = record(
    {"department": DEPARTMENT_TEXT, "denial": one_of(DENIALS), "since": DAY, "index": INDEX},
    about="What the issuer had said of a paper of this number: it stands no more since that day.",
)
TOLD: Final[dict[str, Schema]] = {
    "duplicate_of": described(_HELD, "the newest acceptance of yours of this very file that stands"),
    "may_supersede": described(
        items(_HELD, 1, EARLIER_MOST), "papers of yours issued earlier: say `supersedes` if it renews one"
    ),
    "denied": described(
        _DENIED, "look again: if it is that paper and not a newer one of its number, take the acceptance back"
    ),
    "supersession": record(
        {"index": INDEX, "how": {"const": RENEWED}},
        about="Of the owner of the type: the entry by which the service says what this one renewed.",
    ),
}
