# SPDX-License-Identifier: Apache-2.0
"""Public verification as a stranger uses it: in the browser, from a saved file, and without scripts."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from api.demo import samples
from attest.verify import Trust
from attest.verify.evidence import Evidence
from ledger.canonical import dump
from tests.browser_parts import DESK, FIRST_PAGE, PHONE, Tab, View, assert_sound, opened, put_in

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, FilePayload, Page

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]

LICENCE: Final = "business-licence.pdf"
STRANGER_SECONDS: Final = 15


def _file(name: str, body: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": body}


def evidence_of(served: Served, acceptance: str = "") -> bytes:
    """Evidence of this acceptance, else of the licence, as an auditor downloads it."""
    headers, params = {"authorization": f"Bearer {served.keys['auditor']}"}, {"purpose": "audit"}
    if acceptance:
        return httpx.get(f"{served.url}/api/v1/evidence/{acceptance}", headers=headers, params=params).content
    case = served.cases["first"]
    trace = httpx.get(f"{served.url}/api/v1/cases/{case}/trace", headers=headers, params=params).json()
    accepted = [one["id"] for one in trace["entries"] if one["kind"] == "material.accepted"]
    for one in accepted:
        body = httpx.get(f"{served.url}/api/v1/evidence/{one}", headers=headers, params=params).content
        if json.loads(body)["private"][0]["record"]["type"] == "business_licence":
            return body
    raise LookupError(LICENCE)


@pytest.fixture(scope="module")
def files(served: Served) -> dict[str, list[FilePayload]]:
    """What people put in, by the answer that they get."""
    good = evidence_of(served)
    bent, mute = json.loads(good), json.loads(good)
    bent["openings"][0]["value"] = "00" * 32
    mute["statements"] = []
    document = _file(LICENCE, samples.sample(LICENCE).content)
    return {
        "valid": [_file("a.evidence.json", good), document],
        "not_valid": [_file("a.evidence.json", dump(bent, max_depth=20))],
        "cannot_tell": [_file("a.evidence.json", dump(mute, max_depth=20))],
    }


def judge(page: Page, chosen: list[FilePayload]) -> tuple[str, str]:
    """Put files in where the page offers it; verdict and reason that it shows."""
    put_in(page, "[data-files]", chosen)
    found = page.locator("[data-result]")
    found.wait_for()
    return str(found.get_attribute("data-verdict")), str(found.get_attribute("data-reason"))


def test_asking_is_sound(chromium: Browser, served: Served, view: View) -> None:
    """The page that asks for files holds in every view."""
    with opened(chromium, served.url + "/verify", view) as tab:
        assert_sound(tab)


@pytest.mark.parametrize("verdict", ["valid", "not_valid", "cannot_tell"])
def test_answers_are_sound(
    chromium: Browser, served: Served, view: View, files: dict[str, list[FilePayload]], verdict: str
) -> None:
    """Each of the three answers holds in every view, and stands first on the screen, in words."""
    with opened(chromium, served.url + "/verify", view) as tab:
        assert judge(tab.page, files[verdict])[0] == verdict
        assert tab.page.locator("h1:visible").count() == 1
        box = tab.page.locator(".band").bounding_box()
        assert box is not None
        assert box["y"] < view.width
        assert tab.page.locator(".chk").count() == 8
        assert_sound(tab)


def test_no_file_leaves(chromium: Browser, served: Served, files: dict[str, list[FilePayload]]) -> None:
    """Once the verifier is loaded judging works without a network; all it asks for is how an entry stands."""
    with opened(chromium, served.url + "/verify", own=True) as tab:
        page = tab.page
        page.locator("#paste").focus()
        page.locator("[data-verify][data-ready]").wait_for()
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        page.context.set_offline(True)
        for verdict, chosen in files.items():
            assert judge(page, chosen)[0] == verdict
            page.locator("[data-again]").click()
        assert not any(set(parse_qs(urlsplit(one).query)) - {"entry", "digest"} for one in asked)
        assert {urlsplit(one).path for one in asked} == {"/verify/now"}
        assert judge(page, files["valid"])[0] == "valid"
        assert now_of(page) == ("unasked", "现在：暂无法核验，没有问到账本的现状")


def now_of(page: Page) -> tuple[str, str]:
    """State and words of the line that says how the ledger has it now."""
    line = page.locator('[data-slot="now"][data-state]')
    line.wait_for()
    return str(line.get_attribute("data-state")), line.inner_text().strip()


def test_what_the_ledger_is_asked(served: Served) -> None:
    """Half a code is refused by its name; what is no acceptance of this ledger is not held."""
    asked = f"{served.url}/verify/now"
    for query, name in (
        (f"digest={'0' * 64}", "entry"),
        (f"entry=1&leaf={'0' * 64}", "digest"),
        ("entry=-1&digest=0", "entry"),
    ):
        answer = httpx.get(f"{asked}?{query}", headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (400, "query.invalid")
        assert name in answer.text, query
    for entry in (0, 1, 999_999_999):
        answer = httpx.get(f"{asked}?entry={entry}&digest={'0' * 64}")
        assert (answer.status_code, answer.json()["state"]) == (200, "not_held")


def test_the_document_counts(chromium: Browser, served: Served, files: dict[str, list[FilePayload]]) -> None:
    """The document accepted is told from another one; both may come in any order."""
    with opened(chromium, served.url + "/verify") as tab:
        evidence, document = files["valid"]
        assert judge(tab.page, [document, evidence]) == ("valid", "status.standing")
        assert tab.page.locator('[data-check="content"]').inner_text().count("通过") == 1
        tab.page.locator("[data-again]").click()
        other = _file("other.pdf", samples.sample("fire-promise.pdf").content)
        assert judge(tab.page, [evidence, other]) == ("not_valid", "content.other_document")


def test_no_evidence_is_no_verdict(chromium: Browser, served: Served, view: View) -> None:
    """A document without evidence is told in words that say nothing against it."""
    with opened(chromium, served.url + "/verify", view) as tab:
        put_in(tab.page, "[data-files]", [_file(LICENCE, samples.sample(LICENCE).content)])
        fault = tab.page.locator("[data-fault]")
        fault.wait_for()
        assert LICENCE in fault.inner_text()
        assert tab.page.locator("[data-result]").count() == 0
        assert_sound(tab)


def test_by_keyboard_alone(chromium: Browser, served: Served, files: dict[str, list[FilePayload]]) -> None:
    """Paste, tab to the button, press: the answer has the focus, and the way back is a tab away."""
    with opened(chromium, served.url + "/verify") as tab:
        page = tab.page
        while page.evaluate("document.activeElement.id") != "paste":
            page.keyboard.press("Tab")
        page.keyboard.insert_text(files["valid"][0]["buffer"].decode())
        while page.evaluate("document.activeElement.matches('.btn.go')") is False:
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator('[data-result][data-verdict="valid"]').wait_for()
        assert page.evaluate("document.activeElement.matches('.band')")
        while page.evaluate("document.activeElement.matches('[data-again]')") is False:
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.matches('[data-files]')")


def test_a_day_asked_about(chromium: Browser, served: Served, files: dict[str, list[FilePayload]]) -> None:
    """Judged as of a day before it was accepted the material was not accepted yet."""
    with opened(chromium, served.url + "/verify") as tab:
        tab.page.fill("#as_of", "2020-01-01")
        assert judge(tab.page, files["valid"]) == ("not_valid", "status.not_yet")


def test_trust_that_cannot_be_read(
    chromium: Browser, served: Served, files: dict[str, list[FilePayload]]
) -> None:
    """Without its trust file the page gives no verdict and says so."""
    with opened(chromium, served.url + "/verify") as tab:
        tab.page.route("**/trust.json", lambda route: route.fulfill(status=200, body="{}"))
        put_in(tab.page, "[data-files]", files["valid"])
        tab.page.locator("[data-fault]").wait_for()
        assert tab.page.locator("[data-result]").count() == 0


def test_a_first_page_is_light(chromium: Browser, served: Served) -> None:
    """Everything that the page loads before somebody turns to the form comes to at most 60 kB."""
    with opened(chromium, served.url + "/verify", own=True) as tab:
        tab.page.wait_for_load_state("networkidle")
        assert 0 < tab.bytes <= FIRST_PAGE


def test_a_strangers_journey(chromium: Browser, served: Served, files: dict[str, list[FilePayload]]) -> None:
    """From the bare address to the verdict on a file: two clicks, under 15 seconds."""
    started = time.monotonic()
    with opened(chromium, served.url + "/") as tab:
        tab.page.locator('main a[href="/verify"]').click()
        assert judge(tab.page, files["valid"])[0] == "valid"
    assert time.monotonic() - started < STRANGER_SECONDS


# The saved page


@pytest.fixture(scope="module")
def saved(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as somebody keeps it."""
    answer = httpx.get(f"{served.url}/verify/saved", headers={"accept-language": "zh"})
    assert "attachment" in answer.headers["content-disposition"]
    file = tmp_path_factory.mktemp("saved") / "once-verify.html"
    file.write_bytes(answer.content)
    return file


