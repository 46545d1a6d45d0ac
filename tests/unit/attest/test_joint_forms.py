# SPDX-License-Identifier: Apache-2.0
"""The guide of a case with the bundle's joint forms, and which case is which step."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.bundles.joint import fixed_answers, held_in, same_people, step_for, with_forms
from attest.bundles.model import Form, Member
from attest.catalogue.model import Binding, CaseRole, Combination, Evidence, RoleOf
from tests.bundle_parts import CITED, a_bundle, an_item, demo_bundle, demo_guides
from tests.joint_parts import JOINT, SINGLE, STEPS
from tests.recognition_parts import a_requirement, an_evidence

FORM = Form("joint", {"holder": "owner"}, ("t0", "t1"), CITED)
MEMBER = Member("step", "X", None, {"applicant": "owner", "operator": "boss"}, {}, None, {})
RESTAURANT = demo_bundle("restaurant")
TYPES = st.sampled_from([f"t{n}" for n in range(5)])
EVIDENCE = st.builds(
    lambda type_, role: an_evidence(type_, bindings=(Binding("holder", CaseRole(role)),)),
    TYPES,
    st.sampled_from(["applicant", "operator"]),
)
REQUIREMENTS = st.lists(
    st.lists(
        st.lists(EVIDENCE, min_size=1, max_size=3, unique_by=lambda one: one.type), min_size=1, max_size=3
    ),
    min_size=1,
    max_size=3,
).map(
    lambda several: tuple(a_requirement(*map(tuple, ways), code=f"need{n}") for n, ways in enumerate(several))
)


def bound(role: str, by: CaseRole | RoleOf, type_: str) -> Evidence:
    return an_evidence(type_, bindings=(Binding(role, by),))


@given(REQUIREMENTS)
def test_without_forms_nothing_changes(requirements: tuple[object, ...]) -> None:
    """A bundle that shares no form of the guide leaves it the very same object."""
    item = an_item("X", requirements)  # type: ignore[arg-type]  # strategies lose the type
    bundle = a_bundle({"step": item})
    assert with_forms(item, bundle, MEMBER) is item
    other = replace(bundle, forms=(replace(FORM, instead_of=("t9",)),))
    assert with_forms(item, other, MEMBER) is item


@given(REQUIREMENTS)
def test_what_the_guide_says_stays_and_the_joint_form_comes_beside(requirements: tuple[object, ...]) -> None:
    """Without the added ways it is what it was; each added one has the joint form and no single one."""
    item = an_item("X", requirements)  # type: ignore[arg-type]  # strategies lose the type
    bundle = a_bundle({"step": item}, forms=(FORM,))
    read = with_forms(item, bundle, MEMBER)
    for before, after in zip(item.requirements, read.requirements, strict=True):
        added = [way for way in after.alternatives if any(one.type == "joint" for one in way.evidence)]
        kept = tuple(way for way in after.alternatives if way not in added)
        assert replace(after, alternatives=kept) == before
        assert len(set(map(repr, added))) == len(added)
        for way in added:
            assert not {one.type for one in way.evidence} & set(FORM.instead_of)
        asking = [way for way in before.alternatives if {e.type for e in way.evidence} & set(FORM.instead_of)]
        assert bool(asking) == bool(added)


@pytest.mark.parametrize("step", sorted(STEPS))
def test_the_restaurant_takes_its_form_for_each_step(step: str) -> None:
    """Each step's form has the joint one before it, bound to the applicant."""
    guides = demo_guides(RESTAURANT)
    member = next(one for one in RESTAURANT.members if one.step == step)
    wanted = with_forms(guides[step], RESTAURANT, member).requirement(STEPS[step][1])
    assert wanted is not None
    assert [[one.type for one in way.evidence] for way in wanted.alternatives] == [[JOINT], [SINGLE[step]]]
    assert wanted.alternatives[0].evidence[0].bindings == (Binding("holder", CaseRole("applicant")),)


