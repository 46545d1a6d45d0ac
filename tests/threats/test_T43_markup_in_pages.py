# SPDX-License-Identifier: Apache-2.0
"""T43: markup in names, numbers, guides and addresses, looked at in Chromium: it is text and nothing else.

`ONCE_CASES` beyond 10 puts every payload through every page.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import httpx
import pytest

from api.demo import samples
from api.identity.accounts import Account, AddAccount
from tests.browser_parts import DESK, opened
from tests.homes import Serving, copy_of, founded_once
from tests.hostile import MARKUP, leaves, with_text
from tests.worlds import CUSTODIAL, TOBACCO_ANSWERS, World, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Dialog, Page

    from tests.browser_homes import Served
    from tests.browser_parts import Tab

pytest_plugins = ["tests.browser_homes"]

ALL: Final = int(os.environ.get("ONCE_CASES", "3")) > 10
STORED: Final = MARKUP if ALL else MARKUP[::4]
NEWER: Final = {"YC-004": 2, "tobacco_application": 2, "food-business": 3}
"""Documents that are published again full of markup, by the number of that version."""
FOUND: Final = """
[...document.querySelectorAll(
  'script:not([src]):not([type="application/json"]), [onerror], [onload], [ontoggle], '
  + '[hx-get="/sign-out"], base, iframe, object, embed'
)].map(one => one.outerHTML.slice(0, 200))
"""
"""Elements that no page of ours has."""
OWN_LOADS: Final = "error: http://127.0.0.1:"
"""A page of ours that was left before its pictures had come."""
LINKS: Final = """
[...document.querySelectorAll('a[href], form[action]')]
  .map(one => one.href || one.action).filter(address => !/^https?:/.test(address))