def _opened_file(chromium: Browser, file: Path) -> Tab:
    context = chromium.new_context(offline=True, locale="zh-CN", viewport={"width": 1280, "height": 800})
    tab = Tab(context.new_page())
    tab.page.on("console", lambda one: tab.said.append(f"{one.type}: {one.text}"))
    tab.page.on("request", lambda one: tab.said.append(f"error: asked for {one.url}"))
    tab.page.goto(file.as_uri())
    return tab


def test_the_saved_page_works_without_network(
    chromium: Browser, saved: Path, files: dict[str, list[FilePayload]]
) -> None:
    """Opened from a disk, off line, the one file gives the same three answers and asks for nothing else."""
    tab = _opened_file(chromium, saved)
    tab.said.clear()
    for verdict, chosen in files.items():
        assert judge(tab.page, chosen)[0] == verdict
        if verdict != "not_valid":
            assert now_of(tab.page) == ("saved", "现在：这一页离线，无法向账本询问现状")
        assert_sound(tab)
        tab.page.locator("[data-again]").click()
    assert_sound(tab)
    tab.page.context.close()


def test_an_altered_script_does_not_run(chromium: Browser, saved: Path, tmp_path: Path) -> None:
    """A changed script in the saved file is refused by the page's own policy: no listener, no verdict."""
    text = saved.read_text(encoding="utf-8")
    changed = tmp_path / "changed.html"
    changed.write_text(text.replace('verdict: "valid"', 'verdict: "valid" '), encoding="utf-8")
    assert changed.read_bytes() != saved.read_bytes()
    tab = _opened_file(chromium, changed)
    assert tab.page.locator("[data-verify][data-listening]").count() == 0
    assert any("Content Security Policy" in one for one in tab.said)
    tab.page.context.close()


