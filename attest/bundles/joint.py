# SPDX-License-Identifier: Apache-2.0
"""A case as a step of a bundle: which step it is, and its guide with the bundle's joint forms. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attest.catalogue.model import Binding, CaseRole, Combination, Evidence, RoleOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attest.bundles.model import Bundle, Form, Member
    from attest.catalogue.model import Requirement, ServiceItem

    Stands = Mapping[str, Form]
    Held = Mapping[str, frozenset[bytes]]


def step_for(
    bundle: Bundle, item: ServiceItem, answers: Mapping[str, str], step: str | None = None
) -> Member | None:
    """The step that a case of this guide with these answers is, the first of several; or None.

    What the bundle fixes must be so: the guide's version, its roles, the answers that no question decides.
    `step`: that one, or None.
    """
    for member in bundle.members:
        if (step is None or member.step == step) and _fits(member, item, answers):
            return member
    return None


def _fits(member: Member, item: ServiceItem, answers: Mapping[str, str]) -> bool:
    return (
        member.item == item.code
        and member.version in (None, item.version)
        and set(member.roles) == set(item.roles)
        and fixed_answers(member).items() <= dict(answers).items()
    )


def fixed_answers(member: Member) -> dict[str, str]:
    """The answers to the item's questions that the bundle gives for everybody."""
    return {question: answer for question, answer in member.answers.items() if isinstance(answer, str)}


def excluding(bundle: Bundle, item: ServiceItem, answers: Mapping[str, str]) -> tuple[str, str] | None:
    """The first question of the item whose answer alone keeps the case from being a step: (code, wanted).

    None where the item is no member, or its guide fits none.
    """
    for member in bundle.members:
        fixed = fixed_answers(member)
        if _fits(member, item, {**answers, **fixed}):
            asked = [one.code for one in item.questions if one.code in fixed]
            return next(((one, fixed[one]) for one in asked if answers.get(one) != fixed[one]), None)
    return None


def held_in(member: Member, parties: Iterable[tuple[str, bytes]]) -> dict[str, frozenset[bytes]]:
    """Who stands in the bundle's roles by the parties of a step's case."""
    held: dict[str, frozenset[bytes]] = {}
    for role, holder in parties:
        of = member.roles.get(role)
        if of is not None:
            held[of] = held.get(of, frozenset()) | {holder}
    return held


def same_people(bundle: Bundle, one: Held, other: Held) -> bool:
    """Whether two cases can be of one application: whoever both name in a role of the bundle is the same.

    A role that only one of them fills says nothing; those whose paper a joint form is, both must fill.
    """
    both = one.keys() & other.keys()
    named = {role for form in bundle.forms for role in form.roles.values()}
    return bool(both) and named <= both and agree(one, other)


def agree(one: Held, other: Held) -> bool:
    """Whether no role of the bundle is filled by other people in the one case than in the other."""
    return all(one[role] == other[role] for role in one.keys() & other.keys())


def with_forms(item: ServiceItem, bundle: Bundle, member: Member) -> ServiceItem:
    """The guide as a case of this step reads it: the joint form stands beside the form that it replaces.

    It comes before it, so that of two that are equally near the joint form is named; the single one still
    counts. Roles of the form are the bundle's, and turn back into those of the item.
    """
    stands = {code: form for form in bundle.forms for code in form.instead_of}
    if not any(one.types & stands.keys() for one in item.requirements):
        return item
    return replace(item, requirements=tuple(_requirement(one, stands, member) for one in item.requirements))


def _requirement(one: Requirement, stands: Stands, member: Member) -> Requirement:
    alternatives: list[Combination] = []
    for way in one.alternatives:
        joint = _joint(way, stands, member)
        if joint is not None and joint not in alternatives and joint not in one.alternatives:
            alternatives.append(joint)
        alternatives.append(way)
    if len(alternatives) == len(one.alternatives):
        return one
    return replace(one, alternatives=tuple(alternatives))


def _joint(way: Combination, stands: Stands, member: Member) -> Combination | None:
    """The same materials with the joint form in place of the single one; None where nobody can be bound."""
    replaced = {one.type: one for one in way.evidence if one.type in stands}
    if not replaced:
        return None
    made: list[Evidence] = []
    for one in way.evidence:
        form = stands.get(one.type)
        bindings = _named(one, replaced, stands, member) if form is None else _bound(one, form, member)
        if bindings is None:
            return None
        evidence = replace(one, bindings=bindings)
        if form is not None:
            evidence = replace(evidence, type=form.type, issuers=None, each=False)
        if evidence not in made:
            made.append(evidence)
    return Combination(tuple(made))


def _bound(one: Evidence, form: Form, member: Member) -> tuple[Binding, ...] | None:
    """Who stands in the joint form; of several item roles that are one of the bundle, the one bound."""
    own = [binding.by.role for binding in one.bindings if isinstance(binding.by, CaseRole)]
    bindings = []
    for role, of in form.roles.items():
        among = [case for case in (*own, *member.roles) if member.roles.get(case) == of]
        if among:
            bindings.append(Binding(role, CaseRole(among[0])))
    return tuple(bindings) or None


def _named(
    one: Evidence, replaced: Mapping[str, Evidence], stands: Stands, member: Member
) -> tuple[Binding, ...] | None:
    """Bindings to people of a replaced form turn to the joint form's role of the same people."""
    bindings = []
    for binding in one.bindings:
        by = binding.by
        if not isinstance(by, RoleOf) or by.type not in replaced:
            bindings.append(binding)
            continue
        role = _role_in(stands[by.type], replaced[by.type], by.role, member)
        if role is None:
            return None
        bindings.append(Binding(binding.role, RoleOf(stands[by.type].type, role)))
    return tuple(bindings)


def _role_in(form: Form, single: Evidence, role: str, member: Member) -> str | None:
    for binding in single.bindings:
        if binding.role == role and isinstance(binding.by, CaseRole):
            of = member.roles.get(binding.by.role)
            return next((name for name, other in form.roles.items() if other == of), None)
    return None
