# SPDX-License-Identifier: Apache-2.0
"""What keeps a clerk from a mistake, or mends it, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from api.demo import samples
from tests.browser_parts import (
    DESK,
    PHONE,
    VIEWS,
    assert_accessible,
    assert_fits,
    assert_quiet,
    assert_sound,
    keep,
    opened,
    put_in,
)
from tests.numbers import licence_number
from tests.worlds import FOOD_ANSWERS, SHOP, TOBACCO_ANSWERS, World

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

    from tests.browser_homes import Served
    from tests.browser_parts import View

pytest_plugins = ["tests.browser_homes"]

CERTIFICATE = "health-certificate.jpg"


def kitchen(served: Served) -> str:
    """A case of a kitchen that the window opened, in which nobody is named as its staff."""
    asked = {
        "item": "SC-002",
        "channel": "window",
        "parties": [{"role": "applicant", "holder": served.holders["eatery"]}],
        "answers": {**FOOD_ANSWERS, "catering": "yes"},
    }
    return str(served.post("ZW", "cases", asked)["case"])


def adding(served: Served, case: str, requirement: str, file: str = "") -> str:
    """Address of the form for one paper."""
    digest = f"&sha256={samples.sample(file).sha256}" if file else ""
    return f"{served.url}/counter/add?case={case}&requirement={requirement}&position=0{digest}"


def given(page: Page, file: str) -> None:
    """A sample is put into the page's form."""
    one = samples.sample(file)
    put_in(page, "[data-upload]", [{"name": file, "mimeType": one.media, "buffer": one.content}])
    page.locator("input[name=sha256]").wait_for(state="attached", timeout=15_000)


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_taking_back_is_sound(chromium: Browser, served: Served, view: View) -> None:
    """From the open line to the form; without a reason it comes back with the fault."""
    case = served.cases["first"]
    with opened(chromium, f"{served.url}/counter?case={case}", view, served.cookies("clerk")) as tab:
        link = tab.page.locator("a[href*='/counter/retract?']").first
        tab.page.goto(served.url + str(link.get_attribute("href")))
        expect(tab.page.locator("[data-retract]")).to_be_visible()
        assert_sound(tab)
        tab.page.locator("form[action='/counter/retract'] button").click()
        expect(tab.page.locator("[role=alert] a[href='#f-reason']")).to_be_visible()
        assert_accessible(tab.page)
        assert_fits(tab.page)


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_linking_is_sound(chromium: Browser, served: Served, view: View) -> None:
    """A case with a provisional identifier: its desk leads to the form, whose fault stands at the field."""
    newborn = {"id_type": "provisional", "number": "B990120260001", "name": "林小满"}
    parties = [
        {"role": "applicant", "holder": served.holders["eatery"]},
        {"role": "employee", "holder": str(served.post("ZW", "holders", newborn)["holder"])},
    ]
    asked = {"item": "SC-002", "channel": "window", "parties": parties}
    case = served.post("ZW", "cases", {**asked, "answers": {**FOOD_ANSWERS, "catering": "yes"}})["case"]
    with opened(chromium, f"{served.url}/counter?case={case}", view, served.cookies("clerk")) as tab:
        expect(tab.page.locator("[data-provisional=open]")).to_be_visible()
        assert_accessible(tab.page)
        assert_fits(tab.page)
        tab.page.locator("[data-provisional=open] a").click()
        expect(tab.page.locator("[data-link]")).to_be_visible()
        assert_sound(tab)
        tab.page.locator("#f-other-name").fill("林小满")
        tab.page.locator("#f-other-number").fill("B990120260001")
        tab.page.locator("form[action='/counter/link'] button.go").click()
        expect(tab.page.locator("[role=alert] a[href='#f-other']")).to_be_visible()
        assert_accessible(tab.page)
        assert_fits(tab.page)


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_the_issuers_word_is_sound(chromium: Browser, served: Served, view: View) -> None:
    """From the counter to the list of the department's papers, to the form; faults stand at the fields."""
    with opened(chromium, f"{served.url}/counter", view, served.cookies("clerk.sc")) as tab:
        tab.page.locator("a[href='/counter/deny']").click()
        assert_sound(tab)
        keep(tab.page, f"deny-which-{view}")
        tab.page.locator("input[name=type][value=business_licence]").check()
        tab.page.locator(".btn.go").click()
        expect(tab.page.locator("[data-deny=business_licence]")).to_be_visible()
        assert_sound(tab)
        tab.page.locator("form[method=post] .btn.go").click()
        expect(tab.page.locator("[role=alert] a[href='#f-number']")).to_be_visible()
        keep(tab.page, f"deny-faults-{view}")
        assert_accessible(tab.page)
        assert_fits(tab.page)


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_the_issuers_word_is_confirmed(chromium: Browser, served: Served, view: View) -> None:
    """Filled in, it is signed, and the page says as which entry, where the focus is."""
    with opened(
        chromium, f"{served.url}/counter/deny?type=prior_licence", view, served.cookies("clerk.sc")
    ) as tab:
        tab.page.locator("#f-number").fill(f"JY1{view.width}")
        tab.page.locator("#f-who-holder-name").fill("何建国")
        tab.page.locator("#f-who-holder-number").fill("990101196204170537")
        tab.page.locator("input[name=reason][value=revoked]").check()
        tab.page.locator("form[method=post] .btn.go").click()
        expect(tab.page.locator("[data-said]")).to_be_focused()
        keep(tab.page, f"deny-said-{view}")
        assert_sound(tab)


