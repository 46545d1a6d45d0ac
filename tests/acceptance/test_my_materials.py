# SPDX-License-Identifier: Apache-2.0
"""The citizen's side: what was accepted of mine, who used it, and disputing it, over the doors."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from api.identity.roles import CITIZEN
from api.operation.rebuild import rebuild
from api.routes.data_checks import DataCheckRoutes
from attest.data_check_requests.model import REASONS
from attest.private import open_private
from attest.statements import Envelope
from attest.verify.evidence import Evidence
from tests.homes import copy_of
from tests.people import Browser, add_accounts, as_person, dispute, signed_in
from tests.worlds import CUSTODIAL, OWN, World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]

CANARY = "门牌应为十七号甲 CANARY-DISPUTE-9"


@pytest.fixture(scope="module")
def mine(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger of this file's own, for tests that follow one another."""
    made = open_world(copy_of(bare_home, tmp_path_factory.mktemp("mine") / "home"))
    fill(made)
    yield made
    made.close()


def licence(world: World) -> str:
    """The id of the licence that ZW accepted for XF; eatery and chen are its parties."""
    return str(world.accepted["licence"]["id"])


def states(page: str) -> dict[str, str]:
    """State by material, as the list says it."""
    return dict(re.findall(r'data-material="([0-9a-f]{32})" data-state="([a-z]+)"', page))


def kinds(page: str) -> list[str]:
    """Kinds of the uses on a page, newest first."""
    return re.findall(r'data-use="([a-z]+)"', page)


def entries(page: str) -> dict[int, str]:
    """Kind by index of every use on a page, those inside a group too, in the page's order."""
    groups = re.findall(r'data-use="([a-z]+)" data-entries="([0-9 ]+)"', page)
    return {int(one): kind for kind, indexes in groups for one in indexes.split()}


def check(world: World, **more: Any) -> dict[str, Any]:
    """SC asks whether the licence is needed for its case."""
    asked = {"case": world.cases["SC-002"], "purpose": "受理审查", "requirements": ["licence"], **more}
    answer = world.post("SC", "recognitions:check", asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def rely(world: World) -> dict[str, Any]:
    """SC relies on the licence."""
    asked = {"case": world.cases["SC-002"], "requirement": "licence", "acceptance": licence(world)}
    return world.made("SC", "reliances", asked)


def events(world: World, who: str, **query: str) -> list[tuple[str, str]]:
    """Type and id of a department's events, once every entry was looked at."""
    world.settle()
    found = world.get(who, "events", limit="500", **query).json()["events"]
    return [(one["type"].removeprefix("once."), one["id"]) for one in found]


def test_the_list_is_the_holders_own(mine: World) -> None:
    """A party sees what was accepted of them, in which role and beside how many; another person does not."""
    chen, he = as_person(mine, "chen"), as_person(mine, "he")
    page = chen.get("/my/materials")
    assert page.status_code == 200
    assert states(page.text) == {licence(mine): "stands", mine.accepted["layout"]["id"]: "stands"}
    assert "operator" in page.text
    assert "1 party, not named here" in page.text
    assert states(he.get("/my/materials").text) == {}
    assert "Nothing accepted yet" in he.get("/my/materials").text


def test_signing_in_leads_there(mine: World) -> None:
    """A citizen who signs in stands on their own materials, and the menu has no other place than verify."""
    answer = Browser(mine).send("POST", "/sign-in/persona", {"person": "chen"})
    assert answer.headers["location"] == "/my/materials"


def test_every_use_is_told(mine: World) -> None:
    """A look-up, a refused one and a reliance are told with department, purpose, case; own looks not."""
    check(mine)
    refused = mine.post("YC", "recognitions:check", {"case": mine.cases["SC-002"], "purpose": "随便看看"})
    assert refused.status_code == 404
    rely(mine)
    page = as_person(mine, "chen").get("/my/materials")
    assert kinds(page.text)[:3] == ["relied", "refused", "checked"]
    for said in ("受理审查", "随便看看", mine.cases["SC-002"], "Nothing was shown"):
        assert said in page.text
    assert kinds(as_person(mine, "chen").get("/my/materials").text) == kinds(page.text)


def test_another_persons_case_stays_theirs(mine: World) -> None:
    """A party of a material, but of no case, hears of its uses without that case's number or purpose."""
    case, lin = mine.cases["YC-004"], as_person(mine, "lin")
    mine.upload("YC", "deed-shop.jpg")
    before = mine.get("YC", f"cases/{case}/trace", purpose="看看这个办件")  # nothing of lin's is there yet
    assert before.status_code == 200
    deed = mine.made("YC", "acceptances", mine.acceptance(case, "deed-shop.jpg"))
    trace = mine.get("auditor", f"cases/{case}/trace", purpose="陈一鸣的案子")
    assert trace.status_code == 200
    page = lin.get("/my/materials").text
    assert states(page) == {deed["id"]: "stands"}
    assert kinds(page) == ["read"]
    assert case not in page
    assert "陈一鸣" not in page
    assert case not in lin.get(f"/my/materials/{deed['id']}").text


def test_a_look_up_that_found_mine_for_another_is_told(mine: World) -> None:
    """The landlord hears of each look-up that found lease or deed for the tenant, and of no other."""
    lin, case = as_person(mine, "lin"), mine.cases["YC-004"]
    mine.upload("YC", "lease-contract.pdf")
    mine.made("YC", "acceptances", mine.acceptance(case, "lease-contract.pdf"))
    before = list(entries(lin.get("/my/uses").text).values()).count("checked")
    again = mine.made("YC", "cases", mine.case("YC-004"))["case"]
    for number in (case, again):
        asked = {"case": number, "purpose": "陈一鸣的烟草证", "requirements": ["premises.leased"]}
        assert mine.post("YC", "recognitions:check", asked).status_code == 200
    other = {"case": again, "purpose": "只看执照", "requirements": ["licence"]}
    assert mine.post("YC", "recognitions:check", other).status_code == 200
    page = lin.get("/my/uses").text
    assert list(entries(page).values()).count("checked") == before + 2
    assert "another person’s “Tobacco" in page
    assert case not in page
    assert again not in page
    assert "陈一鸣" not in page


def test_uses_come_in_pages(mine: World) -> None:
    """Page after page every use comes once; the front page shows five groups of look-ups and leads to all."""
    for number in range(55):
        check(mine, purpose=f"第 {number} 次")
    chen = as_person(mine, "chen")
    front = chen.get("/my/materials").text
    assert kinds(front).count("checked") == 5
    assert kinds(front)[0] == "relied"  # however many look-ups came since
    assert 'href="/my/uses"' in front
    before, numbers = "", list[int]()
    while True:
        page = chen.get(f"/my/uses{before}").text
        numbers += entries(page)
        following = re.search(r'rel="next" href="/my/uses(\?before=[0-9]+)"', page)
        if following is None:
            break
        before = following[1]
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) >= 58


