# SPDX-License-Identifier: Apache-2.0
"""Disputing a use over the doors: whoever used the material answers, and the material serves elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from api.demo import samples
from api.identity.accounts import Account
from api.identity.roles import REVIEWER
from api.operation.rebuild import rebuild
from tests.homes import copy_of
from tests.openapi_parts import Contract
from tests.people import Browser, add_accounts, as_person, dispute, signed_in
from tests.worlds import World, fill, open_world

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

pytest_plugins = ["tests.api_parts"]

CANARY = "这件事用不着执照 CANARY-USE-1"


def licence(world: World) -> str:
    """The licence that ZW accepted for XF."""
    return str(world.accepted["licence"]["id"])


def used(world: World) -> dict[str, Any]:
    """ZW relies on it in a case whose authority is SC; the reliance and its case."""
    case = str(world.made("ZW", "cases", world.case("SC-002"))["case"])
    asked = {"case": case, "requirement": "licence", "acceptance": licence(world)}
    return {**world.made("ZW", "reliances", asked), "case": case}


def dispute_use(
    browser: Browser, reliance: str, reason: str = "not_needed", text: str = CANARY
) -> httpx.Response:
    """Follow the link beside the use and send the form."""
    path = f"/my/uses/{reliance}/dispute"
    form = browser.get(path)
    assert form.status_code == 200, form.text
    assert f'data-reliance="{reliance}"' in form.text
    key = re.search(r'name="key" value="([0-9a-f]+)"', form.text)
    assert key is not None
    return browser.post(path, key=key[1], reason=reason, text=text)


def verdict(world: World) -> str:
    """What another department reads of the licence."""
    asked = {"case": world.cases["YC-004"], "purpose": "受理审查", "requirements": ["licence"]}
    answer = world.post("YC", "recognitions:check", asked)
    return str(answer.json()["results"][0]["verdict"])


def told(world: World, who: str, index: int) -> list[tuple[str, bool]]:
    """Types of a department's events of an entry, and whether they name a reliance."""
    world.settle()
    found = world.get(who, "events", limit="500").json()["events"]
    return [
        (one["type"].removeprefix("once."), "reliance" in one["data"])
        for one in found
        if one["data"]["index"] == index
    ]


def test_whoever_used_it_answers_and_nobody_else_is_stopped(own_world: World) -> None:
    """The use is named, its department has it to answer in words, and the licence serves meanwhile."""
    world = own_world
    relied, chen = used(world), as_person(world, "chen")
    before = verdict(world)
    assert before == "recognised"
    uses = chen.get("/my/uses").text
    assert f'href="/my/uses/{relied["id"]}/dispute"' in uses
    assert dispute_use(chen, relied["id"]).status_code == 303
    asked = next(at for at in range(world.size) if world.kind_of(at) == "data.check.requested")
    assert verdict(world) == "recognised"
    for who, seen in (("ZW", 1), ("SC", 1), ("XF", 0), ("YC", 0)):
        assert told(world, who, asked) == [("data.check.requested", True)] * seen
        waits = world.get(who, "data-check-requests", state="open").json()["requests"]
        assert [(one["reliance"], one["case"]) for one in waits] == [(relied["id"], relied["case"])] * seen
    page = chen.get("/my/uses").text
    assert 'data-dispute="open"' in page
    assert CANARY in page
    assert f'href="/my/uses/{relied["id"]}/dispute"' not in page
    request = world.get("ZW", "data-check-requests", state="open").json()["requests"][0]
    path = f"data-check-requests/{request['id']}"
    assert world.get("XF", path, purpose="x").json()["code"] == "data_check.unknown"
    opened = world.get("auditor", path, purpose="监督")
    assert opened.json()["text"] == CANARY
    assert not Contract(world.send("GET", "/openapi.json").json()).answer(
        "GET", "/api/v1/data-check-requests/{id}", opened
    )
    trace = world.get("auditor", f"cases/{relied['case']}/trace", purpose="监督").json()["entries"]
    assert "data.check.requested" in [one["kind"] for one in trace]

    wordless = {"outcome": "not_upheld", "reason": "use_right"}
    assert world.post("ZW", f"{path}:answer", wordless).json()["code"] == "data_check.words"
    assert world.post("ZW", f"{path}:answer", {**wordless, "reason": "record_correct"}).status_code == 400
    world.made("ZW", f"{path}:answer", {**wordless, "text": "指南第三条要求核对执照"})
    page = chen.get("/my/uses").text
    assert "指南第三条要求核对执照" in page
    assert 'data-dispute="answered"' in page
    found = rebuild(world.ledger.store, world.ledger.context, lambda _: None)
    assert (found.differences, found.unknown) == ([], 0)


