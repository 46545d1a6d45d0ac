# SPDX-License-Identifier: Apache-2.0
"""Mandates through the doors: granted, seen by the agent as far as they go, revoked, over; nobody else's."""

from __future__ import annotations

import html
import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.demo import samples
from api.operation.rebuild import rebuild
from attest.acts import Custodial
from attest.days import day_of
from attest.mandates.commands import GrantMandate
from attest.mandates.model import HAND_IN, VIEW, Mandate, Scope
from attest.private import open_private
from attest.registry.model import SERVICE
from tests.people import Browser, add_accounts, as_person, signed_in
from tests.worlds import FOOD_ANSWERS, World

if TYPE_CHECKING:
    import httpx

pytest_plugins = ["tests.api_parts"]

LIST = "/my/mandates"
LAYOUT = str(samples.sample("food-layout.pdf").facts["type"])


@pytest.fixture
def mandated(own_world: World) -> World:
    """Chen has a licence from the fire case and a layout from a food case; Lin will act."""
    add_accounts(own_world)
    return own_world


def number_of(key: str) -> str:
    return str(next(one["number"] for one in samples.people() if one["key"] == key))


def today() -> str:
    return day_of(int(time.time())).isoformat()


def grant(browser: Browser, agent: str, **form: str) -> httpx.Response:
    """Fill the form of the principal and send it."""
    page = browser.get(f"{LIST}/new")
    assert page.status_code == 200, page.text
    key = re.search(r'name="key" value="([0-9a-f]+)"', page.text)
    assert key is not None
    given = {"number": number_of(agent), "act.view": "yes", "until": today(), **form}
    return browser.post(f"{LIST}/new", key=key[1], **given)


def held(browser: Browser) -> list[str]:
    """Addresses of the mandates that an agent may look under."""
    return re.findall(rf'href="({LIST}/[0-9a-f]{{32}})"', browser.get(LIST).text)


def seen(page: httpx.Response) -> set[str]:
    """Types of material on the agent's page."""
    assert page.status_code == 200, page.text
    return set(re.findall(r'data-material="([a-z_]+)"', page.text))


def newest(world: World, since: int) -> list[str]:
    return [world.kind_of(index) for index in range(since, world.size)]


def refused(world: World, browser: Browser, address: str, rule: str) -> httpx.Response:
    """The address is refused with its rule, and the refusal is an entry."""
    size = world.size
    answer = browser.send("GET", address, headers={"accept": "application/json"})
    assert answer.json()["code"] == rule, answer.text
    assert newest(world, size) == ["usage.refused"]
    return answer


def test_an_agent_sees_what_the_mandate_covers_and_the_principal_sees_the_agent(mandated: World) -> None:
    """One type: that alone is shown; the look names both, and stands in the principal's own list."""
    world = mandated
    chen, lin = as_person(world, "chen"), as_person(world, "lin")
    size = world.size
    assert grant(chen, "lin", **{"type.business_licence": "yes"}).status_code == 303
    assert "mandate.granted" in newest(world, size)
    granted = next(one for one in range(size, world.size) if world.kind_of(one) == "mandate.granted")
    leaf = world.ledger.store.leaf(granted)
    for secret in (number_of("lin"), world.holders["lin"], world.holders["chen"]):
        assert secret.encode() not in leaf
    (address,) = held(lin)
    size = world.size
    page = lin.get(address)
    assert seen(page) == {"business_licence"}
    assert "陈一鸣" in page.text
    assert world.cases["XF-001"] not in page.text
    (look,) = range(size, world.size)
    _, record = open_private(look, world.ledger.store, world.ledger.context.sealer)
    assert (world.kind_of(look), record["key"]) == ("usage.read", f"citizen/{world.holders['lin']}")
    assert record["consulted"] == [world.holders["chen"]]
    own = html.unescape(chen.get("/my/uses").text)
    assert "Your agent" in own
    assert f"by the mandate of entry {granted}" in own
    assert "Your agent" not in as_person(world, "he").get("/my/uses").text