def test_what_was_done_is_told_where_the_focus_is(chromium: Browser, served: Served) -> None:
    """After *Undo*, and once the applicant's word is taken down, a status in view has the focus."""
    asked = {
        "item": "XF-001",
        "channel": "window",
        "parties": [{"role": "applicant", "holder": served.holders["eatery"]}],
        "answers": {"procedure": "promise"},
    }
    case = str(served.post("ZW", "cases", asked)["case"])
    with opened(chromium, f"{served.url}/counter?case={case}", PHONE, served.cookies("clerk")) as tab:
        page = tab.page
        page.locator("button[data-key=a]").click()
        page.locator(".undo button").click()
        told = page.locator("#desk [data-undone]")
        expect(told).to_contain_text("已撤回")
        expect(told).to_be_focused()
        expect(told).to_be_in_viewport()
        page.locator("form[action='/counter/claim'] button").click()
        told = page.locator("#desk .req [data-taken-down]")
        expect(told).to_contain_text("已记下")
        expect(told).to_be_focused()
        expect(told).to_be_in_viewport()
        assert_accessible(page)


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_another_kind_of_paper_is_told(chromium: Browser, served: Served, view: View) -> None:
    """The licence where a permit is wanted: the form says what this very file was accepted as."""
    url = adding(served, served.again(), "residence_permit", "business-licence.pdf")
    with opened(chromium, url, view, served.cookies("clerk")) as tab:
        expect(tab.page.locator("[data-twin='business_licence']")).to_be_visible()
        assert_sound(tab)


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_who_is_missing_is_asked_for_at_the_field(chromium: Browser, served: Served, view: View) -> None:
    """The staff that the case left empty: asked for, refused by name."""
    url = adding(served, kitchen(served), "health", CERTIFICATE)
    with opened(chromium, url, view, served.cookies("clerk")) as tab:
        expect(tab.page.locator("#f-who-holder")).to_be_visible()
        assert_sound(tab)
        tab.page.locator("#f-issued").fill("2019-03-04")
        tab.page.locator("button[name=assurance][value=original]").click()
        expect(tab.page.locator("[role=alert] a[href='#f-who-holder']")).to_be_visible()
        assert_sound(tab)


def test_a_paper_too_old_is_taken_knowingly(chromium: Browser, served: Served) -> None:
    """Dropped on the list, filled in: why it would not serve stands on the page before it is signed."""
    case, one = kitchen(served), samples.sample(CERTIFICATE)
    ma = next(person for person in samples.people() if person["key"] == "ma")
    with opened(chromium, adding(served, case, "health"), DESK, served.cookies("clerk")) as tab:
        file: FilePayload = {"name": CERTIFICATE, "mimeType": one.media, "buffer": one.content}
        put_in(tab.page, "[data-upload]", [file])
        tab.page.locator("input[name=sha256]").wait_for(state="attached", timeout=15_000)
        tab.page.locator("#f-who-holder-name").fill(ma["name"])
        tab.page.locator("#f-who-holder-number").fill(ma["number"])
        tab.page.locator("#f-issued").fill("2019-03-04")
        tab.page.locator("button[name=assurance][value=original]").click()
        shut = tab.page.locator("[data-shut='validity.too_old']")
        expect(shut).to_be_visible()
        assert_sound(tab)
        expect(tab.page.locator("#f-who-holder-number")).to_have_value(ma["number"])
        shut.locator("input[name=despite]").check()
        tab.page.locator("button[name=assurance][value=original]").click()
        expect(tab.page.locator("#say")).to_contain_text("超过365天")


