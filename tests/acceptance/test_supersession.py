# SPDX-License-Identifier: Apache-2.0
"""A renewed paper over HTTP: who relied on the old one is told, at the counter, in the inbox, by event."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from attest.oversight.holdings import holdings_of
from tests.acceptance.test_events import settled
from tests.acceptance.test_recall import inbox, mark
from tests.numbers import RENEWED_NUMBER
from tests.openapi_parts import Contract
from tests.people import add_accounts, signed_in

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

NEW: dict[str, Any] = {"number": RENEWED_NUMBER, "issued": "2026-09-01"}


def renewed(world: World, how: str = "renewed", **more: Any) -> dict[str, Any]:
    """ZW accepts a licence that supersedes the first one; its answer."""
    asked = world.acceptance(world.cases["XF-001"], "business-licence.pdf", **more)
    asked["supersedes"] = {"acceptance": world.accepted["licence"]["id"], "how": how}
    return world.made("ZW", "acceptances", asked)


def relied(world: World) -> str:
    """A case of SC that relied on the first licence."""
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    asked = {"case": case, "requirement": "licence", "acceptance": world.accepted["licence"]["id"]}
    world.made("SC", "reliances", asked)
    return case


def events(world: World, who: str) -> list[tuple[str, Any]]:
    """(type, data) of the department's events."""
    settled(world)
    return [(one["type"], one["data"]) for one in world.get(who, "events", limit="500").json()["events"]]


def test_everybody_who_relied_is_told_once(own_world: World) -> None:
    """SC hears of its reliance, XF of its acceptance, ZW, who renewed it, of nothing; a copy tells nobody."""
    world = own_world
    relied(world)
    licence = world.accepted["licence"]
    newer = renewed(world, **NEW)
    found = [data for type_, data in events(world, "SC") if type_ == "once.material.superseded"]
    assert [one["index"] for one in found] == [newer["index"]]
    assert found[0]["acceptance"]["id"] == licence["id"]
    assert "reliance" in found[0]
    told = [data for type_, data in events(world, "XF") if type_ == "once.material.superseded"]
    assert [("reliance" in one, one["acceptance"]["id"]) for one in told] == [(False, licence["id"])]
    assert not [1 for type_, _ in events(world, "ZW") if type_ == "once.material.superseded"]


def test_a_better_copy_disturbs_nobody(own_world: World) -> None:
    """Who relied on the earlier copy hears nothing; a later renewal of the better copy reaches them too."""
    world = own_world
    relied(world)
    copy = renewed(world, "better_copy")
    assert not [1 for type_, _ in events(world, "SC") if type_ == "once.material.superseded"]
    world.accepted["licence"], first = copy, world.accepted["licence"]
    renewed(world, **NEW)
    found = [data for type_, data in events(world, "SC") if type_ == "once.material.superseded"]
    assert [one["acceptance"]["id"] for one in found] == [first["id"]]


def test_counter_and_inbox_say_renewed_and_not_taken_back(own_world: World) -> None:
    """The case shows a banner until the newer paper takes the old one's place; the inbox has one line."""
    world = own_world
    add_accounts(world)
    case = relied(world)
    newer = renewed(world, **NEW)
    settled(world)
    clerk = signed_in(world, "clerk.sc")
    page = clerk.get(f"/counter?case={case}").text
    assert 'id="renewed"' in page
    assert 'id="recalled"' not in page
    [row] = inbox(world, "SC")
    assert (row["type"], row["case"]) == ("once.material.superseded", case)
    assert mark(world, "SC", f"recalls/{row['id']}:seen").status_code == 200
    assert inbox(world, "SC") == []
    contract = Contract(world.send("GET", "/openapi.json").json())
    assert not contract.answer(
        "GET", "/api/v1/recalls", world.get("SC", "recalls", purpose="r", state="seen")
    )
    asked = {"case": case, "requirement": "licence", "acceptance": newer["id"]}
    world.made("SC", "reliances", asked)
    assert 'id="renewed"' not in clerk.get(f"/counter?case={case}").text


def test_the_holder_sees_which_paper_is_of_the_past(own_world: World) -> None:
    """The list of the holder's materials marks the old licence as renewed and the new one as in use."""
    world = own_world
    renewed(world, **NEW)
    ledger = world.ledger
    eatery = bytes.fromhex(world.holders["eatery"])
    held = holdings_of(eatery, int(time.time()), ledger.store, ledger.context)
    states = {one.acceptance.hex(): one.state for one in held if one.type == "business_licence"}
    assert states[world.accepted["licence"]["id"]] == "renewed"
    assert list(states.values()).count("stands") == len(states) - 1
