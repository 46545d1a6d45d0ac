# SPDX-License-Identifier: Apache-2.0
"""The reviewer's pages of disputes: both kinds are opened and answered, in every view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser_parts import DESK, PHONE, View, assert_quiet, assert_sound, keep, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]
LICENCE = "business-licence.pdf"


def disputed(chromium: Browser, served: Served) -> None:
    """Chen disputes a licence that ZW accepted, and ZW's use of another one."""
    paper = served.paper(LICENCE, served.cases["XF-001"], "original")
    first, second = (str(served.post("ZW", "acceptances", paper)["id"]) for _ in range(2))
    asked = {"case": served.again(), "requirement": "licence", "acceptance": second}
    reliance = str(served.post("ZW", "reliances", asked)["id"])
    for path, reason in (
        (f"/my/materials/{first}/dispute", "wrong_content"),
        (f"/my/uses/{reliance}/dispute", "not_needed"),
    ):
        with opened(chromium, served.url + path, DESK, served.citizen("chen")) as tab:
            tab.page.locator(f"input[value={reason}]").check()
            tab.page.locator(".btn.go").click()
            expect(tab.page.locator("[data-dispute=open]")).to_be_visible()


@pytest.fixture(scope="module")
def waiting(chromium: Browser, served: Served) -> Served:
    """A ledger in which ZW has both kinds to answer."""
    disputed(chromium, served)
    return served


def test_pages_are_sound(chromium: Browser, waiting: Served, view: View) -> None:
    """The list and both forms hold in every view."""
    with opened(chromium, waiting.url + "/disputes", view, waiting.cookies("reviewer")) as tab:
        assert_sound(tab)
        rows = tab.page.locator("[data-dispute=open] a")
        addresses = [one.get_attribute("href") for one in rows.all()]
        assert len(addresses) == 2
        for address in addresses:
            tab.page.goto(f"{waiting.url}{address}")
            assert_sound(tab)


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_a_use_is_declined_in_words(chromium: Browser, served: Served, view: View) -> None:
    """Without words the form says so and keeps what was chosen; with them it is answered, scripts or not."""
    disputed(chromium, served)
    with opened(
        chromium, served.url + "/disputes", view, served.cookies("reviewer"), scripts=view == DESK
    ) as tab:
        page = tab.page
        page.locator("[data-dispute=open]", has_text="采用").first.get_by_role("link").click()
        address = page.url
        page.get_by_label("异议不成立：").check()
        page.get_by_label("异议不成立时：理由").select_option("use_right")
        page.get_by_role("button", name="签署并答复").click()
        expect(page.get_by_role("alert")).to_contain_text("请写明依据")
        expect(page.get_by_label("异议不成立：")).to_be_checked()
        page.locator("#f-text").fill("指南第三条要求核对执照。")
        page.get_by_role("button", name="签署并答复").click()
        assert page.url.startswith(served.url + "/disputes?said=")
        expect(page.locator("[data-signed]")).to_contain_text("已签署")
        keep(page, f"dispute-signed-{view}")
        page.goto(address)
        expect(page.locator("main")).to_contain_text("指南第三条要求核对执照。")
        tab.said = [one for one in tab.said if "responded with a status of 422" not in one]
        assert_quiet(tab)
