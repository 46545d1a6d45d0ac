# SPDX-License-Identifier: Apache-2.0
"""The smallest set of papers that meets every need: exact, deterministic, bounded. Pure; knows no paper.

A need is met by any one of its options, an option by all of its papers, and a paper that is brought once
counts once, whatever number of needs it serves. Of the choices whose papers together are fewest, the answer
is the one that takes the earlier option of the first need in which they differ: the order of needs and of
options states what is preferred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from attest.errors import AttestError

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Sequence

    PaperT = TypeVar("PaperT", bound=Hashable)

MOST_NEEDS: Final = 512
"""Needs that hang together through shared papers, at most."""
MOST_STEPS: Final = 1_000_000
"""Looks at an option during one search, at most: some tenths of a second. Twelve needs of three options that
hang together take a twentieth of it; guides that people can read, next to nothing."""


class SearchLimitError(AttestError, ValueError):
    """The needs hang together so that the smallest set is not found within the limit; no guess is made."""

    code = "ask.too_large"

    def __init__(self, needs: int, steps: int) -> None:
        super().__init__(f"ask.too_large {needs} needs, {steps} steps")
        self.needs = needs
        self.steps = steps


def smallest(needs: Sequence[Sequence[Collection[PaperT]]], *, steps: int = MOST_STEPS) -> tuple[int, ...]:
    """Position of the chosen option of each need (raises SearchLimitError).

    Every need has at least one option; an option without papers asks for nothing.
    """
    bits: dict[PaperT, int] = {}
    masks = [[_mask(option, bits) for option in need] for need in needs]
    chosen = [0] * len(masks)
    open_ = _reduced(masks, chosen)
    budget = _Budget(len(needs), steps)
    for component in _components(open_):
        found = _search([open_[number] for number in component], budget)
        for number, position in zip(component, found, strict=True):
            chosen[number] = position
    return tuple(chosen)


class _Budget:
    def __init__(self, needs: int, steps: int) -> None:
        self._needs, self._all, self._left = needs, steps, steps

    def spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise SearchLimitError(self._needs, self._all)

    def refuse_more_than(self, most: int, needs: int) -> None:
        if needs > most:
            raise SearchLimitError(needs, self._all)


_Options = list[tuple[int, int]]
"""(position, papers as bits) of the options that can still be chosen."""


def _mask(option: Collection[PaperT], bits: dict[PaperT, int]) -> int:
    made = 0
    for paper in option:
        made |= bits.setdefault(paper, 1 << len(bits))
    return made


def _reduced(masks: list[list[int]], chosen: list[int]) -> dict[int, _Options]:
    """What is left to choose once all that must be brought anyway is free; `chosen` learns what is settled.

    A later option that brings all that an earlier one brings is never chosen; an earlier one may be.
    """
    open_: dict[int, _Options] = {number: list(enumerate(need)) for number, need in enumerate(masks)}
    forced, before = 0, -1
    while forced != before:
        before = forced
        for number in list(open_):
            left: _Options = []
            for position, mask in open_[number]:
                rest = mask & ~forced
                if all(kept & ~rest for _, kept in left):
                    left.append((position, rest))
            if len(left) == 1:
                chosen[number] = left[0][0]
                forced |= left[0][1]
                del open_[number]
            else:
                open_[number] = left
    return open_


def _components(open_: dict[int, _Options]) -> list[list[int]]:
    """Needs that share papers, directly or through others, each list in the order of the needs."""
    groups: list[tuple[int, list[int]]] = []
    for number, options in open_.items():
        touched, members = _union(options), [number]
        apart = []
        for other, those in groups:
            if other & touched:
                touched |= other
                members = those + members
            else:
                apart.append((other, those))
        groups = [*apart, (touched, members)]
    return [sorted(members) for _, members in groups]


def _search(needs: list[_Options], budget: _Budget) -> tuple[int, ...]:
    """Depth first in the order of preference, cut by a lower bound and by what was seen with fewer papers."""
    if len(needs) == 1:
        return (min(needs[0], key=lambda option: option[1].bit_count())[0],)
    budget.refuse_more_than(MOST_NEEDS, len(needs))
    touched = [_union(need) for need in needs]
    ahead = [0] * (len(needs) + 1)
    for number in range(len(needs) - 1, -1, -1):
        ahead[number] = ahead[number + 1] | touched[number]
    most = _greedy(needs) + 1  # fewer than this: a choice as small as the greedy one still counts
    best: tuple[int, ...] = ()
    looks = [0] * (len(needs) + 1)
    for number in range(len(needs) - 1, -1, -1):
        looks[number] = looks[number + 1] + len(needs[number])
    seen: dict[tuple[int, int], int] = {}
    stack: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    while stack:
        papers, path = stack.pop()
        at = len(path)
        count = papers.bit_count()
        if at == len(needs):
            if count < most:
                most, best = count, path
            continue
        key = (at, papers & ahead[at])
        if seen.get(key, most) <= count:
            continue
        budget.spend(looks[at])  # what is cut off has been looked at too
        if count + _least(needs, touched, at, papers) >= most:
            continue
        seen[key] = count
        stack.extend((papers | mask, (*path, position)) for position, mask in reversed(needs[at]))
    return best


def _union(need: _Options) -> int:
    made = 0
    for _, mask in need:
        made |= mask
    return made


def _greedy(needs: list[_Options]) -> int:
    papers = 0
    for need in needs:
        papers |= min((mask for _, mask in need), key=lambda mask: (mask & ~papers).bit_count())
    return papers.bit_count()


def _least(needs: list[_Options], touched: list[int], at: int, papers: int) -> int:
    """Papers that needs from `at` on bring at least: counted over needs that have none in common."""
    total = used = 0
    for number in range(at, len(needs)):
        left = touched[number] & ~papers
        if left & used:
            continue
        least = min((mask & ~papers).bit_count() for _, mask in needs[number])
        if least:
            total += least
            used |= left
    return total
