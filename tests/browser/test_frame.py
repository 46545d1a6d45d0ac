# SPDX-License-Identifier: Apache-2.0
"""The frame of the pages in a real browser: start page, refusals, switches, with and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser_parts import DESK, FIRST_PAGE, View, assert_quiet, assert_sound, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]


def test_start_page_is_sound(chromium: Browser, served: Served, view: View) -> None:
    """The start page holds in every view."""
    with opened(chromium, served.url + "/", view) as tab:
        assert_sound(tab)


def test_nothing_there_is_a_page(chromium: Browser, served: Served, view: View) -> None:
    """An address that leads nowhere answers in the frame, with what to do."""
    with opened(chromium, served.url + "/nowhere", view) as tab:
        assert tab.page.locator("[data-code=not_found]").count() == 1
        tab.said = [one for one in tab.said if "404" not in one]  # the browser's own line about the status
        assert_sound(tab)


def test_a_first_page_is_light(chromium: Browser, served: Served) -> None:
    """Everything a first page loads comes to at most 60 kB over the wire."""
    with opened(chromium, served.url + "/", own=True) as tab:
        tab.page.wait_for_load_state("networkidle")
        assert 0 < tab.bytes <= FIRST_PAGE


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_switches_hold(chromium: Browser, served: Served, scripts: bool) -> None:  # noqa: FBT001
    """Language and large text are switched by a form and kept, with scripts or without."""
    with opened(chromium, served.url + "/", DESK, scripts=scripts) as tab:
        page = tab.page
        page.locator(".who [name=size]").click()
        page.wait_for_url(served.url + "/")
        assert page.locator("html").get_attribute("data-size") == "large"
        page.locator(".who [name=lang]").click()
        page.wait_for_url(served.url + "/")
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.locator("html").get_attribute("data-size") == "large"
        assert_quiet(tab)


def test_skip_link_comes_first(chromium: Browser, served: Served) -> None:
    """The first Tab reaches the link that skips the masthead, and it leads to the content."""
    with opened(chromium, served.url + "/") as tab:
        tab.page.keyboard.press("Tab")
        assert tab.page.evaluate("document.activeElement.className") == "skip"
        tab.page.keyboard.press("Enter")
        assert tab.page.evaluate("document.activeElement.id") == "main"
