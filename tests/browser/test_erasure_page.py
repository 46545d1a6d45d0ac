# SPDX-License-Identifier: Apache-2.0
"""Deleting one's data in a real browser: what is kept is said, and two steps lie before the deed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser_parts import DESK, PHONE, VIEWS, View, assert_quiet, assert_sound, citizen_at, opened
from tests.erasure_parts import a_world, live
from tests.homes import Serving, copy_of, founded_once
from tests.worlds import CUSTODIAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytest_plugins = ["tests.browser_homes"]
SETTINGS = 'profile = "demo"\nchain = "http://127.0.0.1:9"\nretention_years = 0\n'
"""Nothing answers there: pages must not need the chain."""
PEOPLE = {DESK: "he", PHONE: "zhou"}


def seed(home: Path) -> None:
    """Into a founded home two persons who lived by themselves; nothing is kept beyond its use."""
    (home / "once.toml").write_text(SETTINGS, encoding="utf-8")
    world = a_world(home)
    try:
        for key in PEOPLE.values():
            live(world, key)
    finally:
        world.close()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where that ledger is served."""
    founded = founded_once(tmp_path_factory, "custodial", CUSTODIAL)
    home = copy_of(founded, tmp_path_factory.mktemp("erasure") / "home")
    with ThreadPoolExecutor(1) as pool:  # playwright keeps a loop running in this thread
        pool.submit(seed, home).result()
    with Serving(home, ("--no-worker",)) as serving:
        yield serving.url


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_pages_are_sound(chromium: Browser, url: str, view: View) -> None:
    """What is in the way, what may go, and the second step with its fault hold in every view."""
    with opened(chromium, f"{url}/my/erasure", view, citizen_at(url, "chen")) as tab:
        expect(tab.page.locator("[data-cause=shared]").first).to_be_visible()
        assert_sound(tab)
    with opened(chromium, f"{url}/my/erasure", view, citizen_at(url, "he")) as tab:
        assert_sound(tab)
        tab.page.goto(f"{url}/my/erasure/confirm")
        tab.page.locator(".btn.go").click()
        expect(tab.page.get_by_role("alert")).to_be_focused()
        tab.said = [one for one in tab.said if "responded with a status of 422" not in one]
        assert_sound(tab)


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_two_steps_to_the_deed(chromium: Browser, url: str, view: View) -> None:
    """From my materials: look, go on, tick, delete; on the phone without scripts; then signed out."""
    cookies = citizen_at(url, PEOPLE[view])
    with opened(chromium, f"{url}/my/materials", view, cookies, scripts=view == DESK) as tab:
        page = tab.page
        page.get_by_role("link", name="删除我的数据").click()
        page.get_by_role("link", name="下一步：确认删除").click()
        page.get_by_label("我明白无法恢复").check()
        page.get_by_role("button", name="删除我的全部数据").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("已经删除")
        if view == DESK:
            assert_sound(tab)
        page.goto(f"{url}/my/materials")
        assert "/sign-in" in page.url
        assert_quiet(tab)
