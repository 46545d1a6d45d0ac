# SPDX-License-Identifier: Apache-2.0
"""A paper that the counter took in by mistake is taken back there, knowing what hangs on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from api.demo import samples
from attest.private import open_private
from tests.acceptance.test_recall import row_of, state_of
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import OWN, a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def taken_in(world: World, file: str = "food-application.pdf") -> tuple[Browser, str, str]:
    """The clerk of SC with a case in which the file was just taken in; the id of the acceptance."""
    add_accounts(world)
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    world.upload("SC", file)
    accepted = world.made("SC", "acceptances", world.acceptance(case, file))
    return signed_in(world, "clerk.sc"), case, str(accepted["id"])


def take_back(clerk: Browser, case: str, acceptance: str, **more: str) -> int:
    """Press the button of the form; the status of the answer."""
    form = {"case": case, "acceptance": acceptance, "key": a_request_key(), "reason": "checked_wrongly"}
    return clerk.post("/counter/retract", **{**form, **more}).status_code


def test_a_wrong_paper_is_taken_back_from_its_line(own_world: World) -> None:
    """The open line leads to a form; one press signs the retraction, and the paper is asked for again."""
    world = own_world
    clerk, case, acceptance = taken_in(world)
    page = clerk.get(f"/counter?case={case}").text
    assert state_of(page, "application") == "here"
    link = re.search(r'href="(/counter/retract\?[^"]*)"', row_of(page, "application"))
    assert link is not None
    form = clerk.get(link[1].replace("&amp;", "&")).text
    assert acceptance in form
    size = world.size
    assert take_back(clerk, case, acceptance, text="the licence lay on top") == 303
    assert [world.kind_of(index) for index in range(size, world.size)] == ["acceptance.retracted"]
    record = open_private(size, world.ledger.store, world.ledger.context.sealer)[1]
    assert (record["reason"], record["text"]) == ("checked_wrongly", "the licence lay on top")
    page = clerk.get(f"/counter?case={case}").text
    assert state_of(page, "application") != "here"
    assert acceptance not in row_of(page, "application")


def test_a_double_press_takes_back_once(own_world: World) -> None:
    """The same press again is answered alike and signs nothing; a later one is told that it was done."""
    world = own_world
    clerk, case, acceptance = taken_in(world)
    key = a_request_key()
    assert take_back(clerk, case, acceptance, key=key) == 303
    size = world.size
    assert take_back(clerk, case, acceptance, key=key) == 303
    assert world.size == size
    assert take_back(clerk, case, acceptance) == 409


def test_without_a_reason_nothing_is_signed(own_world: World) -> None:
    """The form comes back with the fault at the reason."""
    world = own_world
    clerk, case, acceptance = taken_in(world)
    size = world.size
    form = {"case": case, "acceptance": acceptance, "key": a_request_key()}
    answer = clerk.post("/counter/retract", **form)
    assert answer.status_code == 422
    assert 'href="#f-reason"' in answer.text
    kinds = [world.kind_of(index) for index in range(size, world.size)]
    assert "acceptance.retracted" not in kinds


def test_what_hangs_on_it_is_said_first(own_world: World) -> None:
    """Who relied on it, department by department, stands on the form before the press."""
    world = own_world
    add_accounts(world)
    licence, home = world.accepted["licence"]["id"], world.cases["XF-001"]
    clerk = signed_in(world, "clerk")
    path = f"/counter/retract?case={home}&acceptance={licence}"
    assert 'data-relied="0"' in clerk.get(path).text
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    world.made("SC", "reliances", {"case": case, "requirement": "licence", "acceptance": licence})
    form = clerk.get(path).text
    assert 'data-relied="1"' in form
    names = {one["code"]: one["name"]["en"] for one in samples.departments()}
    assert names["SC"] in form
    assert case not in form


def test_a_paper_that_does_not_serve_is_taken_back_too(own_world: World) -> None:
    """A paper of the case that meets no line has its way back on the line that it came for."""
    world = own_world
    add_accounts(world)
    case = world.cases["XF-001"]
    asked = world.acceptance(case, "business-licence.pdf", valid_until="2020-01-01", issued="2019-01-01")
    dead = world.made("ZW", "acceptances", asked)["id"]
    page = signed_in(world, "clerk").get(f"/counter?case={case}").text
    assert f"acceptance={dead}" in row_of(page, "licence")


def test_who_may_not_is_shown_no_way_and_refused(own_world: World) -> None:
    """A paper of another case and one that is not there read alike."""
    world = own_world
    clerk, case, acceptance = taken_in(world)
    other, theirs = world.accepted["layout"]["id"], world.cases[OWN]
    zw = signed_in(world, "clerk")
    assert f"acceptance={acceptance}" in clerk.get(f"/counter?case={case}").text
    for one in (other, world.accepted["licence"]["id"], "0" * 32, "x", ""):
        assert clerk.get(f"/counter/retract?case={case}&acceptance={one}").status_code == 404, one
        assert take_back(clerk, case, one) == 404, one
    assert zw.get(f"/counter/retract?case={theirs}&acceptance={other}").status_code == 404
    assert take_back(zw, case, acceptance) == 404


def test_the_authority_takes_back_what_a_window_received_for_it(own_world: World) -> None:
    """SC decides a case that WJ opened: its clerk may, as over the API (`acceptances/{id}:retract`)."""
    world = own_world
    add_accounts(world)
    clerk = signed_in(world, "clerk.sc")
    case, layout = world.cases[OWN], world.accepted["layout"]["id"]
    assert f"acceptance={layout}" in row_of(clerk.get(f"/counter?case={case}").text, "layout")
    assert take_back(clerk, case, layout, reason="wrong_holder") == 303


@pytest.mark.parametrize("accepted_as", ["food_layout", "business_licence"])
def test_the_same_file_on_file_is_said_whatever_it_was_taken_for(own_world: World, accepted_as: str) -> None:
    """The form warns of this very file of the same holder, and names the type it was accepted as."""
    world = own_world
    add_accounts(world)
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    file = "food-layout.pdf" if accepted_as == "food_layout" else "business-licence.pdf"
    form = f"/counter/add?case={case}&requirement=application&position=0&sha256={samples.sample(file).sha256}"
    page = signed_in(world, "clerk.sc").get(form).text
    assert f'data-twin="{accepted_as}"' in page
    assert "data-twin" not in signed_in(world, "clerk.sc").get(form[:-4] + "0000").text
