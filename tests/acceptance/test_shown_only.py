# SPDX-License-Identifier: Apache-2.0
"""What is shown and never kept is said alike by the guide, the counter, the check and the citizen's page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.acceptance.test_submission_by_choice import states
from tests.people import add_accounts, as_person, signed_in
from tests.worlds import FOOD_ANSWERS, SHOP

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

SHOWN = "Show it; it is not kept"


def test_an_identity_card_is_shown_everywhere(own_world: World) -> None:
    """Neither "can be used again" nor "needed" nor a choice beside it; other papers keep theirs."""
    world = own_world
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    add_accounts(world)
    clerk, chen = signed_in(world, "clerk.sc"), as_person(world, "chen")
    said = states(chen, case)
    assert (said["identity"], said["licence"]) == ("shown", "free")
    page = chen.get(f"/my/submission/{case}").text
    row = page[page.index('data-requirement="identity"') :].split("</li>")[0]
    assert SHOWN in row
    assert "<form" not in row
    desk = clerk.get(f"/counter?case={case}").text
    row = desk[desk.index('data-row="identity"') :].split("</li>")[0]
    assert row.count(SHOWN) == 2  # the badge and the sentence
    assert "Needed" not in row
    guide = chen.get("/catalogue/items/SC-002").text
    paper = next(one for one in re.findall(r"<li><b>.*?</li>", guide, re.DOTALL) if SHOWN in one)
    assert "can be used again" not in paper
    assert "can be used again" in guide
    types = chen.get("/catalogue/types").text
    assert "can be used again" not in types[types.index('id="id_card"') :].split("</tr>")[0]
    asked = {"case": case, "purpose": "受理审查", "requirements": ["identity"]}
    result = world.post("SC", "recognitions:check", asked).json()["results"][0]
    assert result["text"].startswith(SHOWN)


def test_a_bundle_tells_of_an_identity_card_what_its_desk_and_notice_tell(own_world: World) -> None:
    """Its page says to bring the card and take it back; desk and notice of its case ask to see it."""
    world = own_world
    answers = {**FOOD_ANSWERS, "catering": "yes"}
    asked = {**world.case("SC-002"), "answers": answers, "bundle": {"code": "restaurant"}}
    case = str(world.made("SC", "cases", asked)["case"])
    add_accounts(world)
    clerk = signed_in(world, "clerk.sc")
    asked_for = "Please show the original. We return it at once and keep no copy."
    query = "a.procedure=check&a.premises=owned&a.tobacco=no&a.residence=local&a.applicant=self"
    page = clerk.get(f"/catalogue/bundles/restaurant?{query}").text
    card = page[page.index('data-list="to_show"') :].split("</section>")[0]
    assert 'data-type="id_card"' in card
    assert asked_for in card
    assert 'data-type="id_card"' not in page.partition('data-list="spared"')[2]
    desk = clerk.get(f"/counter?case={case}").text
    assert asked_for in desk[desk.index('data-row="identity"') :].split("</li>")[0]
    assert "Please show: Identity of the representative" in desk
    assert "Please show (nothing is kept)" in clerk.get(f"/counter/notice?case={case}").text


def test_a_paper_that_names_no_thing_says_so(own_world: World) -> None:
    """Accepted without its thing in a case that has one it is not said to be about another."""
    world = own_world
    opening = {**world.case("XF-001"), "about": SHOP}
    case = str(world.made("XF", "cases", opening)["case"])
    world.upload("XF", "fire-drawings.jpg")
    record = world.acceptance(case, "fire-drawings.jpg")
    record.pop("about", None)
    world.made("XF", "acceptances", record)
    other = str(world.made("XF", "cases", opening)["case"])
    asked = {"case": other, "purpose": "受理审查", "requirements": ["drawings"]}
    result = world.post("XF", "recognitions:check", asked).json()["results"][0]
    assert (result["verdict"], result["reason"]) == ("required", "reuse.names_no_thing")
    assert "does not say which thing" in result["text"]
