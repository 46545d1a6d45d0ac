# SPDX-License-Identifier: Apache-2.0
"""Recall at the counter and in the inbox: what was relied on and fell is shown at once, and stays so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.identity.accounts import Account
from api.identity.roles import CLERK
from tests.acceptance.test_events import settled
from tests.openapi_parts import Contract
from tests.people import add_accounts, as_person, signed_in
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

NOT_UPHELD: Final = {"outcome": "not_upheld", "reason": "record_correct", "text": "looked at again"}


def row_of(page: str, requirement: str) -> str:
    """The row of a requirement, as HTML."""
    found = re.search(
        rf'<li class="req"[^>]*data-row="{requirement}".*?</li>\n(?=<li class="req"|</ol>)', page, re.DOTALL
    )
    assert found is not None, page
    return found[0]


def state_of(page: str, requirement: str) -> str:
    """The state that the row carries."""
    found = re.search(r'data-state="([a-z_]*)"', row_of(page, requirement))
    assert found is not None
    return found[1]


def relied_and_fallen(world: World) -> str:
    """A case of SC that relied on the licence, which ZW then took back; the clerk of SC has an account."""
    add_accounts(world)
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    licence = world.accepted["licence"]["id"]
    world.made("SC", "reliances", {"case": case, "requirement": "licence", "acceptance": licence})
    world.made("ZW", f"acceptances/{licence}:retract", {"reason": "checked_wrongly"})
    return case


def test_used_never_turns_into_use_by_itself(own_world: World) -> None:
    """A paper that fell after it was used says so, also once the same paper was accepted anew elsewhere."""
    world = own_world
    case = relied_and_fallen(world)
    clerk = signed_in(world, "clerk.sc")
    page = clerk.get(f"/counter?case={case}").text
    assert state_of(page, "licence") == "recalled"
    assert 'id="recalled"' in page

    anew = world.acceptance(world.cases["XF-001"], "business-licence.pdf", number="92990101MA99A1172F")
    again = world.made("ZW", "acceptances", anew)
    page = clerk.get(f"/counter?case={case}").text
    assert state_of(page, "licence") == "recalled"
    assert 'id="recalled"' in page
    whole = re.search(r'<form id="use".*?</form>', page, re.DOTALL)
    assert whole is not None
    assert again["id"] not in whole[0]  # "use all" does not take it over unseen

    asked = {"case": case, "requirement": "licence", "acceptance": again["id"]}
    world.made("SC", "reliances", asked)
    page = clerk.get(f"/counter?case={case}").text
    assert state_of(page, "licence") == "used"
    assert 'id="recalled"' not in page


def test_a_case_that_relied_on_nothing_fallen_has_no_banner(own_world: World) -> None:
    """The banner belongs to the case: another case of the department shows none."""
    world = own_world
    relied_and_fallen(world)
    page = signed_in(world, "clerk.sc").get(f"/counter?case={world.cases['SC-002']}").text
    assert 'id="recalled"' not in page
    assert state_of(page, "licence") == ""


def inbox(world: World, who: str, state: str = "open") -> list[dict[str, Any]]:
    """A department's recalls."""
    settled(world)
    answer = world.get(who, "recalls", purpose="review", state=state)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["recalls"])


def test_the_inbox_names_the_case_until_somebody_has_seen_it(own_world: World) -> None:
    """The department that relied finds its case and requirement, and nobody else does; seen moves it over."""
    world = own_world
    known = {one["id"] for one in inbox(world, "SC")}
    case = relied_and_fallen(world)
    new = [one for one in inbox(world, "SC") if one["id"] not in known]
    assert [(one["case"], one["requirement"], one["by"]) for one in new] == [(case, "licence", "ZW")]
    assert new[0]["acceptance"] == world.accepted["licence"]["id"]
    assert inbox(world, "ZW") == []
    path = f"recalls/{new[0]['id']}:seen"
    assert mark(world, "YC", path).json()["code"] == "recall.unknown"
    first = mark(world, "SC", path)
    assert first.status_code == 200, first.text
    assert mark(world, "SC", path).json() == first.json()
    assert new[0]["id"] not in {one["id"] for one in inbox(world, "SC")}
    assert {**new[0], "seen": first.json()["seen"]} in inbox(world, "SC", "seen")
    contract = Contract(world.send("GET", "/openapi.json").json())
    answer = world.get("SC", "recalls", purpose="review", state="seen")
    assert not contract.answer("GET", "/api/v1/recalls", answer)
    assert not contract.answer("POST", "/api/v1/recalls/{id}:seen", first)


