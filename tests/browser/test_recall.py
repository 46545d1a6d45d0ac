# SPDX-License-Identifier: Apache-2.0
"""Recall and re-ask on the pages: a banner nobody misses, what is known said before asking, the rates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser_parts import DESK, View, assert_quiet, assert_sound, opened
from tests.numbers import licence_number

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]

LICENCE = "business-licence.pdf"


@pytest.fixture(scope="module")
def recalled(served: Served) -> str:
    """A case that used a licence, of an acceptance that was taken back since; another one of it stands."""
    paper = served.paper(LICENCE, served.again(), "original")
    accepted, case = served.post("ZW", "acceptances", paper)["id"], served.again()
    served.post("ZW", "reliances", {"case": case, "requirement": "licence", "acceptance": accepted})
    served.post("ZW", f"acceptances/{accepted}:retract", {"reason": "checked_wrongly"})
    return case


def test_the_banner_in_every_view(chromium: Browser, served: Served, recalled: str, view: View) -> None:
    """The case says what fell, by whom and when, and what to do, in every view; nothing overflows."""
    with opened(chromium, f"{served.url}/counter?case={recalled}", view, served.cookies("clerk")) as tab:
        banner = tab.page.locator("#recalled")
        expect(banner).to_be_visible()
        expect(tab.page.locator('[data-row="licence"]')).to_have_attribute("data-state", "recalled")
        assert_sound(tab)


def test_the_desk_starts_with_it_in_every_view(
    chromium: Browser, served: Served, recalled: str, view: View
) -> None:
    """The counter's start page names what fell and leads to the case, in every view."""
    with opened(chromium, f"{served.url}/counter", view, served.cookies("clerk")) as tab:
        expect(tab.page.locator(f'#recalls a[href="/counter?case={recalled}"]')).to_be_visible()
        assert_sound(tab)


@pytest.fixture(scope="module")
def reviewed(chromium: Browser, served: Served) -> tuple[str, str]:
    """A case that used a licence which is disputed, and one whose licence fell and was handed in anew."""
    case = served.again()
    paper = served.paper(LICENCE, served.again(), "original")
    licence = served.post("ZW", "acceptances", paper)["id"]
    served.post("ZW", "reliances", {"case": case, "requirement": "licence", "acceptance": licence})
    address = f"{served.url}/my/materials/{licence}/dispute"
    with opened(chromium, address, DESK, served.citizen("chen")) as tab:
        tab.page.locator("input[value=wrong_content]").check()
        tab.page.locator(".btn.go").click()
        expect(tab.page.locator("[data-dispute=open]")).to_be_visible()
    other = served.again()
    fallen = served.post("ZW", "acceptances", served.paper(LICENCE, served.again(), "original"))["id"]
    served.post("ZW", "reliances", {"case": other, "requirement": "licence", "acceptance": fallen})
    served.post("ZW", f"acceptances/{fallen}:retract", {"reason": "checked_wrongly"})
    served.post("ZW", "acceptances", served.paper(LICENCE, other, "original"))
    return case, other


def test_review_and_fallen_grounds_in_every_view(
    chromium: Browser, served: Served, reviewed: tuple[str, str], view: View
) -> None:
    """What is under review, and a receipt whose ground fell, stand in the case and hold in every view."""
    told = (("#disputed", "[data-disputed]"), ("#lapsed", "[data-fallen]"))
    for case, (banner, sign) in zip(reviewed, told, strict=True):
        with opened(chromium, f"{served.url}/counter?case={case}", view, served.cookies("clerk")) as tab:
            expect(tab.page.locator(banner)).to_be_visible()
            expect(tab.page.locator(f'[data-row="licence"] {sign}')).to_be_visible()
            assert_sound(tab)


def test_the_new_one_is_used_by_hand_alone(chromium: Browser, served: Served, recalled: str) -> None:
    """Using all leaves the fallen row alone; its own button uses the new acceptance."""
    with opened(chromium, f"{served.url}/counter?case={recalled}", DESK, served.cookies("clerk")) as tab:
        page = tab.page
        row = page.locator('[data-row="licence"]')
        page.locator("[data-key=a]").click()
        expect(page.locator('[data-row="premises.leased"]')).to_have_attribute("data-state", "pending")
        expect(row).to_have_attribute("data-state", "recalled")
        row.get_by_role("button", name="改用新的").click()
        expect(row).to_have_attribute("data-state", re.compile("pending|used"))  # undo ends after ten seconds
        assert_quiet(tab)


def test_what_is_known_is_said_in_every_view(chromium: Browser, served: Served, view: View) -> None:
    """The form of a paper that is known says so first, and offers to use it instead."""
    case = served.again()
    url = f"{served.url}/counter/add?case={case}&requirement=licence&position=0"
    with opened(chromium, url, view, served.cookies("clerk")) as tab:
        expect(tab.page.locator("#known")).to_be_visible()
        assert_sound(tab)


def test_the_rates_in_every_view(chromium: Browser, served: Served, recalled: str, view: View) -> None:
    """The auditor's page of re-asks names departments in words, and fits every view."""
    assert recalled
    with opened(chromium, f"{served.url}/reasks", view, served.cookies("auditor")) as tab:
        expect(tab.page.locator("tbody tr").first).to_be_visible()
        assert_sound(tab)


@pytest.fixture(scope="module")
def denied(served: Served) -> str:
    """A case that used a licence of which its issuer says since that it stands no more, by its number."""
    paper = served.paper(LICENCE, served.again(), "original") | {"number": licence_number(9001)}
    accepted, case = served.post("ZW", "acceptances", paper)["id"], served.again()
    served.post("ZW", "reliances", {"case": case, "requirement": "licence", "acceptance": accepted})
    said = {name: paper[name] for name in ("type", "number", "parties")}
    served.post("SC", "denials", {**said, "reason": "superseded", "since": "2026-01-05"})
    return case


def test_an_issuers_word_in_every_view(chromium: Browser, served: Served, denied: str, view: View) -> None:
    """The case says whose paper stands no more, by whose word and what to do, in every view."""
    with opened(chromium, f"{served.url}/counter?case={denied}", view, served.cookies("clerk")) as tab:
        expect(tab.page.locator("#denied")).to_be_visible()
        expect(tab.page.locator("#recalled")).to_have_count(0)
        assert_sound(tab)
