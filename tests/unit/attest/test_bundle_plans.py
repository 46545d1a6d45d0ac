# SPDX-License-Identifier: Apache-2.0
"""What a bundle asks: 17 papers become 7, a newborn's family brings four kinds of things."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest

from api.demo import samples
from attest.bundles.model import DataCheck, Feed
from attest.bundles.plan import OnFile
from attest.bundles.rules import plan_of
from attest.bundles.saving import savings
from attest.catalogue.model import Binding, CaseRole
from attest.catalogue.reading import CatalogueError
from attest.catalogue.situations import SituationError
from attest.policies.document import parse_policy
from attest.policies.model import Terms
from tests.bundle_parts import BIRTH, CITED, OPENING, PLAIN, a_bundle, an_item, asking, demo_plan
from tests.recognition_parts import (
    APPLICANT,
    OPERATOR,
    TODAY,
    UNIT,
    a_candidate,
    a_policy,
    a_requirement,
    a_type,
    an_evidence,
    answers,
    types_of,
)

if TYPE_CHECKING:
    from attest.bundles.plan import Plan
    from attest.recognition.model import Candidate


SC_ANSWERS: Final = {"XF": a_policy(data_checks=(answers("SC", "t2"),))}
"""By the policy of the department whose items `an_item` makes, an issuer answers about one type."""


def _brought(plan: Plan) -> list[str]:
    return [one.type for one in plan.bring if one.joint]


def test_seventeen_papers_become_seven() -> None:
    """Opening a restaurant, without promise: the steps alone ask 17 papers, the bundle 7, and says so."""
    plan = demo_plan("restaurant", OPENING)
    assert (plan.one_by_one, plan.papers) == (17, 7)
    assert _brought(plan) == [
        "restaurant_application",
        "food_layout",
        "food_rules_list",
        "fire_rules_plan",
        "fire_drawings",
        "sign_drawings",
        "real_estate_deed",
    ]
    form = plan.bring[0]
    assert [use.step for use in form.uses] == ["food", "fire", "sign", "tobacco"]
    assert {use.type for use in form.uses} >= {"food_application", "fire_declaration"}
    assert [one.type for one in plan.bring if one.may_follow] == [
        "food_rules_list",
        "fire_rules_plan",
        "fire_drawings",
    ]
    checked = [(one.type, one.ground, one.by, len(one.uses)) for one in plan.spared]
    assert checked == [("business_licence", "checked", "SC", 4), ("id_card", "shown", "GA", 3)]


@pytest.mark.parametrize(
    ("departments", "steps", "papers"),
    [
        ((), [], 8),
        (("YC",), ["tobacco"], 8),
        (("XF", "ZJ", "YC"), ["fire", "sign", "tobacco"], 8),
        (("SC", "XF", "ZJ", "YC"), ["food", "fire", "sign", "tobacco"], 7),
    ],
)
def test_an_issuer_answers_where_the_steps_own_department_lets_it(
    departments: tuple[str, ...], steps: list[str], papers: int
) -> None:
    """By data is said of the steps whose policy lets the issuer answer; for all others it is brought."""
    plan = demo_plan("restaurant", OPENING, policies=asking(*departments))
    checked = [use.step for one in plan.spared if one.type == "business_licence" for use in one.uses]
    brought = [use.step for one in plan.bring if one.type == "business_licence" for use in one.uses]
    assert checked == steps
    assert brought == [one for one in ("food", "fire", "sign", "tobacco") if one not in steps]
    assert (plan.papers, sum(one.papers for one in savings(plan))) == (papers, 17 - papers)


def test_the_demonstrations_own_policies_make_seven_of_seventeen() -> None:
    """As the departments of the demonstration decide, whoever opens a restaurant brings 7 papers, not 17."""
    policies = {one["authority"]: parse_policy(one) for one in samples.policies()}
    plan = demo_plan("restaurant", OPENING, policies=policies)
    assert (plan.one_by_one, plan.papers) == (17, 7)


def test_what_a_guide_asks_besides_is_not_hidden() -> None:
    """What the members' guides ask beyond the joint list stands on the plan, and is not counted in the 7."""
    plan = demo_plan("restaurant", OPENING)
    besides = [(one.type, one.each) for one in plan.bring if not one.joint]
    assert besides == [("health_certificate", True), ("premises_photo", False)]


