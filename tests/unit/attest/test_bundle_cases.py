# SPDX-License-Identifier: Apache-2.0
"""Cases that are steps of a bundle: how they are opened, what ties them, what the joint form is in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from attest.acts import Custodial, derived
from attest.cases.adding import AddParty
from attest.cases.commands import OpenCase
from attest.cases.model import Addition, BundleStep
from attest.cases.repository import case_by_no, joined_cases
from attest.fields import FieldError, Fields
from attest.materials.commands import Accept
from attest.private import open_private
from attest.reask.commands import Ask, Receive
from attest.reask.model import OUTSIDE_LIST, RECOGNISABLE, REQUEST, Request
from attest.reask.replay import replay
from attest.reask.repository import reasks_in_case
from attest.recognition.decision import opening_of
from attest.statements import Envelope
from attest.tables import cases
from ledger.canonical import dump
from tests.attest_parts import FLAT, SHOP, Meaning, demo
from tests.joint_parts import (
    JOINT,
    SINGLE,
    STEPS,
    a_form,
    a_restaurant_ledger,
    a_step,
    accept_form,
    authority_of,
    form_verdict,
    open_step,
    publish,
    refused_step,
)

if TYPE_CHECKING:
    from pathlib import Path

OTHERS = ("fire", "sign", "tobacco")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_restaurant_ledger(tmp_path_factory.mktemp("joint")) as made:
        yield made


def test_the_record_is_read_back_and_the_body_names_bundle_and_version_alone(ledger: Meaning) -> None:
    """`parse(record(x)) == x`; the open body tells neither the step nor the case that it goes with."""
    act = OpenCase(ledger.catalogue)
    first = open_step(ledger, "food")
    record = a_step(ledger, "fire", first)
    assert act.parse(Fields(act.record(record))) == record
    written = ledger.act(act, record, "XF")
    case = case_by_no(record.case_no, ledger.log.store)
    assert case is not None
    assert case.bundle == BundleStep("restaurant", 1, "fire", first)
    assert opening_of(case, ledger.catalogue, ledger.log.store, ledger.context) == record
    leaf = ledger.log.store.leaf(written.index)
    assert Envelope.parse(leaf).entry.body["bundle"] == {"code": "restaurant", "version": 1}
    assert first.encode() not in leaf
    assert [one.step for one in joined_cases(first, ledger.log.store)] == ["food", "fire"]


def test_a_case_of_no_bundle_says_nothing_of_one(ledger: Meaning) -> None:
    """Neither record nor body has the member: what such a case signs is what it always was."""
    record = ledger.opening("XF-001", {"procedure": "check"}, {"applicant": "eatery"})
    act = OpenCase(ledger.catalogue)
    assert "bundle" not in act.record(record)
    assert set(act.body(record)) == {"case", "item", "version", "document", "authority", "channel"}


def test_the_tables_are_made_again_from_entry_and_record(ledger: Meaning) -> None:
    """What ties the cases follows from the record alone: a rebuild gives the row that stands."""
    act, store = OpenCase(ledger.catalogue), ledger.log.store
    first = open_step(ledger, "food")
    for number in (first, open_step(ledger, "fire", first)):
        case = case_by_no(number, store)
        assert case is not None
        leaf = store.leaf(case.index)
        _, record = open_private(case.index, store, ledger.context.sealer)
        rows = derived(act, record, case.index, leaf, Envelope.parse(leaf), ledger.context)
        (made,) = [values for table, values in rows if table is cases]
        (stands,) = store.query(select(cases).where(cases.c.case_no == number))
        assert made == tuple(stands)
        assert made[-1] == first


@pytest.mark.parametrize(
    "bundle",
    [
        None,
        {},
        {"code": "restaurant", "version": 1},
        {"code": "restaurant", "version": 0, "step": "food"},
        {"code": "restaurant", "version": 1, "step": "Food"},
        {"code": "restaurant", "version": 1, "step": "food", "with": ""},
        {"code": "restaurant", "version": 1, "step": "food", "more": 1},
    ],
)
def test_the_member_is_read_strictly(ledger: Meaning, bundle: object) -> None:
    """A member that is missing, of another form or unknown is refused."""
    act = OpenCase(ledger.catalogue)
    with pytest.raises(FieldError):
        act.parse(Fields({**act.record(a_step(ledger, "food")), "bundle": bundle}))


def test_each_rule_refuses_by_its_code(ledger: Meaning) -> None:
    """No such bundle or version, no such step, another item's step, an answer that the bundle fixes."""
    of = BundleStep("restaurant", 1, "food")
    assert refused_step(ledger, "food", bundle=replace(of, code="cafe")) == "bundle.unknown"
    assert refused_step(ledger, "food", bundle=replace(of, version=2)) == "bundle.unknown"
    assert refused_step(ledger, "food", bundle=replace(of, step="drinks")) == "bundle.no_step"
    assert refused_step(ledger, "fire", bundle=of) == "bundle.no_step"
    answers = tuple(sorted({**STEPS["food"][2], "catering": "no"}.items()))
    assert refused_step(ledger, "food", answers=answers) == "bundle.no_step"


