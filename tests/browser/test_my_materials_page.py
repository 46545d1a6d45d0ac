# SPDX-License-Identifier: Apache-2.0
"""A citizen in a real browser: from signing in to seeing a use and disputing it, with and without scripts."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from attest.days import day_of
from tests.browser_parts import DESK, PHONE, Tab, View, assert_quiet, assert_sound, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]


RELIANCES: dict[str, str] = {}
"""Id of the reliance on each licence of `a_used_licence`."""


def a_used_licence(served: Served) -> str:
    """The id of one more acceptance of the licence, asked for and relied on by SC."""
    asked = served.paper("business-licence.pdf", served.cases["XF-001"], "scan")
    accepted = str(served.post("ZW", "acceptances", asked)["id"])
    case = {"case": served.cases["SC-002"]}
    served.post("SC", "recognitions:check", {**case, "purpose": "受理食品经营许可申请"})
    asked = {**case, "requirement": "licence", "acceptance": accepted}
    RELIANCES[accepted] = str(served.post("SC", "reliances", asked)["id"])
    return accepted


@pytest.fixture(scope="module")
def used(served: Served) -> str:
    """One used licence, which stays undisputed; another one ends soon."""
    ends = (day_of(int(time.time())) + timedelta(days=6)).isoformat()
    ending = served.paper("business-licence.pdf", served.cases["XF-001"], "scan")
    served.post("ZW", "acceptances", {**ending, "valid_until": ends})
    return a_used_licence(served)


@pytest.fixture(scope="module")
def chen(served: Served) -> dict[str, str]:
    """The cookie of a citizen who is signed in."""
    return served.citizen("chen")


def test_pages_are_sound(
    chromium: Browser, served: Served, view: View, used: str, chen: dict[str, str]
) -> None:
    """The list with what ends soon, the uses, one material and the form with a fault hold in every view."""
    one, reliance = f"/my/materials/{used}", RELIANCES[used]
    with opened(chromium, served.url + "/my/materials", view, chen) as tab:
        for path in ("", "/my/uses", one, f"{one}/reuse", f"{one}/dispute", f"/my/uses/{reliance}/dispute"):
            if path:
                tab.page.goto(served.url + path)
            assert tab.page.locator("h1:visible").count() == 1
            if not path:
                expect(tab.page.locator("#soon li")).to_have_count(1)
            if path.endswith("dispute"):
                tab.page.locator(".btn.go").click()
                expect(tab.page.get_by_role("alert")).to_be_focused()
                forget_status(tab)
            assert_sound(tab)


def forget_status(tab: Tab) -> None:
    """The browser's own line about a form that came back is no fault of the page."""
    tab.said = [one for one in tab.said if "responded with a status of 422" not in one]


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_journey_of_a_citizen(chromium: Browser, served: Served, view: View) -> None:
    """Four clicks from the sign-in page: who used it and why is in sight, and the use is disputed."""
    accepted = a_used_licence(served)
    scripts = view == DESK  # on the phone without any: every step is a link or a form
    with opened(chromium, served.url + "/sign-in", view, scripts=scripts) as tab:
        page = tab.page
        page.locator("form:has(input[value=chen]) button").click()  # 1
        assert page.url == served.url + "/my/materials"
        use = page.locator("[data-use=relied]").first
        expect(use).to_contain_text("市场监督管理局")
        expect(use).to_contain_text(served.cases["SC-002"])
        expect(page.locator("[data-use=checked]").first).to_contain_text("用途：受理食品经营许可申请")
        use.get_by_role("link", name="不该这样用").click()  # 2
        expect(page.locator("[data-reliance]")).to_contain_text("市场监督管理局")
        page.get_by_label("这件事用不着它").check()  # 3
        page.get_by_role("button", name="提交申请").click()  # 4
        assert page.url == f"{served.url}/my/materials/{accepted}"
        expect(page.locator("[data-dispute=open]")).to_contain_text("市场监督管理局应在")
        expect(page.locator(".note.ok")).to_be_visible()  # the material itself serves on
        page.get_by_role("button", name="撤回异议").click()
        expect(page.locator("[data-dispute=withdrawn]")).to_be_visible()
        page.get_by_role("link", name="有异议，申请校核").click()
        page.get_by_label("内容或日期有误").check()
        page.get_by_role("button", name="提交申请").click()
        expect(page.locator("[data-dispute=open]")).to_contain_text("消防救援大队应在")
        expect(page.locator(".note.wait")).to_contain_text("暂无法核验")
        assert page.get_by_role("link", name="有异议，申请校核").count() == 0
        with page.expect_download() as download:
            page.get_by_role("button", name="下载证据文件").click()
        assert download.value.suggested_filename == f"{accepted}.evidence.json"
        tab.said = [one for one in tab.said if "/evidence" not in one]  # a download loads no page
        assert_quiet(tab)
    request = _asked(served)[-1]
    assert request["acceptance"]["id"] == accepted
    answer = {"outcome": "not_upheld", "reason": "record_correct", "text": "已核对档案。"}
    served.post("XF", f"data-check-requests/{request['id']}:answer", answer)
    with opened(chromium, served.url + "/sign-in", view) as tab:
        tab.page.locator("form:has(input[value=chen]) button").click()
        tab.page.goto(f"{served.url}/my/materials/{accepted}")
        expect(tab.page.locator("[data-dispute=answered]")).to_contain_text("已核对档案。")
        expect(tab.page.locator(".note.ok")).to_be_visible()


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_removed_from_reuse_and_put_back(
    chromium: Browser, served: Served, view: View, chen: dict[str, str]
) -> None:
    """Two presses out, two presses back, with and without scripts; the page says how it stands."""
    asked = served.paper("business-licence.pdf", served.cases["XF-001"], "scan")
    accepted = str(served.post("ZW", "acceptances", asked)["id"])
    address = f"{served.url}/my/materials/{accepted}"
    with opened(chromium, address, view, chen, scripts=view == DESK) as tab:
        for first, second, state in (
            ("移出复用", "确认移出", "已移出复用"),
            ("恢复复用", "确认恢复", "在用"),
        ):
            tab.page.get_by_role("link", name=first).click()
            expect(tab.page.get_by_role("heading", level=1)).to_have_text(first)
            tab.page.get_by_role("button", name=second).click()
            assert tab.page.url == address
            expect(tab.page.locator("h1 + .tag")).to_have_text(state)
            assert_quiet(tab)


def _asked(served: Served) -> list[dict[str, Any]]:
    head = {"authorization": f"Bearer {served.keys['XF']}"}
    answer = httpx.get(f"{served.url}/api/v1/data-check-requests", headers=head, timeout=10)
    return list(answer.json()["requests"])
