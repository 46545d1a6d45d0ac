# SPDX-License-Identifier: Apache-2.0
"""What was typed into a form outlives the end of the session and a switch of language or size."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser_parts import DESK, PHONE, View, assert_quiet, assert_sound, keep, opened, put_in
from tests.papers import a_pdf

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

    from tests.browser_homes import Served
    from tests.browser_parts import Tab

pytest_plugins = ["tests.browser_homes"]

NAME, NUMBER = "陈晓 & <i>妹</i>", "990101199003075019"
LONG = "990101202601010000019" * 3


def forget(tab: Tab) -> None:
    """The session is over, as the browser sees it."""
    tab.page.context.clear_cookies(name="once_session")


def without_status(tab: Tab, *codes: str) -> None:
    """Leave out the lines of browser and htmx about the answer's status."""
    lines = [f"{words} {code}" for code in codes for words in ("status of", "Status Error Code")]
    tab.said = [one for one in tab.said if not any(line in one for line in lines)]


def test_what_was_typed_comes_back_to_copy(chromium: Browser, served: Served, view: View) -> None:
    """The session has ended: the page shows each field with a button to copy it, and the way back."""
    with opened(chromium, f"{served.url}/counter/new?item=XF-001", view, served.cookies("clerk")) as tab:
        page = tab.page
        page.locator("#f-applicant-name").fill(NAME)
        page.locator("#f-applicant-number").fill(NUMBER)
        page.locator("#f-about").fill(LONG)
        page.locator("input[name='answer.procedure'][value=check]").check()
        page.locator("select[name=way]").select_option("courier")
        forget(tab)
        page.locator("main .btn.go").click()
        expect(page.locator("[data-code='session.missing']")).to_be_visible()
        expect(page.locator("[data-typed] dd:not([data-chosen])")).to_have_count(3)
        expect(page.locator("[data-typed] [data-chosen]")).to_have_count(2)
        expect(page.locator("[data-typed]")).to_contain_text(NAME)
        keep(page, f"lapsed-{view}")
        without_status(tab, "401")
        assert_sound(tab)
        with page.context.expect_page() as beside:
            page.locator("main .btn.go").click()
        assert beside.value.url == f"{served.url}/sign-in?next=/counter/new%3Fitem%3DXF-001"
        expect(page.locator("[data-typed]")).to_contain_text(NUMBER)


def test_the_desk_keeps_its_form(chromium: Browser, served: Served) -> None:
    """At the desk the refusal stands above the list with a way to sign in, and nothing typed is gone."""
    case = served.again()
    with opened(chromium, f"{served.url}/counter?case={case}", DESK, served.cookies("clerk")) as tab:
        page = tab.page
        file: FilePayload = {"name": "paper", "mimeType": "application/pdf", "buffer": a_pdf()}
        put_in(page, "[data-upload]", [file])
        form = page.locator("form.add")
        expect(form).to_be_visible()
        form.locator("[name=channel]").select_option("courier")
        forget(tab)
        form.locator("button[value=original]").click()
        link = page.locator("#told a.btn")
        page_of_the_file = re.compile(
            rf"/sign-in\?next=/counter/add%3Fcase%3D{case}%26.*sha256%3D[0-9a-f]{{64}}$"
        )
        expect(link).to_have_attribute("href", page_of_the_file)
        assert page.locator("#told > *").evaluate("one => one === document.activeElement")
        expect(form.locator("[name=channel]")).to_have_value("courier")
        keep(page, "lapsed-desk")
        without_status(tab, "401")
        assert_sound(tab)


def test_an_upload_says_that_the_session_ended(chromium: Browser, served: Served) -> None:
    """A file of either size, sent after the session: that it ended, and a way to sign in and back here."""
    case = served.again()
    for size in (0, 3 << 20):
        with opened(chromium, f"{served.url}/counter?case={case}", PHONE, served.cookies("clerk")) as tab:
            page = tab.page
            page.wait_for_load_state()
            forget(tab)
            content = a_pdf() + b"\n" * size
            file: FilePayload = {"name": "paper", "mimeType": "application/pdf", "buffer": content}
            put_in(page, "[data-upload]", [file])
            said = page.locator("[data-upload-said]").first
            expect(said).to_contain_text("登录已过期，文件没有保存")
            without_status(tab, "401")
            keep(page, "lapsed-upload")
            assert_sound(tab)
            said.locator("a").click()
            page.wait_for_url(f"{served.url}/sign-in?next=%2Fcounter%3Fcase%3D{case}")
            assert_quiet(tab)


def switched(page: Page, name: str) -> None:
    """Press a switch of the masthead and wait for the page that comes."""
    old = page.locator("html").get_attribute("lang"), page.locator("html").get_attribute("data-size")
    page.locator(f".who [name={name}]").click()
    page.wait_for_function(
        "old => { const root = document.documentElement;"  # none yet while the next page begins
        " return root && (root.lang !== old[0] || root.getAttribute('data-size') !== old[1]) }",
        arg=list(old),
    )
    page.wait_for_load_state()


