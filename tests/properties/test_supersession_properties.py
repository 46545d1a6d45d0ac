# SPDX-License-Identifier: Apache-2.0
"""What superseding can and cannot do, whatever the line."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from attest.recognition.model import RECOGNISED
from attest.supersession.model import BETTER_COPY, HOWS, RENEWED, Successor
from attest.supersession.rules import latest, line_of
from tests.recognition_parts import ELSEWHERE, NOW, a_candidate, decide_one


def an_id(number: int) -> bytes:
    """The id of the n-th acceptance."""
    return number.to_bytes(16, "big")


steps = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 9), st.sampled_from(HOWS)), max_size=20
).map(  # a newer acceptance comes later than what it supersedes
    lambda found: [
        Successor(an_id(older), an_id(older + by), older + by, how, "XF", NOW) for older, by, how in found
    ]
)


@given(steps, st.integers(0, 9))
def test_a_line_ends_at_what_nothing_supersedes(found: list[Successor], start: int) -> None:
    """The last of a line has no successor, each step is the latest of its kind, and one renewal is enough."""
    known = latest(found)
    line = line_of(an_id(start), known)
    at, hows = an_id(start), []
    while at in known:
        assert known[at].index == max(one.index for one in found if one.older == at)
        hows.append(known[at].how)
        at = known[at].newer
    if line is None:
        assert not hows
        return
    assert (line.last.newer, line.renewed) == (at, RENEWED in hows)
    assert line.last.newer not in known


candidates = st.lists(
    st.tuples(
        st.sampled_from(("none", *HOWS)),
        st.sampled_from(("original", "certified_copy", "scan", "data_check")),
        st.sampled_from((ELSEWHERE, "case-here")),
    ),
    min_size=1,
    max_size=8,
)


@given(candidates)
def test_a_renewed_paper_never_meets_a_requirement(made: list[tuple[str, str, str]]) -> None:
    """It is recognised exactly where it would be if the renewed ones were not on file at all."""
    pool = [
        a_candidate(
            number,
            assurance=assurance,
            case_no=case,
            superseded=("SC", NOW) if how == RENEWED else None,
            bettered=how != "none",
        )
        for number, (how, assurance, case) in enumerate(made, 1)
    ]
    left = [one for one in pool if one.superseded is None]
    result = decide_one(*pool)
    assert (result.verdict == RECOGNISED) == bool(left)
    if left:
        assert result.used == decide_one(*left).used
        assert all(one.superseded is None for one in result.used)


@given(candidates)
def test_a_better_copy_goes_first_and_takes_nothing_away(made: list[tuple[str, str, str]]) -> None:
    """Marking copies as bettered changes which one is used, never whether one is."""
    pool = [
        a_candidate(number, assurance=assurance, case_no=case, bettered=how == BETTER_COPY)
        for number, (how, assurance, case) in enumerate(made, 1)
    ]
    result, plain = decide_one(*pool), decide_one(*(replace(one, bettered=False) for one in pool))
    assert result.verdict == plain.verdict == RECOGNISED
    if not all(one.bettered for one in pool):
        assert not any(one.bettered for one in result.used)