@pytest.mark.parametrize(
    ("form", "covered"),
    [
        ({}, {"business_licence", LAYOUT}),
        ({f"type.{LAYOUT}": "yes"}, {LAYOUT}),
        ({"where": "case:XF"}, {"business_licence"}),
        ({"where": "case:SC"}, set()),
        ({"where": "item:SC-002"}, {LAYOUT}),
        ({"where": "item:XF-001", f"type.{LAYOUT}": "yes"}, set()),
    ],
)
def test_the_scope_bounds_what_is_seen(mandated: World, form: dict[str, str], covered: set[str]) -> None:
    """By types, by item and by case: what was accepted elsewhere, or is of another type, is not shown."""
    world = mandated
    cases = {"case:XF": world.cases["XF-001"], "case:SC": world.cases["SC-002"]}
    if form.get("where") in cases:
        form = {**form, "where": "case:" + cases[form["where"]]}
    assert grant(as_person(world, "chen"), "lin", **form).status_code == 303
    lin = as_person(world, "lin")
    (address,) = held(lin)
    assert seen(lin.get(address)) == covered


def test_nobody_but_the_agent(mandated: World) -> None:
    """A third person, the principal, an id of nobody and no id: refused alike, each an entry."""
    world = mandated
    chen, lin = as_person(world, "chen"), as_person(world, "lin")
    grant(chen, "lin")
    (address,) = held(lin)
    he = as_person(world, "he")
    told = []
    for browser, path in ((he, address), (chen, address), (lin, f"{LIST}/{'0' * 32}"), (lin, f"{LIST}/zz")):
        answer = refused(world, browser, path, "mandate.unknown")
        told.append(
            (answer.status_code, {k: v for k, v in answer.json().items() if k not in {"instance", "index"}})
        )
    assert all(one == told[0] for one in told)
    for browser in (he, lin):
        browser.get("/sessions")
        size = world.size
        assert browser.post(f"{address}/revoke").status_code == 404
        assert newest(world, size) == ["usage.refused"]
    assert seen(lin.get(address))


def test_a_revoked_mandate_shows_nothing_more(mandated: World) -> None:
    """From the revocation on the agent is refused, the principal's list says so, once is enough."""
    world = mandated
    chen, lin = as_person(world, "chen"), as_person(world, "lin")
    grant(chen, "lin")
    (address,) = held(lin)
    assert seen(lin.get(address))
    chen.get(LIST)
    size = world.size
    assert chen.post(f"{address}/revoke").status_code == 303
    assert newest(world, size) == ["mandate.revoked"]
    refused(world, lin, address, "mandate.ended")
    assert held(lin) == []
    assert 'data-granted="ended"' in chen.get(LIST).text
    assert chen.post(f"{address}/revoke").status_code == 409


def granted_until(world: World, until: int, acts: tuple[str, ...] = (VIEW,)) -> str:
    """A mandate of Chen to Lin that ends at a second of the test's choice; its id."""
    random = world.ledger.context.random
    scope = Scope(acts)
    principal = bytes.fromhex(world.holders["chen"])
    record = Mandate(principal, random(32), "111", number_of("lin"), random(32), scope, until)
    command = Custodial(GrantMandate(), record, SERVICE, world.ledger.context)
    made = world.ledger.writer.submit_wait(command)
    assert made.answer is not None
    return made.answer.id.hex()


def test_a_mandate_ends_at_its_second(mandated: World) -> None:
    """Through the door before the end it opens, from its second on it is refused as over."""
    world = mandated
    until = int(time.time()) + 3
    address = f"{LIST}/{granted_until(world, until)}"
    lin = as_person(world, "lin")
    if time.time() < until - 1:
        assert seen(lin.get(address))
    time.sleep(max(0.0, until - time.time()))
    refused(world, lin, address, "mandate.expired")
    assert 'data-held="expired"' in lin.get(LIST).text


