# SPDX-License-Identifier: Apache-2.0
"""What was typed into a form outlives the end of the session and a switch of language or size."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser_parts import DESK, PHONE, View, assert_quiet, assert_sound, opened, put_in
from tests.papers import a_pdf

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

    from tests.browser_homes import Served
    from tests.browser_parts import Tab

pytest_plugins = ["tests.browser_homes"]

NAME, NUMBER = "陈晓 & <i>妹</i>", "990101199003075019"
LONG = "990101202601010000019" * 3


def keep(page: Page, name: str) -> None:
    """A picture for whoever wants to look (`ONCE_SHOTS` names a folder)."""
    folder = os.environ.get("ONCE_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def forget(tab: Tab) -> None:
    """The session is over, as the browser sees it."""
    tab.page.context.clear_cookies(name="once_session")


def without_status(tab: Tab, *codes: str) -> None:
    """Leave out the lines of browser and htmx about the answer's status."""
    lines = [f"{words} {code}" for code in codes for words in ("status of", "Status Error Code")]
    tab.said = [one for one in tab.said if not any(line in one for line in lines)]


def test_what_was_typed_comes_back_to_copy(chromium: Browser, served: Served, view: View) -> None:
    """The session has ended: the page shows each field with a button to copy it, and the way back."""
    with opened(chromium, f"{served.url}/counter/new?item=XF-001", view, served.cookies("clerk")) as tab:
        page = tab.page
        page.locator("#f-applicant-name").fill(NAME)
        page.locator("#f-applicant-number").fill(NUMBER)
        page.locator("#f-about").fill(LONG)
        forget(tab)
        page.locator("main .btn.go").click()
        expect(page.locator("[data-code='session.missing']")).to_be_visible()
        expect(page.locator("[data-typed] dd")).to_have_count(3)
        expect(page.locator("[data-typed]")).to_contain_text(NAME)
        keep(page, f"lapsed-{view}")
        without_status(tab, "401")
        assert_sound(tab)
        with page.context.expect_page() as beside:
            page.locator("main .btn.go").click()
        assert beside.value.url == f"{served.url}/sign-in?next=/counter/new%3Fitem%3DXF-001"
        expect(page.locator("[data-typed]")).to_contain_text(NUMBER)


def test_the_desk_keeps_its_form(chromium: Browser, served: Served) -> None:
    """At the desk the refusal stands above the list with a way to sign in, and nothing typed is gone."""
    case = served.cases["again-5"]
    with opened(chromium, f"{served.url}/counter?case={case}", DESK, served.cookies("clerk")) as tab:
        page = tab.page
        file: FilePayload = {"name": "paper", "mimeType": "application/pdf", "buffer": a_pdf()}
        put_in(page, "[data-upload]", [file])
        form = page.locator("form.add")
        expect(form).to_be_visible()
        form.locator("[name=channel]").select_option("courier")
        forget(tab)
        form.locator("button[value=original]").click()
        link = page.locator("#told a.btn")
        page_of_the_file = re.compile(
            rf"/sign-in\?next=/counter/add%3Fcase%3D{case}%26.*sha256%3D[0-9a-f]{{64}}$"
        )
        expect(link).to_have_attribute("href", page_of_the_file)
        assert page.locator("#told > *").evaluate("one => one === document.activeElement")
        expect(form.locator("[name=channel]")).to_have_value("courier")
        keep(page, "lapsed-desk")
        without_status(tab, "401")
        assert_sound(tab)


def test_an_upload_says_that_the_session_ended(chromium: Browser, served: Served) -> None:
    """A file of either size, sent after the session: that it ended, and a way to sign in and back here."""
    case = served.cases["again-5"]
    for size in (0, 3 << 20):
        with opened(chromium, f"{served.url}/counter?case={case}", PHONE, served.cookies("clerk")) as tab:
            page = tab.page
            page.wait_for_load_state()
            forget(tab)
            content = a_pdf() + b"\n" * size
            file: FilePayload = {"name": "paper", "mimeType": "application/pdf", "buffer": content}
            put_in(page, "[data-upload]", [file])
            said = page.locator("[data-upload-said]").first
            expect(said).to_contain_text("登录已过期，文件没有保存")
            without_status(tab, "401")
            keep(page, "lapsed-upload")
            assert_sound(tab)
            said.locator("a").click()
            page.wait_for_url(f"{served.url}/sign-in?next=%2Fcounter%3Fcase%3D{case}")
            assert_quiet(tab)
