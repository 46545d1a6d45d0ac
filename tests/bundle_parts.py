# SPDX-License-Identifier: Apache-2.0
"""The demo's bundles with the guides of their members, and small bundles over made-up items."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from attest.bundles.document import parse_bundle
from attest.bundles.model import Bundle, Member
from attest.bundles.rules import plan_of
from attest.catalogue.model import Citation, ServiceItem, Text
from tests.recognition_parts import (
    a_policy,
    a_requirement,
    a_type,
    answers,
    catalogue_json,
    demo_item,
    demo_types,
    types_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attest.bundles.plan import OnFile, Plan
    from attest.catalogue.model import Requirement
    from attest.policies.model import Policy

BUNDLES: Final = ("newborn", "restaurant")
OPENING: Final = {
    "procedure": "check",
    "premises": "owned",
    "tobacco": "yes",
    "residence": "local",
    "applicant": "self",
}
BIRTH: Final = {"follows": "father"}
CITED: Final = Citation("样例", "[gen]")


def demo_bundle(code: str) -> Bundle:
    """One of the demo's bundles."""
    return parse_bundle(catalogue_json(f"bundles/{code}"))


def demo_guides(bundle: Bundle) -> dict[str, ServiceItem]:
    """The demo's guides of its members, by step."""
    return {one.step: demo_item(one.item) for one in bundle.members}


def demo_plan(
    code: str,
    given: Mapping[str, str],
    on_file: OnFile | None = None,
    policies: Mapping[str, Policy] | None = None,
) -> Plan:
    """The plan of one of the demo's bundles; by default every department lets the licence's issuer answer."""
    bundle = demo_bundle(code)
    guides = demo_guides(bundle)
    by = asking(*(one.authority for one in guides.values())) if policies is None else policies
    return plan_of(bundle, guides, demo_types(), given, on_file, policies=by)


def asking(*departments: str) -> dict[str, Policy]:
    """Policies of these departments, by each of which the licence's issuer answers."""
    policy = a_policy(data_checks=(answers("SC", "business_licence"),))
    return {code: replace(policy, authority=code) for code in departments}


def an_item(code: str, requirements: Sequence[Requirement], result: str = "paper") -> ServiceItem:
    """A service item without questions that asks these of the applicant or operator."""
    item = demo_item("XF-001")
    return replace(
        item,
        code=code,
        clocks=item.clocks[-1:],
        questions=(),
        roles=("applicant", "operator"),
        requirements=tuple(requirements) or (a_requirement(),),
        result=replace(item.result, type=result),
    )


def a_bundle(items: Mapping[str, ServiceItem], **change: Any) -> Bundle:
    """A bundle of these items by step, where every role is itself and nothing is shared."""
    roles = {"applicant": "applicant", "operator": "operator"}
    members = tuple(Member(step, item.code, None, roles, {}, None, {}) for step, item in items.items())
    bundle = Bundle(
        code="bundle",
        version=1,
        name=Text("一件事", "Bundle"),
        authority="ZW",
        notice="样例",
        sources=(CITED,),
        conditions=(),
        roles=("applicant", "operator"),
        questions=(),
        fields=(),
        members=members,
        feeds=(),
        forms=(),
        checked=(),
    )
    return replace(bundle, **change)


PLAIN: Final = types_of(*(a_type(f"t{n}") for n in range(8)), a_type())