@pytest.mark.parametrize("view", [PHONE, VIEWS[1]], ids=str)
def test_what_a_case_is_about_is_asked(chromium: Browser, served: Served, view: View) -> None:
    """Left empty it is told at its field, with a name that nobody could read; what was typed stays."""
    with opened(chromium, f"{served.url}/counter/new?item=YC-004", view, served.cookies("clerk")) as tab:
        page = tab.page
        expect(page.locator("#about-hint")).to_be_visible()
        page.fill("#f-applicant-name", "样例\u200b小店")
        page.fill("#f-applicant-number", licence_number(4300 + view.width))
        page.locator("form[action='/counter/new'] .btn.go").click()
        for place in ("f-about", "f-applicant"):
            expect(page.locator(f"[role=alert] a[href='#{place}']")).to_be_visible()
        expect(page.locator("#f-applicant-number")).to_have_value(licence_number(4300 + view.width))
        keep(page, f"opening-{view}")
        assert_sound(tab)


@pytest.mark.parametrize("view", [PHONE, VIEWS[1]], ids=str)
def test_a_paper_about_nothing_here_is_told(chromium: Browser, served: Served, view: View) -> None:
    """A case that names no thing: why the paper cannot count stands there before it is signed, and after."""
    shop = {"id_type": "001", "number": licence_number(4100 + view.width), "name": "样例小店"}
    parties = [{"role": "applicant", "holder": str(served.post("ZW", "holders", shop)["holder"])}]
    asked = {"item": "YC-004", "channel": "window", "parties": parties, "answers": TOBACCO_ANSWERS}
    case = str(served.post("ZW", "cases", asked)["case"])
    with opened(chromium, adding(served, case, "photo"), view, served.cookies("clerk")) as tab:
        page = tab.page
        given(page, "premises-photo.jpg")
        page.locator("button[name=assurance][value=original]").click()
        expect(page.locator("[data-shut='case.thing_unknown']")).to_be_visible()
        keep(page, f"thing-told-{view}")
        assert_sound(tab)
        page.locator("input[name=despite]").check()
        page.locator("button[name=assurance][value=original]").click()
        expect(page.locator("#say [data-thingless]")).to_be_visible()
        keep(page, f"thing-desk-{view}")
        assert_sound(tab)
        page.goto(f"{served.url}/counter/notice?case={case}")
        keep(page, f"thing-notice-{view}")
        assert_sound(tab)


def test_after_accepting_the_address_is_the_desks(chromium: Browser, served: Served) -> None:
    """Loading again, a switch of language and going back stay at the case; the tab keeps nothing."""
    case = kitchen(served)
    desk = f"{served.url}/counter?case={case}"
    with opened(chromium, desk, DESK, served.cookies("clerk")) as tab:
        page = tab.page
        page.goto(adding(served, case, "application"))
        given(page, "food-application.pdf")
        page.locator("button[name=assurance][value=original]").click()
        expect(page.locator("[data-row=application]")).to_have_attribute("data-state", "here")
        assert (page.url, case in page.title()) == (desk, True)
        assert page.evaluate("sessionStorage.getItem('htmx-history-cache')") is None
        page.locator(".who [name=lang]").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert page.url == desk
        page.reload()
        expect(page.locator("[data-row=application]")).to_have_attribute("data-state", "here")
        page.go_back()
        assert page.url == desk
        assert_quiet(tab)


@pytest.mark.parametrize("view", [PHONE, VIEWS[1]], ids=str)
def test_a_denied_paper_is_told_before_it_is_signed(chromium: Browser, served: Served, view: View) -> None:
    """The issuer's word stands in the form, with what to do; the tick takes the paper in."""
    number = licence_number(4001 + view.width)
    people = [{"role": role, "holder": served.holders[one]} for role, one in World.firm()]
    shop = {
        "item": "YC-004",
        "channel": "window",
        "parties": people,
        "answers": TOBACCO_ANSWERS,
        "about": SHOP,
    }
    case = str(served.post("ZW", "cases", shop)["case"])
    parties = [{"role": "holder", "holder": served.holders["eatery"]}]
    paper = {"type": "business_licence", "number": number, "parties": parties}
    served.post("SC", "denials", {**paper, "reason": "revoked", "since": "2026-01-05"})
    url = adding(served, case, "licence", "business-licence.pdf") + "&type=business_licence"
    with opened(chromium, url, view, served.cookies("clerk")) as tab:
        page = tab.page
        page.wait_for_load_state()
        page.locator("#f-number").fill(number)
        page.locator("[name=assurance][value=original]").click()
        expect(page.locator("#f-despite [data-shut]")).to_have_attribute("data-shut", "issuer.not_valid")
        keep(page, f"denied-{view}")
        assert_sound(tab)
        page.locator("#f-despite [name=despite]").check()
        page.locator("[name=assurance][value=original]").click()
        expect(page.locator("#say")).to_be_visible()
        expect(page.locator("#f-despite")).to_have_count(0)
