# SPDX-License-Identifier: Apache-2.0
"""The operator's page: every state in every view, refreshed by itself, and what it shows without a line."""

from __future__ import annotations

import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from api.database import open_store
from api.home import found_home
from api.trust_file import read_trust, with_pins, write_trust
from ledger.chain.founding import Pins
from ledger.chain.log_view import Anchor, StoreAnchorLog
from tests.browser_parts import DESK, FIRST_PAGE, PHONE, View, assert_quiet, assert_sound, opened
from tests.homes import Serving, copy_of, grow, register, settings_of
from tests.worlds import open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]

STATES = {
    "alone": ("good_no_chain", "一切正常"),
    "anchored": ("good", "一切正常"),
    "silent": ("silent", "链 14 小时没有应答"),
    "behind": ("behind", "锚定落后了 2 小时"),
    "halted": ("read_only", "账本只读，不收新记录"),
    "rolled_back": ("read_only", "账本只读，不收新记录"),
}
"""Homes by their code and headline."""
CONTRACT = b"\xcc" * 20


def anchor(home: Path, size: int, *, outcome: str, ago: int) -> None:
    """Leave what an anchor worker leaves: pins, a root read back, how its last turn went, seconds ago."""
    settings = settings_of(home)
    store = open_store(settings)
    log, now = StoreAnchorLog(store), int(time.time())
    pins = Pins(31_337, CONTRACT, b"\x01" * 32, 1, store.root_at(1))
    log.record_anchor(
        Anchor(size, CONTRACT, store.root_at(size), b"\x02" * 32, 41_688, b"\x03" * 32, now - ago - 30)
    )
    log.set_state("anchor.outcome", outcome)
    log.set_state("anchor.since", str(now - ago))
    with store.transaction() as connection:
        connection.exec_driver_sql("UPDATE checkpoints SET time = ?", (now - ago,))
    store.close()
    write_trust(settings.trust_file, with_pins(read_trust(settings.trust_file), pins))


def build(folder: Path) -> dict[str, str]:
    """A home for each state; the session of the operator and of others, by role."""
    from tests.browser_homes import NO_CHAIN, let_in  # the plugin of these tests: pytest loads it first

    first = folder / "alone"
    found_home(settings_of(first))
    (first / "once.toml").write_text(NO_CHAIN, encoding="utf-8")
    world = open_world(first)
    tokens = let_in(world)
    register(world.ledger, "D990001", "D990002")
    world.ledger.publisher.publish_once()
    size = world.ledger.store.head().size
    world.close()
    for name in STATES:
        if name != "alone":
            copy_of(first, folder / name)
    anchor(folder / "anchored", size, outcome="anchored", ago=40)
    anchor(folder / "silent", size - 1, outcome="unreachable", ago=14 * 3600 + 5)
    anchor(folder / "behind", size - 1, outcome="anchored", ago=2 * 3600 + 5)
    store = open_store(settings_of(folder / "halted"))
    store.halt("chain.ahead")
    store.close()
    old = folder / "old.db"
    shutil.copy(folder / "rolled_back" / "ledger.db", old)
    grow(folder / "rolled_back", "D990003", "D990004")
    for spare in (folder / "rolled_back").glob("ledger.db-*"):
        spare.unlink()
    shutil.copy(old, folder / "rolled_back" / "ledger.db")
    return tokens


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The homes of all states, and who is signed in there."""
    folder = tmp_path_factory.mktemp("health")
    with ThreadPoolExecutor(1) as pool:  # playwright keeps a loop running in this thread
        return folder, pool.submit(build, folder).result()


@pytest.fixture(scope="module", params=STATES)
def state(
    request: pytest.FixtureRequest, homes: tuple[Path, dict[str, str]]
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Name and URL of a served home in each state, with the operator's cookie."""
    folder, tokens = homes
    with Serving(folder / request.param, ("--no-worker",)) as serving:
        yield request.param, serving.url, {"once_session": tokens["operator"]}