def concerning(world: World, person: str) -> dict[int, str]:
    """Kind by index of every use that concerns a person, found by opening the whole log (the oracle)."""
    me = world.holders[person]
    cases, materials, elsewhere, found = set(), set(), set(), {}
    for index in range(world.size):
        entry = Envelope.parse(world.ledger.store.leaf(index)).entry
        if entry.private is None:
            continue
        record = open_private(index, world.ledger.store, world.ledger.context.sealer)[1]
        party = any(one["holder"] == me for one in record.get("parties", ()))
        if entry.kind == "case.opened" and party:
            cases.add(record["case"])
        elif entry.kind == "material.accepted" and party:
            materials.add(entry.id.hex())
            elsewhere.add(record["case"])
        elif entry.kind == "material.relied" and record["acceptance"]["id"] in materials:
            found[index] = "relied"
        elif entry.kind.startswith("usage.") and record["key"] != f"citizen/{me}":
            kind = entry.kind.removeprefix("usage.")
            found_mine = me in record.get("consulted", ())
            opened = kind == "read" and record.get("case") in elsewhere
            if record.get("case") in cases or found_mine or opened:
                found[index] = kind
    return found


@pytest.mark.parametrize("person", ["chen", "eatery", "lin", "he"])
def test_the_list_of_uses_is_the_whole_list(mine: World, person: str) -> None:
    """What the pages tell is what opening every entry of the log finds, and nothing else."""
    browser, before = as_person(mine, person), ""
    told: dict[int, str] = {}
    expected = concerning(mine, person)
    while True:
        page = browser.get(f"/my/uses{before}").text
        told |= entries(page)
        following = re.search(r'rel="next" href="/my/uses(\?before=[0-9]+)"', page)
        if following is None:
            break
        before = following[1]
    assert told == expected
    assert bool(told) == (person != "he")


def test_the_evidence_file_is_the_holders(mine: World) -> None:
    """The evidence of one's own material comes as a file that opens no private record."""
    chen = as_person(mine, "chen")
    chen.get(f"/my/materials/{licence(mine)}")
    answer = chen.post(f"/my/materials/{licence(mine)}/evidence")
    assert answer.status_code == 200
    evidence = Evidence.parse(answer.content)
    assert evidence.entries[0].index == mine.accepted["licence"]["index"]
    assert evidence.private == ()