def used_by_window(world: World) -> str:
    """A case whose authority is SC, opened by ZW, in which ZW relied on the licence."""
    add_accounts(world)
    case = str(world.made("ZW", "cases", world.case("SC-002"))["case"])
    asked = {"case": case, "requirement": "licence", "acceptance": world.accepted["licence"]["id"]}
    world.made("ZW", "reliances", asked)
    return case


def test_the_deciding_department_hears_of_a_recall_in_its_own_case(own_world: World) -> None:
    """A window relied in a case of SC: both have it in the inbox and as an event, once; others have not."""
    world = own_world
    known = {who: {one["id"] for one in inbox(world, who)} for who in ("SC", "ZW", "YC", "XF")}
    case = used_by_window(world)
    gone = world.made(
        "XF", f"acceptances/{world.accepted['licence']['id']}:retract", {"reason": "checked_wrongly"}
    )
    for who, told in (("SC", 1), ("ZW", 1), ("YC", 0), ("XF", 0)):
        new = [one for one in inbox(world, who) if one["id"] not in known[who]]
        assert [(one["case"], one["by"], one["relied_by"]) for one in new] == [(case, "XF", "ZW")] * told
        sent = world.get(who, "events", limit="500").json()["events"]
        mine = [one for one in sent if one["data"]["index"] == gone["index"] and "reliance" in one["data"]]
        assert [one["type"] for one in mine] == ["once.acceptance.recalled"] * told
    contract = Contract(world.send("GET", "/openapi.json").json())
    answer = world.get("SC", "recalls", purpose="review")
    assert not contract.answer("GET", "/api/v1/recalls", answer)


def test_the_counter_begins_with_the_departments_recalls(own_world: World) -> None:
    """The desk starts with what fell, who took it back and in which case, until somebody saw it."""
    world = own_world
    case = used_by_window(world)
    add_accounts(world, Account("clerk.yc", "窗口庚", frozenset({CLERK}), "YC", "1 号窗口"))
    clerk, other = signed_in(world, "clerk.sc"), signed_in(world, "clerk.yc")
    settled(world)
    before = clerk.get("/counter").text
    assert f'href="/counter?case={case}"' not in before
    size = world.size
    other.get("/counter")
    assert world.size == size  # nothing private was shown: no entry
    world.made("XF", f"acceptances/{world.accepted['licence']['id']}:retract", {"reason": "forged"})
    settled(world)
    page = clerk.get("/counter").text
    assert 'id="recalls"' in page
    assert f'href="/counter?case={case}"' in page
    assert "Fire" in page[page.index('id="recalls"') :]
    assert world.kind_of(world.size - 1) == "usage.read"
    assert 'id="recalls"' not in other.get("/counter").text
    (place,) = re.findall(r'data-recall="([0-9-]+)"', page[page.index(case) - 2000 :])[-1:]
    assert clerk.post("/counter/recalls", id=place).status_code == 303
    assert f'data-recall="{place}"' not in clerk.get("/counter").text
    assert f'data-recall="{place}"' in clerk.get("/counter?recalls=seen").text
    assert other.post("/counter/recalls", id=place).status_code == 404


