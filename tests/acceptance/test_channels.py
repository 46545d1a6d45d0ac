# SPDX-License-Identifier: Apache-2.0
"""How papers come (办理形式): a case and what is accepted in it say so, at the counter and over the API."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from api.demo import samples
from api.web.counter.ways import COOKIE
from attest.private import open_private
from attest.statements import Envelope
from tests.people import Browser, add_accounts, as_person, signed_in
from tests.worlds import FOOD_ANSWERS, SHOP

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]
ITEM = "SC-002"


def publish(world: World, **change: Any) -> None:
    """Where the food item is offered."""
    document = next(one for one in samples.availability() if one["code"] == ITEM)
    asked = {"subject": "availability", "document": {**document, **change}}
    assert world.post("SC", "catalogue/versions", asked).status_code == 201


def a_clerk(world: World) -> Browser:
    add_accounts(world)
    return signed_in(world, "clerk.sc")


def open_case(clerk: Browser, way: str, **more: str) -> httpx.Response:
    """Fill the form for the eatery and its owner."""
    people = {one["key"]: one for one in samples.people()}
    fields = {f"answer.{code}": said for code, said in FOOD_ANSWERS.items()}
    for role, who in (("applicant", "eatery"), ("operator", "chen")):
        fields |= {f"name.{role}.0": people[who]["name"], f"number.{role}.0": people[who]["number"]}
    page = clerk.get(f"/counter/new?item={ITEM}")
    key = re.search(r'name="key" value="([0-9a-f]+)"', page.text)
    assert key is not None
    return clerk.post("/counter/new", item=ITEM, way=way, about=SHOP["id"], key=key[1], **fields, **more)


def case_of(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("case=")[2]


def chosen(page: str) -> str:
    """Which way the form has chosen."""
    found = re.search(r'<option value="([a-z_.0-9]+)" selected', page)
    assert found is not None
    return found[1]


def channels_of(world: World, index: int) -> tuple[Any, Any]:
    """What an entry says in the open, and in its private record."""
    body = Envelope.parse(world.ledger.store.leaf(index)).entry.body
    ledger = world.ledger
    return body.get("channel"), open_private(index, ledger.store, ledger.context.sealer)[1].get("channel")


def test_a_clerk_says_how_the_case_came_and_the_desk_remembers(own_world: World) -> None:
    """A window from the start; after a courier's envelope the next form has the courier chosen."""
    world = own_world
    clerk = a_clerk(world)
    assert chosen(clerk.get(f"/counter/new?item={ITEM}").text) == "window"
    case = case_of(open_case(clerk, "courier"))
    assert channels_of(world, world.size - 1) == ("courier", "courier")
    assert 'data-channel="courier"' in clerk.get(f"/counter?case={case}").text
    assert "by courier" in clerk.get(f"/counter/notice?case={case}").text
    assert chosen(clerk.get(f"/counter/new?item={ITEM}").text) == "courier"
    trace = signed_in(world, "auditor").post("/trace", q=case, purpose="抽查").text
    assert 'data-channel="courier"' in trace


def test_a_way_that_is_none_is_a_fault_of_the_form(own_world: World) -> None:
    """No way, an invented one or a forged cookie: nothing is opened, and nothing breaks."""
    clerk = a_clerk(own_world)
    size = own_world.size
    for way in ("", "pigeon", "window.nowhere", "window."):
        answer = open_case(clerk, way)
        assert answer.status_code == 200
        assert "Say how it came" in answer.text
    clerk.cookies[COOKIE] = "pigeon.x"
    assert chosen(clerk.get(f"/counter/new?item={ITEM}").text) == "window"
    assert "case.opened" not in {own_world.kind_of(index) for index in range(size, own_world.size)}


def test_an_acceptance_says_how_its_paper_came(own_world: World) -> None:
    """As its case did, unless it says otherwise; the holder's page, the sheet and the rates say the same."""
    world = own_world
    case = world.made("SC", "cases", {**world.case(ITEM), "channel": "station"})["case"]
    world.upload("SC", "business-licence.pdf")
    asked = world.acceptance(case, "business-licence.pdf")
    like_case = world.made("SC", "acceptances", asked)
    assert channels_of(world, like_case["index"]) == ("station", "station")
    later = world.made("SC", "acceptances", {**asked, "channel": "courier"})
    assert channels_of(world, later["index"]) == ("courier", "courier")
    clerk, holder = a_clerk(world), as_person(world, "eatery")
    for one, channel, said in ((like_case, "station", "service station"), (later, "courier", "by courier")):
        sheet = clerk.get(f"/counter/sheet?case={case}&acceptance={one['id']}").text
        assert said in sheet
        assert f'data-channel="{channel}"' in holder.get(f"/my/materials/{one['id']}").text
    rates = world.get("SC", "reasks/rates").json()["rates"]
    receipts = {one["channel"]: one["receipts"] for one in rates if one["item"] == ITEM}
    assert receipts == {"station": 1, "courier": 1}


