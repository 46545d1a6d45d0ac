# SPDX-License-Identifier: Apache-2.0
"""Agents and guardians by an accepted paper, through the doors: API, counter, the citizen's pages."""

from __future__ import annotations

import html
import re
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from api.operation.rebuild import rebuild
from attest.days import day_of
from attest.private import open_private
from attest.verify import verify
from attest.verify.model import OFFLINE
from tests.acceptance.door_samples import mandate_paper, mandate_request, number_of
from tests.acceptance.guardian_samples import a_birth_paper, a_child, guardian_request
from tests.people import Browser, add_accounts, as_person, dispute, signed_in
from tests.worlds import OWN, World

if TYPE_CHECKING:
    import httpx

pytest_plugins = ["tests.api_parts"]

LIST = "/my/mandates"
CLAIMABLE = "layout"


@pytest.fixture
def world(own_world: World) -> World:
    """Chen is operator of cases at SC, XF and OWN; a mandate on paper is still to be brought."""
    add_accounts(own_world)
    return own_world


def recorded(world: World, **more: Any) -> dict[str, Any]:
    """SC records in its case that lin acts for chen."""
    paper = mandate_paper(world)
    made = world.made("SC", "mandates", {**mandate_request(world, paper), **more})
    return {**made, "paper": paper}


def address_of(made: dict[str, Any]) -> str:
    return f"{LIST}/{made['id']}"


def kinds(world: World, since: int) -> list[str]:
    return [world.kind_of(index) for index in range(since, world.size)]


def refused(world: World, browser: Browser, address: str, code: str) -> None:
    """Refused with its code, as one entry."""
    size = world.size
    answer = browser.send("GET", address, headers={"accept": "application/json"})
    assert answer.json()["code"] == code, answer.text
    assert kinds(world, size) == ["usage.refused"]


def key_in(page: httpx.Response) -> str:
    assert page.status_code == 200, page.text
    found = re.search(r'name="key" value="([0-9a-f]+)"', page.text)
    assert found is not None
    return found[1]


def test_a_department_answers_for_it_and_the_principal_sees_who(world: World) -> None:
    """Plain and signed by the own key; the principal reads department and case, the entry names nobody."""
    made = recorded(world)
    assert made["relation"] == "agent"
    leaf = world.ledger.store.leaf(made["index"])
    for secret in (number_of("lin"), world.holders["chen"], world.cases["SC-002"]):
        assert secret.encode() not in leaf
    paper = mandate_paper(world, OWN, OWN)
    signed = world.signed(OWN, "mandates", mandate_request(world, paper, OWN))
    own = world.made(OWN, "mandates", signed)
    assert world.made(OWN, "mandates", signed)["id"] == own["id"]
    page = html.unescape(as_person(world, "chen").get(LIST).text)
    assert page.count('data-granted="stands"') == 2
    assert f"in case {world.cases['SC-002']}" in page
    assert f"/my/materials/{made['paper']}" in page


@pytest.mark.parametrize(
    ("who", "change", "code"),
    [
        ("XF", {}, "case.unknown"),
        ("ZW", {}, "case.unknown"),
        ("SC", {"acceptance": "0" * 32}, "acceptance.unknown"),
        ("SC", {"scope": {"acts": ["view"], "types": []}}, "mandate.beyond_case"),
        ("SC", {"agent": {"id_type": "111", "number": "990102199006120424"}}, "mandate.not_named"),
        ("SC", {"last_day": "2020-01-01"}, "mandate.until"),
        ("SC", {"last_day": "2099-01-01"}, "mandate.until"),
    ],
)
def test_what_a_department_may_not_record(world: World, who: str, change: dict[str, Any], code: str) -> None:
    """Another department's case, another paper, more than the paper: refused, and nothing is recorded."""
    asked = {**mandate_request(world, mandate_paper(world)), **change}
    size = world.size
    assert world.post(who, "mandates", asked).json()["code"] == code
    assert "mandate.recorded" not in kinds(world, size)


