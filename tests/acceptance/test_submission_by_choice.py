# SPDX-License-Identifier: Apache-2.0
"""Handing in oneself over the doors: chosen by the citizen, read by the window, held against nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from api.operation.rebuild import rebuild
from attest.private import open_private
from tests.acceptance.test_counter_reask import take_in
from tests.people import Browser, add_accounts, as_person, signed_in

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def press(browser: Browser, case: str, act: str, requirement: str = "licence") -> httpx.Response:
    """Open the page of the case and press one button."""
    page = browser.get(f"/my/submission/{case}")
    assert page.status_code == 200, page.text
    key = re.search(r'name="key" value="([0-9a-f]+)"', page.text)
    assert key is not None
    return browser.post(f"/my/submission/{case}", key=key[1], act=act, requirement=requirement)


def states(browser: Browser, case: str) -> dict[str, str]:
    """State by requirement, as the page says it."""
    page = browser.get(f"/my/submission/{case}").text
    return dict(re.findall(r'data-requirement="([a-z_.]+)" data-state="([a-z_]+)"', page))


def check(world: World, case: str) -> dict[str, Any]:
    """SC asks whether the licence is needed."""
    asked = {"case": case, "purpose": "受理审查", "requirements": ["licence"]}
    return dict(world.post("SC", "recognitions:check", asked).json()["results"][0])


def test_the_choice_reaches_the_window(own_world: World) -> None:
    """Chosen: nothing from the log, taken in by choice without a re-ask; released: the log serves again."""
    world = own_world
    chen, case = as_person(world, "chen"), str(world.made("SC", "cases", world.case("SC-002"))["case"])
    assert states(chen, case)["licence"] == "free"
    before = world.size
    assert press(chen, case, "choose").headers["location"] == f"/my/submission/{case}"
    made = [at for at in range(before, world.size) if world.kind_of(at).startswith("submission.")]
    assert [world.kind_of(at) for at in made] == ["submission.chosen"]
    assert states(chen, case)["licence"] == "chosen"
    assert states(as_person(world, "eatery"), case)["licence"] == "chosen_by_other"
    result = check(world, case)
    assert (result["verdict"], result["reason"]) == ("required", "submission.by_choice")
    assert result["text"] == "The applicant chose to hand this in themselves."
    assert result.get("acceptance") is None
    assert world.made("SC", "requests", {"case": case, "requirement": "licence"})["reask"] is None
    add_accounts(world)
    clerk = signed_in(world, "clerk.sc")
    assert "The applicant chose to hand this in themselves." in clerk.get(f"/counter?case={case}").text
    assert take_in(world, clerk, case)[-1] == "material.accepted"
    record = open_private(world.size - 1, world.ledger.store, world.ledger.context.sealer)[1]
    assert record["submitted"] == "by_choice"
    assert check(world, case)["reason"] == "case.on_file"
    for who in ("chen", "eatery"):
        page = as_person(world, who).get(f"/my/submission/{case}").text
        row = page[page.index('data-requirement="licence"') :].partition("</li>")[0]
        assert 'data-state="here"' in row
        assert "Handed in with this case: nothing to choose" in row
        assert "<form" not in row

    other = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    assert press(chen, other, "choose").status_code == 303
    assert press(chen, other, "release").status_code == 303
    assert check(world, other)["verdict"] == "recognised"
    licence = world.accepted["licence"]["id"]
    world.made("SC", "reliances", {"case": other, "requirement": "licence", "acceptance": licence})
    assert states(chen, other)["licence"] == "relied"
    late = press(chen, other, "choose")
    assert (late.status_code, "too late to hand it in instead" in late.text) == (409, True)
    found = rebuild(world.ledger.store, world.ledger.context, lambda _: None)
    assert found.differences == []
    assert found.rows["submission_choices"] == 3


def test_what_was_relied_on_and_fell_is_to_be_handed_in(own_world: World) -> None:
    """Once its acceptance was taken back the page no longer says that nothing is to be handed in."""
    world = own_world
    chen, case = as_person(world, "chen"), world.cases["SC-002"]
    licence = world.accepted["licence"]["id"]
    world.made("SC", "reliances", {"case": case, "requirement": "licence", "acceptance": licence})
    assert states(chen, case)["licence"] == "relied"
    world.made("XF", f"acceptances/{licence}:retract", {"reason": "checked_wrongly"})
    assert states(chen, case)["licence"] == "fell"
    page = chen.get(f"/my/submission/{case}").text
    assert "Relied on, and it counts no more: hand one in" in page


def test_refused_in_words_and_once(own_world: World) -> None:
    """A stranger's look is an entry; unknown acts and requirements write nothing; one press is one entry."""
    world = own_world
    chen, case = as_person(world, "chen"), world.cases["SC-002"]
    he = as_person(world, "he")
    for send in (he.get, he.post):
        before = world.size
        assert send(f"/my/submission/{case}").status_code == 404
        assert [world.kind_of(at) for at in range(before, world.size)] == ["usage.refused"]
    before = world.size
    for act, requirement in (("burn", "licence"), ("choose", "marriage"), ("choose", "")):
        assert press(chen, case, act, requirement).status_code == 404
    for _ in range(2):
        sent = chen.post(f"/my/submission/{case}", key="one-press", act="choose", requirement="licence")
        assert sent.status_code == 303
    assert press(chen, case, "choose").status_code == 409
    kinds = [world.kind_of(at) for at in range(before, world.size)]
    assert [one for one in kinds if one.startswith("submission.")] == ["submission.chosen"]
    add_accounts(world)
    assert signed_in(world, "clerk").get(f"/my/submission/{case}").status_code == 403


def test_an_agent_has_no_say_and_the_applicant_takes_it_back(own_world: World) -> None:
    """An agent without a mandate opens neither page, as an entry; the firm releases what its head chose."""
    world = own_world
    asked = world.case("SC-002")
    asked["parties"].append({"role": "agent", "holder": world.holders["lin"]})
    case = str(world.made("SC", "cases", asked)["case"])
    lin, chen, eatery = (as_person(world, one) for one in ("lin", "chen", "eatery"))
    for page in (f"/my/submission/{case}", f"/my/handed-in/{case}"):
        before = world.size
        sent = lin.post(page, key="k", act="choose", requirement="licence", again="yes")
        assert (sent.status_code, "for the applicant to say" in sent.text) == (403, True)
        assert lin.get(page).status_code == 403
        assert [world.kind_of(at) for at in range(before, world.size)] == ["usage.refused"] * 2
    assert press(chen, case, "choose").status_code == 303
    assert press(eatery, case, "release").status_code == 303
    assert check(world, case)["verdict"] == "recognised"