def test_what_a_department_signs_itself_may_leave_it_to_the_case(own_world: World) -> None:
    """An acceptance without a channel of its own is counted and shown by that of its case."""
    world = own_world
    layout = world.accepted["layout"]
    assert channels_of(world, layout["index"]) != (None, "pigeon")
    page = as_person(world, "eatery").get(f"/my/materials/{layout['id']}").text
    assert 'data-channel="window"' in page


def test_opening_says_where_the_item_is_offered(own_world: World) -> None:
    """The answer names state, days, reason and another place; what came in is taken down all the same."""
    world = own_world
    said = world.made("SC", "cases", world.case(ITEM))["availability"]
    assert said["state"] == "unpublished"
    publish(world)
    said = world.made("SC", "cases", world.case(ITEM))["availability"]
    assert (said["state"], said["place"]["code"]) == ("offered", "hall")
    asked = {**world.case(ITEM), "place": "town"}
    said = world.made("SC", "cases", asked)["availability"]
    assert (said["state"], said["place"]["until"], said["instead"]["code"]) == (
        "closed",
        "2027-03-31",
        "hall",
    )
    assert said["place"]["reason"]
    none = world.made("SC", "cases", {**world.case(ITEM), "channel": "courier"})["availability"]
    assert (none["state"], none["instead"]["state"]) == ("no_place", "offered")
    assert "place" not in none
    size = world.size
    for wrong in ("nowhere", "web"):
        refused = world.post("SC", "cases", {**world.case(ITEM), "place": wrong})
        assert (refused.status_code, refused.json()["path"]) == (400, "/place")
    assert world.size == size


def test_a_repeat_is_answered_by_what_was_published_then(own_world: World) -> None:
    """The same request again has the same answer, though the authority has published anew since."""
    world = own_world
    publish(world)
    asked = {**world.case(ITEM), "place": "town"}
    first = world.post("SC", "cases", asked, key="again-00001").json()
    places = next(one for one in samples.availability() if one["code"] == ITEM)["places"]
    publish(world, version=2, places=[one for one in places if one["code"] == "hall"])
    again = world.post("SC", "cases", asked, key="again-00001")
    assert again.status_code == 201
    assert again.json()["availability"] == first["availability"]


def test_a_window_goes_on_knowingly(own_world: World) -> None:
    """A closed place is said before anything is opened: why, to when, where instead; a tick goes on."""
    world = own_world
    publish(world)
    clerk = a_clerk(world)
    size = world.size
    warned = open_case(clerk, "window.town")
    page = unescape(warned.text)
    assert (warned.status_code, world.size) == (200, size)
    assert 'data-offer="closed"' in page
    assert "the counter is rebuilt" in page
    assert "Go to: Service centre of Sample County" in page
    other = open_case(clerk, "window.town", despite="courier")  # a tick for another way says nothing of this
    assert (other.status_code, world.size) == (200, size)
    case_of(open_case(clerk, "window.town", despite="window.town"))
    assert channels_of(world, world.size - 1) == ("window", "window")
    known = clerk.get(f"/counter/new?item={ITEM}").text
    assert chosen(known) == "window.town"
    assert 'data-offer="closed"' in known
    assert chosen(clerk.get("/counter/new?item=SC-001").text) == "window"


@pytest.mark.parametrize(
    ("channel", "language", "row", "told"),
    [
        ("web", "zh", "请在网上补交一份。", "请在网上补交："),
        ("web", "en", "Please submit it online.", "Please submit online: "),
        ("mobile", "zh", "请用手机拍照补交一份。", "请用手机拍照补交："),
        ("courier", "en", "Please send it by courier.", "Please send by courier: "),
        ("station", "zh", "请今天拍照或交一份。", "今天请补："),
    ],
)
def test_desk_and_notice_ask_as_the_application_came(
    own_world: World, channel: str, language: str, row: str, told: str
) -> None:
    """Who applied on the web, by phone or by courier is not asked to come today, on the desk or on paper."""
    world = own_world
    add_accounts(world)
    clerk = signed_in(world, "clerk.sc")
    clerk.language = language
    asked = {**world.case("SC-002"), "answers": {**FOOD_ANSWERS, "catering": "yes"}, "channel": channel}
    case = world.made("SC", "cases", asked)["case"]
    desk, notice = (clerk.get(f"/counter{path}?case={case}").text for path in ("", "/notice"))
    assert told in desk
    for page in (desk, notice):
        assert row in page
        if channel != "station":
            theirs = ("请今天", "今天请", "in today", "窗口有样本", "the desk has a sample")
            assert not any(one in page for one in theirs)
