# SPDX-License-Identifier: Apache-2.0
"""Sign-in, sessions, password and accounts in a real browser: every view, keyboard alone, without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser_parts import DESK, PHONE, View, assert_quiet, assert_sound, keep, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/sign-in", ""),
        ("/sessions", "clerk"),
        ("/password", "clerk"),
        ("/accounts", "operator"),
        ("/accounts?add=yes", "operator"),
        ("/accounts/end?user=clerk", "operator"),
        ("/accounts/password?user=clerk", "operator"),
    ],
)
def test_every_page_is_sound(chromium: Browser, served: Served, view: View, path: str, role: str) -> None:
    """Each page holds in zh and en, at 1280 and 390 px, in normal and large text."""
    with opened(chromium, served.url + path, view, served.cookies(role) if role else None) as tab:
        assert tab.page.locator("h1").count() == 1
        keep(tab.page, f"{path.strip('/').partition('?')[0]}{len(path)}-{view}")
        assert_sound(tab)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_signing_in_by_keyboard(chromium: Browser, served: Served, scripts: bool) -> None:  # noqa: FBT001  # a table
    """Name, Tab, password, Enter: in, on to the page that was wanted, and out again."""
    from tests.browser_homes import PASSWORD

    with opened(chromium, served.url + "/sessions", DESK, scripts=scripts) as tab:
        page = tab.page
        assert page.url.endswith("/sign-in?next=/sessions")
        page.locator("#user").focus()
        page.keyboard.type("reviewer")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(served.url + "/sessions")
        assert page.locator(".mast .who").inner_text().count("辛明远") == 1
        page.locator("form[action='/sign-out'] button").press("Enter")
        page.wait_for_url(served.url + "/")
        page.goto(served.url + "/sessions")
        assert "/sign-in" in page.url
        tab.said = [one for one in tab.said if "mark.svg" not in one]  # the tab went on before its icon came
        assert_quiet(tab)


def test_a_wrong_password_is_said_where_it_is(chromium: Browser, served: Served) -> None:
    """The fault is announced, linked to its field, and the name that was typed stays."""
    with opened(chromium, served.url + "/sign-in", PHONE) as tab:
        page = tab.page
        page.fill("#user", "clerk")
        page.fill("#password", "not this one at all")
        page.locator("form[action='/sign-in'] button").click()
        page.wait_for_selector("[role=alert]")
        keep(page, "sign-in-refused")
        assert page.input_value("#user") == "clerk"
        assert page.input_value("#password") == ""
        assert page.locator("#password").get_attribute("aria-invalid") == "true"
        tab.said = [one for one in tab.said if "401" not in one]  # the browser's own line about the status
        assert_sound(tab)


def test_a_wrong_present_password_is_said_at_its_field(chromium: Browser, served: Served, view: View) -> None:
    """In every view the refused form names the field, and its button stands on the first screen."""
    with opened(chromium, served.url + "/password", view, served.cookies("editor")) as tab:
        page = tab.page
        page.fill("#old", "not this one at all")
        page.fill("#new", "another fine 9 word")
        page.locator("main .btn.go").click()
        page.wait_for_selector("[data-code='password.wrong']")
        assert page.locator("#old").get_attribute("aria-invalid") == "true"
        keep(page, f"password-wrong-{view}")
        tab.said = [one for one in tab.said if "401" not in one]
        assert_sound(tab)


def test_staff_reach_their_sessions_in_every_view(chromium: Browser, served: Served, view: View) -> None:
    """The name in the masthead leads to one's sessions and the password, on a phone as on a desk."""
    with opened(chromium, served.url + "/trace", view, served.cookies("reviewer")) as tab:
        tab.page.locator(".who a[href='/sessions']").click()
        tab.page.wait_for_url(served.url + "/sessions")
        assert tab.page.locator("a[href='/password']").is_visible()
        assert_sound(tab)


def test_a_sample_person_comes_in_on_a_phone(chromium: Browser, served: Served) -> None:
    """The demo's sample people stand apart, marked as invented, and one press signs in as one of them."""
    with opened(chromium, served.url + "/sign-in?next=/sessions", PHONE) as tab:
        page = tab.page
        assert page.locator("#personas ~ .note").count() == 1
        page.locator("button[aria-describedby='person-chen']").click()
        page.wait_for_url(served.url + "/sessions")
        assert page.locator("a[href='/password']").count() == 0
        assert_sound(tab)


def test_the_operator_makes_an_account(chromium: Browser, served: Served) -> None:
    """Filled in, sent, and the first password is shown once; the next load shows it no more."""
    with opened(chromium, served.url + "/accounts?add=yes", DESK, served.cookies("operator")) as tab:
        page = tab.page
        page.fill("#user", "fresh.one")
        page.fill("#name", "新来的人")
        page.check("[name=role_clerk]")
        page.select_option("#department", "SC")
        page.locator("form[action='/accounts'] button").click()
        page.wait_for_selector("#first-password")
        keep(page, "accounts-made")
        password = page.locator("#first-password").inner_text()
        assert len(password) == 16
        assert_sound(tab)
        page.goto(served.url + "/accounts")
        assert password not in page.content()
        assert page.locator("td code", has_text="fresh.one").count() == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_ending_an_account_asks_first(chromium: Browser, served: Served, *, scripts: bool) -> None:
    """The first press leads to a page that names the account; the second ends it, and the list says so."""
    user = f"leaves.{'with' if scripts else 'without'}"
    with opened(
        chromium, served.url + "/accounts?add=yes", PHONE, served.cookies("operator"), scripts=scripts
    ) as tab:
        page = tab.page
        page.fill("#user", user)
        page.fill("#name", "要走的人")
        page.check("[name=role_auditor]")
        page.locator("form[action='/accounts'] button").click()
        page.locator(f"a[href='/accounts/end?user={user}']").click()
        assert user in page.locator("h1").inner_text()
        assert "要走的人" in page.locator("main").inner_text()
        page.locator("form[action='/accounts/end'] button").click()
        page.wait_for_url(served.url + f"/accounts?ended={user}")
        assert user in page.locator("[role=status]").inner_text()
        assert page.locator(f"a[href='/accounts/end?user={user}']").count() == 0
        keep(page, f"accounts-ended-{scripts}")
        if scripts:
            assert_sound(tab)
