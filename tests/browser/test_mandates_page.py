# SPDX-License-Identifier: Apache-2.0
"""Mandates in a real browser: every view; granted, used by the agent, revoked, without scripts too."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from api.demo import samples
from attest.days import day_of
from tests.browser_parts import DESK, PHONE, Tab, View, assert_quiet, assert_sound, keep, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]

LIST = "/my/mandates"


def number_of(key: str) -> str:
    return str(next(one["number"] for one in samples.people() if one["key"] == key))


def filled(tab: Tab) -> None:
    """Fill the form: Lin may see the licence for a month, and hand it in."""
    page = tab.page
    page.fill("#f-number", number_of("lin"))
    page.locator("[name='act.view']").check()
    page.locator("[name='act.hand_in']").check()
    page.locator("[name='type.business_licence']").check()
    page.fill("#f-until", (day_of(int(time.time())) + timedelta(days=30)).isoformat())
    page.locator("main .btn.go").click()


@pytest.fixture(scope="module")
def granted(chromium: Browser, served: Served) -> Served:
    """Chen granted Lin one mandate, which stays."""
    with opened(chromium, f"{served.url}{LIST}/new", DESK, served.citizen("chen")) as tab:
        filled(tab)
        expect(tab.page.locator("[data-granted=stands]").first).to_be_visible()
    return served


def test_pages_are_sound(chromium: Browser, granted: Served, view: View) -> None:
    """Both lists, the form with faults and the agent's page hold in every view."""
    with opened(chromium, granted.url + LIST, view, granted.citizen("chen")) as tab:
        page = tab.page
        assert page.locator("h1:visible").count() == 1
        keep(page, f"mandates-{view}")
        assert_sound(tab)
        page.locator("main .btn.go").click()
        assert_sound(tab)
        page.locator("main .btn.go").click()
        expect(page.get_by_role("alert")).to_be_focused()
        tab.said = [one for one in tab.said if "responded with a status of 422" not in one]
        keep(page, f"mandates-fault-{view}")
        assert_sound(tab)
    with opened(chromium, granted.url + LIST, view, granted.citizen("lin")) as tab:
        assert_sound(tab)
        tab.page.locator("[data-held=stands] a.btn").first.click()
        expect(tab.page.locator("[data-material=business_licence]").first).to_be_visible()
        keep(tab.page, f"mandate-{view}")
        assert_sound(tab)


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_granted_used_and_revoked(chromium: Browser, served: Served, view: View) -> None:
    """The principal grants, the agent looks, the principal sees who looked, revokes, and the agent is out."""
    scripts, chen, lin = view == DESK, served.citizen("chen"), served.citizen("lin")
    with opened(chromium, served.url + "/", view, chen, scripts=scripts) as tab:
        tab.page.locator(f"main a[href='{LIST}']").first.click()
        tab.page.locator("main .btn.go").click()
        filled(tab)
        newest = tab.page.locator("[data-granted=stands]").first
        address = str(newest.locator("form").get_attribute("action")).removesuffix("/revoke")
        with opened(chromium, served.url + LIST, view, lin, scripts=scripts) as agent:
            agent.page.locator(f"a[href='{address}']").click()
            expect(agent.page.locator("[data-material]").first).to_have_attribute(
                "data-material", "business_licence"
            )
            assert_quiet(agent)
        tab.page.goto(served.url + "/my/uses")
        expect(tab.page.locator("[data-use=read]").first).to_contain_text("您的代理人或者监护人")
        tab.page.goto(served.url + LIST)
        tab.page.locator(f"form[action='{address}/revoke'] .btn").click()
        expect(tab.page.locator(f"form[action='{address}/revoke']")).to_have_count(0)
        assert_quiet(tab)
    with opened(chromium, served.url + address, view, lin, scripts=scripts) as agent:
        expect(agent.page.locator("main")).to_contain_text("该授权已经撤回或者终止")
