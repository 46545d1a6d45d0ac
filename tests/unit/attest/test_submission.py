# SPDX-License-Identifier: Apache-2.0
"""Handing in oneself (自愿提交): the log keeps out of it, and nobody is accused for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from attest.catalogue.model import Binding, CaseRole
from attest.reask.commands import Ask, ClaimHeld, Receive
from attest.reask.model import Claim, Request
from attest.reask.repository import reasks_in_case
from attest.recognition.commands import Rely
from attest.recognition.rules import decide
from attest.registry.model import SERVICE
from attest.submission.commands import ChooseSubmission, ReleaseSubmission
from attest.submission.model import SubmissionChoice
from attest.submission.repository import choosers
from tests.attest_parts import Meaning, a_ledger
from tests.recognition_parts import (
    CASE,
    NOW,
    a_candidate,
    a_requirement,
    a_type,
    an_evidence,
    some_facts,
    types_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attest.reask.model import ReaskRow
    from attest.recognition.model import Decision

LICENCE = "business-licence.pdf"
CHOSEN = ("required", "submission.by_choice")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Meaning]:
    """A ledger in which XF accepted the eatery's licence."""
    with a_ledger(tmp_path) as made:
        made.accept(made.fire_case(), LICENCE, "XF")
        yield made


def choice(ledger: Meaning, case: str, person: str = "chen", requirement: str = "licence") -> Any:
    """A party's word."""
    return SubmissionChoice(case, ledger.context.random(32), requirement, ledger.holders[person])


def choose(ledger: Meaning, case: str, person: str = "chen") -> None:
    """The party hands the licence in themselves."""
    ledger.act(ChooseSubmission(ledger.catalogue), choice(ledger, case, person), SERVICE)


def release(ledger: Meaning, case: str, person: str = "chen") -> None:
    """The party lets the log serve."""
    ledger.act(ReleaseSubmission(ledger.catalogue), choice(ledger, case, person), SERVICE)


def test_what_is_only_shown_is_not_handed_in(ledger: Meaning) -> None:
    """An identity card is looked at and never kept: nothing to choose, and nothing is recorded."""
    asked = choice(ledger, ledger.food_case(), requirement="identity")
    assert ledger.refusal(ChooseSubmission(ledger.catalogue), asked, SERVICE) == "submission.shown_only"


# deciding


def decided(*pool: Any, chosen: str = "need", **facts: Any) -> Decision:
    """Two requirements that take the same paper; one of them is handed in by choice."""
    needs = (a_requirement(), a_requirement(code="other"))
    case = some_facts(by_choice=frozenset({chosen}), **facts)
    return decide(needs, pool, case, types_of(a_type()), NOW)


def test_only_the_chosen_requirement_is_kept_from_the_log() -> None:
    """It is required by its own reason and asked for; the other one is recognised as ever."""
    decision = decided(a_candidate(1))
    found = {one.requirement: (one.verdict, one.reason) for one in decision.results}
    assert found == {"need": CHOSEN, "other": ("recognised", "matched.holder")}
    assert [(one.requirement, one.type, one.reason) for one in decision.ask] == [
        ("need", "paper", "submission.by_choice")
    ]
    assert decision.results[0].used == ()


def test_what_this_case_brought_counts() -> None:
    """Once it was handed in it is on file; a wrong one that was handed in is said to be wrong."""
    assert decided(a_candidate(1), a_candidate(2, case_no=CASE)).results[0].acceptances == (
        a_candidate(2).acceptance,
    )
    fallen = a_candidate(2, case_no=CASE, retracted=("XF", 1, "forged"))
    assert decided(a_candidate(1), fallen).results[0].reason == "acceptance.retracted"


def test_each_holder_of_a_role_hands_in() -> None:
    """Where each holder needs one, the choice covers them all, and each one of theirs counts."""
    each = an_evidence(bindings=(Binding("holder", CaseRole("operator")),), each=True)
    case = some_facts(by_choice=frozenset({"need"}))
    (operator,) = case.parties["operator"]
    paper = a_candidate(1, parties=(("holder", operator),))
    types = types_of(a_type())
    assert decide([a_requirement((each,))], [paper], case, types, NOW).results[0].verdict == "required"
    here = replace(paper, case_no=CASE)
    assert decide([a_requirement((each,))], [here], case, types, NOW).results[0].verdict == "recognised"


# the acts


