# SPDX-License-Identifier: Apache-2.0
"""Situation guidance: closed answers choose requirements and clock, anything else is refused by name."""

from __future__ import annotations

import pytest

from attest.catalogue.situations import (
    SituationError,
    check_answers,
    clock_for,
    material_types_of,
    requirements_for,
)
from tests.recognition_parts import demo_item

FOOD = {"prepacked": "no", "catering": "yes", "applicant": "self"}


def test_answers_choose_requirements() -> None:
    """Only what the situation needs is asked, in the guide's order."""
    item = demo_item("SC-002")
    always = ["application", "licence", "layout", "rules_list", "identity"]
    assert [r.code for r in requirements_for(item, FOOD)] == [*always, "health"]
    other = {**FOOD, "catering": "no", "applicant": "agent"}
    assert [r.code for r in requirements_for(item, other)] == [*always, "mandate"]


@pytest.mark.parametrize(
    ("premises", "code"),
    [("owned", "premises.owned"), ("leased", "premises.leased"), ("free_use", "premises.free_use")],
)
def test_premises_have_one_requirement_each(premises: str, code: str) -> None:
    """Each kind of premises asks for its own proof, and for no other."""
    answers = {"premises": premises, "residence": "local", "applicant": "self"}
    chosen = [r.code for r in requirements_for(demo_item("YC-004"), answers)]
    assert [c for c in chosen if c.startswith("premises.")] == [code]


@pytest.mark.parametrize(
    ("procedure", "profile", "days"), [("promise", "fire_promise", 1), ("check", "fire_check", 13)]
)
def test_situation_chooses_the_clock(procedure: str, profile: str, days: int) -> None:
    """With a promise the fire check has another clock than without."""
    clock = clock_for(demo_item("XF-001"), {"procedure": procedure})
    assert (clock.profile, clock.promised_limit.n) == (profile, days)


@pytest.mark.parametrize(
    ("answers", "code", "question"),
    [
        ({}, "situation.unanswered", "prepacked"),
        ({"prepacked": "no", "applicant": "self"}, "situation.unanswered", "catering"),
        ({**FOOD, "weather": "rain"}, "situation.unknown_question", "weather"),
        ({**FOOD, "catering": "maybe"}, "situation.unknown_option", "catering"),
        ({**FOOD, "prepacked": "yes"}, "situation.other_item", "prepacked"),
    ],
)
def test_answers_that_do_not_fit(answers: dict[str, str], code: str, question: str) -> None:
    """An open, unknown or impossible answer is refused with a stable code and the question."""
    for ask in (check_answers, requirements_for, clock_for):
        with pytest.raises(SituationError) as caught:
            ask(demo_item("SC-002"), answers)
        assert (caught.value.code, caught.value.question) == (code, question)


def test_other_item_says_what_is_right() -> None:
    """An answer that leads to another item says which way to go."""
    with pytest.raises(SituationError) as caught:
        check_answers(demo_item("SC-002"), {**FOOD, "prepacked": "yes"})
    assert caught.value.instead is not None
    assert "备案" in caught.value.instead.zh


def test_look_ups_stay_within_the_situation() -> None:
    """The types that a look-up may touch are those of the chosen requirements."""
    chosen = requirements_for(demo_item("XF-001"), {"procedure": "promise"})
    assert material_types_of(chosen) == {
        "fire_promise",
        "business_licence",
        "fire_rules_plan",
        "fire_drawings",
    }