@pytest.mark.parametrize(
    ("change", "one_by_one", "papers"),
    [
        ({"procedure": "promise"}, 17, 8),
        ({"premises": "leased"}, 18, 8),
        ({"tobacco": "no"}, 13, 6),
    ],
)
def test_other_situations(change: dict[str, str], one_by_one: int, papers: int) -> None:
    """A promise is one paper more, a lease brings the landlord's title, without tobacco a step falls away."""
    plan = demo_plan("restaurant", {**OPENING, **change})
    assert (plan.one_by_one, plan.papers) == (one_by_one, papers)


def test_a_family_brings_four_kinds_of_things() -> None:
    """For a newborn: identity cards, marriage certificate, household register, bank account; no more."""
    plan = demo_plan("newborn", BIRTH)
    assert [(one.type, one.parties) for one in plan.bring] == [
        ("id_card", (("holder", "mother"),)),
        ("id_card", (("holder", "father"),)),
        ("marriage_certificate", (("co_holder", "father"), ("holder", "mother"))),
        ("household_register", (("holder", "father"),)),
        ("bank_account", (("holder", "mother"),)),
    ]
    assert (plan.kinds, plan.papers, plan.one_by_one) == (4, 5, 18)
    made = [(one.type, one.by, [use.step for use in one.uses]) for one in plan.spared]
    assert made == [
        ("birth_certificate", "certificate", ["registration", "insurance", "card", "claim"]),
        ("household_register", "registration", ["insurance", "card"]),
    ]
    after = {one.step: one.after for one in plan.steps}
    assert after["registration"] == ("certificate",)
    assert after["card"] == ("certificate", "registration")
    assert [one.code for one in plan.fields] == ["name", "follows", "insured_place"]


def test_the_mothers_register_where_the_child_joins_her() -> None:
    """The register that is asked is that of the household which the child joins."""
    plan = demo_plan("newborn", {"follows": "mother"})
    registers = [one.parties for one in plan.bring if one.type == "household_register"]
    assert registers == [(("holder", "mother"),)]


def test_each_step_keeps_its_own_clock() -> None:
    """Limits are those of each guide in the situation: a promise shortens the fire check and nothing else."""
    for procedure, days in (("check", 13), ("promise", 1)):
        plan = demo_plan("restaurant", {**OPENING, "procedure": procedure})
        limits = {one.step: one.clock.promised_limit.n for one in plan.steps}
        assert limits == {"food": 8, "fire": days, "sign": 10, "tobacco": 12}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({**OPENING, "colour": "red"}, "situation.unknown_question"),
        ({**OPENING, "tobacco": "maybe"}, "situation.unknown_option"),
        ({"tobacco": "no"}, "situation.unanswered"),
    ],
)
def test_answers_are_checked(given: dict[str, str], code: str) -> None:
    """Answers that are missing or unknown are refused by name."""
    with pytest.raises(SituationError) as caught:
        demo_plan("restaurant", given)
    assert caught.value.code == code


def test_a_guide_that_moved_on_is_noticed() -> None:
    """A bundle whose member's current guide has changed beyond it is refused, not guessed."""
    item = an_item("A-1", [a_requirement()])
    moved = replace(item, roles=("applicant",))
    with pytest.raises(CatalogueError):
        plan_of(a_bundle({"one": item}), {"one": moved}, PLAIN, {})


def _known(*candidates: Candidate, cases: dict[str, str] | None = None) -> OnFile:
    people = {"applicant": (APPLICANT,), "operator": (OPERATOR,)}
    about = ("real_estate_unit", UNIT)
    return OnFile(people, candidates, about, TODAY, cases or {})


def test_what_is_on_file_is_not_brought() -> None:
    """A paper that another department accepted is recognised by whom and when, for all its steps."""
    licence = a_candidate(1, type="food_layout", issuer="own", about=UNIT, authority="SC")
    before, plan = demo_plan("restaurant", OPENING), demo_plan("restaurant", OPENING, _known(licence))
    assert plan.papers == before.papers - 1
    found = next(one for one in plan.spared if one.ground == "recognised")
    assert (found.type, found.by, [use.step for use in found.uses]) == ("food_layout", "SC", ["food"])
    assert found.params is not None
    assert "at" in found.params


def test_each_step_goes_by_the_policy_of_who_decides_it() -> None:
    """What the food step's department does not rely on is brought; another's policy changes nothing."""
    layout = a_candidate(1, type="food_layout", issuer="own", about=UNIT, authority="XF")
    nobody = a_policy(otherwise=Terms(accepted_by=()), authority="SC")
    before = demo_plan("restaurant", OPENING)
    for code, spared in (("SC", 0), ("WJ", 1)):
        policies = asking("SC", "XF", "ZJ", "YC")
        policies[code] = replace(nobody, data_checks=policies["SC"].data_checks)
        plan = demo_plan("restaurant", OPENING, _known(layout), policies)
        assert plan.papers == before.papers - spared