def test_only_a_first_case_with_the_same_people_and_thing_is_gone_with(ledger: Meaning) -> None:
    """One that is not there, of no bundle, not the first, another's or for another thing: all one answer."""
    first = open_step(ledger, "food")
    fire = open_step(ledger, "fire", first)
    alone = ledger.food_case()
    for number in ("1" * 21, alone, fire):
        assert refused_step(ledger, "sign", number) == "bundle.no_such_case"
    assert refused_step(ledger, "sign", first, people={"applicant": "chen"}) == "bundle.no_such_case"
    other = {"applicant": "eatery", "operator": "ma"}
    assert refused_step(ledger, "sign", first, people=other) == "bundle.no_such_case"
    assert refused_step(ledger, "sign", first, about=FLAT) == "bundle.no_such_case"
    assert refused_step(ledger, "sign", first, people={"operator": "chen"}) == "bundle.no_such_case"
    open_step(ledger, "sign", first, people={"applicant": "eatery"}, about=None)


def test_every_step_has_the_people_and_the_thing_of_all_others(ledger: Meaning) -> None:
    """What the first case leaves open a later one says for all: no second shop, no second operator."""
    first = open_step(ledger, "food", about=None, people={"applicant": "eatery"})
    fire = open_step(ledger, "fire", first, about=SHOP)
    accept_form(ledger, fire, "XF")
    assert refused_step(ledger, "tobacco", first, about=FLAT) == "bundle.no_such_case"
    other = {"applicant": "eatery", "operator": "ma"}
    assert refused_step(ledger, "tobacco", first, people=other) == "bundle.no_such_case"
    tobacco = open_step(ledger, "tobacco", first, about=SHOP)
    assert form_verdict(ledger, "tobacco", tobacco) == ("recognised", "matched.bundle")


def test_who_is_added_later_is_who_stands_in_the_other_steps(ledger: Meaning) -> None:
    """A role left empty is filled by the person of the application, and by nobody else."""
    first = open_step(ledger, "food", people={"applicant": "eatery"})
    open_step(ledger, "fire", first)

    def added(person: str) -> Addition:
        return Addition(first, bytes(32), (("operator", ledger.holders[person]),))

    act = AddParty(ledger.catalogue)
    assert ledger.refusal(act, added("ma"), authority_of("food")) == "bundle.other_person"
    ledger.act(act, added("chen"), authority_of("food"))


def test_people_added_at_the_same_moment_are_compared(ledger: Meaning) -> None:
    """Of two additions to two cases of one application the second sees the first, also in one batch."""
    first = open_step(ledger, "food", people={"applicant": "eatery"})
    fire = open_step(ledger, "fire", first, people={"applicant": "eatery"})
    act = AddParty(ledger.catalogue)
    added = [
        Custodial(
            act,
            Addition(case, bytes(32), (("operator", ledger.holders[who]),)),
            authority_of(step),
            ledger.context,
        )
        for step, case, who in (("food", first, "chen"), ("fire", fire, "ma"))
    ]
    became = ledger.together(*added)
    assert [one for one in became if isinstance(one, str)] == ["bundle.other_person"]


