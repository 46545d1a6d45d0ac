# SPDX-License-Identifier: Apache-2.0
"""Consent over the doors: asked where the guide names a law, given on line or at the window."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from api.client import CitedConsent, Reliance
from api.demo import samples
from api.operation.rebuild import rebuild
from attest.private import open_private
from attest.verify.records import record_opens
from tests.consent_parts import LAW, consent_case, consent_request, last_day
from tests.people import add_accounts, as_person, signed_in
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from tests.people import Browser
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

SHOWN = re.compile(r'data-given="([a-z]+)"')


@pytest.fixture(scope="module")
def world(file_world: World) -> World:
    """A ledger of this file's own: what is done here would change what others see."""
    return file_world


def check(world: World, case: str, who: str = "SC") -> dict[str, Any]:
    """Whether the licence is needed in the case."""
    asked = {"case": case, "purpose": "受理审查", "requirements": ["licence"]}
    return dict(world.post(who, "recognitions:check", asked).json()["results"][0])


def rely(world: World, case: str) -> Any:
    """SC relies on the licence that ZW accepted."""
    asked = {"case": case, "requirement": "licence", "acceptance": world.accepted["licence"]["id"]}
    return world.post("SC", "reliances", asked)


def give(browser: Browser, case: str, where: str = "case", until: str = "", key: str = "") -> Any:
    """Press the button of the page."""
    return browser.post(
        "/my/consents",
        item="SC-091",
        requirement="licence",
        case=case,
        where=where,
        until=until or last_day(),
        place="case-1",
        key=key or a_request_key(),
    )


def withdraw(browser: Browser) -> Any:
    """Take the newest consent back that stands."""
    found = re.search(r'action="(/my/consents/[0-9a-f]{32}/withdraw)"', browser.get("/my/consents").text)
    assert found is not None
    return browser.post(found[1])


def test_given_relied_on_withdrawn_and_told(own_world: World) -> None:
    """Needed; given on line it is recognised and cited; withdrawn it stops, and who relied is told."""
    world, eatery = own_world, as_person(own_world, "eatery")
    page = eatery.get("/my/consents").text
    assert "In your cases no law asks for your consent" in page
    assert "No guide in force names a law" in page
    case = consent_case(world)
    needed = check(world, case)
    assert (needed["verdict"], needed["reason"], needed.get("acceptance")) == (
        "required",
        "consent.needed",
        None,
    )
    assert "with the consent of whose paper it is" in needed["text"]
    assert "My consents" in needed["next"]
    refused = rely(world, case)
    assert (refused.status_code, refused.json()["code"]) == (409, "reliance.not_recognised")
    assert refused.json()["reason"] == "consent.needed"
    page = eatery.get("/my/consents").text
    assert f"{LAW['text']}" in page
    assert 'data-asked="licence" data-stands="no"' in page

    before = world.size
    assert give(eatery, case, key="k").headers["location"] == "/my/consents"
    assert give(eatery, case, key="k").status_code == 303  # a second press of the same form is the same act
    assert world.acts(before).count("consent.given") == 1
    assert SHOWN.findall(eatery.get("/my/consents").text) == ["stands"]
    assert check(world, case)["verdict"] == "recognised"
    assert check(world, consent_case(world))["reason"] == "consent.needed"
    made = rely(world, case).json()
    (consent,) = made["consents"]
    assert Reliance.of(made).consents == (CitedConsent(consent["id"], consent["index"]),)  # the typed client
    entry = world.entry(made["index"])
    salt, record = open_private(made["index"], world.ledger.store, world.ledger.context.sealer)
    assert [one["id"] for one in record["consents"]] == [consent["id"]]
    assert isinstance(entry.body["consents"], list)
    assert record_opens(entry, salt, record)
    assert not record_opens(entry, salt, {**record, "consents": []})

    assert withdraw(eatery).status_code == 303
    assert SHOWN.findall(eatery.get("/my/consents").text) == ["withdrawn"]
    assert check(world, case)["reason"] == "consent.needed"
    assert rely(world, case).status_code == 409
    world.settle()
    told = [one for one in world.get("SC", "events").json()["events"] if "consent" in one["type"]]
    assert [(one["type"], one["data"]["reliance"]["index"]) for one in told] == [
        ("once.consent.withdrawn", made["index"])
    ]
    evidence = world.get("SC", f"evidence/{made['id']}", purpose="review")
    assert evidence.status_code == 200  # what was relied on before stays true as of then
    found = rebuild(world.ledger.store, world.ledger.context, lambda _: None)
    assert found.differences == []
    assert [found.rows[name] for name in ("consents", "consent_ends", "consent_uses")] == [1, 1, 1]

    # for every case of the item
    assert give(eatery, case, "item", key="k2").status_code == 303
    assert [check(world, one)["verdict"] for one in (case, consent_case(world))] == ["recognised"] * 2


