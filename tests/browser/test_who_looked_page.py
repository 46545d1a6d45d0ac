# SPDX-License-Identifier: Apache-2.0
"""Who looked at this person, and why: at most two clicks for the person and for an auditor, in every view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from api.demo import samples
from tests.browser_parts import DESK, PHONE, Tab, View, assert_quiet, assert_sound, keep, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]

PAGE = "/oversight/person"
WHY = "受理食品经营许可申请"
NUMBER = str(next(one["number"] for one in samples.people() if one["key"] == "chen"))


class Clicks:
    """Counts what somebody presses to get there."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, target: Locator) -> None:
        self.count += 1
        target.click()


@pytest.fixture(scope="module")
def looked(served: Served) -> Served:
    """SC looked Chen up, and YC tried to."""
    head = {"authorization": f"Bearer {served.keys['YC']}"}
    asked = {"case": served.cases["SC-002"], "purpose": WHY}
    served.post("SC", "recognitions:check", asked)
    url = f"{served.url}/api/v1/recognitions:check"
    assert httpx.post(url, json=asked, headers=head, timeout=10).status_code == 404
    return served


def answered(tab: Tab, purpose: str = "投诉核查") -> None:
    """Fill the auditor's form and send it."""
    tab.page.fill("#number", NUMBER)
    tab.page.fill("#purpose", purpose)
    tab.page.locator("main form .btn").click()


def test_the_page_is_sound(chromium: Browser, looked: Served, view: View) -> None:
    """The form, its faults and the answer hold in every view."""
    with opened(chromium, looked.url + PAGE, view, looked.cookies("auditor")) as tab:
        page = tab.page
        assert page.locator("h1:visible").count() == 1
        assert_sound(tab)
        answered(tab, "")
        expect(page.get_by_role("alert")).to_be_focused()
        tab.said = [one for one in tab.said if "responded with a status of 422" not in one]
        assert_sound(tab)
        answered(tab)
        expect(page.locator("[data-look=checked]").first).to_be_visible()
        keep(page, f"person-{view}")
        assert_sound(tab)


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_two_clicks_for_an_auditor(chromium: Browser, looked: Served, view: View) -> None:
    """From the start page: one click on the place, one on the button; who and why are in sight."""
    press = Clicks()
    cookies = looked.cookies("auditor")
    with opened(chromium, looked.url + "/", view, cookies, scripts=view == DESK) as tab:
        page = tab.page
        press(page.locator(f"main a[href='{PAGE}']").first)
        page.fill("#number", NUMBER)
        page.fill("#purpose", "投诉核查")
        press(page.locator("main form .btn"))
        look = page.locator("[data-look=checked]").filter(has_text=WHY).first
        expect(look).to_contain_text("市场监督管理局")
        expect(look).to_contain_text(looked.cases["SC-002"])
        expect(page.locator("[data-look=refused]").filter(has_text="烟草专卖局").first).to_be_visible()
        assert press.count <= 2
        assert_quiet(tab)


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_two_clicks_for_the_person(chromium: Browser, looked: Served, view: View) -> None:
    """From signing in: who looked, and why, is in sight after one click, the whole list after two."""
    press = Clicks()
    looked.post("SC", "recognitions:check", {"case": looked.cases["SC-002"], "purpose": WHY})
    with opened(chromium, looked.url + "/sign-in", view, scripts=view == DESK) as tab:
        page = tab.page
        press(page.locator("form:has(input[value=chen]) button"))
        look = page.locator("[data-use=checked]").filter(has_text=f"用途：{WHY}").first
        expect(look).to_contain_text("市场监督管理局")
        press(page.locator("a[href='/my/uses']"))
        whole = page.locator("[data-use=checked]").filter(has_text=f"用途：{WHY}").first
        expect(whole).to_contain_text(looked.cases["SC-002"])
        expect(page.locator("[data-use=refused]").filter(has_text="烟草专卖局").first).to_be_visible()
        assert press.count <= 2
        assert_quiet(tab)
