# SPDX-License-Identifier: Apache-2.0
"""A file at the counter that cannot be taken, and one that was accepted before, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from api.demo import samples
from tests.browser_parts import DESK, VIEWS, assert_sound, opened, put_in
from tests.papers import a_locked_pdf, a_pdf, an_image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

    from tests.browser_homes import Served
    from tests.browser_parts import View

pytest_plugins = ["tests.browser_homes"]


def test_what_cannot_be_taken_is_said_at_the_field(chromium: Browser, served: Served) -> None:
    """Blank, locked, cut off or renamed: the field says what is so and what to do, and stays ready."""
    case = served.again()
    with opened(chromium, f"{served.url}/counter?case={case}", DESK, served.cookies("clerk")) as tab:
        said = tab.page.locator("[data-upload-said]").first
        for content, media, words in (
            (an_image(word=""), "image/png", "文件是空白的。可能放反了面或曝光不当，请重新扫描或拍照。"),
            (a_locked_pdf("a", opens="b"), "application/pdf", "文件设有打开密码。"),
            (a_pdf()[:200], "application/pdf", "文件打不开。"),
            (an_image("JPEG"), "image/png", "文件内容与所称类型不符。"),
        ):
            file: FilePayload = {"name": "paper", "mimeType": media, "buffer": content}
            put_in(tab.page, "[data-upload]", [file])
            expect(said).to_contain_text(words, timeout=15_000)


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_a_file_that_was_accepted_before_is_said(chromium: Browser, served: Served, view: View) -> None:
    """The form names who accepted this very file of the same person, and leads back to the list."""
    digest = samples.sample("residence-permit.jpg").sha256
    query = f"case={served.again()}&requirement=residence_permit&position=0&sha256={digest}"
    with opened(chromium, f"{served.url}/counter/add?{query}", view, served.cookies("clerk")) as tab:
        expect(tab.page.locator("#twin h2")).to_be_visible()
        assert_sound(tab)


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_a_renewed_paper_is_said_to_be_one(chromium: Browser, served: Served, view: View) -> None:
    """The form offers what is on file to supersede; a refusal stands at that field, nothing is lost."""
    digest = samples.sample("residence-permit.jpg").sha256
    query = f"case={served.again()}&requirement=residence_permit&position=0&sha256={digest}"
    with opened(chromium, f"{served.url}/counter/add?{query}", view, served.cookies("clerk")) as tab:
        choice = tab.page.locator("#f-supersedes-which")
        value = choice.locator("option[value^=renewed]").first.get_attribute("value")
        choice.select_option(value)
        tab.page.locator("button[name=assurance][value=original]").click()
        expect(tab.page.get_by_role("alert").locator("a[href='#f-supersedes']")).to_be_visible()
        expect(tab.page.locator("#f-supersedes-which")).to_have_value(value or "")
        assert_sound(tab)


def test_after_its_own_form_the_desk_is_as_if_loaded(chromium: Browser, served: Served) -> None:
    """A paper taken in on the form's own page leads to the desk: its address, its frame and its width."""
    case = served.again()
    query = f"case={case}&requirement=application&position=0"
    desk = f"{served.url}/counter?case={case}"
    with opened(chromium, f"{served.url}/counter/add?{query}", DESK, served.cookies("clerk")) as tab:
        page = tab.page
        put_in(page, "[data-upload]", [{"name": "form", "mimeType": "image/png", "buffer": an_image()}])
        expect(page.locator("input[name=sha256]")).to_have_count(1)
        page.locator("button[name=assurance][value=original]").click()
        expect(page.locator("[data-row=application]")).to_have_attribute("data-state", "here")
        shown = (page.url, page.locator("html").get_attribute("data-page"), width(page))
        assert "slim" not in str(page.locator("main").get_attribute("class"))
        page.goto(desk)
        assert shown == (desk, page.locator("html").get_attribute("data-page"), width(page))


def width(page: Page) -> float:
    """How wide the page's main part is."""
    box = page.locator("main").bounding_box()
    assert box is not None
    return box["width"]


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_a_check_sheet_is_sound(chromium: Browser, served: Served, view: View) -> None:
    """What came in with the case has its sheet one step away, and the sheet holds in every view."""
    case = served.cases["first"]
    with opened(chromium, f"{served.url}/counter?case={case}", view, served.cookies("clerk")) as tab:
        link = tab.page.locator("a[href*='/counter/sheet?']").first
        tab.page.goto(served.url + str(link.get_attribute("href")))
        expect(tab.page.locator("[data-sheet]")).to_be_visible()
        assert_sound(tab)
