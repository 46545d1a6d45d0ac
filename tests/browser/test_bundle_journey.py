# SPDX-License-Identifier: Apache-2.0
"""A clerk with a bundle, and two operators with a standard: journeys through the pages in a real browser."""

from __future__ import annotations

import json
import re
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from api.demo import samples
from attest.codes import citizen_number, credit_code, organisation_code
from tests.browser_parts import DESK, View, assert_quiet, assert_sound, opened, put_in
from tests.joint_parts import STEPS
from tests.worlds import SHOP, World, restaurant

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, FilePayload, Page

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]

LICENCE = "business-licence.pdf"
ANSWERS = {
    "procedure": "check",
    "premises": "owned",
    "tobacco": "yes",
    "residence": "local",
    "applicant": "self",
}
FIRM = credit_code("91", "990101", organisation_code("MA7BN01E"))
TWIN = credit_code("91", "990101", organisation_code("MA7BN02C"))
FORM = "food-application.pdf"
OWNER = citizen_number("990101", date(1988, 5, 17), 203)


def row(page: Page, requirement: str) -> Any:
    return page.locator(f'[data-row="{requirement}"]')


def answer_and_open(page: Page, answers: dict[str, str]) -> None:
    """The answers of the form, and its button; the case is open."""
    for question, option in answers.items():
        page.locator(f"input[name='answer.{question}'][value='{option}']").check()
    if not page.locator("input[name=same]:checked").count():
        page.fill("#f-about", SHOP["id"])
    page.get_by_role("button", name="开立办件").click()
    expect(page.locator("#desk")).to_be_visible()


def open_step(page: Page, item: str, answers: dict[str, str]) -> None:
    """From the bundle's page: a case for one of its steps, of a firm that nobody has seen before."""
    page.locator(f"a.btn[href^='/counter/new?item={item}&']").click()
    expect(page.locator("input[name=bundle][value=restaurant]")).to_be_checked()
    page.fill("#f-applicant-name", "样例市一味餐饮店")
    page.fill("#f-applicant-number", FIRM)
    page.fill("#f-operator-name", "吴样例")
    page.fill("#f-operator-number", OWNER)
    answer_and_open(page, answers)


def test_journey_of_a_clerk_with_a_bundle(chromium: Browser, served: Served) -> None:
    """One notice for all steps; the licence is taken once, in one step, and the other shows it at once."""
    one: Any = samples.sample(LICENCE)
    file: FilePayload = {"name": LICENCE, "mimeType": one.media, "buffer": one.content}
    with opened(chromium, served.url + "/catalogue", DESK, served.cookies("clerk")) as tab:
        page = tab.page
        began = time.monotonic()
        page.get_by_role("link", name="开办餐饮店一件事").click()
        for question, option in ANSWERS.items():
            page.locator(f"input[name='a.{question}'][value='{option}']").check()
        page.get_by_role("button", name="看要准备什么").click()
        notice = page.url
        papers = page.locator("[data-papers]").get_attribute("data-papers")
        apart = page.locator("[data-one-by-one]").get_attribute("data-one-by-one")
        assert papers is not None
        assert apart is not None
        assert int(papers) < int(apart)
        open_step(page, "YC-004", {"premises": "owned", "residence": "local", "applicant": "self"})
        assert row(page, "licence").get_attribute("data-verdict") == "required"
        tobacco = page.url
        page.goto(notice)
        open_step(page, "XF-001", {"procedure": "check"})
        fire = page.url
        assert row(page, "licence").get_attribute("data-verdict") == "required"
        page.goto(tobacco)
        row(page, "licence").get_by_role("link", name="添加").first.click()
        put_in(page, "[data-upload]", [file])
        expect(page.locator("input[name=sha256]")).to_have_count(1)
        page.fill("#f-number", FIRM)
        page.get_by_role("button", name="核对过原件，收下").click()
        expect(row(page, "licence")).to_have_attribute("data-state", "here")
        page.goto(fire)
        assert row(page, "licence").get_attribute("data-verdict") == "recognised"
        expect(row(page, "licence")).to_have_attribute("data-state", "to_use")
        assert time.monotonic() - began <= 90
        assert_quiet(tab)


