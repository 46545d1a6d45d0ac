# SPDX-License-Identifier: Apache-2.0
"""Data check requests and their answers as private records and tables hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

    from attest.materials.model import Citation

REASONS: Final = ("not_mine", "wrong_content", "out_of_date", "never_submitted")
"""Why a holder disputes a material: another's paper, wrong facts, overtaken, never handed in."""
USE_REASONS: Final = ("not_my_case", "not_agreed", "not_needed", "used_wrongly")
"""Why a holder disputes a use: not their matter, not with their will, more than needed, for other ends."""
UPHELD, NOT_UPHELD, WITHDRAWN = "upheld", "not_upheld", "withdrawn"
OUTCOMES: Final = (UPHELD, NOT_UPHELD)
"""What a department answers; `withdrawn` is the holder's own word."""
DECLINED: Final = ("record_correct", "not_shown", "other_department", "outside_check")
"""Why a dispute of a material fails: the record is right, nothing shows it, another's data, not of data."""
USE_DECLINED: Final = ("use_right", "not_shown", "other_department")
"""Why a dispute of a use fails: it was right, nothing shows it, another department's act."""
UNITS: Final = ("WD", "ND")
"""时限单位: working days, calendar days (GB/T 39046)."""


@dataclass(frozen=True, slots=True)
class DataCheckRequest:
    """The private record of `data.check.requested`; `holder` asks, `due` is the last day to answer.

    Of a use `reliance` is what is disputed, and case and authority are its own. `authority` and `by` may
    answer: `by` accepted the material, or signed the reliance.
    """

    acceptance: Citation
    case_no: str
    case_salt: bytes
    authority: str
    by: str
    holder: bytes
    reason: str
    text: str | None
    due: date
    reliance: Citation | None = None


@dataclass(frozen=True, slots=True)
class DataCheckAnswer:
    """The private record of `data.check.answered`: where not upheld a `reason`.

    Where a material's dispute is upheld `retraction` is the index of the entry that took the acceptance back;
    of a use's the answer itself takes the reliance back.
    """

    request: Citation
    case_no: str
    case_salt: bytes
    outcome: str
    reason: str | None
    text: str | None
    retraction: int | None


@dataclass(frozen=True, slots=True)
class DataCheckWithdrawal:
    """The private record of `data.check.withdrawn`: the holder takes an open dispute back."""

    request: Citation
    case_no: str
    case_salt: bytes
    holder: bytes


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer, or the holder's withdrawal, as the tables hold it."""

    index: int
    department: str
    outcome: str
    reason: str | None
    time: int


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as the tables hold it, with its answer once there is one; `case_no` is where it stands.

    `reliance` is what is disputed where it is a use, else None. `authority` and `by` may answer it.
    """

    id: bytes
    index: int
    leaf: bytes
    acceptance: bytes
    holder: bytes
    reason: str
    due: date
    time: int
    reliance: bytes | None
    case_no: str
    authority: str
    by: str
    answer: AnswerRow | None

    @property
    def blocks(self) -> bool:
        """Whether nobody may rely on the material until it is answered."""
        return self.reliance is None and self.answer is None
