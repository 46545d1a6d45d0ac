# SPDX-License-Identifier: Apache-2.0
"""Consents as private records and tables hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from attest.materials.model import Citation

MOST_DAYS: Final = 366
PRESENT: Final = ("holder", "guardian", "head")
"""Who stood at the window and said it: whose paper it is, their guardian, or the head of the firm."""
STANDS, WITHDRAWN, EXPIRED = "stands", "withdrawn", "expired"


@dataclass(frozen=True, slots=True)
class Consent:
    """The private record of `consent.given`; it holds before `until` (Unix seconds, exclusive).

    Of one holder, for one requirement of one item: in `case_no` alone, or in every case of the item.
    `present` is said by the department before whose clerk it was given, and by nobody else.
    """

    holder: bytes
    holder_salt: bytes
    item: str
    requirement: str
    until: int
    case_no: str | None = None
    case_salt: bytes | None = None
    present: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The private record of `consent.withdrawn`; `present` and the case as a window has them."""

    consent: Citation
    holder: bytes
    holder_salt: bytes
    case_no: str | None = None
    case_salt: bytes | None = None
    present: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent as the tables hold it; `department` recorded it, None where the holder was signed in.

    `withdrawn` is when that was (Unix seconds), None while nobody did.
    """

    id: bytes
    index: int
    leaf: bytes
    holder: bytes
    item: str
    requirement: str
    until: int
    time: int
    case_no: str | None = None
    department: str | None = None
    withdrawn: int | None = None

    def state(self, now: int) -> str:
        """How it stands at Unix second `now`."""
        if self.withdrawn is not None:
            return WITHDRAWN
        return STANDS if now < self.until else EXPIRED