def test_a_ground_that_fell_shows_at_its_receipt(own_world: World) -> None:
    """The case took its own copy in: nothing is left to do, and banner and receipt still say what fell."""
    world = own_world
    case = used_by_window(world)
    world.made("XF", f"acceptances/{world.accepted['licence']['id']}:retract", {"reason": "checked_wrongly"})
    clerk = signed_in(world, "clerk.sc")
    page = clerk.get(f"/counter?case={case}").text
    assert ('id="recalled"' in page, 'id="lapsed"' in page) == (True, False)
    assert "data-fallen" in row_of(page, "licence")
    world.made("ZW", "acceptances", world.acceptance(case, "business-licence.pdf"))
    page = clerk.get(f"/counter?case={case}").text
    assert ('id="recalled"' in page, 'id="lapsed"' in page) == (False, True)
    assert state_of(page, "licence") == "here"
    row = row_of(page, "licence")
    assert "its ground was taken back by Fire and Rescue" in row
    (link,) = re.findall(r'href="(/counter/receipt[^"]+)"', row)
    receipt = clerk.get(link.replace("&amp;", "&")).text
    assert "data-fell" in receipt


def answered(world: World, request: str) -> None:
    """The department finds the record right."""
    world.made("XF", f"data-check-requests/{request}:answer", NOT_UPHELD)


def withdrawn(world: World, request: str) -> None:
    """The holder takes the dispute back."""
    chen = as_person(world, "chen")
    chen.get("/my/materials")
    assert chen.post(f"/my/disputes/{request}/withdraw").status_code == 303


@pytest.mark.parametrize("end", [answered, withdrawn])
def test_an_open_dispute_is_told_until_its_end(own_world: World, end: Callable[[World, str], None]) -> None:
    """Inbox, start page and the open case name what is under review; answer and withdrawal close them all."""
    world = own_world
    case = used_by_window(world)
    clerk, known = signed_in(world, "clerk.sc"), {one["id"] for one in inbox(world, "SC")}
    page = clerk.get(f"/counter?case={case}").text
    assert 'id="disputed"' not in page
    request = world.disputed("licence", "chen")
    for who in ("SC", "ZW"):
        (new,) = [one for one in inbox(world, who) if one["id"] not in known and one["case"] == case]
        assert (new["type"], new["by"], new["requirement"]) == (
            "once.acceptance.disputed",
            "service",
            "licence",
        )
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", new["due"])
    answer = world.get("SC", "recalls", purpose="review")
    assert not Contract(world.send("GET", "/openapi.json").json()).answer("GET", "/api/v1/recalls", answer)
    start = clerk.get("/counter").text
    assert f'href="/counter?case={case}"' in start
    assert "A party disputes it: Business licence." in start
    page = clerk.get(f"/counter?case={case}").text
    assert 'id="disputed"' in page
    assert "data-disputed" in row_of(page, "licence")
    assert 'id="disputed"' not in clerk.get(f"/counter?case={world.cases['SC-002']}").text
    end(world, request)
    assert [one for one in inbox(world, "SC") if one["id"] not in known] == []
    assert new["id"] not in {one["id"] for one in inbox(world, "ZW")}
    assert f'href="/counter?case={case}"' not in clerk.get("/counter").text
    assert 'id="disputed"' not in clerk.get(f"/counter?case={case}").text


def test_a_dispute_that_was_seen_leaves_the_list_and_stays_in_the_case(own_world: World) -> None:
    """Seen moves it over; the case goes on saying so until the answer."""
    world = own_world
    case = used_by_window(world)
    clerk = signed_in(world, "clerk.sc")
    world.disputed("licence", "chen")
    (mine,) = [one for one in inbox(world, "SC") if one["case"] == case]
    assert mark(world, "SC", f"recalls/{mine['id']}:seen").status_code == 200
    assert [one for one in inbox(world, "SC") if one["case"] == case] == []
    assert mine["id"] in {one["id"] for one in inbox(world, "SC", "seen")}
    assert 'id="disputed"' in clerk.get(f"/counter?case={case}").text


def mark(world: World, who: str, path: str) -> httpx.Response:
    """Mark a recall as seen."""
    return world.send("POST", f"/api/v1/{path}", who=who, headers=[("idempotency-key", a_request_key())])
