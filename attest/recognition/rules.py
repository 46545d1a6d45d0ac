# SPDX-License-Identifier: Apache-2.0
"""`decide`: a verdict for every requirement of a case, from candidates and facts alone. Pure, deterministic.

Three values, taken strictly: a combination is as good as its least evidence, a requirement as its best
combination, so that what cannot be told now is never said to be required, nor the other way round. What is
still to ask is the smallest set (`smallest.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.recognition.alternatives import nearest, ways
from attest.recognition.evidence import VERDICTS
from attest.recognition.mandated import mandated
from attest.recognition.model import RECOGNISED, REQUIRED, Ask, Decision, RequirementResult
from attest.recognition.papers import askings
from attest.recognition.smallest import smallest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from attest.catalogue.model import MaterialTypes, Requirement
    from attest.recognition.evidence import Pool
    from attest.recognition.model import Candidate, EvidenceResult, Facts
    from attest.recognition.papers import Asked, Paper


def decide(
    requirements: Iterable[Requirement],
    candidates: Iterable[Candidate],
    facts: Facts,
    types: MaterialTypes,
    now: int,
) -> Decision:
    """Verdicts in the order of `requirements`; that of `candidates` does not count. `now`: Unix seconds.

    Raises SearchLimitError where the smallest set to ask is not found within the limit.
    """
    pool = pool_of(candidates)
    asked = tuple(requirements)
    results = [result_of(one, *nearest(one, pool, facts, types)) for one in asked]
    if facts.mandates:
        results = [mandated(*pair, facts, types) for pair in zip(asked, results, strict=True)]
    open_ = [number for number, result in enumerate(results) if result.verdict == REQUIRED]
    if not open_:
        return Decision(now, tuple(results), ())
    chosen: dict[int, Asked] = {}
    seen: set[str] = set()
    shared: set[str] = set()
    apart = False
    for number in open_:
        one = asked[number]
        if not seen.isdisjoint(one.types):
            shared |= seen & one.types
        seen |= one.types
        apart = apart or one.counts_apart
    if not shared and not apart:  # no two of them can be the same paper
        return Decision(now, tuple(results), _listed(open_, results))
    if any(
        (asked[number].counts_apart or not shared.isdisjoint(asked[number].types))
        and _is_choice(asked[number], results[number], facts)
        for number in open_
    ):
        chosen = _choose(asked, open_, results, pool, facts, types)
    return Decision(now, tuple(results), _asks(asked, open_, results, chosen, facts))


def pool_of(candidates: Iterable[Candidate]) -> Pool:
    """Candidates by type."""
    pool: Pool = {}
    for candidate in candidates:
        pool.setdefault(candidate.type, []).append(candidate)
    return pool


def _choose(
    requirements: Sequence[Requirement],
    open_: Sequence[int],
    results: list[RequirementResult],
    pool: Pool,
    facts: Facts,
    types: MaterialTypes,
) -> dict[int, Asked]:
    """What each asks for in the smallest set; `results` turn to the alternatives that it takes."""
    needs = [ways(requirements[number], pool, facts, types) for number in open_]
    positions = smallest([[way.papers for way in need] for need in needs])
    chosen: dict[int, Asked] = {}
    for number, need, position in zip(open_, needs, positions, strict=True):
        way = need[position]
        chosen[number] = way.asked
        results[number] = result_of(requirements[number], way.position, way.found)
    return chosen


def _is_choice(one: Requirement, result: RequirementResult, facts: Facts) -> bool:
    """Whether more than one set of papers could meet it: alternatives, people, papers that others hang on.

    A requirement whose types no other names is settled by itself: its nearest alternative asks fewest.
    """
    if len(one.alternatives) > 1:
        return True
    anchor = one.alternatives[0].referenced
    if anchor is not None and result.evidence[anchor].verdict == RECOGNISED:
        return True
    return any(len(people) > 1 for people in facts.parties.values())


def _listed(open_: Sequence[int], results: Sequence[RequirementResult]) -> tuple[Ask, ...]:
    return tuple(
        [
            Ask(results[number].requirement, one.type, one.roles, one.reason)
            for number in open_
            for one in results[number].evidence
            if one.verdict == REQUIRED
        ]
    )


def _asks(
    requirements: Sequence[Requirement],
    open_: Sequence[int],
    results: Sequence[RequirementResult],
    chosen: Mapping[int, Asked],
    facts: Facts,
) -> tuple[Ask, ...]:
    """Each missing paper once, under the first requirement that it serves; of one name there, one line."""
    asks: dict[tuple[str, str, tuple[str, ...]], Ask] = {}
    known: set[Paper] = set()
    for number in open_:
        result = results[number]
        asked = chosen.get(number)
        if asked is None:
            combination = requirements[number].alternatives[result.combination]
            asked = next(askings(combination, result.evidence, facts.parties))
        for one, papers in zip(result.evidence, asked, strict=True):
            if papers and not known.issuperset(papers):
                known.update(papers)
                key = (result.requirement, one.type, one.roles)
                asks.setdefault(key, Ask(result.requirement, one.type, one.roles, one.reason))
    return tuple(asks.values())


def result_of(one: Requirement, position: int, found: tuple[EvidenceResult, ...]) -> RequirementResult:
    """What a requirement comes to by the alternative at `position`."""
    if len(found) == 1:
        deciding = found[0]
        verdict, used, until = deciding.verdict, deciding.used, deciding.valid_until
    else:
        states = [evidence.verdict for evidence in found]
        verdict = next(word for word in VERDICTS if word in states)
        deciding = found[states.index(verdict)]
        used, until = (), None
        if verdict == RECOGNISED:
            used = tuple(candidate for evidence in found for candidate in evidence.used)
            until = min((e.valid_until for e in found if e.valid_until is not None), default=None)
    return RequirementResult(
        one.code,
        verdict,
        deciding.reason,
        deciding.params,
        used,
        until,
        position,
        found,
        one.necessity == "may_follow",
    )
