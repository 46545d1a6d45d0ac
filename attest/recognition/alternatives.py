# SPDX-License-Identifier: Apache-2.0
"""The alternatives of one requirement: the nearest one, or every way of meeting it with what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from attest.recognition.evidence import STATES, choices, judge
from attest.recognition.gates import DEPTH, FAILED, PASSED
from attest.recognition.model import RECOGNISED
from attest.recognition.papers import askings
from attest.recognition.smallest import SearchLimitError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from attest.catalogue.model import Combination, MaterialTypes, Requirement
    from attest.recognition.evidence import Pool
    from attest.recognition.model import EvidenceResult, Facts
    from attest.recognition.papers import Asked, Paper

    Found = tuple[EvidenceResult, ...]


MOST_WAYS: Final = 256
"""Ways of meeting one requirement that are looked at."""


class Way(NamedTuple):
    """One way of meeting a requirement: the alternative's position, what was found, what it asks for."""

    position: int
    found: Found
    asked: Asked

    @property
    def papers(self) -> frozenset[Paper]:
        """All papers that it asks for."""
        return frozenset([paper for these in self.asked for paper in these])


def nearest(one: Requirement, pool: Pool, facts: Facts, types: MaterialTypes) -> tuple[int, Found]:
    """The first alternative that is met; else the nearest one, the first of equals."""
    facts = facts.judging(one.code)
    most: tuple[int, ...] = ()
    chosen: Found = ()
    position = 0
    for number, alternative in enumerate(one.alternatives):
        found = _best(alternative, pool, facts, types)
        rank = _nearness(alternative, found)
        if rank > most:
            most, chosen, position = rank, found, number
        if rank[0] == PASSED:
            break
    return position, chosen


def ways(one: Requirement, pool: Pool, facts: Facts, types: MaterialTypes) -> list[Way]:
    """Every way that asks for something, nearest first, of equals in the guide's order.

    An alternative is several ways where what it asks for hangs on a paper of which several are on file, or
    where one of several people may bring it. Raises SearchLimitError past MOST_WAYS.
    """
    facts = facts.judging(one.code)
    ranked = []
    for number, alternative in enumerate(one.alternatives):
        for found in _every(alternative, pool, facts, types):
            rank = _nearness(alternative, found)
            for asked in askings(alternative, found, facts.parties):
                ranked.append((rank, Way(number, found, asked)))
                if len(ranked) > MOST_WAYS:
                    raise SearchLimitError(1, MOST_WAYS)
    ranked.sort(key=lambda pair: pair[0], reverse=True)
    return [way for _, way in ranked]


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


def _best(one: Combination, pool: Pool, facts: Facts, types: MaterialTypes) -> Found:
    """Of what is found with each good candidate for the evidence that others name, the nearest."""
    if len(one.evidence) == 1:
        return (judge(one.evidence[0], pool, facts, types, None),)
    best: Found = ()
    most: tuple[int, ...] = ()
    for found in _every(one, pool, facts, types):
        if one.referenced is None:
            return found
        states = [STATES[evidence.verdict] for evidence in found]
        rank = (min(states), -states.count(FAILED), sum(states))
        if rank > most:
            best, most = found, rank
        if rank[0] == PASSED:
            break
    return best


def _every(one: Combination, pool: Pool, facts: Facts, types: MaterialTypes) -> Iterator[Found]:
    """Every evidence alone; where others name the parties of one, once for each good candidate for it."""
    anchor = one.referenced
    if anchor is None:
        yield tuple([judge(evidence, pool, facts, types, None) for evidence in one.evidence])
        return
    for first in choices(one.evidence[anchor], pool, facts, types):
        parties = first.used[0].parties if first.verdict == RECOGNISED else None
        yield tuple(
            first if number == anchor else judge(evidence, pool, facts, types, parties)
            for number, evidence in enumerate(one.evidence)
        )
