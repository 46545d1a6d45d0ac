# SPDX-License-Identifier: Apache-2.0
"""Data check requests and their answers as private records and tables hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

    from attest.materials.model import Citation

REASONS: Final = ("not_mine", "wrong_content", "out_of_date", "never_submitted", "used_wrongly")
"""Why a holder disputes: another's paper, wrong facts, overtaken, never handed in, used for other ends."""
UPHELD, NOT_UPHELD = "upheld", "not_upheld"
OUTCOMES: Final = (UPHELD, NOT_UPHELD)
DECLINED: Final = ("record_correct", "not_shown", "other_department", "outside_check")
"""Why a request is not upheld: the record is right, nothing shows it, another's data, no matter of data."""
UNITS: Final = ("WD", "ND")
"""时限单位: working days, calendar days (GB/T 39046)."""


@dataclass(frozen=True, slots=True)
class DataCheckRequest:
    """The private record of `data.check.requested`; `holder` asks, `due` is the last day to answer.

    `authority` and `accepted_by` are those of the acceptance: either may answer, as either may retract.
    """

    acceptance: Citation
    case_no: str
    case_salt: bytes
    authority: str
    accepted_by: str
    holder: bytes
    reason: str
    text: str | None
    due: date


@dataclass(frozen=True, slots=True)
class DataCheckAnswer:
    """The private record of `data.check.answered`: where not upheld a `reason`.

    Where upheld `retraction` is the index of the entry that took the acceptance back.
    """

    request: Citation
    case_no: str
    case_salt: bytes
    outcome: str
    reason: str | None
    text: str | None
    retraction: int | None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer as the tables hold it."""

    index: int
    department: str
    outcome: str
    reason: str | None
    time: int


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as the tables hold it, with its answer once there is one."""

    id: bytes
    index: int
    leaf: bytes
    acceptance: bytes
    holder: bytes
    reason: str
    due: date
    time: int
    answer: AnswerRow | None