def test_upheld_takes_the_use_back_and_leaves_the_material(own_world: World) -> None:
    """The reviewer of the department upholds it on a page; the counter reads that the use was taken back."""
    world = own_world
    relied, chen = used(world), as_person(world, "chen")
    add_accounts(world)
    add_accounts(world, Account("reviewer.sc", "审核辛", frozenset({REVIEWER}), "SC", "审批科"))
    assert dispute_use(chen, relied["id"]).status_code == 303
    clerk = signed_in(world, "clerk.sc")
    desk = clerk.get(f"/counter?case={relied['case']}").text
    assert 'data-state="used"' in desk
    assert "The applicant disputes this use" in desk
    reviewer = signed_in(world, "reviewer.sc")
    (id_,) = re.findall(r'href="/disputes/([0-9a-f]{32})"', reviewer.get("/disputes").text)
    stranger = signed_in(world, "reviewer")
    assert 'href="/disputes/' not in stranger.get("/disputes").text
    assert stranger.get(f"/disputes/{id_}").status_code == 404
    shown = reviewer.get(f"/disputes/{id_}").text
    assert CANARY in shown
    assert reviewer.post(f"/disputes/{id_}", outcome="not_upheld", reason="use_right").status_code == 422
    assert reviewer.post(f"/disputes/{id_}", outcome="upheld", key="one").status_code == 303
    assert "Nothing waits" in reviewer.get("/disputes").text
    assert id_ in reviewer.get("/disputes?state=answered").text
    desk = clerk.get(f"/counter?case={relied['case']}").text
    assert 'data-state="used"' not in desk
    assert "was taken back" in desk
    page = chen.get("/my/uses").text
    assert "has taken this use back" in page
    place = f"/my/materials/{licence(world)}"
    for told in (page, chen.get(place).text, chen.get("/my/materials").text):
        (said,) = re.findall(r"<p>(Relied on your [^<]*)</p>", told)
        assert said.endswith("that use was taken back and counts no more: hand one in for this case.")
        assert "need not" not in said
    chen.language = "zh"
    assert "这次采用已撤回，不再算数，这件事请您另交一份。" in chen.get(place).text
    chen.language = "en"
    assert f'href="/my/uses/{relied["id"]}/dispute"' not in page
    assert verdict(world) == "recognised"
    form = chen.get(f"/my/uses/{relied['id']}/dispute").text
    assert "has taken it back already" in form
    assert 'name="reason"' not in form


def test_a_use_of_what_was_retracted_promises_nothing(own_world: World) -> None:
    """Its form says neither that the material serves elsewhere, nor leads to a form that is in vain."""
    world = own_world
    relied, chen = used(world), as_person(world, "chen")
    stands = chen.get(f"/my/uses/{relied['id']}/dispute").text
    assert "serves elsewhere" in stands
    material = world.accepted["licence"]["id"]
    assert f"/my/materials/{material}/dispute" in stands
    world.made("XF", f"acceptances/{material}:retract", {"reason": "checked_wrongly"})
    gone = chen.get(f"/my/uses/{relied['id']}/dispute").text
    assert "serves elsewhere" not in gone
    assert f"/my/materials/{material}/dispute" not in gone
    assert 'name="reason"' in gone


def test_a_use_whose_material_fell_says_what_to_do(own_world: World) -> None:
    """Beside it stand that it counts no more and that one is to be handed in, until the case has another."""
    world = own_world
    relied, chen = used(world), as_person(world, "chen")

    def said() -> str:
        (found,) = re.findall(r"<p>(Relied on your [^<]*)</p>", chen.get("/my/uses").text)
        return str(found)

    assert said().endswith("you need not hand it in again.")
    world.made("XF", f"acceptances/{licence(world)}:retract", {"reason": "checked_wrongly"})
    assert "its acceptance was taken back since" in said()
    assert said().endswith(": hand one in for this case.")
    world.upload("ZW", "business-licence.pdf")
    world.made("ZW", "acceptances", world.acceptance(relied["case"], "business-licence.pdf"))
    assert said().endswith("this case has another since, and nothing more is to be handed in.")