def fill_step(page: Page, answers: dict[str, str]) -> None:
    """The form of a step for a firm that brings the bundle's form."""
    page.fill("#f-applicant-name", "样例市二味餐饮店")
    page.fill("#f-applicant-number", TWIN)
    answer_and_open(page, answers)


def test_a_step_is_opened_without_scripts(chromium: Browser, served: Served) -> None:
    """The bundle's page leads to the form of a step with the bundle chosen; a plain form opens it."""
    url = served.url + "/catalogue/bundles/restaurant"
    with opened(chromium, url, DESK, served.cookies("clerk"), scripts=False) as tab:
        tab.page.locator("a.btn[href='/counter/new?item=SC-002&bundle=restaurant']").click()
        fill_step(tab.page, {"applicant": "self"})
        expect(tab.page.locator("p[data-bundle=restaurant]")).to_be_visible()
        assert "联办申请表" in row(tab.page, "application").inner_text()


def test_one_form_goes_with_every_step(chromium: Browser, served: Served) -> None:
    """The list names the joint form; taken in with the first step, the next one shows it at once."""
    one: Any = samples.sample(FORM)
    file: FilePayload = {"name": FORM, "mimeType": one.media, "buffer": one.content}
    url = served.url + "/catalogue/bundles/restaurant"
    with opened(chromium, url, DESK, served.cookies("clerk")) as tab:
        page = tab.page
        page.locator("a.btn[href='/counter/new?item=SC-002&bundle=restaurant']").click()
        expect(page.locator("input[name='answer.catering'][value=yes]")).to_be_checked()
        assert_sound(tab)
        fill_step(page, {"applicant": "self"})
        expect(page.locator("p[data-bundle=restaurant]")).to_be_visible()
        first = page.locator("#desk").get_attribute("data-case")
        assert first is not None
        form = row(page, "application")
        expect(form.locator("[data-joint]")).to_contain_text("联办申请表")
        expect(page.locator("#say")).to_contain_text("联办申请表")
        expect(form.get_by_role("link", name="改收食品经营许可申请书")).to_be_visible()
        assert_sound(tab)
        put_in(page, "[data-row=application] [data-upload]", [file])
        expect(page.locator("input[name=sha256]")).to_have_count(1)
        page.get_by_role("button", name="核对过原件，收下").click()
        expect(form).to_have_attribute("data-state", "here")
        page.locator("#bundle a[href*='item=XF-001']").click()
        expect(page.locator("#f-with")).to_have_value(first)
        expect(page.locator("input[name=same]")).to_be_checked()
        expect(page.locator("#f-applicant-name")).to_be_hidden()
        assert_sound(tab)
        answer_and_open(page, {"procedure": "check"})
        expect(row(page, "declaration")).to_have_attribute("data-verdict", "recognised")
        expect(row(page, "declaration")).to_have_attribute("data-state", "to_use")
        expect(page.locator("#bundle a", has_text="打开办件")).to_have_count(1)
        page.goto(f"{served.url}/counter/new?item=XF-001&bundle=restaurant&with={first}")
        page.fill("#f-applicant-name", "样例市二味餐饮店")
        page.fill("#f-applicant-number", TWIN)
        page.locator("input[name='answer.procedure'][value=check]").check()
        page.fill("#f-about", SHOP["id"])
        page.get_by_role("button", name="开立办件").click()
        expect(page.locator("[href='#f-bundle']")).to_have_count(1)
        assert_sound(tab)


def test_a_clerk_may_take_the_single_form(chromium: Browser, served: Served) -> None:
    """The item's own form is one link away, and meets the requirement as well."""
    one: Any = samples.sample(FORM)
    file: FilePayload = {"name": FORM, "mimeType": one.media, "buffer": one.content}
    url = served.url + "/counter/new?item=SC-002&bundle=restaurant"
    with opened(chromium, url, DESK, served.cookies("clerk")) as tab:
        page = tab.page
        fill_step(page, {"applicant": "self"})
        page.get_by_role("link", name="改收食品经营许可申请书").click()
        expect(page.locator("h1")).to_have_text("食品经营许可申请书")
        put_in(page, "[data-upload]", [file])
        expect(page.locator("input[name=sha256]")).to_have_count(1)
        page.get_by_role("button", name="核对过原件，收下").click()
        expect(row(page, "application")).to_have_attribute("data-state", "here")
        assert_quiet(tab)


