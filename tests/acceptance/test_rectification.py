# SPDX-License-Identifier: Apache-2.0
"""Rectification (更正): a wrong record is taken back for the one that corrects it, and is told as that."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from api.events.model import RECTIFIED
from tests.acceptance.test_recall import inbox, row_of, state_of, used_by_window
from tests.openapi_parts import Contract
from tests.people import Browser, add_accounts, as_person, signed_in

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

READ = {"purpose": "audit"}


@pytest.fixture(scope="module")
def world(file_world: World) -> World:
    """A ledger of this file's own: what is done here would change what others see."""
    return file_world


def anew(world: World, case: str | None = None, **changed: Any) -> dict[str, Any]:
    """The licence accepted once more by ZW for XF, with what was typed wrongly put right."""
    asked = world.acceptance(case or world.cases["XF-001"], "business-licence.pdf", **changed)
    return world.made("ZW", "acceptances", asked)


def rectify(world: World, newer: str, wrong: str | None = None, who: str = "ZW") -> Any:
    """Take the licence back for the acceptance that corrects it."""
    path = f"acceptances/{wrong or world.accepted['licence']['id']}:retract"
    return world.post(who, path, {"reason": "rectified", "rectified_by": newer})


def test_who_relied_is_told_of_the_new_one(own_world: World) -> None:
    """Event, inbox, start page and case say rectified, see the new one; nowhere that it was taken back."""
    world = own_world
    case = used_by_window(world)
    clerk, known = signed_in(world, "clerk.sc"), {one["id"] for one in inbox(world, "SC")}
    newer = anew(world, number="92990101MA99A1172F")
    done = rectify(world, newer["id"])
    assert done.status_code == 201, done.text
    (told,) = [one for one in inbox(world, "SC") if one["id"] not in known]
    named = {"id": newer["id"], "index": newer["index"]}
    assert (told["type"], told["case"], told["rectified_by"]) == (f"once.{RECTIFIED}", case, named)
    sent = world.get("SC", "events", limit="500").json()["events"]
    (mine,) = [one for one in sent if one["data"]["index"] == done.json()["index"]]
    assert (mine["type"], mine["data"]["rectified_by"]) == (f"once.{RECTIFIED}", named)
    contract = Contract(world.send("GET", "/openapi.json").json())
    assert not contract.answer("GET", "/api/v1/recalls", world.get("SC", "recalls", purpose="review"))
    assert not contract.answer("GET", "/api/v1/events", world.get("SC", "events", limit="500"))
    start = html.unescape(clerk.get("/counter").text)
    assert "corrected its record of: Business licence" in start
    assert f"look at entry {newer['index']:,}" in start
    page = clerk.get(f"/counter?case={case}").text
    assert state_of(page, "licence") == "recalled"
    row = row_of(page, "licence")
    assert "corrected its record." in row
    assert "took its acceptance back" not in row
    world.made("ZW", "reliances", {"case": case, "requirement": "licence", "acceptance": newer["id"]})
    page = clerk.get(f"/counter?case={case}").text
    assert state_of(page, "licence") == "used"
    row = row_of(page, "licence")
    assert "its ground was corrected by" in row
    (link, *_) = re.findall(r'href="(/counter/receipt[^"]+)"', row)
    assert "corrected its record on" in clerk.get(link.replace("&amp;", "&")).text


