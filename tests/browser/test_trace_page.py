# SPDX-License-Identifier: Apache-2.0
"""The case trace as an auditor uses it: every state in every view, the journey to a verified file."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from api.cli.child import once_command
from attest.verify import Evidence
from tests.browser.test_verify_denied import denied_licence
from tests.browser_parts import (
    DESK,
    FIRST_PAGE,
    PHONE,
    VIEWS,
    Tab,
    View,
    assert_quiet,
    assert_sound,
    opened,
)
from tests.homes import environment
from tests.numbers import licence_number

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]

AUDIT_SECONDS = 60
NOBODYS = "990101202601010000019"
"""A well-formed case number that no case has."""
STATES = ("case", "entry", "acceptance", "missing", "fault")


def look_up(page: Page, query: str, purpose: str = "年度抽查") -> None:
    """Fill the form and send it."""
    page.fill("#q", query)
    page.fill("#purpose", purpose)
    with page.expect_navigation():
        page.locator("form.ask button.btn").click()


def asked(served: Served, state: str) -> tuple[str, str]:
    """Query and purpose that lead to a state of the page."""
    first = served.cases["first"]
    return {
        "case": (first, "年度抽查"),
        "entry": ("第 1 条", "年度抽查"),
        "acceptance": (newest_acceptance(served), "年度抽查"),
        "missing": (NOBODYS, "年度抽查"),
        "fault": (first, ""),
    }[state]


def newest_acceptance(served: Served) -> str:
    """Number of the entry of the last acceptance in the first case."""
    answer = httpx.get(
        f"{served.url}/api/v1/cases/{served.cases['first']}/trace",
        params={"purpose": "测试"},
        headers={"authorization": f"Bearer {served.keys['auditor']}"},
    )
    return str(max(one["index"] for one in answer.json()["entries"] if one["kind"] == "material.accepted"))


def forget_status(tab: Tab) -> None:
    """The browser's own line about a status of 404 or 422 is no fault of the page."""
    tab.said = [one for one in tab.said if "the server responded with a status of 4" not in one]


def test_asking_is_sound(chromium: Browser, served: Served, view: View) -> None:
    """The page that asks holds in every view."""
    with opened(chromium, served.url + "/trace", view, served.cookies("auditor")) as tab:
        assert_sound(tab)


@pytest.mark.parametrize("state", STATES)
def test_answers_are_sound(chromium: Browser, served: Served, view: View, state: str) -> None:
    """A case, an entry, an acceptance, what is not there and a fault hold in every view."""
    with opened(chromium, served.url + "/trace", view, served.cookies("auditor")) as tab:
        look_up(tab.page, *asked(served, state))
        for one in tab.page.locator("details summary").all()[:2]:
            one.click()
        forget_status(tab)
        assert tab.page.locator("h1:visible").count() == 1
        assert_sound(tab)


def test_what_fell_is_sound(chromium: Browser, served: Served, view: View) -> None:
    """A case and an entry whose paper its issuer denied say so, and hold in every view."""
    octets, _, denial = denied_licence(served, licence_number(72 + VIEWS.index(view)))
    entry = Evidence.parse(octets).entries[0].index
    for query in (served.cases["first"], str(entry)):
        with opened(chromium, served.url + "/trace", view, served.cookies("auditor")) as tab:
            look_up(tab.page, query)
            shown = tab.page.locator('[data-fallen="denied"]', has_text=str(denial))
            assert str(entry) in shown.inner_text()
            assert_sound(tab)