"""


def wild(document: dict[str, Any]) -> dict[str, Any]:
    """The same guide or list of types, all of whose words are markup."""
    turn = 0
    for path in list(leaves(document)):
        if path[-1] in {"zh", "en", "notice"}:
            document = with_text(document, path, f"{path[0]} {MARKUP[turn % len(MARKUP)]}"[:90])
            turn += 1
    return document


def poison(world: World, made: Served) -> dict[str, str]:
    """Guides, people, papers and accounts full of markup; the case of each payload."""
    types = wild({**samples.types(), "version": 2})
    world.made("operator", "catalogue/versions", {"subject": "types", "document": types})
    guide = wild({**next(one for one in samples.items() if one["code"] == "YC-004"), "version": 2})
    world.made("YC", "catalogue/versions", {"subject": "item", "document": guide})
    for subject, several in (
        ("standard", [one for one in samples.standards() if one["version"] == 2]),
        ("availability", samples.availability()),
        ("example", samples.examples()),
    ):
        for one in (one for one in several if one["code"] in NEWER):
            newer = wild({**one, "version": NEWER[one["code"]]})
            world.made(one["authority"], "catalogue/versions", {"subject": subject, "document": newer})
    for number, text in enumerate(STORED):
        account = Account(f"wild{number}", text[:60], frozenset({"clerk"}), "ZW", text[:60])
        world.ledger.writer.submit_wait(AddAccount(account))
    cases = {}
    for number, text in enumerate(STORED):
        named = {"id_type": "provisional", "number": f"X{number}", "name": text[:100]}
        holder = world.made("ZW", "holders", named)["holder"]
        parties = [
            {"role": "applicant", "holder": holder},
            {"role": "operator", "holder": made.holders["chen"]},
        ]
        asked = {"item": "YC-004", "channel": "window", "parties": parties, "answers": TOBACCO_ANSWERS}
        case = world.made("ZW", "cases", {**asked, "about": {"kind": "premises", "id": text[:64]}})["case"]
        paper = {
            "case": case,
            "type": "residence_permit",
            "document": {
                "sha256": sha256(text.encode()).hexdigest(),
                "kept": "department",
                "size": 1,
                "media": "application/pdf",
            },
            "issuer": "GA",
            "number": text[:64],
            "parties": [{"role": "holder", "holder": holder}],
            "assurance": "original",
            "checked_by": text[:64],
        }
        accepted = world.made("ZW", "acceptances", paper)["id"]
        world.holders[case] = holder
        world.dispute(accepted, case, text.replace("\n", " ")[:500])
        if number % 3 == 0:
            said = {"reason": "checked_wrongly", "text": text}
            world.made("ZW", f"acceptances/{accepted}:retract", said)
        cases[text] = case
    return cases


@pytest.fixture(scope="module")
def wilderness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, dict[str, str]]]:
    """A served ledger of its own, so that nobody else has to read this."""
    founded = founded_once(tmp_path_factory, "custodial", CUSTODIAL)
    home = copy_of(founded, tmp_path_factory.mktemp("wild") / "home")

    def build() -> tuple[Served, dict[str, str]]:
        from tests.browser_homes import seed  # the plugin of these tests: pytest loads it first

        made = seed(home)
        world = open_world(home)
        try:
            for who in ("operator", *CUSTODIAL):
                world.keys[who] = made.keys[who]
            world.holders.update(made.holders)
            return made, poison(world, made)
        finally:
            world.close()

    with ThreadPoolExecutor(1) as pool:  # playwright keeps a loop running in this thread
        made, cases = pool.submit(build).result()
    with Serving(home, ("--no-worker",)) as serving:
        made.url = serving.url
        yield made, cases


def watched(tab: Tab) -> list[str]:
    """Texts of dialogs that open in the tab from now on."""
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    tab.page.on("dialog", note)
    return dialogs


def harmless(tab: Tab, dialogs: list[str]) -> None:
    """No dialog, no violation of the policy, no element or address that came out of a text."""
    tab.page.wait_for_timeout(60)
    assert dialogs == []
    loud = [one for one in tab.said if one.startswith(("error", "warning"))]
    said = [one for one in loud if not one.startswith(OWN_LOADS) and "the server responded" not in one]
    assert said == []
    assert tab.page.evaluate(FOUND) == []
    assert tab.page.evaluate(LINKS) == []
    assert urlsplit(tab.page.url).hostname == "127.0.0.1"


def traced(page: Page, subject: str) -> None:
    """Ask the trace page."""
    page.locator("#q").fill(subject)
    page.locator("#purpose").fill("<img src=x onerror=alert(1)>")
    page.locator("form.ask button").first.click()
    page.wait_for_load_state()


def test_stored_markup_is_text(chromium: Browser, wilderness: tuple[Served, dict[str, str]]) -> None:
    """Names, things, numbers, guides: at the counter, in forms, traces and lists, with scripts on."""
    served, cases = wilderness
    shown = 0
    for text, case in cases.items():
        with opened(
            chromium, f"{served.url}/counter?case={case}", DESK, served.cookies("clerk"), own=True
        ) as tab:
            dialogs = watched(tab)
            tab.page.reload()
            harmless(tab, dialogs)
            shown += text[:40] in (tab.page.text_content("body") or "")
            tab.page.goto(f"{served.url}/trace")
            traced(tab.page, case)
            harmless(tab, dialogs)
    assert shown > len(cases) // 2
    for role, path in (
        ("operator", "/accounts"),
        ("clerk", "/counter/new"),
        ("clerk", "/counter/new?item=YC-004"),
        ("clerk", "/catalogue"),
        ("clerk", "/catalogue/types"),
        ("clerk", "/catalogue/items/YC-004"),
        ("clerk", "/catalogue/items/YC-004/compare"),
        ("clerk", "/catalogue/standards/food-business"),
        ("clerk", "/catalogue/standards/food-business/compare"),
        ("clerk", "/catalogue/types/compare"),
        ("clerk", "/catalogue/examples/tobacco_application"),
        ("auditor", "/trace"),
        ("operator", "/health"),
    ):
        with opened(chromium, served.url + path, DESK, served.cookies(role), own=True) as tab:
            dialogs = watched(tab)
            tab.page.reload()
            harmless(tab, dialogs)


def test_markup_in_disputes_is_text(chromium: Browser, wilderness: tuple[Served, dict[str, str]]) -> None:
    """What a holder writes, and a purpose that a clerk typed, are text on the holder's own pages."""
    served, _ = wilderness
    with opened(chromium, served.url + "/sign-in", DESK, own=True) as tab:
        dialogs, page = watched(tab), tab.page
        page.locator("form:has(input[value=chen]) button").click()
        harmless(tab, dialogs)
        page.goto(served.url + "/my/uses")
        harmless(tab, dialogs)
        page.goto(served.url + "/my/materials")
        material = page.locator("[data-state=stands]").first.get_attribute("data-material")
        for reason, text in zip(("not_mine", "because"), STORED, strict=False):
            page.goto(f"{served.url}/my/materials/{material}/dispute")
            page.locator("input[value=not_mine]").evaluate("(one, value) => { one.value = value; }", reason)
            page.locator("[name=reason]").first.check()
            page.locator("#f-text").fill(text)
            page.locator(".btn.go").click()
            page.wait_for_load_state()
            harmless(tab, dialogs)


ADDRESSES: Final = (
    "/counter?case={}",
    "/counter/add?case={}&requirement={}&position={}",
    "/counter/new?item={}",
    "/counter/ask?case={}",
    "/counter/link?case={}&who={}",
    "/counter/deny?type={}&said={}",
    "/counter/notice?{}={}",
    "/counter/bundle?case={}&a.tobacco={}",
    "/counter/uses/{}",
    "/my/materials/{}",
    "/my/uses?before={}",
    "/sign-in?next={}",
    "/trace?q={}",
    "/verify?{}={}",
    "/catalogue?q={}&department={}&kind={}",
    "/catalogue/items/YC-004?a.premises={}&a.{}={}",
    "/catalogue/standards/{}",
    "/catalogue/examples/{}?version={}",
    "/{}",
    "/static/{}/{}",
)


