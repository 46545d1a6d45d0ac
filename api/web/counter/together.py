# SPDX-License-Identifier: Apache-2.0
"""A requirement that several papers meet together: which of them came in, which are still missing, in words.

What is missing is what the recognition found of the combination that comes nearest; nothing is judged anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from api.web.counter.looking import came_here
from api.web.texts import Texts
from attest.catalogue.model import CaseRole
from attest.recognition.model import CANNOT_TELL, NO_THING, RECOGNISED, REQUIRED
from attest.recognition.reasons import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.web.counter.looking import Look
    from api.web.counter.rows import Words
    from attest.catalogue.model import Combination, Evidence, Requirement
    from attest.recognition.model import EvidenceResult, RequirementResult

_PLAIN: Final = ("evidence.never_seen", "evidence.own_paper", "reuse.not_available", "handling.check_only")
"""Reasons that say no more than that the paper is to be brought."""


@dataclass(frozen=True, slots=True)
class Together:
    """Papers of one combination by name: handed in here, on record from elsewhere, still missing.

    `parts` says all of it in a line without its full stop, `why` of each missing paper what is known of it;
    `bring` is what a person is told to bring, `asked` that with the reasons.
    """

    here: tuple[str, ...]
    known: tuple[str, ...]
    parts: str
    why: str
    bring: str
    asked: str


def together(
    requirement: Requirement, result: RequirementResult, look: Look, words: Words
) -> Together | None:
    """The papers of a requirement that is not met; None where one paper alone would meet it, or is shown."""
    combination = requirement.alternatives[result.combination]
    found = list(zip(combination.evidence, result.evidence, strict=True))
    lacking = [(each, one) for each, one in found if one.verdict == REQUIRED]
    if result.verdict != REQUIRED or len(found) < 2 or not any(_kept(one, look) for _, one in lacking):
        return None
    t = Texts(words.language)

    def names(pairs: Sequence[tuple[Evidence, EvidenceResult]]) -> tuple[str, ...]:
        return tuple(_name(each, combination, look, words, t) for each, _ in pairs)

    had = [(each, one) for each, one in found if one.verdict == RECOGNISED]
    here = names([pair for pair in had if all(came_here(used, look) for used in pair[1].used)])
    known = names([pair for pair in had if not all(came_here(used, look) for used in pair[1].used)])
    waiting = names([(each, one) for each, one in found if _is_waiting(one)])
    missing = names(lacking)
    said = [
        t(f"counter.both_{group}", names=all_of(those, t))
        for group, those in (("here", here), ("known", known), ("waiting", waiting), ("missing", missing))
        if those
    ]
    parts = t("counter.both_between").join(said)
    reasons = [reason_of(one, words) for _, one in lacking]
    return Together(
        here,
        known,
        parts[:1].upper() + parts[1:],
        _why(missing, reasons, t),
        all_of(missing, t),
        all_of([with_reason(*pair, words) for pair in zip(missing, reasons, strict=True)], t),
    )


def all_of(names: Sequence[str], t: Texts) -> str:
    """Papers that are needed all: A和B, A and B. A name may hold a comma of its own."""
    return t("counter.both_and").join(names)


def reason_of(one: EvidenceResult | RequirementResult, words: Words) -> str:
    """What is known of a paper that does not serve; empty where it is only to be brought."""
    if one.verdict != REQUIRED or one.reason in _PLAIN:
        return ""
    return sentence(one.reason, one.params, words.language, words.departments)


def with_reason(name: str, reason: str, words: Words) -> str:
    """A name with the reason behind it in brackets, if there is one."""
    if not reason:
        return name
    return f"{name}（{reason.rstrip('。')}）" if words.language == "zh" else f"{name} ({reason.rstrip('.')})"


def _why(names: Sequence[str], reasons: Sequence[str], t: Texts) -> str:
    """The reasons as sentences; whose they are is said where several papers are missing."""
    if len(names) == 1:
        return reasons[0]
    said = [
        t("counter.both_why", name=name, why=why) for name, why in zip(names, reasons, strict=True) if why
    ]
    return ("" if t.language == "zh" else " ").join(said)


def _name(evidence: Evidence, combination: Combination, look: Look, words: Words, t: Texts) -> str:
    """A paper by name; whose it is, where another paper says that, or two of a kind are needed."""
    kind = look.types.get(evidence.type)
    name = evidence.type if kind is None else words.of(kind.name)
    several = sum(1 for one in combination.evidence if one.type == evidence.type) > 1
    by = evidence.bindings[0].by if evidence.bindings else None
    if by is None or (isinstance(by, CaseRole) and not several):
        return name
    return t("counter.both_whose", name=name, role=words.word(f"role.{by.role}"))


def _kept(one: EvidenceResult, look: Look) -> bool:
    kind = look.types.get(one.type)
    return kind is not None and kind.handling == "keep"


def _is_waiting(one: EvidenceResult) -> bool:
    """Whether somebody is still to answer; of a case that names no thing nobody ever will."""
    return one.verdict == CANNOT_TELL and one.reason != NO_THING
