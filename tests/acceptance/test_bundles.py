# SPDX-License-Identifier: Apache-2.0
"""Bundles over HTTP: a plan from the catalogue alone, refused by name, and nothing recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from api.demo import samples
from api.schemas.bundles import PLAN_EXAMPLE
from tests.people import Browser

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

LEADS = "ZW"
PATH = "bundles/restaurant:plan"
ANSWERS: dict[str, str] = {**PLAN_EXAMPLE["answers"], "tobacco": "yes"}


def _plan(world: World, answers: dict[str, str], path: str = PATH, **more: Any) -> Any:
    return world.post("SC", path, {"answers": answers, **more}).json()


def test_a_plan_looks_at_nobody(world: World) -> None:
    """The plan needs no case and no purpose, since it says what anybody is asked; no entry is written."""
    before = world.size
    plan = _plan(world, ANSWERS)
    assert world.size == before
    assert [one["step"] for one in plan["steps"]] == ["food", "fire", "tobacco"]
    assert plan["counts"]["one_by_one"] == 13
    assert plan["counts"]["papers"] == 7
    assert "17" not in plan["summary"]["en"]  # the sign's guide is not published here
    form = plan["bring"][0]
    assert [use["step"] for use in form["for"]] == ["food", "fire", "tobacco"]
    assert plan["spared"] == []  # no department has a policy that lets an issuer answer
    assert [one["type"] for one in plan["show"]] == ["id_card"]


def test_an_issuer_answers_by_the_policy_of_the_steps_own_department(own_world: World) -> None:
    """Once tobacco's department lets the licence's issuer answer, its step says so, and no other does."""
    policy = next(one for one in samples.policies() if one["authority"] == "YC")
    own_world.made("YC", "catalogue/versions", {"subject": "policy", "document": policy})
    plan = _plan(own_world, ANSWERS)
    (licence,) = plan["spared"]
    assert (licence["type"], licence["by"]) == ("business_licence", "SC")
    assert [use["step"] for use in licence["for"]] == ["tobacco"]
    (brought,) = [one for one in plan["bring"] if one["type"] == "business_licence"]
    assert [use["step"] for use in brought["for"]] == ["food", "fire"]
    chosen = urlencode({f"a.{question}": option for question, option in ANSWERS.items()})
    page = Browser(own_world).get(f"/catalogue/bundles/restaurant?{chosen}").text
    assert licence["text"]["en"] in page


def test_refusals_name_the_question(world: World) -> None:
    """An answer that is missing or unknown is refused with the question and its options."""
    missing = _plan(world, {name: answer for name, answer in ANSWERS.items() if name != "premises"})
    assert (missing["code"], missing["question"]) == ("situation.unanswered", "premises")
    assert missing["options"] == ["owned", "leased", "free_use"]
    assert _plan(world, {**ANSWERS, "premises": "rented"})["code"] == "situation.unknown_option"
    unknown = _plan(world, {**ANSWERS, "colour": "red"})
    assert unknown["code"] == "situation.unknown_question"
    assert "colour" not in str(unknown)


def test_unknown_bundles_and_versions(world: World) -> None:
    """A bundle or version that nobody published is not known."""
    assert _plan(world, ANSWERS, "bundles/hotel:plan")["code"] == "bundle.unknown"
    assert _plan(world, ANSWERS, version=9)["code"] == "bundle.unknown"


def test_a_guide_that_moved_on_is_said(own_world: World) -> None:
    """Once a member's current guide no longer fits, the plan is refused until the bundle is renewed."""
    world = own_world
    guide = next(one for one in samples.items() if one["code"] == "XF-001")
    newer = {**guide, "version": 2, "roles": ["applicant", "operator", "agent", "owner"]}
    published = world.made("XF", "catalogue/versions", {"subject": "item", "document": newer})
    refused = _plan(world, ANSWERS)
    assert (refused["code"], refused["status"]) == ("bundle.changed", 409)
    (touched,) = published["bundles"]
    assert (touched["code"], touched["authority"], touched["pinned"]) == ("restaurant", LEADS, None)
    assert (touched["fits"], touched["place"].startswith("/members/")) == (False, True)


def test_a_guide_that_waits_for_its_day_changes_no_plan_yet(own_world: World) -> None:
    """Published ahead and unfit: the warning is at once, the plan goes by the guide in force today."""
    world, before = own_world, _plan(own_world, ANSWERS)
    guide = next(one for one in samples.items() if one["code"] == "XF-001")
    roles = ["applicant", "operator", "agent", "owner"]
    ahead = {**guide, "version": 2, "roles": roles, "in_force": "2099-01-01"}
    (touched,) = world.made("XF", "catalogue/versions", {"subject": "item", "document": ahead})["bundles"]
    assert touched["fits"] is False
    assert _plan(world, ANSWERS) == before


def test_a_guide_that_still_fits_warns_of_nothing(own_world: World) -> None:
    """A newer guide that its bundle fits is said to fit, and the plan goes on."""
    guide = next(one for one in samples.items() if one["code"] == "XF-001")
    newer = {"subject": "item", "document": {**guide, "version": 2}}
    (touched,) = own_world.made("XF", "catalogue/versions", newer)["bundles"]
    assert (touched["fits"], "place" in touched) == (True, False)
    assert _plan(own_world, ANSWERS)["bundle"] == "restaurant"