def test_an_agent_sees_and_hands_in_and_the_principal_sees_each_step(world: World) -> None:
    """The page, the choice and the claim cite the mandate; the principal's list of uses tells all of them."""
    made, case = recorded(world), world.cases["SC-002"]
    lin, chen = as_person(world, "lin"), as_person(world, "chen")
    page = lin.get(address_of(made))
    assert f'data-case="{case}"' in page.text
    base = address_of(made)
    choose = f"{base}/submission/{case}"
    size = world.size
    sent = lin.post(choose, key=key_in(lin.get(choose)), act="choose", requirement=CLAIMABLE)
    assert (sent.status_code, sent.headers["location"]) == (303, choose)
    (index,) = [one for one in range(size, world.size) if world.kind_of(one) == "submission.chosen"]
    record = open_private(index, world.ledger.store, world.ledger.context.sealer)[1]
    assert record["mandate"]["id"] == made["id"]
    assert record["holder"] == world.holders["chen"]
    claim = f"{base}/handed-in/{case}"
    answer = lin.post(claim, key=key_in(lin.get(claim)), requirement="licence", again="yes")
    assert answer.status_code == 303
    assert lin.get(answer.headers["location"]).status_code == 200
    uses = html.unescape(chen.get("/my/uses").text)
    assert uses.count('data-use="acted"') == 2
    assert "Chose for you to hand in" in uses
    assert "was handed in before" in uses
    assert f"by the mandate of entry {made['index']}" in uses
    assert 'data-state="chosen"' in chen.get(f"/my/submission/{case}").text


def test_an_agent_goes_no_further(world: World) -> None:
    """Another case, another person's session, a made-up case, and a further agent of the agent: nothing."""
    made = recorded(world)
    lin, he = as_person(world, "lin"), as_person(world, "he")
    base = address_of(made)
    refused(world, he, base, "mandate.unknown")
    refused(world, he, f"{base}/submission/{world.cases['SC-002']}", "mandate.unknown")
    for case in (world.cases["XF-001"], "990101202601010000019"):
        refused(world, lin, f"{base}/submission/{case}", "case.unknown")
        refused(world, lin, f"{base}/handed-in/{case}", "case.unknown")
    form = lin.get(f"{LIST}/new")
    day = day_of(int(time.time())).isoformat()
    granted = {"number": number_of("he"), "act.view": "yes", "act.hand_in": "yes", "until": day}
    assert lin.post(f"{LIST}/new", key=key_in(form), **granted).status_code == 303
    (further,) = re.findall(rf'href="({LIST}/[0-9a-f]{{32}})"', he.get(LIST).text)
    page = he.get(further).text
    assert set(re.findall(r'data-material="([a-z_]+)"', page)) == {"mandate"}  # lin's own
    assert "data-case" not in page
    refused(world, he, f"{further}/submission/{world.cases['SC-002']}", "case.unknown")


def test_seeing_is_not_handing_in(world: World) -> None:
    """A mandate to see alone opens no case, and neither choice nor claim."""
    scope = {"acts": ["view"], "types": [], "case": world.cases["SC-002"]}
    base, lin = address_of(recorded(world, scope=scope)), as_person(world, "lin")
    assert "data-case" not in lin.get(base).text
    refused(world, lin, f"{base}/submission/{world.cases['SC-002']}", "mandate.scope")


def test_it_falls_with_its_paper_at_every_door(world: World) -> None:
    """Retracted: agent refused with the reason, principal told by whom; recording it anew is refused."""
    made = recorded(world)
    lin, chen = as_person(world, "lin"), as_person(world, "chen")
    assert lin.get(address_of(made)).status_code == 200
    world.made("SC", f"acceptances/{made['paper']}:retract", {"reason": "document_invalid"})
    refused(world, lin, address_of(made), "mandate.fallen")
    assert 'data-held="fallen"' in lin.get(LIST).text
    page = html.unescape(chen.get(LIST).text)
    assert 'data-granted="fallen"' in page
    assert "took back the paper" in page
    again = world.post("SC", "mandates", mandate_request(world, made["paper"]))
    assert again.json()["code"] == "mandate.fallen"


def test_a_dispute_suspends_it(world: World) -> None:
    """The principal disputes the paper: nobody acts until the answer, and then again."""
    made = recorded(world)
    lin, chen = as_person(world, "lin"), as_person(world, "chen")
    assert dispute(chen, made["paper"]).status_code == 303
    refused(world, lin, address_of(made), "mandate.disputed")
    world.settle()
    asked = world.get("SC", "data-check-requests", state="open").json()["requests"][-1]
    answer = {"outcome": "not_upheld", "reason": "record_correct"}
    world.made("SC", f"data-check-requests/{asked['id']}:answer", answer)
    assert lin.get(address_of(made)).status_code == 200