def test_each_state_is_sound(chromium: Browser, state: tuple[str, str, dict[str, str]], view: View) -> None:
    """Each state says its headline first, what to do where something is amiss, and holds in every view."""
    name, url, cookies = state
    code, headline = STATES[name]
    with opened(chromium, url + "/health", view, cookies) as tab:
        page = tab.page
        assert page.locator("#state").get_attribute("data-code") == code
        if view.lang == "zh":
            assert page.locator("[data-headline]").inner_text() == headline
        assert page.locator("#state .note").count() == (0 if code.startswith("good") else 1)
        assert page.locator(".chk").count() == 4
        assert page.locator("svg.meter").count() == (1 if name in {"anchored", "silent", "behind"} else 0)
        assert_sound(tab)


def test_a_read_only_ledger_says_why(chromium: Browser, homes: tuple[Path, dict[str, str]]) -> None:
    """A database put back to an older one: both sizes, the reason, and what to do first."""
    folder, tokens = homes
    with (
        Serving(folder / "rolled_back", ("--no-worker",)) as serving,
        opened(chromium, serving.url + "/health", DESK, {"once_session": tokens["operator"]}) as tab,
    ):
        text = tab.page.locator("#state").inner_text()
        assert "mark.ahead" in text
        assert "--adopt-head" in text
        assert re.search(r"比账本多 [0-9]+ 条", text)


def test_it_refreshes_itself_and_keeps_the_last_state(chromium: Browser, served: Served) -> None:
    """Anew within 10 seconds; cut off, the last state stays under a notice until the line is back."""
    with opened(chromium, served.url + "/health", DESK, served.cookies("operator"), own=True) as tab:
        page = tab.page
        first = page.locator("#state time").get_attribute("datetime")
        assert first is not None
        with page.expect_response("**/health", timeout=12_000):
            pass
        expect(page.locator("#state time").first).not_to_have_attribute("datetime", first)
        assert_quiet(tab)
        notice = page.locator("[data-lost] .note")
        expect(notice).to_be_hidden()
        page.context.set_offline(True)
        expect(notice).to_be_visible(timeout=12_000)
        expect(notice).to_contain_text("连接断了")
        assert page.locator("[data-headline]").inner_text() == "一切正常"
        page.context.set_offline(False)
        expect(notice).to_be_hidden(timeout=12_000)


@pytest.mark.parametrize("view", [DESK, PHONE], ids=str)
def test_without_scripts(chromium: Browser, served: Served, view: View) -> None:
    """The same page, looked at again by a link."""
    with opened(chromium, served.url + "/health", view, served.cookies("auditor"), scripts=False) as tab:
        tab.page.get_by_role("link", name="再检查一次").click()
        assert tab.page.locator("[data-headline]").inner_text() == "一切正常"
        assert tab.page.locator("[data-lost] .note").is_hidden()


def test_it_is_offered_to_whom_it_is_for(chromium: Browser, served: Served) -> None:
    """Operators and auditors find it in the masthead and at the start; a clerk is not let in."""
    for role, offered in (("operator", 1), ("auditor", 1), ("clerk", 0)):
        with opened(chromium, served.url + "/", DESK, served.cookies(role)) as tab:
            assert tab.page.locator('header a[href="/health"]').count() == offered
            assert tab.page.locator('main a[href="/health"]').count() == offered
    refused = httpx.get(f"{served.url}/health", cookies=served.cookies("clerk"))
    assert refused.status_code == 403
    assert httpx.get(f"{served.url}/health").status_code == 303


def test_looking_writes_nothing(served: Served) -> None:
    """The page opens no record, and leaves no entry, however often it is fetched."""
    before = httpx.get(f"{served.url}/health/ready").json()["size"]
    for _ in range(3):
        assert httpx.get(f"{served.url}/health", cookies=served.cookies("operator")).status_code == 200
    assert httpx.get(f"{served.url}/health/ready").json()["size"] == before


def test_a_first_page_is_light(chromium: Browser, served: Served) -> None:
    """Everything the page loads comes to at most 60 kB."""
    with opened(chromium, served.url + "/health", DESK, served.cookies("operator"), own=True) as tab:
        tab.page.wait_for_load_state("networkidle")
        assert 0 < tab.bytes <= FIRST_PAGE