def test_it_is_one_act_that_only_a_fit_successor_allows(own_world: World) -> None:
    """Another case's, another person's, an earlier, a fallen one, none, or none named: nothing is written."""
    world = own_world
    wrong = world.accepted["licence"]["id"]
    elsewhere = anew(world, str(world.made("ZW", "cases", world.case("SC-002"))["case"]))["id"]
    fallen = anew(world)["id"]
    world.made("ZW", f"acceptances/{fallen}:retract", {"reason": "checked_wrongly"})
    fit = anew(world)["id"]
    size = world.size
    for named in (elsewhere, fallen, wrong, world.accepted["layout"]["id"], "00" * 16):
        answer = rectify(world, named)
        assert (answer.status_code, answer.json()["code"]) == (409, "acceptance.corrects_not"), named
    assert rectify(world, wrong, fit).json()["code"] == "acceptance.corrects_not"  # it is the earlier one
    for asked in (
        {"reason": "rectified"},
        {"reason": "forged", "rectified_by": fit},
        {"reason": "rectified", "rectified_by": "x"},
    ):
        answer = world.post("ZW", f"acceptances/{wrong}:retract", asked)
        assert (answer.status_code, answer.json()["code"]) == (400, "field.invalid"), asked
    assert rectify(world, fit, who="YC").json()["code"] == "acceptance.unknown"
    assert [world.kind_of(index) for index in range(size, world.size)] == ["usage.refused"]
    assert rectify(world, fit, who="XF").status_code == 201  # the authority may as well


def test_files_and_pages_say_corrected(own_world: World) -> None:
    """The old acceptance's file is not valid, as corrected; the receipt's holds, and names the same."""
    world = own_world
    add_accounts(world)
    used_by_window(world)
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    wrong = world.accepted["licence"]["id"]
    receipt = world.made("SC", "reliances", {"case": case, "requirement": "licence", "acceptance": wrong})
    before = world.get("ZW", f"evidence/{wrong}", **READ).text
    done = rectify(world, anew(world)["id"]).json()
    anyone = Browser(world)
    assert f"Now: corrected by entry No. {done['index']:,}" in anyone.post("/verify", evidence=before).text
    old = world.get("ZW", f"evidence/{wrong}", **READ).text
    said = html.unescape(anyone.post("/verify", evidence=old).text)
    assert "The record was corrected (更正); this acceptance counts no more." in said
    kept = html.unescape(
        anyone.post("/verify", evidence=world.get("SC", f"evidence/{receipt['id']}", **READ).text).text
    )
    assert "it was corrected later, and the receipt holds" in kept
    auditor = signed_in(world, "auditor")
    auditor.get("/trace")
    traced = auditor.post("/trace", q=world.cases["XF-001"], purpose="audit").text
    assert "Acceptance corrected" in traced
    body = world.entry(done["index"]).body
    assert body["reason"] == "rectified"
    assert set(body) == {"case", "cites", "reason", "rectified_by"}
    assert wrong not in json.dumps(body)


def test_the_counter_corrects_with_one_press(own_world: World) -> None:
    """Once the paper was accepted anew in the case, the form offers it; it is offered for nothing else."""
    world = own_world
    add_accounts(world)
    case, wrong, clerk = world.cases["XF-001"], world.accepted["licence"]["id"], signed_in(world, "clerk")
    address = f"/counter/retract?case={case}&acceptance={wrong}"
    page = clerk.get(address).text
    assert 'value="rectified"' not in page
    form = {"case": case, "acceptance": wrong, "key": "k", "reason": "rectified"}
    assert clerk.post("/counter/retract", **form).status_code == 422
    newer = anew(world)
    page = clerk.get(address).text
    assert f"corrected by entry {newer['index']:,}" in page
    assert 'value="rectified"' not in clerk.get(address.replace(wrong, newer["id"])).text
    assert clerk.post("/counter/retract", **{**form, "key": "k2"}).status_code == 303
    assert world.entry(world.size - 1).body["reason"] == "rectified"


def test_the_holder_reads_corrected(own_world: World) -> None:
    """Among their own materials the old one is corrected, not taken back; nothing has to be handed in."""
    world = own_world
    wrong = world.accepted["licence"]["id"]
    assert rectify(world, anew(world)["id"]).status_code == 201
    page = as_person(world, "chen").get(f"/my/materials/{wrong}").text
    assert "corrected its record" in page
    assert "took its acceptance back" not in page
