# SPDX-License-Identifier: Apache-2.0
"""An issuer that fails is left alone for a while, and then tried by one question."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.issuers.circuit import FAILURES, PAUSE, Circuit


def failed(times: int, now: float = 0.0) -> Circuit:
    circuit = Circuit()
    for _ in range(times):
        circuit = circuit.begun().ended(now, answered=False)
    return circuit


def test_some_failures_in_a_row_open_it_for_a_pause() -> None:
    """Below the limit every question goes out; at it none does until the pause is over."""
    assert failed(FAILURES - 1).admits(0.0)
    circuit = failed(FAILURES)
    assert not circuit.admits(PAUSE - 0.1)
    assert circuit.admits(PAUSE)


def test_one_question_tries_it_again() -> None:
    """While it is out no other goes; its failure begins another pause, its answer ends them."""
    trial = failed(FAILURES).begun()
    assert not trial.admits(PAUSE)
    again = trial.ended(PAUSE, answered=False)
    assert not again.admits(2 * PAUSE - 0.1)
    assert again.admits(2 * PAUSE)
    assert trial.ended(PAUSE, answered=True) == Circuit()


def test_who_goes_away_says_nothing_of_the_issuer() -> None:
    """A question that was given up counts as no failure, and lets the next one try."""
    assert Circuit().begun().given_up() == Circuit()
    assert failed(FAILURES).begun().given_up().admits(PAUSE)


def test_an_answer_forgets_earlier_failures() -> None:
    """Failures count in a row only."""
    circuit = failed(FAILURES - 1).begun().ended(0.0, answered=True)
    assert circuit.begun().ended(0.0, answered=False).admits(0.0)


@given(st.lists(st.floats(0.1, 5.0), max_size=200))
def test_a_dead_issuer_costs_few_questions(waits: list[float]) -> None:
    """However often it is asked for, a dead issuer gets at most the limit and then one question a pause."""
    circuit, now, out = Circuit(), 0.0, 0
    for wait in waits:
        now += wait
        if circuit.admits(now):
            out += 1
            circuit = circuit.begun().ended(now, answered=False)
    assert out <= FAILURES + now / PAUSE