def test_the_principal_revokes_what_a_window_recorded(world: World) -> None:
    """At once and for good: the agent is refused, the same paper brings nothing back."""
    made = recorded(world)
    lin, chen = as_person(world, "lin"), as_person(world, "chen")
    chen.get(LIST)
    assert chen.post(f"{address_of(made)}/revoke").status_code == 303
    refused(world, lin, address_of(made), "mandate.ended")
    again = world.post("SC", "mandates", mandate_request(world, made["paper"]))
    assert again.json()["code"] == "mandate.taken_back"
    assert world.post("SC", f"mandates/{made['id']}:end", {"reason": "taken_back"}).status_code == 409


def test_its_evidence_is_for_its_case_and_verifies(world: World) -> None:
    """The departments of the case and auditors have the file, offline it is valid; others have none."""
    made = recorded(world)
    path = f"evidence/{made['id']}"
    for who in ("SC", "auditor"):
        file = world.get(who, path, purpose="存档")
        assert file.status_code == 200, file.text
        found = verify(file.content, world.ledger.trust, int(time.time()), profile=OFFLINE)
        assert (found.verdict, found.reason) == ("valid", "status.recorded")
    assert world.get("XF", path, purpose="存档").json()["code"] == "evidence.unknown"


def test_a_department_ends_its_own_alone(world: World) -> None:
    """Others are told that there is none; the principal reads who ended it and why."""
    made = recorded(world)
    for who in ("XF", "ZW", OWN):
        said = world.post(who, f"mandates/{made['id']}:end", {"reason": "taken_back"}).json()
        assert said["code"] == "mandate.unknown"
    world.made("SC", f"mandates/{made['id']}:end", {"reason": "relation_ended"})
    page = html.unescape(as_person(world, "chen").get(LIST).text)
    assert "the relation has ended" in page
    refused(world, as_person(world, "lin"), address_of(made), "mandate.ended")


# guardians


def test_a_parent_acts_for_a_minor_to_the_day_before_the_birthday(world: World) -> None:
    """One day more is refused; the parent sees the child's paper and chooses in the child's case."""
    number = a_child(world, 8)
    case, paper = a_birth_paper(world, "child")
    birthday = date(int(number[6:10]) + 18, 6, 1)
    late = world.post("SC", "mandates", guardian_request(world, case, paper, birthday))
    assert late.json()["code"] == "mandate.until"
    last = birthday - timedelta(days=1)
    made = world.made("SC", "mandates", guardian_request(world, case, paper, last))
    assert made["relation"] == "guardian"
    chen = as_person(world, "chen")
    page = chen.get(address_of(made))
    assert 'data-material="birth_certificate"' in page.text
    assert f'data-case="{case}"' in page.text
    choose = f"{address_of(made)}/submission/{case}"
    sent = chen.post(choose, key=key_in(chen.get(choose)), act="choose", requirement=CLAIMABLE)
    assert sent.status_code == 303
    clerk = signed_in(world, "clerk.sc")
    assert 'data-agent="mandate"' in clerk.get(f"/counter?case={case}").text
    world.made("SC", f"mandates/{made['id']}:end", {"reason": "relation_ended"})
    refused(world, chen, address_of(made), "mandate.ended")
    assert 'data-agent="ended"' in clerk.get(f"/counter?case={case}").text


def test_a_clerk_records_a_guardian_to_the_day_the_form_proposes(world: World) -> None:
    """The form proposes the last day before the birthday, and takes no later one."""
    number = a_child(world, 8)
    case, paper = a_birth_paper(world, "child")
    last = date(int(number[6:10]) + 18, 6, 1) - timedelta(days=1)
    clerk = signed_in(world, "clerk.sc")
    form = clerk.get(f"/counter/mandate?case={case}&acceptance={paper}")
    assert 'data-record="guardian"' in form.text
    assert f'value="{last.isoformat()}"' in form.text
    people = {"principal": world.holders["child"], "agent": world.holders["chen"]}
    sent = {"case": case, "acceptance": paper, "key": key_in(form), "act.view": "yes", **people}
    late = (last + timedelta(days=1)).isoformat()
    assert clerk.post("/counter/mandate", **sent, until=late).status_code == 422
    done = clerk.post("/counter/mandate", **sent, until=last.isoformat())
    assert done.status_code == 303, done.text
    chen = html.unescape(as_person(world, "chen").get(LIST).text)
    assert "Ward: 陈小禾" in chen