def test_a_materials_dispute_is_answered_on_the_page_with_its_deed(own_world: World) -> None:
    """Upheld, the reviewer's one press takes the acceptance back and answers; declined, it stands."""
    world = own_world
    add_accounts(world)
    chen, reviewer = as_person(world, "chen"), signed_in(world, "reviewer")
    assert dispute(chen, licence(world)).status_code == 303
    (id_,) = re.findall(r'href="/disputes/([0-9a-f]{32})"', reviewer.get("/disputes").text)
    reviewer.get(f"/disputes/{id_}")
    assert reviewer.post(f"/disputes/{id_}", outcome="upheld").status_code == 422
    before = world.size
    for _ in range(2):
        answer = reviewer.post(f"/disputes/{id_}", outcome="upheld", retract="checked_wrongly", key="one")
        assert answer.status_code == 303
        index = int(str(answer.headers["location"]).removeprefix("/disputes?said="))
        assert (world.kind_of(index), world.entry(index).issuer) == ("data.check.answered", "XF")
        assert f'data-signed="{index}"' in reviewer.get(f"/disputes?said={index}").text
    for other in ("0", str(index - 1), str(world.size), "9" * 400, "²", "x", ""):
        assert "data-signed" not in reviewer.get(f"/disputes?said={other}").text, other
    kinds = [world.kind_of(at) for at in range(before, world.size)]
    assert [one for one in kinds if not one.startswith("usage")] == [
        "acceptance.retracted",
        "data.check.answered",
    ]


def test_an_acceptance_is_named_by_who_vouches_for_it(own_world: World) -> None:
    """As everywhere: by the authority, and beside it the window through which it came, if another."""
    world = own_world
    add_accounts(world)
    chen, reviewer = as_person(world, "chen"), signed_in(world, "reviewer")
    case = str(world.made("XF", "cases", world.case("XF-001"))["case"])
    world.upload("XF", "business-licence.pdf")
    own = str(world.made("XF", "acceptances", world.acceptance(case, "business-licence.pdf"))["id"])
    names = {one["code"]: one["name"]["en"] for one in samples.departments()}
    for material, said in ((licence(world), ["XF", "ZW"]), (own, ["XF"])):
        assert dispute(chen, material).status_code == 303
        (id_,) = re.findall(r'href="/disputes/([0-9a-f]{32})"', reviewer.get("/disputes").text)
        page = reviewer.get(f"/disputes/{id_}").text
        at = page.index("Which acceptance")
        facts = page[page.rindex("<dt>", 0, at) :].partition("</dl>")[0]
        shown = re.findall(r"<dt>(.*?)</dt><dd>([^<·]*)", facts)
        assert [words.strip() for _, words in shown] == [names[one] for one in said]
        reviewer.post(f"/disputes/{id_}", outcome="not_upheld", reason="record_correct", key=id_)


def test_a_late_press_takes_nothing_back(own_world: World) -> None:
    """Upheld from a page that was opened before the dispute ended: refused, and the acceptance stands."""
    world = own_world
    add_accounts(world)
    chen, reviewer = as_person(world, "chen"), signed_in(world, "reviewer")
    late = {"outcome": "upheld", "retract": "forged"}
    for end in ("withdrawn", "declined"):
        assert dispute(chen, licence(world)).status_code == 303
        (id_,) = re.findall(r'href="/disputes/([0-9a-f]{32})"', reviewer.get("/disputes").text)
        reviewer.get(f"/disputes/{id_}")
        if end == "withdrawn":
            assert chen.post(f"/my/disputes/{id_}/withdraw", key=id_).status_code == 303
        else:
            said = {"outcome": "not_upheld", "reason": "record_correct", "key": "no"}
            assert reviewer.post(f"/disputes/{id_}", **said).status_code == 303
        before = world.size
        assert reviewer.post(f"/disputes/{id_}", key=end, **late).status_code == 409
        kinds = [world.kind_of(at) for at in range(before, world.size)]
        assert [one for one in kinds if not one.startswith("usage")] == []
    assert verdict(world) == "recognised"


