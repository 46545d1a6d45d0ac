# SPDX-License-Identifier: Apache-2.0
"""Why a bundle asks for fewer papers: the reasons add up, in every situation of the shipped bundles."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from attest.bundles.plan import CHECKED
from attest.bundles.saving import SHARED, savings
from tests.bundle_parts import BUNDLES, OPENING, demo_bundle, demo_plan


@pytest.mark.parametrize("code", BUNDLES)
def test_the_reasons_add_up(code: str) -> None:
    """In every situation the papers saved are those that the reasons name, one by one."""
    bundle = demo_bundle(code)
    options = [[one.code for one in each.options if one.instead is None] for each in bundle.questions]
    for chosen in itertools.product(*options):
        plan = demo_plan(code, dict(zip((one.code for one in bundle.questions), chosen, strict=True)))
        found = savings(plan)
        assert found
        assert sum(one.papers for one in found) == plan.one_by_one - plan.papers


def test_seventeen_become_seven_and_why() -> None:
    """The restaurant: one form for four, what is checked by data, and what serves two steps."""
    plan = demo_plan("restaurant", OPENING)
    found = {(one.ground, one.type): one.papers for one in savings(plan)}
    assert (plan.one_by_one, plan.papers) == (17, 7)
    assert found[SHARED, "restaurant_application"] == 3
    assert found[CHECKED, "business_licence"] == 4
    assert sum(found.values()) == 10


def test_nothing_is_said_that_does_not_add_up() -> None:
    """A plan whose numbers the reasons do not explain gives none."""
    assert savings(replace(demo_plan("restaurant", OPENING), one_by_one=18)) == ()