@pytest.mark.parametrize("path", ["", "/evidence", "/dispute"])
def test_foreign_looks_like_none(mine: World, path: str) -> None:
    """Another's material, one that is not there and no id are refused alike; each refusal is an entry."""
    he = as_person(mine, "he")
    he.get("/sessions")
    said = []
    for id_ in (licence(mine), "0" * 32, "no-id"):
        before = mine.size
        address = f"/my/materials/{id_}{path}"
        answer = he.post(address) if path == "/evidence" else he.get(address)
        assert answer.status_code == 404
        assert [mine.kind_of(index) for index in range(before, mine.size)] == ["usage.refused"]
        said.append(
            re.sub(rf"{id_}|\b({before:,}|{before})\b|{answer.headers['x-request-id']}", "", answer.text)
        )
    assert said[0] == said[1] == said[2]


def test_looking_is_an_entry(mine: World) -> None:
    """Each page of one's own is one entry; a form without its token changes nothing, on record."""
    chen = as_person(mine, "chen")
    for path in ("/my/materials", "/my/uses", f"/my/materials/{licence(mine)}"):
        before = mine.size
        assert chen.get(path).status_code == 200
        assert [mine.kind_of(index) for index in range(before, mine.size)] == ["usage.read"]
    chen.csrf = "0" * 64
    before = mine.size
    answer = chen.post(f"/my/materials/{licence(mine)}/dispute", reason="not_mine", key="k")
    assert answer.status_code == 403
    assert [mine.kind_of(index) for index in range(before, mine.size)] == ["usage.refused"]


def test_only_citizens_come_in(mine: World) -> None:
    """Staff have no materials of their own: each page refuses them, as an entry."""
    add_accounts(mine)
    assert CITIZEN not in signed_in(mine, "clerk").get("/sessions").text
    before = mine.size
    assert signed_in(mine, "clerk").get("/my/materials").status_code == 403
    assert mine.kind_of(mine.size - 1) == "usage.refused"
    assert mine.size == before + 1


def test_a_dispute_from_filing_to_answer(mine: World) -> None:
    """Disputed: an entry, owner and reliers told, recognition cannot tell; declined: as before, and seen."""
    chen, id_ = as_person(mine, "chen"), licence(mine)
    assert check(mine)["results"][0]["verdict"] == "recognised"
    place = {who: events(mine, who)[-1][1] for who in ("XF", "ZW", "SC")}
    before = mine.size
    assert dispute(chen, id_, text=CANARY).headers["location"] == f"/my/materials/{id_}"
    made = [index for index in range(before, mine.size) if mine.kind_of(index).startswith("data.check")]
    assert len(made) == 1
    for who, type_ in (
        ("XF", "data.check.requested"),
        ("ZW", "data.check.requested"),
        ("SC", "acceptance.disputed"),
    ):
        assert events(mine, who, after=place[who]) == [(type_, f"{made[0]}-0")]
    result = check(mine)["results"][0]
    assert (result["verdict"], result["reason"]) == ("cannot_tell", "acceptance.disputed")
    add_accounts(mine)
    desk = signed_in(mine, "clerk.sc").get(f"/counter?case={mine.cases['SC-002']}").text
    assert "A party disputes it; the answer is due by" in desk
    number = mine.made("SC", "cases", mine.case("SC-002"))["case"]
    refused = mine.post("SC", "reliances", {"case": number, "requirement": "licence", "acceptance": id_})
    assert refused.json()["code"] == "reliance.not_recognised"
    page = chen.get(f"/my/materials/{id_}").text
    assert 'data-dispute="open"' in page
    assert CANARY in page

    request = mine.get("XF", "data-check-requests", state="open").json()["requests"][-1]
    assert request["acceptance"]["id"] == id_
    assert request["index"] == made[0]
    assert CANARY not in str(request)
    opened = mine.get("ZW", f"data-check-requests/{request['id']}", purpose="答复校核").json()
    assert opened["text"] == CANARY
    assert mine.get("SC", f"data-check-requests/{request['id']}", purpose="x").json()["code"] == (
        "data_check.unknown"
    )
    path = f"data-check-requests/{request['id']}:answer"
    assert mine.post("SC", path, {"outcome": "not_upheld", "reason": "not_shown"}).json()["code"] == (
        "data_check.unknown"
    )
    assert mine.post("XF", path, {"outcome": "upheld"}).json()["code"] == "data_check.not_retracted"
    mine.made("XF", path, {"outcome": "not_upheld", "reason": "record_correct", "text": "已核对档案。"})
    again = mine.post("ZW", path, {"outcome": "not_upheld", "reason": "not_shown"})
    assert again.json()["code"] == "data_check.answered"

    assert check(mine)["results"][0]["verdict"] == "recognised"
    page = chen.get(f"/my/materials/{id_}").text
    assert 'data-dispute="answered"' in page
    assert "已核对档案。" in page
    assert events(mine, "SC", after=place["SC"])[-1][0] == "data.check.answered"
    repeated = dispute(chen, id_, text="再来一次")
    assert repeated.status_code == 422
    assert "same reason was answered before" in repeated.text