@pytest.mark.parametrize("first_of", ["opening", "addition"])
def test_a_step_opened_beside_an_addition_is_compared(ledger: Meaning, first_of: str) -> None:
    """A step opened while somebody is added to another case: whichever comes second sees the other."""
    first = open_step(ledger, "food", people={"applicant": "eatery"})
    fire = open_step(ledger, "fire", first, people={"applicant": "eatery"})
    named = a_step(ledger, "tobacco", first, people={"applicant": "eatery", "operator": "chen"})
    opens = Custodial(OpenCase(ledger.catalogue), named, named.authority, ledger.context)
    addition = Addition(fire, bytes(32), (("operator", ledger.holders["ma"]),))
    adds = Custodial(AddParty(ledger.catalogue), addition, authority_of("fire"), ledger.context)
    became = ledger.together(*((opens, adds) if first_of == "opening" else (adds, opens)))
    refusal = "bundle.other_person" if first_of == "opening" else "bundle.no_such_case"
    assert [one for one in became if isinstance(one, str)] == [refusal]


def test_an_application_has_each_step_once(ledger: Meaning) -> None:
    """A second case of a step, the first one's included, is another application, also at the same moment."""
    first = open_step(ledger, "food")
    open_step(ledger, "fire", first)
    assert refused_step(ledger, "fire", first) == "bundle.step_taken"
    assert refused_step(ledger, "food", first) == "bundle.step_taken"
    act = OpenCase(ledger.catalogue)
    signs = [a_step(ledger, "sign", first) for _ in range(2)]
    became = ledger.together(*(Custodial(act, one, "ZJ", ledger.context) for one in signs))
    assert [one for one in became if one == "bundle.step_taken"] == ["bundle.step_taken"]


def test_later_steps_go_on_in_the_version_that_they_began_with(tmp_path: Path) -> None:
    """A new version begins new applications; one that is under way goes on, and in no other version."""
    with a_restaurant_ledger(tmp_path) as ledger:
        first = open_step(ledger, "food")
        publish(ledger, "bundle", dump({**demo("catalogue/bundles/restaurant.json"), "version": 2}))
        assert refused_step(ledger, "food") == "bundle.version"
        newer = BundleStep("restaurant", 2, "fire", first)
        assert refused_step(ledger, "fire", bundle=newer) == "bundle.no_such_case"
        open_step(ledger, "fire", first)
        open_step(ledger, "food", bundle=BundleStep("restaurant", 2, "food"))


def test_the_joint_form_is_accepted_in_a_step_and_nowhere_else(ledger: Meaning) -> None:
    """A case of the same guide outside the bundle does not list it."""
    act = Accept(ledger.catalogue)
    assert ledger.refusal(act, a_form(ledger, ledger.food_case(), "SC"), "SC") == "acceptance.outside_list"
    case_no = open_step(ledger, "food")
    answer = ledger.ask("SC", case_no, "application")
    assert answer.judged is not None
    assert [one.type for one in answer.judged.decision.ask] == [JOINT]
    accept_form(ledger, case_no, "SC")
    assert form_verdict(ledger, "food", case_no) == ("recognised", "case.on_file")


def test_the_single_form_still_counts(ledger: Meaning) -> None:
    """A person may bring the form of the step alone."""
    case_no = open_step(ledger, "food")
    accept_form(ledger, case_no, "SC", "food_application")
    assert form_verdict(ledger, "food", case_no) == ("recognised", "case.on_file")


def test_one_form_serves_every_step_of_the_application(ledger: Meaning) -> None:
    """Accepted in the food case it is recognised in the three others, relied on there, and the other way."""
    food = open_step(ledger, "food")
    fire = open_step(ledger, "fire", food)
    accepted = accept_form(ledger, food, "SC")
    sign, tobacco = (open_step(ledger, step, food) for step in ("sign", "tobacco"))
    for step, case_no in zip(OTHERS, (fire, sign, tobacco), strict=True):
        assert form_verdict(ledger, step, case_no) == ("recognised", "matched.bundle")
        item, requirement, _ = STEPS[step]
        ledger.rely(case_no, requirement, accepted, item, authority_of(step))
    answer = ledger.ask("XF", fire, "declaration")
    assert answer.judged is not None
    params = answer.judged.decision.results[0].params
    assert (params["by"], params["item"]) == ("SC", "SC-002")

    food = open_step(ledger, "food")
    fire = open_step(ledger, "fire", food)
    accept_form(ledger, fire, "XF")
    assert form_verdict(ledger, "food", food) == ("recognised", "matched.bundle")


