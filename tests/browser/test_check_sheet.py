# SPDX-License-Identifier: Apache-2.0
"""Ways to the counter and the check sheet as they are seen and printed: forms, warnings, a code to scan."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser_parts import DESK, PHONE, View, assert_sound, opened
from tests.codes import read_png

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]


def a_sheet(served: Served) -> str:
    """Where the sheet of the licence that the first case brought is."""
    case = served.cases["first"]
    licence = served.post("ZW", "acceptances", served.paper("business-licence.pdf", case, "original"))
    return f"{served.url}/counter/sheet?case={case}&acceptance={licence['id']}"


def test_the_sheet_is_sound_and_its_code_is_read(chromium: Browser, served: Served, view: View) -> None:
    """On every screen and on paper a scanner reads the same address, which opens the public page."""
    with opened(chromium, a_sheet(served), view, served.cookies("clerk")) as tab:
        code = tab.page.locator(".qr")
        expect(code).to_be_visible()
        assert_sound(tab)
        (address,) = read_png(code.screenshot())
        tab.page.emulate_media(media="print")
        assert read_png(code.screenshot()) == [address]
        if view.width > 1000:
            tab.page.emulate_media(media="screen")
    assert address.startswith(f"{served.url}/verify?entry=")
    with opened(chromium, address, view) as tab:
        expect(tab.page.locator("[data-named=held]")).to_be_visible()
        assert_sound(tab)


def a_receipt(served: Served) -> str:
    """Where the receipt of a reliance on the licence in another case is."""
    case = served.cases["first"]
    licence = served.post("ZW", "acceptances", served.paper("business-licence.pdf", case, "original"))
    asked = {"case": served.again(), "requirement": "licence", "acceptance": licence["id"]}
    receipt = served.post("ZW", "reliances", asked)
    return f"{served.url}/counter/receipt?case={receipt['case']}&entry={receipt['index']}"


def test_the_receipt_is_sound_and_its_code_is_read(chromium: Browser, served: Served, view: View) -> None:
    """The receipt holds on every screen; its code opens the public page, which names ground and law."""
    with opened(chromium, a_receipt(served), view, served.cookies("clerk")) as tab:
        code = tab.page.locator(".qr")
        expect(code).to_be_visible()
        expect(tab.page.locator("[data-legal] [data-of=waiver]").first).to_be_visible()
        assert_sound(tab)
        (address,) = read_png(code.screenshot())
    with opened(chromium, address, view) as tab:
        expect(tab.page.locator("[data-named=held] [data-of=waiver]").first).to_be_visible()
        assert_sound(tab)


def test_the_receipt_is_one_page_of_paper(chromium: Browser, served: Served) -> None:
    """Ground, law, code, signature and stamp stand on one page, in either language."""
    url = a_receipt(served)
    for lang, said in (("zh", ("单位印章", "第七条", "材料互认")), ("en", ("Stamp", "第七条", "mutual"))):
        with opened(chromium, url, View(1280, lang, large=False), served.cookies("clerk")) as tab:
            pages = PdfReader(io.BytesIO(tab.page.pdf(prefer_css_page_size=True))).pages
            assert len(pages) == 1
            text = pages[0].extract_text()
            assert all(one in text for one in said)


def test_a_new_case_asks_how_it_came(chromium: Browser, served: Served, view: View) -> None:
    """Every way is there with today's state; one that is shut says why before anything is sent."""
    url = f"{served.url}/counter/new?item=XF-001"
    cookies = {**served.cookies("clerk"), "once_way": "courier"}
    with opened(chromium, url, view, cookies) as tab:
        expect(tab.page.locator("#f-way-which")).to_have_value("courier")
        expect(tab.page.locator("[data-offer=no_place]")).to_be_visible()
        assert_sound(tab)


def test_values_of_a_paper_are_asked_in_its_form(chromium: Browser, served: Served) -> None:
    """The fields of the standard open by hand, with their names, and as a closed list where it is one."""
    url = f"{served.url}/counter/add?case={served.cases['first']}&requirement=licence&position=0"
    for seen in (DESK, PHONE):
        with opened(chromium, url, seen, served.cookies("clerk")) as tab:
            tab.page.locator("[data-values] summary").click()
            expect(tab.page.locator("#f-value-credit_code")).to_be_visible()
            assert_sound(tab)


def test_the_sheet_is_one_page_of_paper(chromium: Browser, served: Served) -> None:
    """Signature and stamp stand on the page with what they are put to, in either language."""
    url = a_sheet(served)
    for lang, last in (("zh", "单位印章"), ("en", "Stamp")):
        with opened(chromium, url, View(1280, lang, large=False), served.cookies("clerk")) as tab:
            pages = PdfReader(io.BytesIO(tab.page.pdf(prefer_css_page_size=True))).pages
            assert len(pages) == 1
            assert last in pages[0].extract_text()
