# SPDX-License-Identifier: Apache-2.0
"""The reliance receipt: the same words on paper at the counter, in the trace and on the public page."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest

from api.reliance_words import legal_lines
from api.web.counter.uses import SIGNED, Choose, End
from api.web.texts import Texts
from tests.codes import read_page
from tests.people import Browser, add_accounts, signed_in

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

SHARING = "What departments can get by sharing may not be asked of the applicant."
LAW = "行政许可法第三十一条"


@pytest.fixture(scope="module")
def world(file_world: World) -> World:
    """A ledger of this file's own: what is done here would change what others see."""
    return file_world


def relied(world: World, case: str | None = None) -> dict[str, Any]:
    """SC relies, in a case of its own, on the licence that ZW accepted for XF."""
    number = case or str(world.made("SC", "cases", world.case("SC-002"))["case"])
    asked = {"case": number, "requirement": "licence", "acceptance": world.accepted["licence"]["id"]}
    return world.made("SC", "reliances", asked)


def sheet_of(browser: Browser, receipt: dict[str, Any]) -> str:
    """The receipt's sheet as the clerk prints it."""
    page = browser.get(f"/counter/receipt?case={receipt['case']}&entry={receipt['index']}")
    assert page.status_code == 200, page.text
    return html.unescape(page.text)


def legal_of(page: str) -> list[str]:
    """The grounds in law that a page names, each as one text."""
    listed = re.findall(r'<p data-of="\w+">(.*?)</p>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in listed]


def test_the_receipt_names_what_it_rests_on(own_world: World) -> None:
    """The answer gives why the paper may be asked for and why it need not be, with citation and certainty."""
    receipt = relied(own_world)
    by = [one["of"] for one in receipt["legal"]]
    assert by == ["requirement", "waiver", "waiver", "waiver", "waiver"]
    first = receipt["legal"][1]
    assert (first["says"]["en"], first["certainty"]) == (SHARING, "[read L 在线政务服务若干规定]")
    assert "第七条" in first["text"]
    assert receipt["legal"][-1]["text"] == LAW  # the item is a licence
    assert "says" not in receipt["legal"][0]


@pytest.mark.parametrize(("language", "ground"), [("zh", "材料互认"), ("en", "mutual recognition")])
def test_the_sheet_says_it_all(own_world: World, language: str, ground: str) -> None:
    """Case, requirement, paper, whose word, ground, policy, law, entry, digest and code on one sheet."""
    world = own_world
    add_accounts(world)
    receipt, clerk = relied(world), signed_in(world, "clerk.sc")
    clerk.language = language
    size = world.size
    page = sheet_of(clerk, receipt)
    assert [world.kind_of(index) for index in range(size, world.size)] == ["usage.checked"]
    digest = world.entry(receipt["index"]).digest().hex()
    for said in (receipt["case"], ground, "营业执照" if language == "zh" else "Business licence", digest):
        assert said in page, said
    assert f"{receipt['index']:,}" in page
    assert f"{world.accepted['licence']['index']:,}" in page
    lines = legal_lines(receipt["index"], world.ledger, Texts("zh" if language == "zh" else "en"))
    assert legal_of(page) == [one.whole for one in lines]
    assert len(lines) == len(receipt["legal"])
    (address,) = read_page(page)
    assert address == f"http://localhost/verify?entry={receipt['index']}&digest={digest}"


def test_only_receipts_of_the_case_are_printed(own_world: World) -> None:
    """Another case's, another department's, an entry of another kind and none at all read the same."""
    world = own_world
    add_accounts(world)
    mine, other = relied(world), relied(world)
    clerk = signed_in(world, "clerk.sc")
    for entry in (other["index"], world.accepted["licence"]["index"], 0, "", "x", "-1", f"0{mine['index']}"):
        page = clerk.get(f"/counter/receipt?case={mine['case']}&entry={entry}")
        assert (page.status_code, 'data-code="reliance.unknown"' in page.text) == (404, True), entry
    stranger = signed_in(world, "clerk")
    assert stranger.get(f"/counter/receipt?case={mine['case']}&entry={mine['index']}").status_code == 404


def test_the_desk_leads_to_each_receipt(own_world: World) -> None:
    """The row of what was relied on has its receipt one step away."""
    world = own_world
    add_accounts(world)
    receipt = relied(world)
    page = signed_in(world, "clerk.sc").get(f"/counter?case={receipt['case']}").text
    link = f"/counter/receipt?case={receipt['case']}&amp;entry={receipt['index']}"
    assert link in page


def test_the_bar_that_says_signed_leads_to_it(own_world: World) -> None:
    """Once ten seconds are over and it is signed, the receipt can be printed from the bar itself."""
    world = own_world
    add_accounts(world)
    receipt, use = relied(world), bytes(range(16))
    pair = ("licence", bytes.fromhex(receipt["acceptance"]))
    world.ledger.writer.submit_wait(Choose(use, receipt["case"], "SC", "clerk.sc", (pair,)))
    clerk, link = signed_in(world, "clerk.sc"), f'&amp;entry={receipt["index"]}"'
    assert link not in clerk.get(f"/counter/uses/{use.hex()}").text.partition('data-outcome="signed"')[2]
    world.ledger.writer.submit_wait(End(use, SIGNED, 1))
    assert link in clerk.get(f"/counter/uses/{use.hex()}").text.partition('data-outcome="signed"')[2]


def test_trace_and_public_page_say_the_same(own_world: World) -> None:
    """The trace has every ground; whoever holds the file is told all but which requirement it was."""
    world = own_world
    add_accounts(world)
    receipt, auditor = relied(world), signed_in(world, "auditor")
    t = Texts("en")
    lines = [one.whole for one in legal_lines(receipt["index"], world.ledger, t)]
    for query in (receipt["case"], str(receipt["index"])):
        auditor.get("/trace")
        assert legal_of(html.unescape(auditor.post("/trace", q=query, purpose="audit").text)) == lines
    traced = world.get("SC", f"cases/{receipt['case']}/trace", purpose="audit").json()["entries"]
    assert [one["legal"] for one in traced if "legal" in one] == [receipt["legal"]]
    public = [one.whole for one in legal_lines(receipt["index"], world.ledger, t, is_open=True)]
    assert public == lines[1:]
    anyone = Browser(world)
    digest = world.entry(receipt["index"]).digest().hex()
    asked = f"entry={receipt['index']}&digest={digest}"
    told = anyone.get(f"/verify/legal?{asked}").json()["facts"]
    assert told == [{"name": "Why it is not asked again", "value": "; ".join(public)}]
    file = world.get("SC", f"evidence/{receipt['id']}", purpose="audit").text
    judged = html.unescape(anyone.post("/verify", evidence=file).text)
    named = html.unescape(anyone.get(f"/verify?{asked}").text)
    assert told[0]["value"] in judged
    assert legal_of(named) == public
    early = html.unescape(anyone.post("/verify", evidence=file, as_of="2020-01-01").text)
    assert f'data-slot="verdict">{t("verdict.not_valid")}' in early
    assert told[0]["value"] not in early  # what a file of no value claims has no ground in law
    for page in (judged, named):
        assert "mutual recognition" in page
        assert lines[0] not in page
    accepted = world.accepted["licence"]
    other = f"entry={accepted['index']}&digest={world.entry(accepted['index']).digest().hex()}"
    for wrong in (other, f"entry={receipt['index']}&digest={'0' * 64}", f"entry=999999&digest={digest}"):
        assert anyone.get(f"/verify/legal?{wrong}").json() == {"facts": []}
