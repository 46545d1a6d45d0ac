# SPDX-License-Identifier: Apache-2.0
"""Alarms about look-ups in a real browser: every view, and a reviewer who judges one, without scripts too."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from attest.codes import case_number
from tests.browser_parts import DESK, PHONE, Tab, View, assert_quiet, assert_sound, keep, opened
from tests.homes import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]

LIST = "/oversight/alarms"
UNKNOWN = 20
"""From so many on the rule speaks."""


@pytest.fixture(scope="module")
def alarmed(served: Served) -> Served:
    """A clerk of ZW who guessed numbers, one after another and at random, and the alarms about it."""
    with httpx.Client(base_url=served.url, cookies=served.cookies("clerk")) as client:
        for number in range(UNKNOWN):
            case = case_number("990101", date(2026, 1, 2), number + 1 if number < 6 else 700 * number)
            assert client.get(f"/counter?case={case}").status_code == 404
    head = {"authorization": f"Bearer {served.keys['ZW']}"}

    def raised() -> bool:
        url = f"{served.url}/api/v1/lookup-alarms?purpose=test"
        found = httpx.get(url, headers=head, timeout=10).json()["alarms"]
        return {"many_unknown", "sequence"} <= {one["rule"] for one in found}

    wait_until(raised)
    return served


def test_the_page_is_sound(chromium: Browser, alarmed: Served, view: View) -> None:
    """The list with its look-ups opened, a form with a fault, and the empty list hold in every view."""
    with opened(chromium, alarmed.url + LIST, view, alarmed.cookies("reviewer")) as tab:
        page = tab.page
        assert page.locator("h1:visible").count() == 1
        one = page.locator("[data-alarm=many_unknown]")
        expect(one).to_contain_text("庚守拙 (clerk)")
        expect(one.locator("tbody tr")).to_have_count(UNKNOWN)
        one.locator("summary").click()
        keep(page, f"alarms-{view}")
        assert_sound(tab)
        one.locator("form .btn").click()
        expect(page.get_by_role("alert")).to_be_focused()
        forget_status(tab)
        keep(page, f"alarms-fault-{view}")
        assert_sound(tab)
        page.goto(f"{alarmed.url}{LIST}?state=acknowledged")
        assert_sound(tab)


def forget_status(tab: Tab) -> None:
    """The browser's own line about a form that came back is no fault of the page."""
    tab.said = [one for one in tab.said if "responded with a status of 422" not in one]


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_a_reviewer_judges_an_alarm(chromium: Browser, alarmed: Served, view: View) -> None:
    """From the start page: the place in the menu, a reason, one button; it then stands among those judged."""
    scripts, rule = view == DESK, "many_unknown" if view == DESK else "sequence"
    cookies = alarmed.cookies("reviewer" if view == DESK else "auditor")
    with opened(chromium, alarmed.url + "/", view, cookies, scripts=scripts) as tab:
        page = tab.page
        page.locator(f"main a[href='{LIST}']").first.click()  # 1
        one = page.locator(f"[data-alarm={rule}]")
        one.get_by_label("已提醒本人").check()  # 2
        one.get_by_label("说明").fill("当面核对，系输错号码。")
        one.locator("form .btn").click()  # 3
        expect(page.locator(f"[data-alarm={rule}]")).to_have_count(0)
        page.get_by_role("link", name="已核对的告警").click()
        judged = page.locator(f"[data-alarm={rule}]")
        expect(judged).to_contain_text("已提醒本人")
        expect(judged).to_contain_text("当面核对，系输错号码。")
        keep(page, f"alarms-judged-{view}")
        assert_quiet(tab)
