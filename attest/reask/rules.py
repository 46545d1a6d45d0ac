# SPDX-License-Identifier: Apache-2.0
"""Whether a paper was asked for in vain: decided from what was known at that moment, and nothing else. Pure.

It was in vain where every requirement that the paper could have served was met without it. As soon as one of
them was not met, or could not be told, the paper had its reason and nothing is said against anybody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from attest.catalogue.model import CaseRole
from attest.recognition.alternatives import nearest
from attest.recognition.evidence import judge
from attest.recognition.model import RECOGNISED, REQUIRED
from attest.recognition.rules import pool_of, result_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attest.catalogue.model import Evidence, MaterialTypes, Requirement
    from attest.recognition.evidence import Pool
    from attest.recognition.model import Candidate, EvidenceResult, Facts

_NEEDED: Final = "needed"


@dataclass(frozen=True, slots=True)
class Paper:
    """What was asked for or taken in: a type, the (role, holder) that stand in it, and the keyed id of the
    thing it is about; None: not said.

    `own`: whether papers taken in with this very case show that it was in vain. Of a request they do; a
    second copy handed in with the same case may be a better one, and says nothing.
    """

    type: str
    parties: tuple[tuple[str, bytes], ...] | None = None
    about: bytes | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Spared:
    """A requirement that was met already, and the acceptance that met it."""

    requirement: str
    type: str
    ground: Candidate


def spared_paper(
    requirements: Sequence[Requirement],
    candidates: Iterable[Candidate],
    facts: Facts,
    types: MaterialTypes,
    paper: Paper,
) -> Spared | None:
    """What made the paper needless, or None: it had its reason. `requirements` are those that apply."""
    pool = pool_of(_counting(candidates, facts, paper))
    found: Spared | None = None
    for one in requirements:
        if paper.type in one.types:
            said = _served(one, pool, facts, types, paper)
            if said == _NEEDED:
                return None
            if isinstance(said, Spared):
                found = found or said
    return found


def spared_requirement(
    one: Requirement, candidates: Iterable[Candidate], facts: Facts, types: MaterialTypes, *, own: bool
) -> Spared | None:
    """What met the whole requirement already, or None; without `own` also where this case brought it too."""
    known = list(candidates)
    elsewhere = [c for c in known if c.case_no != facts.case_no]
    for counted in (known,) if own else (known, elsewhere):
        position, found = nearest(one, pool_of(counted), facts, types)
        result = result_of(one, position, found)
        if result.verdict != RECOGNISED:
            return None
        ground = next((c for c in result.used if own or c.case_no != facts.case_no), None)
        if ground is not None:
            return Spared(one.code, ground.type, ground)
    return None


def could_serve(requirements: Iterable[Requirement], facts: Facts, paper: Paper) -> bool:
    """Whether the paper could serve any of the requirements at all: a cheap question to ask first."""
    return any(
        _fits(evidence, facts, paper)
        for one in requirements
        if paper.type in one.types
        for combination in one.alternatives
        for evidence in combination.evidence
    )


def _counting(candidates: Iterable[Candidate], facts: Facts, paper: Paper) -> list[Candidate]:
    return [one for one in candidates if paper.own or one.type != paper.type or one.case_no != facts.case_no]


def _served(
    one: Requirement, pool: Pool, facts: Facts, types: MaterialTypes, paper: Paper
) -> Spared | str | None:
    """What the requirement says of the paper: `Spared`, `_NEEDED`, or None where it has no say."""
    fitting = [
        (combination, position)
        for combination in one.alternatives
        for position, evidence in enumerate(combination.evidence)
        if _fits(evidence, facts, paper)
    ]
    if not fitting:
        return None
    result = result_of(one, *nearest(one, pool, facts, types))
    if result.verdict == RECOGNISED:
        ground = _ground(result.used, facts, paper)
        return Spared(one.code, paper.type, ground) if ground is not None else None
    said: Spared | None = None
    for combination, position in fitting:
        _, found = nearest(replace(one, alternatives=(combination,)), pool, facts, types)
        here = facts.judging(one.code)
        ground = _ground_of(combination.evidence[position], found[position], pool, here, types, paper)
        if ground is None:
            return _NEEDED
        said = said or Spared(one.code, paper.type, ground)
    return said


def _ground_of(
    evidence: Evidence, found: EvidenceResult, pool: Pool, facts: Facts, types: MaterialTypes, paper: Paper
) -> Candidate | None:
    """The acceptance that meets this evidence, at least for the holder whose paper it is."""
    if found.verdict == RECOGNISED:
        return _ground(found.used, facts, paper)
    if not (evidence.each and found.verdict == REQUIRED and paper.parties is not None):
        return None
    role = evidence.bindings[0].by.role
    named = set(facts.parties.get(role, ())) & {holder for _, holder in paper.parties}
    if not named or named & set(found.missing):
        return None
    narrowed = replace(facts, parties={**facts.parties, role: tuple(sorted(named))})
    return _ground(judge(evidence, pool, narrowed, types, None).used, facts, paper)


def _ground(used: Sequence[Candidate], facts: Facts, paper: Paper) -> Candidate | None:
    """Of what met it the same paper of the same holder; else what met it another way.

    None where only this very case brought it, or where the same type met it by another's paper or for another
    thing: then what was handed in is not the paper that was known.
    """
    counted = [one for one in used if paper.own or one.case_no != facts.case_no]
    same = [one for one in counted if one.type == paper.type]
    if not same:
        return counted[0] if counted else None
    return next((one for one in same if _is_that(one, paper)), None)


def _is_that(one: Candidate, paper: Paper) -> bool:
    if paper.about is not None and one.about is not None and paper.about != one.about:
        return False
    holders = None if paper.parties is None else {holder for _, holder in paper.parties}
    return holders is None or any(holder in holders for _, holder in one.parties)


def _fits(evidence: Evidence, facts: Facts, paper: Paper) -> bool:
    """Whether the paper could be this evidence: its type, and its holders in the roles of the case."""
    if evidence.type != paper.type:
        return False
    if paper.parties is None:
        return True
    for binding in evidence.bindings:
        if isinstance(binding.by, CaseRole):
            held = facts.parties.get(binding.by.role, ())
            roles = {binding.role, "co_holder"} if binding.role == "holder" else {binding.role}
            if held and not any(role in roles and holder in held for role, holder in paper.parties):
                return False
    return True