def stored(page: Page) -> list[str]:
    """What the tab holds in its storages, but the address that htmx notes by itself."""
    found: list[str] = page.evaluate(
        "[sessionStorage, localStorage].flatMap(Object.entries)"
        ".filter(([name]) => !name.startsWith('htmx-')).map(([, value]) => value)"
    )
    return found


def test_a_switch_keeps_what_was_typed(chromium: Browser, served: Served) -> None:
    """Language and size, one after the other: names, numbers, choices and folded parts stand as before."""
    url = f"{served.url}/counter/new?item=XF-001"
    with opened(chromium, url, DESK, served.cookies("clerk")) as tab:
        page = tab.page
        page.locator("#f-applicant-name").fill(NAME)
        page.locator("#f-applicant-number").fill(NUMBER)
        page.locator("details summary").first.click()
        page.locator("details input").first.fill("折起来的")
        choice = page.locator("fieldset[id^=q-] input[type=radio]").last
        choice.check()
        group, value = choice.get_attribute("name"), choice.get_attribute("value")
        page.locator("#f-way-which").select_option(index=1)
        way = page.locator("#f-way-which").input_value()
        for switch in ("lang", "size", "lang"):
            switched(page, switch)
            assert page.url == url
            expect(page.locator("#f-applicant-name")).to_have_value(NAME)
            expect(page.locator("#f-applicant-number")).to_have_value(NUMBER)
            expect(page.locator("details input").first).to_be_visible()
            expect(page.locator("details input").first).to_have_value("折起来的")
            expect(page.locator(f"input[name='{group}'][value='{value}']")).to_be_checked()
            expect(page.locator("#f-way-which")).to_have_value(way)
            assert stored(page) == []
        page.reload()
        expect(page.locator("#f-applicant-name")).to_have_value("")
        page.locator("main .btn.go").click()  # after a fault as before it
        page.locator("#f-applicant-number").fill(NUMBER)
        switched(page, "lang")
        expect(page.locator("#f-applicant-number")).to_have_value(NUMBER)
        keep(page, "switched")
        without_status(tab, "422")
        assert_quiet(tab)


def test_a_trace_keeps_what_was_asked(chromium: Browser, served: Served) -> None:
    """With its result on the page, number and purpose are there again; the look-up itself is a new one."""
    with opened(chromium, f"{served.url}/trace", DESK, served.cookies("auditor")) as tab:
        page = tab.page
        page.locator("#q").fill(served.cases["first"])
        page.locator("#purpose").fill("核对流程")
        page.locator("form.ask button").click()
        expect(page.locator("[data-recorded]").first).to_be_visible()
        switched(page, "lang")
        expect(page.locator("#q")).to_have_value(served.cases["first"])
        expect(page.locator("#purpose")).to_have_value("核对流程")
        expect(page.locator("[data-recorded]")).to_have_count(0)
        assert stored(page) == []


def test_a_file_just_uploaded_is_kept(chromium: Browser, served: Served) -> None:
    """At the desk a switch leads to the form of the file that was uploaded, with what was filled in."""
    case = served.again()
    with opened(chromium, f"{served.url}/counter?case={case}", DESK, served.cookies("clerk")) as tab:
        page = tab.page
        file: FilePayload = {"name": "paper", "mimeType": "application/pdf", "buffer": a_pdf()}
        put_in(page, "[data-upload]", [file])
        digest = page.locator("form.add [name=sha256]").get_attribute("value") or ""
        page.locator("form.add [name=channel]").select_option("courier")
        switched(page, "size")
        assert f"sha256={digest}" in page.url
        expect(page.locator("form.add [name=sha256]")).to_have_value(digest)
        expect(page.locator("form.add [name=channel]")).to_have_value("courier")
        assert_sound(tab)


def test_passwords_and_others_pages_get_nothing(chromium: Browser, served: Served) -> None:
    """No password is carried, nor anything to another page, nor what was left behind a while ago."""
    with opened(chromium, f"{served.url}/sign-in", DESK) as tab:
        page = tab.page
        page.locator("#user").fill("somebody")
        page.locator("#password").fill("correct horse 7")
        page.route("**/preferences", lambda route: route.abort())
        page.locator(".who [name=lang]").click()
        page.wait_for_timeout(300)
        page.unroute("**/preferences")
        page.goto(f"{served.url}/catalogue")
        assert stored(page) == []
        page.goto(f"{served.url}/sign-in")
        assert page.locator("#user").input_value() == ""
        page.locator("#user").fill("somebody")
        page.locator("#password").fill("correct horse 7")
        switched(page, "lang")
        assert page.locator("#user").input_value() == "somebody"
        assert page.locator("#password").input_value() == ""
        page.clock.install()
        page.locator("#user").fill("somebody else")
        page.route("**/preferences", lambda route: route.fulfill(status=204))
        page.locator(".who [name=lang]").click()
        page.wait_for_function("sessionStorage.length === 1")
        assert "correct horse" not in "".join(stored(page))
        page.clock.fast_forward("02:00")
        page.reload()
        assert stored(page) == []
        assert page.locator("#user").input_value() == ""