def test_handing_in_is_not_seeing(mandated: World) -> None:
    """A mandate to hand in alone opens no material: cases to hand in for, and no list of papers at all."""
    world = mandated
    address = f"{LIST}/{granted_until(world, int(time.time()) + 3600, (HAND_IN,))}"
    page = as_person(world, "lin").get(address)
    assert seen(page) == set()
    assert set(re.findall(r'data-case="([0-9A-Z]+)"', page.text)) >= {world.cases["XF-001"]}


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ({"number": "99010219900612032X"}, "The number is not right"),
        ({"number": number_of("chen")}, "Nobody is their own agent"),
        ({"act.view": ""}, "Choose at least one thing"),
        ({"where": "case:990101202601010000019"}, "Choose one of the items and cases listed"),
        ({"until": "2020-01-01"}, "Choose a day from today on"),
        ({"until": "tomorrow"}, "Choose a day from today on"),
        ({"until": today().replace("-", "")}, "Choose a day from today on"),
        ({"until": day_of(int(time.time())).strftime("%G-W%V-%u")}, "Choose a day from today on"),
        (
            {"until": (day_of(int(time.time())) + timedelta(days=366)).isoformat()},
            "Choose a day from today on",
        ),
    ],
)
def test_a_faulty_form_comes_back(mandated: World, form: dict[str, str], fault: str) -> None:
    """Each fault is said at its field, and nothing was granted."""
    size = mandated.size
    answer = grant(as_person(mandated, "chen"), "lin", **form)
    assert (answer.status_code, fault in html.unescape(answer.text)) == (422, True)
    assert "mandate.granted" not in newest(mandated, size)


def test_an_agent_nobody_knows_is_taken_alike(mandated: World) -> None:
    """The answer does not tell whether the ledger knows the agent."""
    chen = as_person(mandated, "chen")
    known, unknown = grant(chen, "lin"), grant(chen, "lin", number="990102199006120424")
    assert known.status_code == unknown.status_code == 303
    assert dict(known.headers).keys() == dict(unknown.headers).keys()


def test_the_counter_says_that_an_agent_acts(mandated: World) -> None:
    """A case with an agent: without a mandate a warning, with one to hand in its entry, never one to look."""
    world = mandated
    parties = [
        {"role": role, "holder": world.holders[one]}
        for role, one in (("applicant", "eatery"), ("operator", "chen"), ("agent", "lin"))
    ]
    asked = {"item": "XF-001", "channel": "window", "parties": parties, "answers": {"procedure": "promise"}}
    case = world.made("ZW", "cases", asked)["case"]
    clerk, chen = signed_in(world, "clerk"), as_person(world, "chen")
    assert 'data-agent="none"' in clerk.get(f"/counter?case={case}").text
    assert grant(chen, "lin").status_code == 303
    assert 'data-agent="none"' in clerk.get(f"/counter?case={case}").text
    form = {"act.view": "", "act.hand_in": "yes", "where": "item:XF-001", "type.business_licence": "yes"}
    assert grant(chen, "lin", **form).status_code == 303
    page = clerk.get(f"/counter?case={case}").text
    assert 'data-agent="mandate"' in page
    assert "for: " in page
    other = {**asked, "item": "SC-002", "answers": FOOD_ANSWERS}
    elsewhere = world.made("SC", "cases", other)["case"]
    assert 'data-agent="none"' in signed_in(world, "clerk.sc").get(f"/counter?case={elsewhere}").text
    chen.get(LIST)
    for address in re.findall(rf'action="({LIST}/[0-9a-f]+/revoke)"', chen.get(LIST).text):
        assert chen.post(address).status_code == 303
    assert 'data-agent="ended"' in clerk.get(f"/counter?case={case}").text