def test_nobody_is_asked_where_no_law_does(world: World) -> None:
    """The shipped guides: recognised unasked, no receipt of a consent, and a consent is refused in words."""
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    assert check(world, case)["verdict"] == "recognised"
    assert rely(world, case).json()["consents"] == []
    sent = world.post("SC", "consents", consent_request(world, case))
    assert (sent.status_code, sent.json()["code"]) == (409, "consent.not_asked")
    assert "Ask nobody to consent" in sent.json()["next"]
    add_accounts(world)
    clerk = signed_in(world, "clerk.sc")
    assert 'id="consents"' not in clerk.get(f"/counter?case={case}").text
    form = clerk.get(f"/counter/consent?case={case}&requirement=licence")
    assert (form.status_code, "No law asks for consent here" in form.text) == (409, True)


def test_at_the_window(world: World) -> None:
    """The desk leads to the form, the clerk says who is there; taken back at the window it holds no more."""
    add_accounts(world)
    case, clerk = consent_case(world), signed_in(world, "clerk.sc")
    desk = clerk.get(f"/counter?case={case}").text
    assert "By law what is on record may serve only with the consent" in desk
    address = f"/counter/consent?case={case}&requirement=licence"
    assert address.replace("&", "&amp;") in desk
    form = clerk.get(address)
    assert LAW["text"] in form.text
    sent = {"case": case, "requirement": "licence", "key": "k", "until": last_day()}
    empty = clerk.post("/counter/consent", **sent)
    assert (empty.status_code, "Say whose paper it is" in empty.text) == (422, True)
    assert re.findall(r'<a href="#(f-[a-z]+)">', empty.text) == ["f-holder", "f-present"]
    late = clerk.post("/counter/consent", **{**sent, "until": last_day(400)})
    assert (late.status_code, "at most 366 days ahead" in late.text) == (422, True)
    agreed = {**sent, "holder": world.holders["eatery"], "present": "head"}
    before = world.size
    assert clerk.post("/counter/consent", **agreed).headers["location"] == f"/counter?case={case}"
    assert world.acts(before)[-1] == "consent.given"
    assert world.entry(world.size - 1).issuer == "SC"
    assert check(world, case)["verdict"] == "recognised"
    twice = clerk.post("/counter/consent", **{**agreed, "key": "k2"})
    assert (twice.status_code, "The consent stands already" in twice.text) == (422, True)
    wanted = re.search(r'name="consent" value="([0-9a-f]{32})"', clerk.get(address).text)
    assert wanted is not None
    assert "Given at the window of" in as_person(world, "eatery").get("/my/consents").text
    back = clerk.post("/counter/consent/withdraw", case=case, consent=wanted[1], present="head")
    assert back.status_code == 303
    assert check(world, case)["reason"] == "consent.needed"


def test_somebody_else_consents_at_the_window_by_their_number(world: World) -> None:
    """A landlord is no party of the case: named by number and name, and by another name not at all."""
    add_accounts(world)
    case, clerk = consent_case(world), signed_in(world, "clerk.sc")
    person = next(one for one in samples.people() if one["key"] == "he")
    sent = {"case": case, "requirement": "licence", "key": "somebody", "until": last_day(), "holder": "other"}
    sent |= {"present": "holder", "number.other": person["number"]}
    wrong = clerk.post("/counter/consent", **sent, **{"name.other": "另一个名字"})
    assert wrong.status_code == 422
    bad = clerk.post("/counter/consent", **{**sent, "number.other": "123"}, **{"name.other": person["name"]})
    assert (bad.status_code, "ID number is not right" in bad.text) == (422, True)
    good = clerk.post("/counter/consent", **sent, **{"name.other": person["name"]})
    assert good.status_code == 303
    assert [world.entry(world.size - 1).kind, world.entry(world.size - 1).issuer] == ["consent.given", "SC"]


def test_a_wrong_day_and_a_stranger(world: World) -> None:
    """A day that is over comes back with the form; of another's case a stranger gives none."""
    case, eatery = consent_case(world), as_person(world, "eatery")
    before = world.size
    wrong = give(eatery, case, "item", "2020-01-01")
    assert (wrong.status_code, "at most 366 days ahead" in wrong.text) == (422, True)
    kinds = [world.kind_of(index) for index in range(before, world.size)]
    assert kinds == ["usage.read"]  # the page that comes back is a look like any other
    assert give(eatery, case).status_code == 303
    he = as_person(world, "he")
    assert give(he, case).status_code == 404
    assert give(he, "", "item").status_code == 303  # for a paper of theirs in a case of somebody else
    foreign = re.search(r"/my/consents/[0-9a-f]{32}/withdraw", eatery.get("/my/consents").text)
    assert foreign is not None
    before = world.size
    assert he.post(foreign[0]).status_code == 404
    assert world.kind_of(before) == "usage.refused"


def test_a_department_tells_the_other_when_it_is_withdrawn(world: World) -> None:
    """A consent for a case nobody relied in yet: the case's department hears of it, as it asked for it."""
    case, eatery = consent_case(world), as_person(world, "eatery")
    assert give(eatery, case).status_code == 303
    assert withdraw(eatery).status_code == 303
    world.settle()
    told = []
    page = world.get("SC", "events", limit="500").json()
    while page["events"]:
        told += [one for one in page["events"] if one["data"].get("case") == case]
        page = world.get("SC", "events", limit="500", after=page["events"][-1]["id"]).json()
    assert [one["type"] for one in told] == ["once.consent.withdrawn"]
    assert "reliance" not in told[0]["data"]