def test_journey_of_an_auditor(chromium: Browser, served: Served, tmp_path: Path) -> None:
    """Three clicks and one command within a minute: from the start page to evidence verified off line."""
    (tmp_path / "trust.json").write_bytes(httpx.get(f"{served.url}/trust.json").content)
    began = time.monotonic()
    with opened(chromium, served.url + "/", DESK, served.cookies("auditor")) as tab:
        page = tab.page
        page.locator('main a[href="/trace"]').click()  # 1
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type(served.cases["XF-001"])
        page.keyboard.press("Tab")
        page.keyboard.type("年度抽查")
        page.get_by_role("button", name="查询").click()  # 2
        expect(page.locator(".note.ok")).to_contain_text("记录完整，没有改动。")
        command = page.locator("[data-command]").inner_text()
        with page.expect_download() as download:
            page.locator(".btn.go").click()  # 3
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        assert command == f"once verify {file.name} --trust trust.json --offline"
        tab.said = [one for one in tab.said if "/trace/evidence" not in one]  # a download loads no page
        assert_quiet(tab)
    told = subprocess.run(
        once_command(*command.split()[1:]),
        cwd=tmp_path,
        env=environment(tmp_path / "nowhere"),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert time.monotonic() - began <= AUDIT_SECONDS


def test_a_download_may_be_pressed_again(chromium: Browser, served: Served) -> None:
    """A download leaves the page as it is: a second press downloads again."""
    with opened(chromium, served.url + "/trace", DESK, served.cookies("auditor")) as tab:
        look_up(tab.page, served.cases["first"])
        for _ in range(2):
            with tab.page.expect_download():
                tab.page.locator(".foremost button").click()


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_without_scripts(chromium: Browser, served: Served, view: View) -> None:
    """Looking up, opening an entry and downloading are plain forms."""
    with opened(chromium, served.url + "/trace", view, served.cookies("auditor"), scripts=False) as tab:
        look_up(tab.page, served.cases["first"])
        assert tab.page.locator("li[data-kind='case.opened']").count() == 1
        tab.page.locator("details summary").first.click()
        assert tab.page.locator("details[open] .facts").count() == 2
        with tab.page.expect_download() as download:
            tab.page.locator(".foremost button").click()
        assert download.value.suggested_filename.endswith(".evidence.json")


def test_each_look_is_one_entry(chromium: Browser, served: Served) -> None:
    """Found or not, each look writes exactly one entry, and the page names it."""
    with opened(chromium, served.url + "/trace", DESK, served.cookies("auditor")) as tab:
        recorded = []
        for query in (served.cases["first"], "1", NOBODYS):
            look_up(tab.page, query)
            recorded.append(int(tab.page.locator("[data-recorded]").get_attribute("data-recorded") or ""))
        assert recorded == [recorded[0], recorded[0] + 1, recorded[0] + 2]


def test_departments_see_their_own(chromium: Browser, served: Served) -> None:
    """A clerk sees a case of the own window, and another's exactly as one that is not there."""
    with opened(chromium, served.url + "/trace", DESK, served.cookies("clerk")) as tab:
        look_up(tab.page, served.cases["first"])
        assert tab.page.locator("li[data-kind='case.opened']").count() == 1
        pages = []
        for query in (served.cases["SC-002"], NOBODYS):
            look_up(tab.page, query)
            pages.append(tab.page.locator(".empty").inner_text().replace(query, ""))
        assert pages[0] == pages[1]
        assert "没有找到" in pages[0]


def test_by_keyboard_alone(chromium: Browser, served: Served) -> None:
    """The field has the focus; Tab, the purpose and Enter lead to the case, further tabs to its entries."""
    with opened(chromium, served.url + "/trace", DESK, served.cookies("auditor")) as tab:
        page = tab.page
        assert page.evaluate("document.activeElement.id") == "q"
        page.keyboard.type(served.cases["first"])
        page.keyboard.press("Tab")
        page.keyboard.type("检查")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('summary')"):
                break
        page.keyboard.press("Enter")
        assert page.locator("details[open]").count() == 1


def test_a_first_page_is_light(chromium: Browser, served: Served) -> None:
    """Everything the page loads comes to at most 60 kB."""
    with opened(chromium, served.url + "/trace", DESK, served.cookies("auditor"), own=True) as tab:
        tab.page.wait_for_load_state("networkidle")
        assert 0 < tab.bytes <= FIRST_PAGE