def test_roles_of_the_form_turn_back_into_those_of_the_item() -> None:
    """`owner` of the bundle is the item's applicant; of two item roles that are one, the one bound so far."""
    item = an_item("X", [a_requirement((bound("holder", CaseRole("operator"), "t0"),))])
    bundle = a_bundle({"step": item}, forms=(FORM,))
    way = with_forms(item, bundle, MEMBER).requirements[0].alternatives[0]
    assert way.evidence[0].bindings == (Binding("holder", CaseRole("applicant")),)
    both = replace(MEMBER, roles={"applicant": "owner", "operator": "owner"})
    way = with_forms(item, bundle, both).requirements[0].alternatives[0]
    assert way.evidence[0].bindings == (Binding("holder", CaseRole("operator")),)


def test_a_form_of_nobody_in_the_item_is_no_alternative() -> None:
    """Where no role of the item is the form's, it could be anybody's, and does not count."""
    item = an_item("X", [a_requirement((bound("holder", CaseRole("applicant"), "t0"),))])
    stranger = replace(MEMBER, roles={"applicant": "guest", "operator": "boss"})
    assert with_forms(item, a_bundle({"step": item}, forms=(FORM,)), stranger) == item


def test_two_forms_of_one_way_become_one() -> None:
    """Where a way asks for two forms that one stands for, the joint form is asked once."""
    both = (bound("holder", CaseRole("applicant"), "t0"), bound("holder", CaseRole("applicant"), "t1"))
    item = an_item("X", [a_requirement((*both, an_evidence("t4")))])
    way = with_forms(item, a_bundle({"step": item}, forms=(FORM,)), MEMBER).requirements[0].alternatives[0]
    assert [one.type for one in way.evidence] == ["joint", "t4"]


def test_who_is_named_by_the_single_form_is_named_by_the_joint_one() -> None:
    """A paper of whoever stands in the form follows them; where the joint form has no such role, none."""
    holder = (bound("holder", CaseRole("applicant"), "t0"), bound("holder", RoleOf("t0", "holder"), "t4"))
    boss = (bound("boss", CaseRole("operator"), "t0"), bound("holder", RoleOf("t0", "boss"), "t4"))
    item = an_item("X", [a_requirement(holder, boss)])
    ways = with_forms(item, a_bundle({"step": item}, forms=(FORM,)), MEMBER).requirements[0].alternatives
    assert ways[0].evidence[1].bindings == (Binding("holder", RoleOf("joint", "holder")),)
    assert ways[1:] == (Combination(holder), Combination(boss))


def test_the_step_is_found_by_item_version_roles_and_fixed_answers() -> None:
    """Food in another situation, version or by another name is no such step."""
    item = demo_guides(RESTAURANT)["food"]
    answers = STEPS["food"][2]
    member = step_for(RESTAURANT, item, answers)
    assert member is not None
    assert member.step == "food"
    assert fixed_answers(member) == {"prepacked": "no", "catering": "yes"}
    assert step_for(RESTAURANT, item, {**answers, "applicant": "agent"}) is member
    assert step_for(RESTAURANT, item, answers, "food") is member
    assert step_for(RESTAURANT, item, answers, "fire") is None
    assert step_for(RESTAURANT, item, {**answers, "catering": "no"}) is None
    assert step_for(RESTAURANT, replace(item, roles=("applicant",)), answers) is None
    pinned = replace(RESTAURANT, members=(replace(member, version=2), *RESTAURANT.members[1:]))
    assert step_for(pinned, item, answers) is None
    assert step_for(pinned, replace(item, version=2), answers) is not None


def test_people_agree_by_the_bundles_roles() -> None:
    """Whoever both name is the same, whom the form names both name; a role of one alone says nothing."""
    item = an_item("X", [])
    bundle = a_bundle({"step": item}, forms=(FORM,))
    a, b, c = b"a" * 16, b"b" * 16, b"c" * 16
    one = held_in(MEMBER, [("applicant", a), ("operator", b)])
    assert one == {"owner": {a}, "boss": {b}}
    assert same_people(bundle, one, held_in(MEMBER, [("applicant", a)]))
    assert not same_people(bundle, one, held_in(MEMBER, [("applicant", c), ("operator", b)]))
    assert not same_people(bundle, one, held_in(MEMBER, [("applicant", a), ("operator", c)]))
    assert not same_people(bundle, one, held_in(MEMBER, [("applicant", a), ("applicant", c)]))
    assert not same_people(bundle, one, held_in(MEMBER, [("operator", b)]))
    assert not same_people(replace(bundle, forms=()), one, {})