def test_nobody_is_made_the_guardian_of_an_adult_by_a_birth_certificate(world: World) -> None:
    """Past the eighteenth birthday the paper proves it no more."""
    a_child(world, 19)
    case, paper = a_birth_paper(world, "child")
    soon = day_of(int(time.time())) + timedelta(days=1)
    said = world.post("SC", "mandates", guardian_request(world, case, paper, soon)).json()
    assert said["code"] == "mandate.of_age"


# the counter


def test_a_clerk_records_and_ends_it(world: World) -> None:
    """The form knows the paper's people; faults come back; the end is on the case's page."""
    case, paper = world.cases["SC-002"], mandate_paper(world)
    clerk = signed_in(world, "clerk.sc")
    desk = html.unescape(clerk.get(f"/counter?case={case}").text)
    address = f"/counter/mandate?case={case}&acceptance={paper}"
    assert f'href="{address}"' in desk
    form = clerk.get(address)
    people = {one: world.holders[key] for one, key in (("principal", "chen"), ("agent", "lin"))}
    for one, holder in people.items():
        assert f'name="{one}" value="{holder}"' in form.text
    sent = {"case": case, "acceptance": paper, "key": key_in(form), **people}
    fault = clerk.post("/counter/mandate", **sent)
    assert fault.status_code == 422
    assert "Choose at least one thing" in fault.text
    day = (day_of(int(time.time())) + timedelta(days=30)).isoformat()
    size = world.size
    done = clerk.post("/counter/mandate", **sent, **{"act.hand_in": "yes", "until": day})
    assert done.status_code == 303, done.text
    twice = clerk.post("/counter/mandate", **sent, **{"act.hand_in": "yes", "until": day})
    assert twice.status_code == 303
    assert kinds(world, size).count("mandate.recorded") == 1
    page = clerk.get(f"/counter?case={case}").text
    assert 'data-recorded="stands"' in page
    wanted = re.search(r'name="mandate" value="([0-9a-f]{32})"', page)
    assert wanted is not None
    ended = clerk.post("/counter/mandate/end", case=case, mandate=wanted[1], reason="taken_back")
    assert ended.status_code == 303
    assert 'data-recorded="ended"' in clerk.get(f"/counter?case={case}").text
    sent["key"] = key_in(clerk.get(address))
    again = clerk.post("/counter/mandate", **sent, **{"act.view": "yes", "until": day})
    assert again.status_code == 422
    assert "was taken back or ended" in again.text


def test_another_windows_case_is_none(world: World) -> None:
    """A clerk of another department meets neither form nor end."""
    made = recorded(world)
    case, clerk = world.cases["SC-002"], signed_in(world, "clerk")
    assert clerk.get(f"/counter/mandate?case={case}&acceptance={made['paper']}").status_code == 404
    for form in (
        {"case": case, "mandate": made["id"], "reason": "taken_back"},
        {"case": world.cases["XF-001"], "mandate": made["id"], "reason": "taken_back"},
    ):
        assert clerk.post("/counter/mandate/end", **form).status_code == 404
    assert 'data-granted="stands"' in as_person(world, "chen").get(LIST).text


def test_tables_come_from_the_log_alone(world: World) -> None:
    """Recorded, revoked and ended: the rebuild finds the same rows."""
    first, second = recorded(world), recorded(world)
    chen = as_person(world, "chen")
    chen.get(LIST)
    chen.post(f"{address_of(first)}/revoke")
    world.made("SC", f"mandates/{second['id']}:end", {"reason": "recorded_wrongly"})
    done = rebuild(world.ledger.store, world.ledger.context, lambda _: None)
    assert (done.rows["mandates"], done.rows["mandate_ends"]) == (2, 2)
    assert done.differences == []