def test_mandates_are_rebuilt_from_the_log(mandated: World) -> None:
    """The tables of mandates are a function of the entries with their records."""
    world = mandated
    chen = as_person(world, "chen")
    grant(chen, "lin")
    (address,) = held(as_person(world, "lin"))
    chen.get(LIST)
    chen.post(f"{address}/revoke")
    done = rebuild(world.ledger.store, world.ledger.context, lambda _: None)
    assert (done.rows["mandates"], done.rows["mandate_ends"]) == (1, 1)
    assert done.differences == []


def by_agent(world: World) -> str:
    """A food case of SC in which lin comes for the eatery, so that the guide asks for a mandate."""
    parties = [
        {"role": role, "holder": world.holders[one]}
        for role, one in (("applicant", "eatery"), ("operator", "chen"), ("agent", "lin"))
    ]
    asked = {**world.case("SC-002"), "parties": parties, "answers": {**FOOD_ANSWERS, "applicant": "agent"}}
    return str(world.made("SC", "cases", asked)["case"])


def verdict(world: World, case: str) -> dict[str, object]:
    """What the API says of the mandate that the guide asks for."""
    asked = {"case": case, "purpose": "test", "requirements": ["mandate"]}
    answer = world.post("SC", "recognitions:check", asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["results"][0])


def test_a_mandate_on_record_stands_for_the_paper_while_it_holds(mandated: World) -> None:
    """API, counter and notice alike name its entry; one that is too narrow, or was ended, does not serve."""
    world = mandated
    case, clerk, chen = by_agent(world), signed_in(world, "clerk.sc"), as_person(world, "chen")
    assert (verdict(world, case)["verdict"], verdict(world, case).get("mandate")) == ("required", None)
    assert grant(chen, "lin").status_code == 303  # to look alone
    narrow = {"act.hand_in": "yes", "type.business_licence": "yes"}
    assert grant(chen, "lin", **narrow).status_code == 303
    assert grant(chen, "lin", **{"act.hand_in": "yes", "where": "item:XF-001"}).status_code == 303
    assert verdict(world, case)["verdict"] == "required"
    size = world.size
    assert grant(chen, "lin", **{"act.hand_in": "yes", "where": f"case:{case}"}).status_code == 303
    entry = next(one for one in range(size, world.size) if world.kind_of(one) == "mandate.granted")
    said = verdict(world, case)
    assert (said["verdict"], said["reason"], said["mandate"]) == ("recognised", "mandate.standing", entry)
    assert f"entry {entry}" in str(said["text"])
    page = clerk.get(f"/counter?case={case}").text
    row = re.search(r'<li class="req"[^>]*data-row="mandate".*?</li>', page, re.DOTALL)
    assert row is not None
    assert 'data-state="standing"' in row[0]
    assert f"entry {entry}" in row[0]
    notice = clerk.get(f"/counter/notice?case={case}").text
    assert f"A mandate on record (entry {entry})" in notice
    for address in re.findall(rf'action="({LIST}/[0-9a-f]+/revoke)"', chen.get(LIST).text):
        assert chen.post(address).status_code == 303
    assert verdict(world, case)["verdict"] == "required"
    assert 'data-state="standing"' not in clerk.get(f"/counter?case={case}").text


def test_another_partys_mandate_does_not_speak_for_the_applicant(mandated: World) -> None:
    """Only the applicant, or who heads the firm, lets somebody hand in for it."""
    world = mandated
    parties = [
        {"role": role, "holder": world.holders[one]}
        for role, one in (("applicant", "eatery"), ("operator", "ma"), ("employee", "chen"), ("agent", "lin"))
    ]
    asked = {**world.case("SC-002"), "parties": parties, "answers": {**FOOD_ANSWERS, "applicant": "agent"}}
    case = str(world.made("SC", "cases", asked)["case"])
    assert grant(as_person(world, "chen"), "lin", **{"act.hand_in": "yes"}).status_code == 303
    assert verdict(world, case)["verdict"] == "required"
