# SPDX-License-Identifier: Apache-2.0
"""How the ledger is, judged from facts: one answer, and one word for each of four checks (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

LATE: Final = 300
"""Seconds that a signed checkpoint may wait for its anchor."""
SLOW: Final = 180
"""Seconds until an entry must be signed for: a quarter of a second, and 120 by which its time may be off."""

Kind = Literal["ok", "warn", "wait", "fail", "na"]
Code = Literal[
    "writer_failed",
    "read_only",
    "mark_ahead",
    "mark_lost",
    "unsigned",
    "wrong_chain",
    "refused",
    "silent",
    "behind",
    "never",
    "good",
    "good_no_chain",
]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known at `now`: sizes are entries, times Unix seconds; None is none, or not known.

    `outcome` is the last word of the anchor worker, since `outcome_since`; empty where none ever worked.
    `mark` is the largest size that a writer acknowledged, by the files outside the database.
    """

    now: int
    size: int
    published: int = 0
    published_at: int | None = None
    unsigned_since: int | None = None
    chained: bool = False
    anchored: int | None = None
    anchored_at: int | None = None
    block: int | None = None
    waiting_since: int | None = None
    outcome: str = ""
    outcome_since: int | None = None
    mark: int | None = None
    read_only: str | None = None
    writer_failed: bool = False

    @property
    def backlog(self) -> int:
        """Entries that no root on the chain covers."""
        return max(0, self.size - (self.anchored or 0))

    @property
    def unsigned(self) -> int:
        """Entries below no published checkpoint."""
        return max(0, self.size - self.published)

    def age(self, moment: int | None) -> int:
        """Seconds since a moment."""
        return 0 if moment is None else max(0, self.now - moment)


class Judgement(NamedTuple):
    """The answer: its kind, what is so, and since how many seconds where that matters."""

    kind: Kind
    code: Code
    age: int = 0


class Checked(NamedTuple):
    """One of the four checks, its state and what it found."""

    name: Literal["taking", "signed", "mark", "chain"]
    kind: Kind
    code: Code | None = None


def judge(facts: Facts) -> Judgement:
    """The gravest of what is amiss; else that all is well."""
    for one in (_taking(facts), _mark(facts), _signed(facts), _chain(facts)):
        if one is not None:
            return one
    return Judgement("ok", "good" if facts.chained else "good_no_chain")


def checks(facts: Facts) -> tuple[Checked, ...]:
    """Each check by itself."""
    found = {"taking": _taking(facts), "signed": _signed(facts), "mark": _mark(facts), "chain": _chain(facts)}
    none: Kind = "ok" if facts.chained else "na"
    return (
        _checked("taking", found["taking"]),
        _checked("signed", found["signed"]),
        _checked("mark", found["mark"]),
        _checked("chain", found["chain"], none),
    )


def _checked(
    name: Literal["taking", "signed", "mark", "chain"], found: Judgement | None, well: Kind = "ok"
) -> Checked:
    return Checked(name, well) if found is None else Checked(name, found.kind, found.code)


def _taking(facts: Facts) -> Judgement | None:
    if facts.writer_failed:
        return Judgement("fail", "writer_failed")
    return None if facts.read_only is None else Judgement("fail", "read_only")


def _mark(facts: Facts) -> Judgement | None:
    if facts.mark is None:
        return Judgement("warn", "mark_lost")
    return Judgement("fail", "mark_ahead") if facts.mark > facts.size else None


def _signed(facts: Facts) -> Judgement | None:
    late = facts.age(facts.unsigned_since)
    return Judgement("warn", "unsigned", late) if facts.unsigned and late > SLOW else None


def _chain(facts: Facts) -> Judgement | None:
    """The worker may be gone with its last word standing: what has waited too long counts without it."""
    if not facts.chained:
        return None
    since = facts.age(facts.outcome_since)
    match facts.outcome:
        case "wrong_chain":
            return Judgement("warn", "wrong_chain", since)
        case "refused":
            return Judgement("warn", "refused", since)
        case "unreachable":
            return Judgement("warn", "silent", since)
    waiting = facts.age(facts.waiting_since)
    if facts.anchored is None:
        return Judgement("warn" if waiting > LATE else "wait", "never", waiting)
    return Judgement("warn", "behind", waiting) if waiting > LATE else None
