# SPDX-License-Identifier: Apache-2.0
"""「我已交过」 in a real browser: said, answered, the proof taken away and verified on the public page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser_parts import DESK, PHONE, View, assert_quiet, assert_sound, opened, put_in

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]


def a_case(served: Served) -> str:
    """A new case at SC, which could recognise the licence of the eatery."""
    parties = [
        {"role": role, "holder": served.holders[one]}
        for role, one in (("applicant", "eatery"), ("operator", "chen"))
    ]
    answers = {"prepacked": "no", "catering": "no", "applicant": "self"}
    asked = {"item": "SC-002", "channel": "window", "parties": parties, "answers": answers}
    return str(served.post("SC", "cases", asked)["case"])


@pytest.fixture(scope="module")
def chen(served: Served) -> dict[str, str]:
    """The cookie of a citizen who is signed in."""
    return served.citizen("chen")


@pytest.fixture(scope="module")
def asked(served: Served) -> str:
    """A case in which the licence was asked for in vain, and another thing outside the list."""
    case = a_case(served)
    served.post("SC", "requests", {"case": case, "requirement": "licence", "notice": "supplement"})
    served.post("SC", "requests", {"case": case, "what": "婚育证明"})
    return case


def test_pages_are_sound(
    chromium: Browser, served: Served, view: View, asked: str, chen: dict[str, str]
) -> None:
    """The list, the form with a fault, and the answers yes and no hold in every view."""
    with opened(chromium, served.url + "/my/handed-in", view, chen) as tab:
        assert tab.page.locator("[data-reask]").count() >= 2
        assert_sound(tab)
        for requirement, said in (("licence", "told"), ("application", "not_met")):
            tab.page.goto(f"{served.url}/my/handed-in/{asked}")
            tab.page.locator(".btn.go").click()
            expect(tab.page.get_by_role("alert")).to_be_focused()
            tab.said = [one for one in tab.said if "responded with a status of 422" not in one]
            assert_sound(tab)
            tab.page.locator(f"input[value={requirement}]").check()
            tab.page.locator("input[name=again][value=yes]").check()
            tab.page.locator(".btn.go").click()
            expect(tab.page.locator(f"[data-answer={said}]")).to_be_visible()
            assert tab.page.locator("h1:visible").count() == 1
            assert_sound(tab)
        tab.page.goto(f"{served.url}/my/submission/{asked}")
        assert_sound(tab)


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_chosen_to_hand_in_and_back(
    chromium: Browser, served: Served, view: View, chen: dict[str, str]
) -> None:
    """One press to hand it in oneself, one press back; on the phone without scripts."""
    case = a_case(served)
    with opened(chromium, f"{served.url}/my/submission/{case}", view, chen, scripts=view == DESK) as tab:
        row = tab.page.locator("[data-requirement=licence]")
        for button, state in (("我自己交", "chosen"), ("改用账本里的", "free")):
            row.get_by_role("button", name=button).click()
            expect(row).to_have_attribute("data-state", state)
            assert_quiet(tab)


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_journey_from_the_claim_to_the_verified_proof(
    chromium: Browser, served: Served, view: View, tmp_path: Path
) -> None:
    """From my materials to the proof in five presses, on the phone without scripts; the page verifies it."""
    case = a_case(served)
    with opened(chromium, served.url + "/sign-in", view, scripts=view == DESK) as tab:
        page = tab.page
        page.locator("form:has(input[value=chen]) button").click()
        page.get_by_role("link", name="我已交过").click()  # 1
        page.locator(f"a[href='/my/handed-in/{case}']").click()  # 2
        page.locator("input[value=licence]").check()  # 3
        page.locator("input[name=again][value=yes]").check()  # 4
        page.get_by_role("button", name="查一查，记下来").click()  # 5
        expect(page.locator("[data-answer=reasked]")).to_contain_text("市场监督管理局")
        with page.expect_download() as download:
            page.get_by_role("button", name="下载证明").click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        tab.said = [one for one in tab.said if "/evidence" not in one]  # a download loads no page
        assert_quiet(tab)
    with opened(chromium, served.url + "/verify", view) as tab:
        put_in(tab.page, "input[type=file]", file)
        expect(tab.page.locator(".band.ok")).to_be_visible()
        expect(tab.page.locator("[data-slot=facts]")).to_contain_text("申请人反映又要的单位")
        expect(tab.page.locator("[data-slot=facts]")).to_contain_text("市场监督管理局")
