# SPDX-License-Identifier: Apache-2.0
"""The plan of a bundle for the people of a case: what is on file is left out, and each look is an entry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from attest.acts import Custodial
from attest.bundles.asking import BundleAnswer, BundleQuestion, PlanBundle
from attest.bundles.joint import with_forms
from attest.bundles.plan import OnFile
from attest.bundles.rules import plan_of
from attest.cases.commands import OpenCase
from attest.cases.repository import case_by_no, case_indexes
from attest.catalogue.situations import requirements_for
from attest.consents.commands import GiveConsent, WithdrawConsent
from attest.consents.model import Consent, Withdrawal
from attest.private import open_private
from attest.recognition.evidence import STATES
from attest.recognition.model import RECOGNISED, Facts, Word
from attest.recognition.rules import decide
from attest.registry.model import SERVICE
from attest.statements import Envelope
from attest.submission.commands import ChooseSubmission
from attest.submission.model import SubmissionChoice
from tests.attest_parts import SHOP, Meaning
from tests.bundle_parts import OPENING, demo_bundle, demo_guides, demo_plan
from tests.consent_parts import consent_guide
from tests.joint_parts import JOINT, STEPS, a_restaurant_ledger, a_step, accept_form, open_step, publish
from tests.recognition_parts import (
    APPLICANT,
    ELSEWHERE,
    NOW,
    OPERATOR,
    TODAY,
    UNIT,
    a_candidate,
    demo_types,
)

if TYPE_CHECKING:
    from attest.bundles.plan import Plan
    from attest.recognition.model import Candidate

PEOPLE: Final = {"applicant": (APPLICANT,), "operator": (OPERATOR,)}
FORM: Final = a_candidate(7, type=JOINT, issuer="own", parties=(("holder", APPLICANT),), case_no="food-case")
APPLICATION: Final = {"food-case": "SC-002"}


def _known(*candidates: Candidate, **more: Any) -> OnFile:
    about = ("real_estate_unit", UNIT)
    return replace(OnFile(PEOPLE, candidates, about, TODAY, {"food": "food-case"}), **more)


def _uses(plan: Plan, type_: str) -> list[str]:
    """The steps for which a paper of the type is still brought."""
    return [use.step for one in plan.bring if one.type == type_ for use in one.uses]


def test_a_joint_form_on_file_serves_every_step() -> None:
    """Taken in with one step it is brought for none, and recognised as of that step; elsewhere it is not."""
    before = demo_plan("restaurant", OPENING)
    plan = demo_plan("restaurant", OPENING, _known(FORM, joined=APPLICATION))
    assert _uses(before, JOINT) == ["food", "fire", "sign", "tobacco"]
    assert _uses(plan, JOINT) == []
    assert plan.papers == before.papers - 1
    (found,) = [one for one in plan.spared if one.type == JOINT]
    assert [use.step for use in found.uses] == ["food", "fire", "sign", "tobacco"]
    assert (found.ground, found.reason, found.entries) == ("recognised", "case.on_file", (7,))
    elsewhere = demo_plan("restaurant", OPENING, _known(replace(FORM, case_no=ELSEWHERE), joined=APPLICATION))
    assert _uses(elsewhere, JOINT) == ["food", "fire", "sign", "tobacco"]


def test_with_nothing_on_file_it_is_the_plan_of_anybody_with_reasons() -> None:
    """Papers, roles and uses are those of a plan that looks at nobody; each use says what was found."""
    before, plan = demo_plan("restaurant", OPENING), demo_plan("restaurant", OPENING, _known())

    def told(one: Plan) -> list[object]:
        return [(each.type, each.parties, each.uses, each.each) for each in one.bring]

    assert told(plan) == told(before)
    assert (plan.papers, plan.one_by_one) == (before.papers, before.one_by_one)
    assert not any(one.why for one in before.bring)
    for one in plan.bring:
        assert [why.use for why in one.why] == list(one.uses)
        assert all(why.reason for why in one.why)


def test_every_step_agrees_with_a_check_of_its_own_case() -> None:
    """What the plan recognises for a step is what `decide` recognises in its case, no more, no less."""
    layout = a_candidate(1, type="food_layout", issuer="own", about=UNIT, authority="SC")
    old = a_candidate(2, type="real_estate_deed", issuer="ZR", valid_until=TODAY.replace(year=2020))
    on_file = _known(layout, old, FORM, joined=APPLICATION)
    plan = demo_plan("restaurant", OPENING, on_file)
    found = {
        (use.step, use.requirement) for one in plan.spared if one.ground == "recognised" for use in one.uses
    }
    bundle, guides = demo_bundle("restaurant"), demo_guides(demo_bundle("restaurant"))
    forms = frozenset([one.type for one in bundle.forms])
    expected = set()
    for member in bundle.members:
        held = {role: PEOPLE[of] for role, of in member.roles.items() if of in PEOPLE}
        number = on_file.cases.get(member.step, "")
        joined = {no: item for no, item in APPLICATION.items() if no != number}
        facts = Facts(number, member.item, held, on_file.about, TODAY, joined=joined, joint_forms=forms)
        answers = {**STEPS[member.step][2]}
        guide = with_forms(guides[member.step], bundle, member)
        asked = requirements_for(guide, answers)
        decided = decide(asked, on_file.candidates, facts, demo_types(), NOW)
        expected |= {(member.step, one.requirement) for one in decided.results if one.verdict == RECOGNISED}
    assert found == expected
    assert ("food", "application") in found
    assert STATES[RECOGNISED] == max(STATES.values())


def test_a_step_that_is_not_looked_at_asks_what_it_asks_of_anybody() -> None:
    """A paper on file spares nothing there, and the reason says that nobody looked."""
    layout = a_candidate(1, type="food_layout", issuer="own", about=UNIT, authority="SC")
    plan = demo_plan("restaurant", OPENING, _known(layout, looked=frozenset({"fire"})))
    (one,) = [each for each in plan.bring if each.type == "food_layout"]
    assert [why.reason for why in one.why] == ["bundle.not_looked"]
    drawings = next(each for each in plan.bring if each.type == "fire_drawings")
    assert [why.reason for why in drawings.why] != ["bundle.not_looked"]


def test_a_paper_that_its_issuer_denied_is_not_left_to_the_issuer() -> None:
    """The licence is checked by data and so brought by nobody, until its issuer says that it is revoked."""
    said = Word("issuer.not_valid", {"issuer": "SC", "denial": "revoked", "since": "2026-01-01", "at": NOW})
    licence = a_candidate(3, type="business_licence", denied=said)
    assert _uses(demo_plan("restaurant", OPENING, _known()), "business_licence") == []
    plan = demo_plan("restaurant", OPENING, _known(licence))
    assert _uses(plan, "business_licence")
    assert all(one.type != "business_licence" for one in plan.spared)


def test_what_the_applicant_chose_to_hand_in_is_brought() -> None:
    """Though its issuer would answer: the requirement is theirs, in the case in which they chose."""
    facts = Facts(
        "food-case",
        "SC-002",
        PEOPLE,
        ("real_estate_unit", UNIT),
        TODAY,
        by_choice=frozenset({"licence"}),
    )
    plan = demo_plan("restaurant", OPENING, _known(facts={"food": facts}))
    assert _uses(plan, "business_licence") == ["food"]
    (one,) = [each for each in plan.bring if each.type == "business_licence"]
    assert [why.reason for why in one.why] == ["submission.by_choice"]


# The look-up


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Meaning]:
    with a_restaurant_ledger(tmp_path) as made:
        yield made


def ask(ledger: Meaning, department: str, case_no: str | None, **more: Any) -> BundleAnswer:
    """The answer of a look-up of the restaurant."""
    asked = BundleQuestion(department, "key1", case_no, "受理", "restaurant", {}, None)
    return ledger.submit(looking(ledger, replace(asked, **more)))


def looking(ledger: Meaning, asked: BundleQuestion) -> PlanBundle:
    """The command of a look-up."""
    return PlanBundle(asked, ledger.catalogue, ledger.context, ledger.log.store)


def record_of(ledger: Meaning, index: int) -> tuple[str, dict[str, Any]]:
    """Kind and private record of an entry."""
    kind = Envelope.parse(ledger.log.store.leaf(index)).entry.kind
    return kind, open_private(index, ledger.log.store, ledger.context.sealer)[1]


def test_the_look_up_leaves_out_what_is_on_file(ledger: Meaning) -> None:
    """The form that came in with the food case, by whom; one entry, in the file of the case named."""
    food = open_step(ledger, "food", about=SHOP)
    answer = ask(ledger, "SC", food, answers=OPENING)
    assert answer.plan is not None
    assert _uses(answer.plan, JOINT) == ["food", "fire", "sign", "tobacco"]
    form = accept_form(ledger, food, "SC")
    answer = ask(ledger, "SC", food, answers=OPENING)
    assert answer.plan is not None
    assert answer.looked == {"food"}
    (found,) = [one for one in answer.plan.spared if one.type == JOINT]
    assert (found.by, found.entries) == ("SC", (form.index,))
    kind, record = record_of(ledger, answer.index)
    assert (kind, record["route"], record["purpose"]) == ("usage.checked", "bundles.plan", "受理")
    assert "food.application recognised case.on_file" in record["outcome"]
    assert answer.index in case_indexes(food, ledger.log.store)


def test_a_window_sees_the_steps_that_it_receives_for(ledger: Meaning) -> None:
    """ZW receives for all four; the fire brigade learns of its own step alone, and of no case but its own."""
    food = open_step(ledger, "food", about=SHOP)
    fire = open_step(ledger, "fire", food, about=SHOP)
    accept_form(ledger, food, "SC")
    brigade = ask(ledger, "XF", fire, answers=OPENING)
    assert brigade.plan is not None
    assert (brigade.looked, dict(brigade.cases)) == (frozenset({"fire"}), {"fire": fire})
    (kept,) = [one for one in brigade.plan.bring if one.type == "food_layout"]
    assert [why.reason for why in kept.why] == ["bundle.not_looked"]
    assert _uses(brigade.plan, JOINT) == []  # one form for all of them, and its own list asks for it
    kind, record = record_of(ledger, brigade.index)
    assert kind == "usage.checked"
    others = [one for one in record["outcome"] if not one.startswith("fire.")]
    assert all(one.endswith(("bundle.not_looked", "matched.bundle")) for one in others)
    assert ask(ledger, "ZW", food).refused == "case.unknown"  # SC opened it itself


def test_answers_of_the_cases_need_not_be_sent_and_are_not_gainsaid(ledger: Meaning) -> None:
    """What a case says is known; another answer is refused with the question, an open one by its options."""
    food = open_step(ledger, "food")
    fire = open_step(ledger, "fire", food)
    told = ask(ledger, "XF", fire, answers={**OPENING, "procedure": "promise"})
    assert (told.refused, told.facts) == (
        "bundle.other_answer",
        {"question": "procedure", "wanted": "check"},
    )
    rest = {name: said for name, said in OPENING.items() if name != "procedure"}
    answer = ask(ledger, "XF", fire, answers=rest)
    assert answer.plan is not None
    assert answer.answers["procedure"] == "check"
    missing = ask(ledger, "XF", fire)
    assert missing.refused == "situation.unanswered"
    assert missing.facts["question"] in OPENING


def test_a_look_that_waits_behind_a_withdrawal_goes_without_the_consent(ledger: Meaning) -> None:
    """Where a law asks for consent, it is decided after whoever took theirs back in the same moment."""
    paper = ledger.accept(ledger.fire_case(), "business-licence.pdf", "XF")
    publish(ledger, "item", json.dumps(consent_guide(), ensure_ascii=False).encode())
    food = open_step(ledger, "food", about=SHOP)
    random = ledger.context.random
    until = ledger.clock[0] + 86_400
    holder = ledger.holders["eatery"]
    agreed = Consent(holder, random(32), "SC-002", "licence", until, food, random(32))
    given = ledger.act(GiveConsent(ledger.catalogue), agreed, SERVICE)
    asked = BundleQuestion("SC", "key1", food, "受理", "restaurant", OPENING)
    assert paper.index in _entries(ledger.submit(looking(ledger, asked)))
    taken = Withdrawal(ledger.cite(given), holder, random(32), food, random(32))
    _, answer = ledger.together(
        Custodial(WithdrawConsent(), taken, SERVICE, ledger.context), looking(ledger, asked)
    )
    assert paper.index not in _entries(answer.answer)


def test_a_look_that_waits_behind_a_choice_in_another_step_sees_it(ledger: Meaning) -> None:
    """What was chosen in the same moment in any case of the application is decided first, not beside it."""
    food = _at_the_window(ledger, "food")
    fire = _at_the_window(ledger, "fire", food)
    asked = BundleQuestion("ZW", "key1", fire, "受理", "restaurant", OPENING)
    holder, salt = ledger.holders["eatery"], ledger.context.random(32)
    choice = SubmissionChoice(food, salt, "licence", holder)
    act = ChooseSubmission(ledger.catalogue)
    _, answer = ledger.together(Custodial(act, choice, SERVICE, ledger.context), looking(ledger, asked))
    assert answer.answer.plan is not None
    reasons = {(why.use.step, why.reason) for one in answer.answer.plan.bring for why in one.why}
    assert ("food", "submission.by_choice") in reasons


def _at_the_window(ledger: Meaning, step: str, first: str | None = None) -> str:
    """A step's case as ZW takes it in; the case number."""
    record = a_step(ledger, step, first)
    ledger.act(OpenCase(ledger.catalogue), record, "ZW")
    return record.case_no