def test_an_upheld_dispute_points_to_the_retraction(mine: World) -> None:
    """A department that signs for itself retracts, then upholds; the holder sees both."""
    chen, id_ = as_person(mine, "chen"), mine.accepted["layout"]["id"]
    assert dispute(chen, id_, "never_submitted").status_code == 303
    waiting = dispute(chen, id_, "not_mine")
    assert waiting.status_code == 422
    assert "under review already" in waiting.text
    request = mine.get(OWN, "data-check-requests", state="open").json()["requests"][-1]
    path = f"data-check-requests/{request['id']}:answer"
    retract = mine.signed(OWN, f"acceptances/{id_}:retract", {"reason": "checked_wrongly"})
    mine.made(OWN, f"acceptances/{id_}:retract", retract)
    mine.made(OWN, path, mine.signed(OWN, path, {"outcome": "upheld"}))
    page = chen.get(f"/my/materials/{id_}").text
    assert "Upheld" in page
    assert states(chen.get("/my/materials").text)[id_] == "retracted"
    assert f"/my/materials/{id_}/dispute" not in page
    gone = chen.post(f"/my/materials/{id_}/dispute", reason="not_mine", key="another")
    assert "cannot be disputed any more" in gone.text
    form = chen.get(f"/my/materials/{id_}/dispute")
    assert form.status_code == 200
    assert "cannot be disputed any more" in form.text
    assert "must answer by" not in form.text
    assert 'name="reason"' not in form.text


def test_each_reason_once_and_every_fault_in_words(mine: World) -> None:
    """Without a reason, or with an unknown one, the form comes back; twice the same press is one request."""
    zhou = as_person(mine, "chen")
    case = mine.made("ZW", "cases", mine.case("XF-001"))["case"]
    id_ = mine.made("ZW", "acceptances", mine.acceptance(case, "business-licence.pdf"))["id"]
    for reason in ("", "because", "Not_mine"):
        answer = dispute(zhou, id_, reason)
        assert answer.status_code == 422
        assert "Choose what is wrong" in answer.text
    assert dispute(zhou, id_, text="x" * 501).status_code == 422
    assert dispute(zhou, id_, text="\u202eabc").status_code == 422
    zhou.get(f"/my/materials/{id_}/dispute")
    before = mine.size
    for _ in range(2):
        answer = zhou.post(f"/my/materials/{id_}/dispute", reason=REASONS[0], key="one-press", text="a\r\nb")
        assert answer.status_code == 303
    assert [mine.kind_of(at) for at in range(before, mine.size)] == ["data.check.requested"]
    assert "a b" in zhou.get(f"/my/materials/{id_}").text


def test_what_is_open_overdue_and_answered_is_listed(mine: World) -> None:
    """A department lists its requests by state, a page at a time; past its day an open one is overdue."""
    every = mine.get("XF", "data-check-requests").json()["requests"]
    assert [one["state"] for one in every] == ["answered", "open"]
    for state in ("open", "overdue", "answered"):
        listed = mine.get("XF", "data-check-requests", state=state).json()["requests"]
        assert listed == [one for one in every if one["state"] == state]
    first = mine.get("XF", "data-check-requests", limit="1")
    assert first.json()["requests"] == every[:1]
    assert 'rel="next"' in first.headers["link"]
    after = str(first.json()["next"])
    assert mine.get("XF", "data-check-requests", after=after).json() == {"requests": every[1:], "next": None}
    assert mine.get("SC", "data-check-requests").json()["requests"][0]["state"] == "answered"
    assert mine.get("YC", "data-check-requests").json()["requests"] == []
    late = date.fromisoformat(every[1]["due"]) + timedelta(days=1)
    found = DataCheckRoutes(mine.ledger)._found("XF", "overdue", -1, 9, late)
    assert [one.id.hex() for one, _ in found] == [every[1]["id"]]
    for wrong in ({"state": "late"}, {"limit": "0"}, {"after": "x"}, {"page": "2"}):
        assert mine.get("XF", "data-check-requests", **wrong).json()["code"] == "query.invalid"


def test_all_tables_come_out_again(mine: World) -> None:
    """After all of this every table is what entries and private records give."""
    found = rebuild(mine.ledger.store, mine.ledger.context, lambda _: None)
    assert found.differences == []
    assert found.unknown == 0
    assert found.rows["data_check_requests"] == 3
    assert found.rows["data_check_answers"] == 2
    assert found.rows["case_parties"] >= 2 * len({*CUSTODIAL})