def test_markup_in_addresses_is_text(chromium: Browser, wilderness: tuple[Served, dict[str, str]]) -> None:
    """What stands in an address comes back as text or not at all, on every page and every error page."""
    served, _ = wilderness
    with opened(chromium, served.url + "/", DESK, served.cookies("clerk"), own=True) as tab:
        dialogs = watched(tab)
        for number, text in enumerate(MARKUP):
            for address in ADDRESSES if ALL else ADDRESSES[number % 5 :: 5]:
                place = quote(text, safe="")
                tab.page.goto(served.url + address.format(place, place, place))
                harmless(tab, dialogs)


def test_markup_in_forms_is_text(chromium: Browser, wilderness: tuple[Served, dict[str, str]]) -> None:
    """What is typed into the forms comes back as text: sign-in, accounts, verification of pasted evidence."""
    served, _ = wilderness
    with opened(chromium, served.url + "/sign-in", DESK, own=True) as tab:
        dialogs = watched(tab)
        for text in STORED[:3]:
            tab.page.goto(f"{served.url}/sign-in")
            tab.page.locator("#user").fill(text[:60])
            tab.page.locator("#password").fill("x")
            tab.page.locator("#password").press("Enter")
            tab.page.wait_for_load_state()
            harmless(tab, dialogs)
    with opened(chromium, served.url + "/accounts", DESK, served.cookies("operator"), own=True) as tab:
        dialogs = watched(tab)
        for text in STORED:
            tab.page.goto(f"{served.url}/accounts")
            if not tab.page.locator("#user").count():
                tab.page.locator("main a.btn").first.click()
            tab.page.locator("#user").fill(text[:30])
            tab.page.locator("#name").fill(text[:100])
            tab.page.locator("#counter").fill(text[:64])
            tab.page.locator("#counter").press("Enter")
            tab.page.wait_for_load_state()
            harmless(tab, dialogs)
    with opened(chromium, served.url + "/verify", DESK, own=True) as tab:
        dialogs = watched(tab)
        for text in STORED:
            tab.page.goto(f"{served.url}/verify")
            tab.page.locator("#paste").fill(
                '{"v":1,"kind":"once.evidence","entries":["' + text.replace('"', "'") + '"]}'
            )
            tab.page.locator("form[data-ask] button").last.click()
            tab.page.wait_for_timeout(150)
            harmless(tab, dialogs)


def test_markup_in_lists_is_text(chromium: Browser, wilderness: tuple[Served, dict[str, str]]) -> None:
    """A list whose every cell is markup: in the report, in the dry run and as the reason of a refusal."""
    served, _ = wilderness
    rows = [{"事项编码": text, "材料名称": text, "实施主体": text, text: text} for text in MARKUP]
    sent = json.dumps({"format": "once/guide-list/1", "rows": rows})
    for path in ("/catalogue/check", "/catalogue/drafts"):
        for text in (sent, f"事项编码,{MARKUP[0]}\n", '{"<script>alert(1)</script>": 1}'):
            with opened(chromium, served.url + path, DESK, served.cookies("editor.sc"), own=True) as tab:
                dialogs = watched(tab)
                tab.page.locator("#text").fill(text)
                with tab.page.expect_navigation():
                    tab.page.locator("form[data-list] button").click()
                harmless(tab, dialogs)


def test_files_are_not_shown_as_pages(wilderness: tuple[Served, dict[str, str]]) -> None:
    """SVG and HTML are not taken; what is given out comes as an attachment, and nothing is sniffed."""
    served, cases = wilderness
    body = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    for media in ("image/svg+xml", "text/html", "application/xhtml+xml", "application/pdf", "image/png"):
        path = f"{served.url}/api/v1/documents/{sha256(body).hexdigest()}"
        headers = {
            "authorization": f"Bearer {served.keys['ZW']}",
            "content-type": media,
            "idempotency-key": media,
        }
        assert httpx.put(path, content=body, headers=headers).status_code in {415, 422}
    headers = {"authorization": f"Bearer {served.keys['ZW']}"}
    case = next(iter(cases.values()))
    trace = httpx.get(f"{served.url}/api/v1/cases/{case}/trace", params={"purpose": "test"}, headers=headers)
    assert trace.status_code == 200
    accepted = next(one for one in trace.json()["entries"] if one["kind"] == "material.accepted")
    url = f"{served.url}/api/v1/evidence/{accepted.get('id') or accepted['envelope']['entry']['id']}"
    evidence = httpx.get(url, params={"purpose": "test"}, headers=headers)
    assert evidence.headers["content-disposition"].startswith("attachment; filename=")
    for answer in (trace, evidence, httpx.get(served.url + "/verify"), httpx.get(served.url + "/nothing")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "unsafe-inline" not in policy
        assert "unsafe-eval" not in policy
        assert "default-src 'none'" in policy or "default-src 'self'" in policy
