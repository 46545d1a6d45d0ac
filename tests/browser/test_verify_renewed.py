# SPDX-License-Identifier: Apache-2.0
"""A paper that was renewed since, as a stranger's browser says it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from api.demo import samples
from tests.browser.test_verify_page import LICENCE, _file, evidence_of
from tests.browser_parts import VIEWS, View, assert_sound, opened, put_in
from tests.numbers import RENEWED_NUMBER
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]


@pytest.fixture(scope="module")
def renewed(served: Served) -> tuple[bytes, int]:
    """Evidence of a licence that its department renewed, and the entry that did it."""
    old = json.loads(evidence_of(served))
    record = old["private"][0]["record"]
    entry = json.loads(base64.b64decode(old["entries"][0]["leaf"]))["entry"]
    asked: dict[str, Any] = {
        "case": record["case"],
        "type": record["type"],
        "document": {"sha256": samples.sample(LICENCE).facts["sha256"]},
        "issuer": record["issuer"],
        "parties": [{"role": one["role"], "holder": one["holder"]} for one in record["parties"]],
        "assurance": "original",
        "number": RENEWED_NUMBER,
        "issued": "2026-09-01",
        "supersedes": {"acceptance": entry["id"], "how": "renewed"},
    }
    key = {"authorization": f"Bearer {served.keys[entry['issuer']]}", "idempotency-key": a_request_key()}
    made = httpx.post(f"{served.url}/api/v1/acceptances", json=asked, headers=key)
    assert made.status_code == 201, made.text
    reader = {"authorization": f"Bearer {served.keys['auditor']}"}
    address = f"{served.url}/api/v1/evidence/{entry['id']}"
    return httpx.get(address, headers=reader, params={"purpose": "audit"}).content, made.json()["index"]


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_it_says_renewed_first(
    chromium: Browser, served: Served, renewed: tuple[bytes, int], view: View
) -> None:
    """In every view: renewed, by which entry, the file by itself valid; nobody is told to rely on it."""
    octets, index = renewed
    head, verdict, fact, rely = {
        "zh": ("已更替，请用新的一份", "文件本身：核验通过", "其后更替", "可以采信"),
        "en": (
            "Renewed: use the newer one",
            "The file by itself: Verified",
            "Renewed later",
            "You may rely on it",
        ),
    }[view.lang]
    with opened(chromium, f"{served.url}/verify", view) as tab:
        put_in(tab.page, "[data-files]", [_file("a.evidence.json", octets)])
        shown = tab.page.locator("dt", has_text=fact)
        shown.wait_for()
        text = tab.page.inner_text("main")
        assert verdict in text
        expect(tab.page.locator("h1:visible")).to_have_text(head)
        expect(tab.page.locator(".band.wait")).to_have_count(1)
        assert str(index) in shown.locator("xpath=following-sibling::dd[1]").inner_text()
        assert rely not in text
        assert_sound(tab)
