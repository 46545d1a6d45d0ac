# SPDX-License-Identifier: Apache-2.0
"""Askings, claims and re-asks as their private records hold them. Ids are bytes, times Unix seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from attest.registry.model import LEVELS

if TYPE_CHECKING:
    from attest.materials.model import Citation

REQUEST: Final = "request"
SUPPLEMENT: Final = "supplement"
RECEIPT: Final = "receipt"
CLAIM: Final = "claim"
LOOK: Final = "look"
"""A claim of somebody who was not asked again: looked up, and said against nobody."""
NOTICES: Final = (REQUEST, SUPPLEMENT)
"""How a department asks: 要求提交, or in a notice to complete the papers (补正通知)."""
SOURCES: Final = (RECEIPT, REQUEST, SUPPLEMENT, CLAIM)
"""What shows an asking: a copy taken in, a request, 补正; or 「我已交过」, the applicant's word alone."""
AGAIN: Final = ("yes", "no")
"""Whether the applicant says that it was asked of them again."""

RECOGNISABLE: Final = "recognisable"
OUTSIDE_LIST: Final = "outside_list"
FINDINGS: Final = (RECOGNISABLE, OUTSIDE_LIST)
"""应免未免: it could have been recognised at that moment; 清单外要件: the guide does not ask for it."""


@dataclass(frozen=True, slots=True)
class Request:
    """The private record of `material.requested`: what a department asks an applicant for, and where.

    `requirement` is one of the guide's; without one, `what` says in words what is asked. `type` narrows it
    to one material.
    """

    case_no: str
    case_salt: bytes
    notice: str
    channel: str
    requirement: str | None
    type: str | None
    what: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """The private record of `material.claimed`: the applicant says that it was handed in before.

    `mandate`: by which an agent said it for them, signed in. `again`: they say that it was asked of them
    again; else they only want to know whether it is on file.
    """

    case_no: str
    case_salt: bytes
    channel: str
    requirement: str
    type: str | None
    mandate: Citation | None = None
    again: bool = True


def is_above(level: str, other: str) -> bool:
    """Whether a level of the registry stands above another."""
    return LEVELS.index(level) < LEVELS.index(other)


@dataclass(frozen=True, slots=True)
class Reask:
    """The private record of `reask.recorded`: which department asked for what, in vain.

    `asked` cites the entry that shows the asking, `acceptance` the earlier acceptance that would have served
    (by `earlier`, a department code); both absent for what is outside the list. Levels are of the registry.
    """

    department: str
    case_no: str
    case_salt: bytes
    item: str
    version: int
    channel: str
    source: str
    finding: str
    requirement: str | None
    type: str | None
    asked: Citation
    acceptance: Citation | None
    earlier: str | None
    level: str
    earlier_level: str | None

    @property
    def from_below(self) -> bool:
        """Whether an upper body asked again for what a lower one had (上级重复索要)."""
        return self.earlier_level is not None and is_above(self.level, self.earlier_level)


@dataclass(frozen=True, slots=True)
class ReaskRow:
    """A re-ask as the tables hold it; `asked` and `acceptance` are ids of entries, 16 bytes."""

    id: bytes
    index: int
    department: str
    case_no: str
    item: str
    channel: str
    source: str
    finding: str
    requirement: str | None
    type: str | None
    asked: bytes
    acceptance: bytes | None
    from_below: bool
    time: int


class Place(NamedTuple):
    """Where papers are asked for: a department, one of its items, a channel."""

    department: str
    item: str
    channel: str


@dataclass(frozen=True, slots=True)
class Rate:
    """At one place: papers taken in (of them by the applicant's choice), requests made, re-asks found.

    `reported`: askings in vain that an applicant's word alone shows; they are in no other count.
    """

    place: Place
    receipts: int = 0
    by_choice: int = 0
    requests: int = 0
    recognisable: int = 0
    outside_list: int = 0
    from_below: int = 0
    reported: int = 0

    @property
    def askings(self) -> int:
        """All that was asked for: what the re-asks are counted against."""
        return self.receipts - self.by_choice + self.requests

    @property
    def reasks(self) -> int:
        """Re-asks of both findings that are on record; `from_below` are some of the recognisable ones."""
        return self.recognisable + self.outside_list
