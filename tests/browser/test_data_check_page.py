# SPDX-License-Identifier: Apache-2.0
"""The counter where an issuer is asked: what it confirmed, what it denied, and that it does not answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from api.demo import samples
from api.demo.issuer import ANSWERS, FAILS, IssuerService
from tests.browser_parts import DESK, View, assert_sound, opened
from tests.homes import Serving, copy_of, founded_once
from tests.issuer_parts import REVOKED, STANDING, let_issuer_answer
from tests.worlds import CUSTODIAL, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]

SCAN = "business-licence.pdf"


def seed(home: Path, service: IssuerService) -> Served:
    """Into a founded home: a tenant whose licence lies with XF as a scan, cases of YC, who takes no scans."""
    from tests.browser_homes import NO_CHAIN, Served, let_in, open_counter_case, take

    (home / "once.toml").write_text(
        f'{NO_CHAIN}issuers = "SC={service.url}"\nissuer_seconds = 1\n', encoding="utf-8"
    )
    let_issuer_answer(home, service)
    world = open_world(home)
    try:
        fill(world)
        first = world.accepted["licence"]["id"]
        world.made("ZW", f"acceptances/{first}:retract", {"reason": "checked_wrongly"})
        world.made("ZW", "acceptances", world.acceptance(world.cases["XF-001"], SCAN, assurance="scan"))
        take(world, open_counter_case(world), "lease-contract.pdf", "deed-shop.jpg")
        policy = next(one for one in samples.policies() if one["authority"] == "YC")
        world.made("YC", "catalogue/versions", {"subject": "policy", "document": policy})
        key = {"department": "SC", "custody": "department", "address": service.signer.address.hex()}
        world.made("operator", "departments/keys", key)
        cases = {name: open_counter_case(world) for name in ("silent", "confirmed", "denied")}
        return Served("", cases, let_in(world), dict(world.holders), dict(world.keys))
    finally:
        world.close()


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, IssuerService]]:
    """A served ledger with an issuer that can be told to fail."""
    founded = founded_once(tmp_path_factory, "custodial", CUSTODIAL)
    home = copy_of(founded, tmp_path_factory.mktemp("issuer") / "home")
    with IssuerService("SC", [STANDING]) as service:
        with ThreadPoolExecutor(1) as pool:  # playwright keeps a loop running in this thread
            made = pool.submit(seed, home, service).result()
        with Serving(home, ("--no-worker",)) as serving:
            made.url = serving.url
            yield made, service


def page_of(served: Served, case: str) -> str:
    """The counter with one of the cases."""
    return f"{served.url}/counter?case={served.cases[case]}"


def licence(page: Any) -> Any:
    """The row of the licence."""
    return page.locator('[data-row="licence"]')


@pytest.mark.parametrize("narrow", [View(390, "zh", large=True), View(1280, "en", large=False)], ids=str)
def test_a_silent_issuer_sends_nobody_home(
    chromium: Browser, checked: tuple[Served, IssuerService], narrow: View
) -> None:
    """It says who does not answer, and that the original or a later completion will do; no red, no blame."""
    served, service = checked
    service.mode = FAILS
    with opened(chromium, page_of(served, "silent"), narrow, served.cookies("clerk")) as tab:
        row = licence(tab.page)
        expect(row).to_have_attribute("data-verdict", "cannot_tell")
        zh = narrow.lang == "zh"
        expect(row).to_contain_text("暂时没有答复" if zh else "has not answered")
        expect(row).to_contain_text("不用再跑一趟" if zh else "no second visit is needed")
        assert_sound(tab)
    service.mode = ANSWERS


def test_what_the_issuer_confirms_is_to_be_used(
    chromium: Browser, checked: tuple[Served, IssuerService], view: View
) -> None:
    """Nobody handed it in: it is offered for use, on the ground that stands first in the policy's order."""
    served, _ = checked
    with opened(chromium, page_of(served, "confirmed"), view, served.cookies("clerk")) as tab:
        row = licence(tab.page)
        expect(row).to_have_attribute("data-verdict", "recognised")
        expect(row).to_have_attribute("data-state", "to_use")
        row.locator("summary").click()
        zh = view.lang == "zh"
        expect(row).to_contain_text("证在其登记中有效" if zh else "it stands in its register")
        expect(row.locator("[aria-current=true]")).to_contain_text("数据核验" if zh else "data check")
        assert_sound(tab)


def test_a_use_of_it_is_signed_as_a_data_check(
    chromium: Browser, checked: tuple[Served, IssuerService]
) -> None:
    """The clerk uses it like any other; the reliance that is signed after ten seconds names the ground."""
    served, _ = checked
    with opened(chromium, page_of(served, "confirmed"), DESK, served.cookies("clerk")) as tab:
        tab.page.keyboard.press("a")
        expect(tab.page.locator("[data-outcome=signed]")).to_be_visible(timeout=15_000)
        expect(licence(tab.page)).to_have_attribute("data-state", "used")
    answer = httpx.get(
        f"{served.url}/api/v1/cases/{served.cases['confirmed']}/trace",
        params={"purpose": "测试"},
        headers={"authorization": f"Bearer {served.keys['auditor']}"},
        timeout=10,
    )
    grounds = [e["body"]["ground"] for e in answer.json()["entries"] if e["kind"] == "material.relied"]
    assert sorted(grounds) == ["data_check", "recognition", "recognition"]  # the lease and the deed, too


def test_what_the_issuer_denies_is_asked_for_anew(
    chromium: Browser, checked: tuple[Served, IssuerService], view: View
) -> None:
    """The reason and the day are the issuer's; the scan that lies with another department does not count."""
    served, service = checked
    service.register[:] = [REVOKED]
    with opened(chromium, page_of(served, "denied"), view, served.cookies("clerk")) as tab:
        row = licence(tab.page)
        expect(row).to_have_attribute("data-verdict", "required")
        zh = view.lang == "zh"
        expect(row).to_contain_text("2026年1月5日起已撤销" if zh else "revoked since 5 January 2026")
        assert_sound(tab)
