# SPDX-License-Identifier: Apache-2.0
"""Consents in a browser: the holder's list with its forms, and the clerk's form at the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser_parts import DESK, PHONE, View, assert_quiet, assert_sound, keep, opened
from tests.consent_parts import ITEM, LAW, consent_guide
from tests.worlds import FOOD_ANSWERS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]


def a_case(served: Served) -> str:
    """A case of chen's firm under that guide, taken in by the window."""
    parties = {"applicant": served.holders["eatery"], "operator": served.holders["chen"]}
    asked = {
        "item": ITEM,
        "channel": "window",
        "parties": [{"role": role, "holder": holder} for role, holder in parties.items()],
        "answers": FOOD_ANSWERS,
    }
    return str(served.post("ZW", "cases", asked)["case"])


@pytest.fixture(scope="module")
def asking(served: Served) -> str:
    """A guide that names a law which asks for consent, and a case under it."""
    document = {**consent_guide(code=ITEM, version=1), "receivers": ["ZW"]}
    served.post("SC", "catalogue/versions", {"subject": "item", "document": document})
    return a_case(served)


def test_both_pages_in_every_view(chromium: Browser, served: Served, asking: str, view: View) -> None:
    """What a law asks, what was given, the clerk's form with its faults: all sound."""
    with opened(chromium, f"{served.url}/my/consents", view, served.citizen("eatery")) as tab:
        expect(tab.page.locator("[data-asked=licence]").first).to_contain_text(LAW["text"])
        keep(tab.page, f"consents-{view}")
        assert_sound(tab)
    address = f"{served.url}/counter/consent?case={asking}&requirement=licence"
    with opened(chromium, address, view, served.cookies("clerk")) as tab:
        keep(tab.page, f"consent-window-{view}")
        assert_sound(tab)
        tab.page.locator("main .btn.go").click()
        expect(tab.page.locator("#f-holder.bad")).to_be_visible()
        tab.said = [one for one in tab.said if "responded with a status of 422" not in one]
        keep(tab.page, f"consent-fault-{view}")
        assert_sound(tab)


@pytest.mark.usefixtures("asking")
@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_given_relied_on_and_withdrawn(chromium: Browser, served: Served, view: View) -> None:
    """The citizen consents, the desk reads it; the clerk records another; each is taken back."""
    case, scripts = a_case(served), view == DESK
    mine, desk = f"{served.url}/my/consents", f"{served.url}/counter?case={case}"
    with opened(chromium, mine, view, served.citizen("eatery"), scripts=scripts) as tab:
        asked = tab.page.locator(f"[data-asked=licence]:has-text('{case}')")
        asked.locator("form .btn").click()
        expect(asked).to_have_attribute("data-stands", "yes")
        (assert_sound if scripts else assert_quiet)(tab)
        keep(tab.page, f"consents-given-{view}")
    with opened(chromium, desk, view, served.cookies("clerk"), scripts=scripts) as tab:
        expect(tab.page.locator("[data-consent=licence]")).to_contain_text("本人已同意")
        keep(tab.page, f"consents-desk-{view}")
        assert_quiet(tab)
    with opened(chromium, mine, view, served.citizen("eatery"), scripts=scripts) as tab:
        given = tab.page.locator(f"[data-given=stands]:has-text('{case}')")
        given.locator("form .btn").click()
        expect(given).to_have_count(0)
        assert_quiet(tab)
    with opened(chromium, desk, view, served.cookies("clerk"), scripts=scripts) as tab:
        tab.page.locator("#consents a.btn").click()
        tab.page.locator("input[name=holder]").first.check()
        tab.page.locator("input[name=present][value=head]").check()
        tab.page.locator("main .btn.go").click()
        expect(tab.page.locator("[data-consent=licence]")).to_contain_text("本人已同意")
        tab.page.locator("#consents a.btn").click()
        tab.page.locator("[data-given] form .btn").click()
        expect(tab.page.locator("[data-consent=licence]")).not_to_contain_text("本人已同意")
        assert_quiet(tab)