def test_it_serves_no_other_application_and_no_case_outside(ledger: Meaning) -> None:
    """The same people's next restaurant, a case outside the bundle, another's: asked again."""
    food = open_step(ledger, "food")
    accept_form(ledger, food, "SC")
    second = open_step(ledger, "food")
    fire = open_step(ledger, "fire", second)
    for step, case_no in (("food", second), ("fire", fire)):
        assert form_verdict(ledger, step, case_no) == ("required", "reuse.this_case_only")
    outside = ledger.open("XF-001", STEPS["fire"][2], {"applicant": "eatery", "operator": "chen"})
    assert form_verdict(ledger, "fire", outside) == ("required", "evidence.own_paper")
    others = open_step(ledger, "fire", people={"applicant": "ma"})
    assert form_verdict(ledger, "fire", others) == ("required", "evidence.own_paper")


def test_other_papers_of_one_case_stay_in_it(ledger: Meaning) -> None:
    """What ties the cases carries the joint form alone: a single form of one step serves no other."""
    food = open_step(ledger, "food")
    fire = open_step(ledger, "fire", food)
    accept_form(ledger, food, "SC", "food_application")
    assert form_verdict(ledger, "fire", fire)[0] == "required"


def test_one_taken_back_serves_no_step(tmp_path: Path) -> None:
    """A retraction falls in every step's case."""
    with a_restaurant_ledger(tmp_path) as ledger:
        food = open_step(ledger, "food")
        fire = open_step(ledger, "fire", food)
        ledger.retract(accept_form(ledger, food, "SC"), "SC")
        assert form_verdict(ledger, "fire", fire) == ("required", "acceptance.retracted")


def a_request(ledger: Meaning, case_no: str, type_: str, requirement: str | None) -> Request:
    return Request(case_no, ledger.context.random(32), REQUEST, "window", requirement, type_, "一份表")


def test_asking_for_the_single_form_after_the_joint_one_is_a_re_ask(ledger: Meaning) -> None:
    """Both for what a notice asks and for what was taken in; asking for the joint form is on the list."""
    food = open_step(ledger, "food")
    fire, sign, tobacco = (open_step(ledger, step, food) for step in OTHERS)
    ask, take = Ask(ledger.catalogue), Receive(ledger.catalogue)
    ledger.act(ask, a_request(ledger, fire, JOINT, "declaration"), "XF")
    assert reasks_in_case(fire, None, ledger.log.store) == []
    accept_form(ledger, food, "SC")
    ledger.act(ask, a_request(ledger, fire, SINGLE["fire"], "declaration"), "XF")
    ledger.act(ask, a_request(ledger, sign, JOINT, None), "ZJ")
    ledger.act(take, a_form(ledger, tobacco, "YC", SINGLE["tobacco"]), "YC")
    for case_no in (fire, sign, tobacco):
        found = reasks_in_case(case_no, None, ledger.log.store)
        assert [one.finding for one in found] == [RECOGNISABLE]
    outside = ledger.food_case()
    ledger.act(ask, a_request(ledger, outside, JOINT, None), "SC")
    assert [one.finding for one in reasks_in_case(outside, None, ledger.log.store)] == [OUTSIDE_LIST]
    again = replay(ledger.log.store, ledger.context, ledger.catalogue, lambda _: None)
    assert (again.missing, again.unfounded) == ([], [])


def test_the_thing_of_one_case_alone_says_nothing(ledger: Meaning) -> None:
    """A step whose case names no thing goes with one that does."""
    first = open_step(ledger, "food", about=None)
    more: dict[str, Any] = {"about": SHOP}
    open_step(ledger, "sign", first, **more)
