# SPDX-License-Identifier: Apache-2.0
"""A paper that its issuer denied since, as a stranger's browser says it."""

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
from tests.numbers import licence_number
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]


def made(served: Served, who: str, path: str, asked: dict[str, Any]) -> dict[str, Any]:
    """The answer to what a department writes."""
    key = {"authorization": f"Bearer {served.keys[who]}", "idempotency-key": a_request_key()}
    answer = httpx.post(f"{served.url}/api/v1/{path}", json=asked, headers=key)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def denied_licence(served: Served, number: str) -> tuple[bytes, bytes, int]:
    """Evidence of a licence of this number from before and after its denial, and the entry that denied it."""
    first = json.loads(evidence_of(served))
    record = first["private"][0]["record"]
    accepting = json.loads(base64.b64decode(first["entries"][0]["leaf"]))["entry"]["issuer"]
    parties = [{"role": one["role"], "holder": one["holder"]} for one in record["parties"]]
    paper = {"type": record["type"], "number": number, "parties": parties}
    asked = {
        **paper,
        "case": record["case"],
        "document": {"sha256": samples.sample(LICENCE).facts["sha256"]},
        "issuer": record["issuer"],
        "assurance": "original",
        "issued": "2025-09-01",
    }
    accepted = made(served, accepting, "acceptances", asked)["id"]
    before = evidence_of(served, accepted)
    said = made(served, "SC", "denials", {**paper, "reason": "revoked", "since": "2026-01-05"})
    return before, evidence_of(served, accepted), said["index"]


@pytest.fixture(scope="module")
def denied(served: Served) -> tuple[bytes, bytes, int]:
    """One licence for the file."""
    return denied_licence(served, licence_number(71))


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_it_is_not_valid_and_says_who_denied_it(
    chromium: Browser, served: Served, denied: tuple[bytes, bytes, int], view: View
) -> None:
    """In every view: not valid, by which entry and since when; and nobody is told to rely on it."""
    _, octets, index = denied
    verdict, fact, since, rely = {
        "zh": ("核验不通过", "发证单位说明不再有效", "2026-01-05起已撤销或吊销", "可以采信"),
        "en": ("Not verified", "Denied by its issuer", "revoked since 2026-01-05", "You may rely on it"),
    }[view.lang]
    with opened(chromium, f"{served.url}/verify", view) as tab:
        put_in(tab.page, "[data-files]", [_file("a.evidence.json", octets)])
        shown = tab.page.locator("dt", has_text=fact)
        shown.wait_for()
        text = tab.page.inner_text("main")
        assert verdict in text
        said = shown.locator("xpath=following-sibling::dd[1]").inner_text()
        assert since in said
        assert str(index) in said
        assert rely not in text
        assert_sound(tab)


def test_a_file_from_before_is_told_so_by_the_ledger(
    chromium: Browser, served: Served, denied: tuple[bytes, bytes, int]
) -> None:
    """The older file is valid as it stands; the line of what is so now names the entry, and the next step."""
    octets, _, index = denied
    view = next(one for one in VIEWS if one.lang == "en")
    with opened(chromium, f"{served.url}/verify", view) as tab:
        put_in(tab.page, "[data-files]", [_file("a.evidence.json", octets)])
        tab.page.locator('[data-state="denied"]').wait_for()
        text = tab.page.inner_text("main")
        assert f"Now: in entry No. {index} its issuer says that the paper stands no more" in text
        assert "Ask the applicant for a paper that is in force" in text
        expect(tab.page.locator("h1:visible")).to_have_text("Not to be relied on: denied by its issuer")
        expect(tab.page.locator(".band.fail")).to_have_count(1)
        assert "You may rely on it" not in text
