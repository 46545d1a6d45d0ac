# SPDX-License-Identifier: Apache-2.0
"""A renewed paper over HTTP: who relied on the old one is told, at the counter, in the inbox, by event."""

from __future__ import annotations

import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from api.demo import samples
from api.operation.rebuild import rebuild
from attest.oversight.holdings import holdings_of
from tests.acceptance.test_events import settled
from tests.acceptance.test_recall import inbox, mark
from tests.numbers import RENEWED_NUMBER, licence_number
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


CHANGED: dict[str, Any] = {"issued": "2026-10-01", "submitted": "by_choice"}


def changed(world: World) -> dict[str, Any]:
    """SC, who owns the type, takes the changed licence in for itself: same number, a later day."""
    content = samples.sample("business-licence.pdf").content + b"\n% changed\n"
    assert world.put("SC", content, "application/pdf").status_code == 201
    asked = world.acceptance(world.cases["SC-002"], "business-licence.pdf", **CHANGED)
    asked["document"] = {"sha256": sha256(content).hexdigest()}
    return world.made("SC", "acceptances", asked)


def test_a_changed_registration_reaches_each_that_relied(own_world: World) -> None:
    """Event, inbox and banner of who relied on the old licence, without the owner's naming it."""
    world = own_world
    add_accounts(world)
    dated = world.acceptance(world.cases["XF-001"], "business-licence.pdf", issued="2024-03-01")
    old = world.made("ZW", "acceptances", dated)
    asked = {"case": world.cases["YC-004"], "requirement": "licence", "acceptance": old["id"]}
    world.made("YC", "reliances", asked)
    shop = str(world.made("ZW", "cases", world.case("XF-001"))["case"])
    world.made("ZW", "reliances", {**asked, "case": shop})
    newer = changed(world)
    assert newer["supersession"] == {"index": newer["index"] + 1, "how": "renewed"}
    assert old["id"] not in str(newer)
    contract = Contract(world.send("GET", "/openapi.json").json())
    told = [data for type_, data in events(world, "YC") if type_ == "once.material.superseded"]
    assert [(one["index"], one["by"], one["acceptance"]["id"]) for one in told] == [
        (newer["supersession"]["index"], "SC", old["id"])
    ]
    assert not contract.answer("GET", "/api/v1/events", world.get("YC", "events", limit="500"))
    for who in ("XF", "ZW"):
        told = [data for type_, data in events(world, who) if type_ == "once.material.superseded"]
        assert {("reliance" in one, one["acceptance"]["id"]) for one in told} == {
            (True, old["id"]),
            (False, old["id"]),
        }
    assert not [1 for type_, _ in events(world, "SC") if type_ == "once.material.superseded"]
    [row] = inbox(world, "YC")
    assert (row["type"], row["case"], row["by"]) == ("once.material.superseded", asked["case"], "SC")
    assert 'id="renewed"' in signed_in(world, "clerk").get(f"/counter?case={shop}").text
    found = rebuild(world.ledger.store, world.ledger.context, lambda _: None)
    assert (found.differences, found.unknown) == ([], 0)
    opened = world.get("SC", f"cases/{world.cases['SC-002']}/trace", purpose="review").json()["entries"]
    [entry] = [one for one in opened if one["kind"] == "supersession.recorded"]
    assert (entry["body"]["how"], entry["record"]) == ("renewed", None)


def test_a_department_hears_what_it_holds_itself(own_world: World) -> None:
    """The same bytes again and a later paper of another number: its own are named, another's never."""
    world = own_world
    again = world.acceptance(world.cases["XF-001"], "business-licence.pdf", number=licence_number(31))
    contract = Contract(world.send("GET", "/openapi.json").json())
    answer = world.post("ZW", "acceptances", {**again, "issued": "2026-10-01"})
    assert not contract.answer("POST", "/api/v1/acceptances", answer)
    twin = answer.json()["duplicate_of"]
    assert (twin["acceptance"], twin["case"]) == (world.accepted["licence"]["id"], world.cases["XF-001"])
    assert "may_supersede" not in answer.json()
    later = {**again, "issued": "2026-11-01", "number": licence_number(32)}
    answer = world.post("ZW", "acceptances:batch", {"acceptances": [later]})
    assert not contract.answer("POST", "/api/v1/acceptances:batch", answer)
    [one] = answer.json()["results"]
    assert one["may_supersede"][0]["type"] == "business_licence"
    world.upload("SC", "business-licence.pdf")
    stranger = world.acceptance(world.cases["SC-002"], "business-licence.pdf", number=licence_number(33))
    told = world.made("SC", "acceptances", {**stranger, "submitted": "by_choice"})
    assert not {"duplicate_of", "may_supersede", "supersession"} & told.keys()