def test_the_holder_withdraws_either_kind(own_world: World) -> None:
    """Withdrawn, nothing waits any more; another's dispute is refused like none."""
    world = own_world
    relied, chen, he = used(world), as_person(world, "chen"), as_person(world, "he")
    assert dispute_use(chen, relied["id"]).status_code == 303
    assert dispute(chen, licence(world)).status_code == 303
    assert verdict(world) == "cannot_tell"
    page = chen.get(f"/my/materials/{licence(world)}").text
    ids = re.findall(r'action="/my/disputes/([0-9a-f]{32})/withdraw"', page)
    assert len(ids) == 2
    he.get("/sessions")
    for id_ in (*ids, "0" * 32):
        assert he.post(f"/my/disputes/{id_}/withdraw").status_code == 404
    for id_ in ids:
        assert chen.post(f"/my/disputes/{id_}/withdraw", key=id_).status_code == 303
        assert chen.post(f"/my/disputes/{id_}/withdraw", key="again").status_code == 409
    assert verdict(world) == "recognised"
    assert world.get("ZW", "data-check-requests", state="open").json()["requests"] == []
    assert len(world.get("ZW", "data-check-requests", state="withdrawn").json()["requests"]) == 2


def test_a_second_one_leads_to_the_first_and_a_day_has_an_end(bare_home: Path, tmp_path: Path) -> None:
    """The form of a use that waits links to where it is withdrawn; beyond the day's number: 429, in words."""
    world = open_world(copy_of(bare_home, tmp_path / "home"), disputes_per_day=2)
    try:
        fill(world)
        relied, chen = used(world), as_person(world, "chen")
        path, place = f"/my/uses/{relied['id']}/dispute", f"/my/materials/{licence(world)}"
        assert dispute_use(chen, relied["id"]).status_code == 303
        second = chen.post(path, key="another", reason="not_agreed", text="")
        assert (second.status_code, second.text.count(f'href="{place}">See')) == (422, 1)
        for _ in range(2):
            page = chen.get(place).text
            (id_,) = re.findall(r'action="/my/disputes/([0-9a-f]{32})/withdraw"', page)
            assert chen.post(f"/my/disputes/{id_}/withdraw", key=id_).status_code == 303
            answer = dispute_use(chen, relied["id"])
        assert (answer.status_code, "as one day admits" in answer.text) == (429, True)
        assert 0 < int(answer.headers["retry-after"]) <= 86_400
    finally:
        world.close()


def test_the_counter_says_that_it_was_signed_while_the_material_is_disputed(own_world: World) -> None:
    """The row cannot tell for a new use, and says which entry it was relied on by before."""
    world = own_world
    relied, chen = used(world), as_person(world, "chen")
    add_accounts(world)
    assert dispute(chen, licence(world)).status_code == 303
    desk = signed_in(world, "clerk.sc").get(f"/counter?case={relied['case']}").text
    assert "A party disputes it" in desk
    assert f"relied on it (entry {relied['index']})" in desk


def test_the_auditor_opens_purposes_and_sees_disputes_of_what_was_used(own_world: World) -> None:
    """The trace of the case tells a dispute of what it relied on; purposes open to auditors, as one look."""
    world = own_world
    relied, chen = used(world), as_person(world, "chen")
    add_accounts(world)
    asked = {"case": relied["case"], "purpose": "CANARY-WHY", "requirements": ["licence"]}
    assert world.post("SC", "recognitions:check", asked).status_code == 200
    assert world.post("SC", "recognitions:check", {**asked, "purpose": "application"}).status_code == 200
    assert dispute(chen, licence(world)).status_code == 303
    auditor, clerk = signed_in(world, "auditor"), signed_in(world, "clerk.sc")
    form = {"q": relied["case"], "purpose": "年度抽查"}
    page = auditor.post("/trace", **form).text
    assert 'data-disputed="open"' in page
    assert f"What entry {relied['index']} relied on" in page
    assert "CANARY-WHY" not in page
    before = world.size
    page = auditor.post("/trace", **form, open="purposes").text
    assert [world.kind_of(at) for at in range(before, world.size)] == ["usage.read"]
    assert "CANARY-WHY" in page
    assert "handling an application" in page
    assert "CANARY-WHY" not in clerk.post("/trace", **form, open="purposes").text
