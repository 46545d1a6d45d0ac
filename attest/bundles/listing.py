# SPDX-License-Identifier: Apache-2.0
"""The lists of a plan from the ways chosen: what to bring, what not and why, what cannot be told. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from attest.bundles.plan import RECOGNISED, Bring, Spared, Unsure, Use, Why
from attest.catalogue.model import CaseRole
from attest.recognition.model import CANNOT_TELL
from attest.recognition.model import RECOGNISED as MET

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from attest.bundles.model import Member
    from attest.bundles.shared import Shared
    from attest.catalogue.model import Evidence, Requirement
    from attest.recognition.alternatives import Way
    from attest.recognition.model import EvidenceResult, Facts
    from attest.recognition.papers import Paper


NOT_LOOKED: Final = "bundle.not_looked"
"""The reason of what a step asks whose department the asker may not look for."""


class Settled(NamedTuple):
    """One requirement of one step with the way in which it is met, or would be.

    `looked`: None where nobody is looked at, else whether this step was.
    """

    member: Member
    requirement: Requirement
    facts: Facts
    verdict: str
    way: Way
    looked: bool | None = None

    @property
    def chosen(self) -> bool:
        """Whether the applicant chose to hand it in themselves."""
        return self.requirement.code in self.facts.by_choice

    def parts(self) -> Iterator[tuple[Evidence, EvidenceResult, tuple[Paper, ...]]]:
        """Each evidence of the way with what was found for it and what it still asks."""
        evidence = self.requirement.alternatives[self.way.position].evidence
        return zip(evidence, self.way.found, self.way.asked, strict=True)

    def use(self, type_: str) -> Use:
        """The requirement as what a paper serves."""
        one, asks = self.requirement, self.member.asks
        joint = asks is None or one.code in asks
        return Use(self.member.step, one.code, one.text, type_, one.necessity == "may_follow", joint)


def bring(settled: Iterable[Settled], shared: Shared) -> tuple[Bring, ...]:
    """What to bring in the order of first use, joint papers before what a guide asks besides."""
    uses: dict[Paper, list[Use]] = {}
    why: dict[Paper, list[Why]] = {}
    each: set[Paper] = set()
    for one in settled:
        for evidence, result, papers in one.parts():
            for paper in shared.brought(one.member, papers, chosen=one.chosen):
                use = one.use(evidence.type)
                uses.setdefault(paper, []).append(use)
                reasons = why.setdefault(paper, [])
                if one.looked is not None:
                    reasons.append(_why(use, result, looked=one.looked))
                if evidence.each:
                    each.add(paper)
    made = [
        Bring(paper.type, shared.parties(paper), tuple(found), paper in each, tuple(why[paper]))
        for paper, found in uses.items()
    ]
    return tuple(sorted(made, key=lambda one: not one.joint))


def _why(use: Use, result: EvidenceResult, *, looked: bool) -> Why:
    return Why(use, result.reason, result.params) if looked else Why(use, NOT_LOOKED, {})


def spared(settled: Iterable[Settled], shared: Shared) -> tuple[Spared, ...]:
    """What need not be brought: recognised by whom, checked where, produced by which step; each once."""
    found: dict[Hashable, Spared] = {}
    for one in settled:
        for evidence, result, papers in one.parts():
            if result.verdict == MET:
                key: Hashable = tuple(used.acceptance for used in result.used) or result.params.get("entry")
                _add(found, key, _recognised(one, evidence, result))
            for paper in papers:
                free = shared.free(one.member, paper, chosen=one.chosen)
                if free is not None:
                    named = shared.paper(one.member, paper)
                    made = Spared(named.type, shared.parties(named), (one.use(evidence.type),), *free)
                    _add(found, (named, *free), made)
    return tuple(found.values())


def _add(found: dict[Hashable, Spared], key: Hashable, made: Spared) -> None:
    known = found.get(key)
    found[key] = made if known is None else replace(known, uses=(*known.uses, *made.uses))


def _recognised(one: Settled, evidence: Evidence, result: EvidenceResult) -> Spared:
    roles = one.member.roles
    parties = tuple(
        (
            b.role,
            roles.get(b.by.role, b.by.role) if isinstance(b.by, CaseRole) else f"{b.by.type}.{b.by.role}",
        )
        for b in evidence.bindings
    )
    by = result.used[0].authority if result.used else ""
    stands = [used.index for used in result.used] or [int(result.params["entry"])]
    return Spared(
        evidence.type,
        parties,
        (one.use(evidence.type),),
        RECOGNISED,
        by,
        None,
        result.params,
        result.reason,
        tuple(stands),
    )


def unsure(settled: Sequence[Settled]) -> tuple[Unsure, ...]:
    """Requirements on which nothing can be told now, each with the first reason."""
    made = []
    for one in settled:
        if one.verdict == CANNOT_TELL:
            first = next(found for found in one.way.found if found.verdict == CANNOT_TELL)
            made.append(Unsure(one.use(first.type), first.reason, first.params))
    return tuple(made)