def test_trust_is_public(served: Served) -> None:
    """The trust file that the page believes is served to everybody, and is the ledger's."""
    answer = httpx.get(f"{served.url}/trust.json")
    assert answer.headers["content-type"] == "application/json"
    assert Trust.parse(answer.content).profile == "demo"


# Without scripts


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_without_scripts(
    chromium: Browser, served: Served, files: dict[str, list[FilePayload]], view: View
) -> None:
    """Pasted evidence is judged by the server, to the same words, and nothing of it is kept."""
    before = httpx.get(f"{served.url}/health/ready").json()["size"]
    with opened(chromium, served.url + "/verify", view, scripts=False) as tab:
        for verdict, word in (
            ("valid", "核验通过"),
            ("not_valid", "核验不通过"),
            ("cannot_tell", "暂无法核验"),
        ):
            tab.page.fill("#paste", files[verdict][0]["buffer"].decode())
            tab.page.locator("button.btn.go").click()
            assert tab.page.locator("h1").inner_text() == word
            tab.page.locator("[data-again]").click()
        tab.page.locator("button.btn.go").click()
        expect(tab.page.locator("[data-fault]")).to_have_count(1)
    assert httpx.get(f"{served.url}/health/ready").json()["size"] == before


def test_what_stands_around_a_paste_counts_alike(
    chromium: Browser, served: Served, files: dict[str, list[FilePayload]]
) -> None:
    """A mark or a space that copying added is no part of it, another character is: here and at the server."""
    good = files["valid"][0]["buffer"].decode()
    for scripts in (True, False):
        with opened(chromium, served.url + "/verify", DESK, scripts=scripts) as tab:
            for around, word in (("\ufeff", "核验通过"), ("\u00a0", "核验通过"), ("\u3000", "核验不通过")):
                tab.page.fill("#paste", around + good + around)
                tab.page.locator("button.btn.go").click()
                verdict = tab.page.locator('[data-slot="verdict"]')
                expect(verdict).to_have_text(word)
                tab.page.locator("[data-again]").click()


def test_the_digest_to_compare_stands_whole_in_every_way(
    chromium: Browser, served: Served, saved: Path, files: dict[str, list[FilePayload]]
) -> None:
    """What a check sheet says to compare: entry and digest, on both pages and without scripts."""
    evidence = Evidence.parse(files["valid"][0]["buffer"])
    entry = evidence.entries[evidence.subject]
    said = [f"第 {entry.index:,} 条", entry.signed.entry.digest().hex()]
    with opened(chromium, served.url + "/verify") as tab:
        judge(tab.page, files["valid"])
        expect(tab.page.locator("[data-slot=facts] dd")).to_contain_text(said)
    tab = _opened_file(chromium, saved)
    judge(tab.page, files["valid"])
    expect(tab.page.locator("[data-slot=facts] dd")).to_contain_text(said)
    tab.page.context.close()
    with opened(chromium, served.url + "/verify", scripts=False) as tab:
        tab.page.fill("#paste", files["valid"][0]["buffer"].decode())
        tab.page.locator("button.btn.go").click()
        expect(tab.page.locator("[data-slot=facts] dd")).to_contain_text(said)
