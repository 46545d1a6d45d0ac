# SPDX-License-Identifier: Apache-2.0
"""Recall at the counter and in the inbox: what was relied on and fell is shown at once, and stays so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.acceptance.test_events import settled
from tests.openapi_parts import Contract
from tests.people import add_accounts, signed_in
from tests.worlds import a_request_key

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


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


def mark(world: World, who: str, path: str) -> httpx.Response:
    """Mark a recall as seen."""
    return world.send("POST", f"/api/v1/{path}", who=who, headers=[("idempotency-key", a_request_key())])
