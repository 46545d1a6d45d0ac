# SPDX-License-Identifier: Apache-2.0
"""What a verification takes from outside, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from ledger.canonical import Json

CONTENT: Final = "content"
INCLUSION: Final = "inclusion"
CHECKPOINT: Final = "checkpoint_signature"
ANCHOR: Final = "anchor"
SIGNATURE: Final = "issuer_signature"
AUTHORITY: Final = "issuer_authority"
STATUS: Final = "status"
FRESHNESS: Final = "freshness"
CHECKS: Final = (CONTENT, INCLUSION, CHECKPOINT, ANCHOR, SIGNATURE, AUTHORITY, STATUS, FRESHNESS)
ALWAYS: Final = frozenset(CHECKS) - {ANCHOR}
"""Checks that no trust file can waive."""

PASSED: Final = "passed"
FAILED: Final = "failed"
UNKNOWN: Final = "unknown"
NOT_APPLICABLE: Final = "not_applicable"

VALID: Final = "valid"
NOT_VALID: Final = "not_valid"
CANNOT_TELL: Final = "cannot_tell"

ONLINE: Final = "online"
OFFLINE: Final = "offline"

CLOCK_SKEW: Final = 120
"""Seconds that a statement's time may lie ahead of the reader's clock."""


@dataclass(frozen=True, slots=True)
class Check:
    """One named check: `passed | failed | unknown | not_applicable`, and the code of its reason."""

    name: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class SupersededFact:
    """What the department that accepted says came after: how, by which entry, as of which size."""

    how: str
    index: int
    time: int
    as_of_size: int

    def document(self) -> dict[str, Json]:
        """`{how, index, time, as_of_size}`."""
        return {"how": self.how, "index": self.index, "time": self.time, "as_of_size": self.as_of_size}


@dataclass(frozen=True, slots=True)
class DisputedFact:
    """What the department that accepted says of an open dispute: its entry, the day to answer, which size."""

    index: int
    time: int
    due: date
    as_of_size: int

    def document(self) -> dict[str, Json]:
        """`{index, time, due, as_of_size}`."""
        return {
            "index": self.index,
            "time": self.time,
            "due": self.due.isoformat(),
            "as_of_size": self.as_of_size,
        }


@dataclass(frozen=True, slots=True)
class DeniedFact:
    """What the department that accepted says of its issuer's denial: whose, which entry, why, since when."""

    by: str
    index: int
    time: int
    reason: str
    since: date
    as_of_size: int

    def document(self) -> dict[str, Json]:
        """`{by, index, time, reason, since, as_of_size}`."""
        return {
            "by": self.by,
            "index": self.index,
            "time": self.time,
            "reason": self.reason,
            "since": self.since.isoformat(),
            "as_of_size": self.as_of_size,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """`valid | not_valid | cannot_tell`, why, the Unix second it is judged at, and every check in order.

    `superseded` is a fact of its own beside a valid verdict: what was accepted was accepted. `disputed` is
    one too, where a receipt came first, and beside the verdict that cannot be told because of it; `denied`
    where the denial came later, and beside the verdict that is not valid because of it.
    """

    verdict: str
    reason: str
    as_of: int
    checks: tuple[Check, ...]
    superseded: SupersededFact | None = None
    disputed: DisputedFact | None = None
    denied: DeniedFact | None = None

    def document(self) -> dict[str, Json]:
        """As doors show it: `{verdict, reason, as_of, checks: [{name, state, reason}]}`, and each fact."""
        checks: list[Json] = [
            {"name": one.name, "state": one.state, "reason": one.reason} for one in self.checks
        ]
        shown: dict[str, Json] = {
            "verdict": self.verdict,
            "reason": self.reason,
            "as_of": self.as_of,
            "checks": checks,
        }
        if self.superseded is not None:
            shown["superseded"] = self.superseded.document()
        if self.disputed is not None:
            shown["disputed"] = self.disputed.document()
        if self.denied is not None:
            shown["denied"] = self.denied.document()
        return shown


@dataclass(frozen=True, slots=True)
class ChainFacts:
    """What the chain named in the trust file says now, its pins being checked by whoever asked.

    `roots` holds the anchored root (32 bytes) of each size that was asked for and exists.
    """

    roots: Mapping[int, bytes] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Facts:
    """What was learnt live; None = not asked or no answer. `problem`: reason code why there is no chain fact.

    `checkpoint` is the signed note that the ledger shows to everybody; `silent`: it was asked for and did not
    come.
    """

    chain: ChainFacts | None = None
    problem: str = "anchor.unreachable"
    checkpoint: bytes | None = None
    silent: bool = False