def test_chosen_and_released(ledger: Meaning) -> None:
    """Recognised, chosen, released: each look-up says what stands; relying while chosen is refused."""
    case, other = ledger.food_case(), ledger.food_case()
    assert ledger.verdict("SC", case, "licence")[0] == "recognised"
    choose(ledger, case)
    assert ledger.verdict("SC", case, "licence") == CHOSEN
    assert ledger.verdict("SC", other, "licence")[0] == "recognised"
    accepted = ledger.accept(ledger.fire_case(), LICENCE, "XF")
    record = ledger.reliance(case, "licence", accepted, "SC-002")
    assert ledger.refusal(Rely(ledger.catalogue), record, "SC") == "reliance.not_recognised"
    release(ledger, case)
    ledger.rely(case, "licence", accepted, "SC-002", "SC")


def found(ledger: Meaning, case: str) -> list[ReaskRow]:
    """Re-asks of a case."""
    return reasks_in_case(case, None, ledger.log.store)


def ask(ledger: Meaning, case: str) -> None:
    """The department asks for the licence."""
    more: dict[str, Any] = {"requirement": "licence", "type": None, "what": None}
    record = Request(case, ledger.context.random(32), notice="request", channel="window", **more)
    ledger.act(Ask(ledger.catalogue), record, "SC")


@pytest.mark.parametrize("chosen", [True, False])
def test_the_detector_accuses_nobody_for_it(ledger: Meaning, *, chosen: bool) -> None:
    """Asked for, claimed, taken in: a re-ask without the choice (the control), none with it."""
    ways = {one: ledger.food_case() for one in ("request", "claim", "receipt")}
    for case in ways.values():
        if chosen:
            choose(ledger, case)
    ask(ledger, ways["request"])
    claim = Claim(ways["claim"], ledger.context.random(32), "web", "licence", None)
    ledger.act(ClaimHeld(ledger.catalogue), claim, SERVICE)
    paper = ledger.acceptance(ways["receipt"], LICENCE, "SC")
    ledger.act(Receive(ledger.catalogue), paper, "SC")
    assert {way: len(found(ledger, case)) for way, case in ways.items()} == dict.fromkeys(
        ways, int(not chosen)
    )


def test_what_was_handed_in_is_not_asked_for_twice(ledger: Meaning) -> None:
    """The choice excuses one asking: with the paper on file in the case another one is in vain."""
    case = ledger.food_case()
    choose(ledger, case)
    ledger.act(Receive(ledger.catalogue), ledger.acceptance(case, LICENCE, "SC"), "SC")
    assert found(ledger, case) == []
    ask(ledger, case)
    assert [one.finding for one in found(ledger, case)] == ["recognisable"]


def test_a_choice_after_the_asking_excuses_nothing(ledger: Meaning) -> None:
    """What was asked in vain stays recorded, whatever the applicant chooses afterwards."""
    case = ledger.food_case()
    ask(ledger, case)
    choose(ledger, case)
    assert len(found(ledger, case)) == 1


def test_who_may_not(ledger: Meaning) -> None:
    """Strangers, departments, other requirements, twice, too late: each by its code."""
    case, act = ledger.food_case(), ChooseSubmission(ledger.catalogue)
    assert ledger.refusal(act, choice(ledger, case, "he"), SERVICE) == "case.unknown"
    assert ledger.refusal(act, choice(ledger, "no-case"), SERVICE) == "case.unknown"
    assert ledger.refusal(act, choice(ledger, case), "SC") == "issuer.mismatch"
    assert ledger.refusal(act, choice(ledger, case, requirement="x"), SERVICE) == "requirement.unknown"
    back = ReleaseSubmission(ledger.catalogue)
    assert ledger.refusal(back, choice(ledger, case), SERVICE) == "submission.not_chosen"
    choose(ledger, case)
    assert ledger.refusal(act, choice(ledger, case), SERVICE) == "submission.chosen"
    late = ledger.food_case()
    accepted = ledger.accept(ledger.fire_case(), LICENCE, "XF")
    ledger.rely(late, "licence", accepted, "SC-002", "SC")
    assert ledger.refusal(act, choice(ledger, late), SERVICE) == "submission.late"


def test_each_party_has_a_say_and_the_past_stays(ledger: Meaning) -> None:
    """It stands while one party's choice does; earlier sizes of the log read as they were."""
    case, store = ledger.food_case(), ledger.log.store
    sizes = [ledger.size]
    for step, person in ((choose, "chen"), (choose, "eatery"), (release, "chen"), (release, "eatery")):
        step(ledger, case, person)
        sizes.append(ledger.size)
    chen, eatery = ledger.holders["chen"], ledger.holders["eatery"]
    expected = [set(), {chen}, {chen, eatery}, {eatery}, set()]
    assert [set(choosers(case, store, size).get("licence", ())) for size in sizes] == expected
