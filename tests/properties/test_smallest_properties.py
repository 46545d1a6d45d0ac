# SPDX-License-Identifier: Apache-2.0
"""Laws of the smallest set: equal to trying everything, not larger by more on file, refused, not guessed."""

from __future__ import annotations

from itertools import product
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.recognition.smallest import SearchLimitError, smallest

Needs = list[list[frozenset[int]]]

options = st.frozensets(st.integers(0, 9), max_size=4)
needs_: Final = st.lists(st.lists(options, min_size=1, max_size=4), max_size=7)
many: Final = st.lists(
    st.lists(st.frozensets(st.integers(0, 15), min_size=1, max_size=3), min_size=1, max_size=2),
    min_size=8,
    max_size=12,
)


def _papers(needs: Needs, chosen: tuple[int, ...]) -> frozenset[int]:
    return frozenset().union(*(need[position] for need, position in zip(needs, chosen, strict=True)))


def _tried(needs: Needs) -> tuple[int, ...]:
    """Every choice there is: the fewest papers, of equals the first."""
    every = product(*(range(len(need)) for need in needs))
    return min(every, key=lambda chosen: (len(_papers(needs, chosen)), chosen))


@settings(max_examples=300)
@given(needs_)
def test_equal_to_trying_everything(needs: Needs) -> None:
    """The choice is the very one that trying all of them finds, ties included."""
    assert smallest(needs) == _tried(needs)


@settings(max_examples=150, deadline=None)
@given(many)
def test_equal_to_trying_everything_for_twelve(needs: Needs) -> None:
    """So it is with up to twelve needs that hang together."""
    assert smallest(needs) == _tried(needs)


@settings(max_examples=200)
@given(needs_, st.frozensets(st.integers(0, 9)))
def test_what_is_there_never_makes_it_larger(needs: Needs, there: frozenset[int]) -> None:
    """Papers that are there already never make the set larger, and are never in it."""
    left = [[option - there for option in need] for need in needs]
    papers = _papers(left, smallest(left))
    assert not papers & there
    assert len(papers) <= len(_papers(needs, smallest(needs)))


@settings(max_examples=200)
@given(needs_, options, st.data())
def test_one_more_way_never_makes_it_larger(needs: Needs, way: frozenset[int], data: st.DataObject) -> None:
    """One more alternative of a need never makes the set larger."""
    before = len(_papers(needs, smallest(needs)))
    if not needs:
        return
    number = data.draw(st.integers(0, len(needs) - 1))
    more = [[*need, way] if n == number else need for n, need in enumerate(needs)]
    assert len(_papers(more, smallest(more))) <= before


def test_what_cannot_be_searched_is_refused() -> None:
    """Past the stated limit the answer is a refusal that states it, and no approximation."""
    needs = [[{n, n + 1, 97}, {(n * 7) % 31, (n * 11) % 31}, {(n * 5) % 37, 98}] for n in range(40)]
    with pytest.raises(SearchLimitError) as caught:
        smallest(needs, steps=50)
    assert (caught.value.code, caught.value.needs, caught.value.steps) == ("ask.too_large", 40, 50)


def test_needs_that_share_nothing_are_not_searched() -> None:
    """A thousand independent needs take no step of the search."""
    needs = [[{(n, 0), (n, 1)}, {(n, 2)}] for n in range(1000)]
    assert smallest(needs, steps=0) == (1,) * 1000
