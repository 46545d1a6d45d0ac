# SPDX-License-Identifier: Apache-2.0
"""A department's webhooks in a real browser: every state in every view, sent again without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.acceptance.test_webhooks import wait_for
from tests.browser_parts import DESK, PHONE, View, assert_sound, keep, opened
from tests.receivers import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]

NOWHERE: Final = "http://127.0.0.1:9/nobody-listens/a-path-that-is-longer-than-a-phone-is-wide"


@pytest.fixture(scope="module")
def hooks(served: Served) -> Iterator[dict[str, str]]:
    """Two webhooks of ZW: `met` was delivered to and refused for good, `lost` has nobody who listens."""
    with Receiver(says=[204, 410]) as receiver:
        made = {
            name: served.post("ZW", "webhooks", {"url": url, "types": ["once.acceptance.relied_on"]})["id"]
            for name, url in (("met", receiver.url), ("lost", NOWHERE))
        }
        paper = served.paper("business-licence.pdf", served.again(), "original")
        cited = served.post("ZW", "acceptances", paper)["id"]
        for _ in range(2):
            asked = {"case": served.cases["SC-002"], "requirement": "licence", "acceptance": cited}
            served.post("SC", "reliances", asked)
        wait_for(lambda: len(receiver.got) >= 2)
        yield made


@pytest.mark.parametrize("which", ["list", "met", "lost"])
def test_every_state_is_sound(
    chromium: Browser, served: Served, view: View, hooks: dict[str, str], which: str
) -> None:
    """List, a webhook with what was not delivered, one that is being tried again: each holds."""
    path = "/webhooks" if which == "list" else f"/webhooks/{hooks[which]}"
    with opened(chromium, served.url + path, view, served.cookies("reviewer")) as tab:
        keep(tab.page, f"webhooks-{which}-{view}")
        assert_sound(tab)


def test_nothing_registered_is_a_page(chromium: Browser, served: Served) -> None:
    """An operator of no department is told whose page it is."""
    with opened(chromium, served.url + "/webhooks", PHONE, served.cookies("operator")) as tab:
        assert tab.page.locator("[data-unbound]").count() == 1
        assert_sound(tab)


def test_sent_again_and_a_new_secret_without_scripts(
    chromium: Browser, served: Served, hooks: dict[str, str]
) -> None:
    """Two presses by forms alone: what was given up on goes out, and the new secret is on the page once."""
    address = f"{served.url}/webhooks/{hooks['met']}"
    with opened(chromium, address, DESK, served.cookies("reviewer"), scripts=False) as tab:
        page = tab.page
        page.locator("#dead form button").click()
        page.wait_for_selector("[data-sent='1']")
        page.locator("#key form button").click()
        page.wait_for_selector("#secret")
        secret = page.locator("#secret").inner_text()
        keep(page, "webhooks-secret")
        assert secret.startswith("whsec_")
        page.goto(address)
        assert secret not in page.content()
        assert page.locator("[data-dead]").count() == 0


def test_an_old_press_is_told(chromium: Browser, served: Served, view: View, hooks: dict[str, str]) -> None:
    """A press sent again after the secret was changed elsewhere says so, and shows none, in every view."""
    address = f"{served.url}/webhooks/{hooks['lost']}"
    with opened(chromium, address, view, served.cookies("reviewer")) as tab:
        page = tab.page
        sent = page.locator("#key form input[name=key]").input_value()
        page.locator("#key form button").click()
        page.wait_for_selector("#secret")
        served.post("ZW", f"webhooks/{hooks['lost']}:rotate", {})
        page.locator("#key form input[name=key]").evaluate("(field, sent) => { field.value = sent }", sent)
        page.locator("#key form button").click()
        page.wait_for_selector("[data-rotated=before]")
        assert page.locator("#secret").count() == 0
        keep(page, f"webhooks-old-press-{view}")
        assert_sound(tab)
