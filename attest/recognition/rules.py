# SPDX-License-Identifier: Apache-2.0
"""`decide`: a verdict for every requirement of a case, from candidates and facts alone. Pure, deterministic.

Three values, taken strictly: a combination is as good as its least evidence, a requirement as its best
combination, so that what cannot be told now is never said to be required, nor the other way round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.recognition.evidence import STATES, VERDICTS, choices, judge
from attest.recognition.gates import DEPTH, FAILED, PASSED
from attest.recognition.model import RECOGNISED, REQUIRED, Ask, Decision, RequirementResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from attest.catalogue.model import Combination, MaterialTypes, Requirement
    from attest.recognition.evidence import Pool
    from attest.recognition.model import Candidate, EvidenceResult, Facts


def decide(
    requirements: Iterable[Requirement],
    candidates: Iterable[Candidate],
    facts: Facts,
    types: MaterialTypes,
    now: int,
) -> Decision:
    """Verdicts in the order of `requirements`; that of `candidates` does not count. `now`: Unix seconds."""
    pool: Pool = {}
    for candidate in candidates:
        pool.setdefault(candidate.type, []).append(candidate)
    results = tuple(_requirement(one, pool, facts, types) for one in requirements)
    return Decision(now, results, _asks(results))


def _asks(results: Sequence[RequirementResult]) -> tuple[Ask, ...]:
    """Missing evidence of the nearest combinations; one paper that answers two requirements is asked once."""
    asks: dict[tuple[str, tuple[str, ...]], Ask] = {}
    for result in results:
        if result.verdict == REQUIRED:
            for one in result.evidence:
                if one.verdict == REQUIRED:
                    key = (one.type, one.roles)
                    asks.setdefault(key, Ask(result.requirement, one.type, one.roles, one.reason))
    return tuple(asks.values())


def _requirement(one: Requirement, pool: Pool, facts: Facts, types: MaterialTypes) -> RequirementResult:
    """The first alternative that is met; else the nearest one, the first of equals."""
    nearest: tuple[int, ...] = ()
    chosen: tuple[EvidenceResult, ...] = ()
    position = 0
    for number, alternative in enumerate(one.alternatives):
        found = _combination(alternative, pool, facts, types)
        rank = _nearness(alternative, found)
        if rank > nearest:
            nearest, chosen, position = rank, found, number
        if rank[0] == PASSED:
            break
    verdict = VERDICTS[nearest[0]]
    deciding = chosen[0] if len(chosen) == 1 else next(e for e in chosen if e.verdict == verdict)
    used: tuple[Candidate, ...] = ()
    until: date | None = None
    if len(chosen) == 1:
        used, until = deciding.used, deciding.valid_until
    elif verdict == RECOGNISED:
        used = tuple(candidate for evidence in chosen for candidate in evidence.used)
        until = min((e.valid_until for e in chosen if e.valid_until is not None), default=None)
    return RequirementResult(
        one.code,
        verdict,
        deciding.reason,
        deciding.params,
        used,
        until,
        position,
        chosen,
        one.necessity == "may_follow",
    )


def _nearness(alternative: Combination, found: Sequence[EvidenceResult]) -> tuple[int, ...]:
    """How near a combination comes: state, how few to ask, whether what others hang on stands, reason."""
    if len(found) == 1:
        only = found[0]
        state = STATES[only.verdict]
        return (state, -1 if state == FAILED else 0, 1, DEPTH.get(only.reason, -1))
    states = [STATES[evidence.verdict] for evidence in found]
    least = min(states)
    anchor = alternative.referenced
    return (
        least,
        -states.count(FAILED),
        int(anchor is None or states[anchor] == PASSED),
        DEPTH.get(found[states.index(least)].reason, -1),
    )


def _combination(
    one: Combination, pool: Pool, facts: Facts, types: MaterialTypes
) -> tuple[EvidenceResult, ...]:
    """Every evidence alone; where others name the parties of one, each good candidate for it is tried."""
    anchor = one.referenced
    if len(one.evidence) == 1:
        return (judge(one.evidence[0], pool, facts, types, None),)
    if anchor is None:
        return tuple(judge(evidence, pool, facts, types, None) for evidence in one.evidence)
    best: tuple[EvidenceResult, ...] = ()
    most = (-1, -1)
    for first in choices(one.evidence[anchor], pool, facts, types):
        parties = first.used[0].parties if first.verdict == RECOGNISED else None
        found = tuple(
            first if number == anchor else judge(evidence, pool, facts, types, parties)
            for number, evidence in enumerate(one.evidence)
        )
        states = [STATES[evidence.verdict] for evidence in found]
        rank = (min(states), sum(states))
        if rank > most:
            best, most = found, rank
        if most[0] == PASSED:
            break
    return best