def _entries(answer: BundleAnswer) -> set[int]:
    assert answer.plan is not None
    return {index for one in answer.plan.spared for index in one.entries}


def test_refusals_are_entries(ledger: Meaning) -> None:
    """No case, no purpose, another's case, a case of no bundle, another bundle or version: by name, each."""
    food, alone = open_step(ledger, "food"), ledger.fire_case()
    for code, department, case, more in (
        ("lookup.case_missing", "SC", None, {}),
        ("lookup.purpose_missing", "SC", food, {"purpose": None}),
        ("case.unknown", "YC", food, {}),
        ("case.unknown", "SC", "990101202601010000019", {}),
        ("bundle.not_of", "XF", alone, {}),
        ("bundle.not_of", "SC", food, {"bundle": "newborn"}),
        ("bundle.not_of", "SC", food, {"version": 9}),
        ("situation.unknown_question", "SC", food, {"answers": {**OPENING, "colour": "red"}}),
    ):
        before = ledger.size
        answer = ask(ledger, department, case, **more)
        assert (answer.refused, answer.plan) == (code, None)
        assert ledger.size == before + 1
        kind, record = record_of(ledger, answer.index)
        assert (kind, record["outcome"]) == ("usage.refused", [code])


def test_the_answer_is_the_unit_solvers(ledger: Meaning) -> None:
    """The same acceptances put together by hand give the same plan."""
    food = open_step(ledger, "food", about=SHOP)
    form = accept_form(ledger, food, "SC")
    answer = ask(ledger, "SC", food, answers=OPENING)
    case, store = case_by_no(food, ledger.log.store), ledger.log.store
    assert case is not None
    known = ledger.ask("SC", food, "application").judged
    assert known is not None
    (paper,) = known.decision.results[0].used
    assert paper.index == form.index
    people = {"applicant": (ledger.holders["eatery"],), "operator": (ledger.holders["chen"],)}
    bundle = ledger.catalogue.bundle("restaurant", 1, store)
    guides = {one.step: ledger.catalogue.item(one.item, 1, store)[0] for one in bundle.members}
    on_file = OnFile(
        people,
        (paper,),
        ("real_estate_unit", bytes(16)),
        TODAY,
        {"food": food},
        joined={food: "SC-002"},
        looked=frozenset({"food"}),
    )
    by_hand = plan_of(bundle, guides, ledger.catalogue.types(store), OPENING, on_file)
    assert answer.plan is not None
    assert answer.plan.bring == by_hand.bring
    assert {(one.type, one.uses, one.entries) for one in answer.plan.spared} == {
        (one.type, one.uses, one.entries) for one in by_hand.spared
    }