def test_a_paper_made_for_one_case_serves_the_bundle_once() -> None:
    """A mandate serves all steps of one bundle; what is used up serves one step, and is brought for each."""
    types = types_of(a_type("mandate", reuse="this_case"), a_type("invoice", reuse="single_use"))
    needs = [a_requirement((an_evidence(code),), code=code) for code in ("mandate", "invoice")]
    items = {step: an_item(step.upper(), needs, "mandate") for step in ("one", "two")}
    plan = plan_of(a_bundle(items), items, types, {})
    assert [one.type for one in plan.bring] == ["mandate", "invoice", "invoice"]


def test_an_alternative_that_another_step_needs_is_chosen() -> None:
    """Across steps too, the alternative is taken that costs no further paper."""
    either = a_requirement((an_evidence("t1"),), (an_evidence("t2"),), code="either")
    items = {
        "one": an_item("A-1", [either], "t7"),
        "two": an_item("A-2", [a_requirement((an_evidence("t2"),), code="second")], "t7"),
    }
    plan = plan_of(a_bundle(items), items, PLAIN, {})
    assert [(one.type, [use.step for use in one.uses]) for one in plan.bring] == [("t2", ["one", "two"])]
    assert plan.one_by_one == 2


def test_a_step_feeds_only_whom_it_is_said_to() -> None:
    """A result serves the steps named, for the person named; another's paper is still to be brought."""
    mine = a_requirement((an_evidence("t1"),), code="mine")
    theirs = a_requirement(
        (an_evidence("t1", bindings=(Binding("holder", CaseRole("operator")),)),), code="theirs"
    )
    items = {
        "make": an_item("A-1", [a_requirement((an_evidence("t2"),), code="first")], "t1"),
        "use": an_item("A-2", [mine, theirs], "t7"),
        "other": an_item("A-3", [mine], "t7"),
    }
    feed = Feed("make", "t1", {"holder": "applicant"}, ("use",), CITED)
    plan = plan_of(a_bundle(items, feeds=(feed,)), items, PLAIN, {})
    brought = [(one.type, one.parties, [use.step for use in one.uses]) for one in plan.bring]
    assert ("t1", (("holder", "operator"),), ["use"]) in brought
    assert ("t1", (("holder", "applicant"),), ["other"]) in brought
    assert [(one.type, one.by) for one in plan.spared] == [("t1", "make")]


def test_nothing_is_brought_that_its_issuer_answers() -> None:
    """What is checked by data is not brought, so that an alternative of only such papers wins."""
    either = a_requirement((an_evidence("t1"),), (an_evidence("t2"),), code="either")
    items = {"one": an_item("A-1", [either], "t7")}
    bundle = a_bundle(items, checked=(DataCheck("t2", "SC", CITED),))
    plan = plan_of(bundle, items, PLAIN, {}, policies=SC_ANSWERS)
    assert (plan.bring, [one.type for one in plan.spared]) == ((), ["t2"])


def test_what_cannot_be_told_is_said() -> None:
    """A requirement on which nothing can be told now is neither asked nor spared."""
    items = {"one": an_item("A-1", [a_requirement((an_evidence("t1"),))], "t7")}
    bundle = a_bundle(items, roles=("applicant", "operator"))
    known = replace(_known(a_candidate(type="t1")), people={"operator": (OPERATOR,)})
    plan = plan_of(bundle, items, PLAIN, {}, known)
    assert (plan.bring, plan.spared) == ((), ())
    assert [(one.use.requirement, one.reason) for one in plan.unsure] == [("need", "case.role_missing")]


def test_a_data_check_settles_what_cannot_be_told() -> None:
    """Where one alternative cannot be told now and another is checked by data, nothing stays unsure."""
    either = a_requirement((an_evidence("t1"),), (an_evidence("t2"),))
    items = {"one": an_item("A-1", [either], "t7")}
    bundle = a_bundle(items, checked=(DataCheck("t2", "SC", CITED),))
    known = replace(_known(a_candidate(type="t1")), people={"operator": (OPERATOR,)})
    plan = plan_of(bundle, items, PLAIN, {}, known, policies=SC_ANSWERS)
    assert (plan.bring, plan.unsure, [one.type for one in plan.spared]) == ((), (), ["t2"])