@pytest.fixture(scope="module")
def begun(served: Served) -> str:
    """A case that begins an application of the bundle."""
    parties = [{"role": role, "holder": served.holders[one]} for role, one in World.firm()]
    item, _, answers = STEPS["food"]
    asked = {"item": item, "channel": "window", "parties": parties, "answers": answers}
    return str(served.post("ZW", "cases", {**asked, "bundle": {"code": "restaurant"}})["case"])


def test_the_notice_of_a_bundle_is_sound(chromium: Browser, served: Served, view: View, begun: str) -> None:
    """From the desk to what no case has answered, from there to the notice; both hold in every view."""
    url = f"{served.url}/counter?case={begun}"
    with opened(chromium, url, view, served.cookies("clerk")) as tab:
        page = tab.page
        page.locator("#bundle a[href^='/counter/bundle']").click()
        page.wait_for_url("**/counter/bundle?*")
        assert_sound(tab)
        assert page.locator("input[name='a.applicant']").count() == 0  # the food case has said it
        for question, option in ANSWERS.items():
            if question != "applicant":
                page.locator(f"input[name='a.{question}'][value='{option}']").check()
        page.locator("form .act button").click()
        expect(page.locator("article[data-papers]")).to_be_visible()
        expect(page.locator("[data-why]").first).to_be_visible()
        expect(page.locator("[data-print]")).to_be_visible()
        assert_sound(tab)


@pytest.fixture(scope="module")
def draft(served: Served) -> str:
    """A draft of the restaurant's bundle that changes its notice."""
    document = {**restaurant(), "version": 2, "notice": "说明改过"}
    with httpx.Client(base_url=served.url, cookies=served.cookies("editor")) as client:
        token = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get("/catalogue/documents").text)
        assert token is not None
        text = json.dumps(document, ensure_ascii=False)
        form = {"csrf": token[1], "text": text, "key": "for-all-views", "keep": "yes"}
        return str(client.post("/catalogue/documents", data=form).headers["location"])


@pytest.mark.parametrize("name", ["documents", "draft"])
def test_drafts_of_documents_are_sound(
    chromium: Browser, served: Served, view: View, name: str, draft: str
) -> None:
    """The list of drafts and a draft with its differences hold in every view."""
    path = draft if name == "draft" else "/catalogue/documents"
    with opened(chromium, served.url + path, view, served.cookies("editor")) as tab:
        assert_sound(tab)


def test_an_editor_publishes_a_document(chromium: Browser, served: Served, tmp_path: Path) -> None:
    """The availability of an item: started from what stands, changed in a file, published by the second."""
    with opened(chromium, served.url + "/catalogue/documents", DESK, served.cookies("editor.sc")) as tab:
        page = tab.page
        page.locator("button[value='availability/SC-002']").click()
        page.wait_for_url("**/catalogue/documents/*")
        place = page.url
        with page.expect_download() as got:
            page.get_by_role("link", name="JSON").click()
        document = json.loads(got.value.path().read_text(encoding="utf-8"))
        document["places"] = [one for one in document["places"] if one["code"] != "town"]
        file = tmp_path / "places.json"
        file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        put_in(page, "[data-file]", file)
        page.locator("form[data-list] button").click()
        page.wait_for_selector("[data-sound=yes]")
        page.locator("form[data-again] button").click()
        page.wait_for_selector("[data-own]")
        assert page.locator("[data-publish]").count() == 0
        assert "样例镇便民服务中心" in page.locator("main").inner_text()
        assert_quiet(tab)
    with opened(chromium, place, DESK, served.cookies("reviewer.sc")) as tab:
        tab.page.locator("[data-publish]").click()
        tab.page.wait_for_url("**/catalogue/items/SC-002")
        assert tab.page.locator("[data-place=town]").count() == 0
        assert tab.page.locator("[data-place=hall][data-state=offered]").count() == 1
        assert_quiet(tab)
