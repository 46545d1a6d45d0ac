# SPDX-License-Identifier: Apache-2.0
"""A file from before, and what the ledger knows of its paper since: first on the page, in every way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.test_verify_page import LICENCE, _file, evidence_of, judge, now_of
from tests.browser_parts import VIEWS, View, assert_sound, keep, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser_homes import Served

pytest_plugins = ["tests.browser_homes"]


@pytest.mark.parametrize(
    ("lang", "caveat", "words", "worse", "file"),
    [
        ("zh", "此后的变化，文件里看不到", "已由第 {n:,} 条撤回", "不能采信：已撤回", "文件本身：核验通过"),
        (
            "en",
            "What came later is not seen in the file",
            "retracted by entry No. {n:,}",
            "Not to be relied on: taken back",
            "The file by itself: Verified",
        ),
    ],
)
def test_the_ledger_says_what_came_later(
    chromium: Browser, served: Served, lang: str, caveat: str, words: str, worse: str, file: str
) -> None:
    """A file from before a retraction is valid as of its status; the page says first what is so now."""
    view, url = View(390, lang, large=False), served.url + "/verify"
    paper = served.paper(LICENCE, served.again(), "original")
    accepted = served.post("ZW", "acceptances", paper)
    good = [_file("a.evidence.json", evidence_of(served, accepted["id"]))]
    with opened(chromium, url, view) as tab:
        assert judge(tab.page, good) == ("valid", "status.standing")
        assert caveat in tab.page.locator(".band").inner_text()
        assert now_of(tab.page)[0] == "standing"
    gone = served.post("ZW", f"acceptances/{accepted['id']}:retract", {"reason": "checked_wrongly"})
    with opened(chromium, url, view) as tab:
        assert judge(tab.page, good)[0] == "valid"
        state, said = now_of(tab.page)
        assert (state, words.format(n=gone["index"]) in said) == ("retracted", True)
        assert_worse(tab.page, worse, file)
        assert_sound(tab)
        keep(tab.page, f"verify-retracted-{view}")
    with opened(chromium, url, view, scripts=False) as tab:
        tab.page.fill("#paste", good[0]["buffer"].decode())
        tab.page.locator("button.btn.go").click()
        assert tab.page.locator('[data-slot="now"]').inner_text().strip() == said
        assert_worse(tab.page, worse, file)
        assert caveat in tab.page.locator(".band").inner_text()


def assert_worse(page: Page, worse: str, file: str) -> None:
    """Headline, title, colour and next press say not to rely on it; the file's word stands below."""
    expect(page.locator("h1:visible")).to_have_text(worse)
    expect(page).to_have_title(re.compile(f"^{re.escape(worse)} · "))
    expect(page.locator(".band.fail [href$='#i-fail']")).to_have_count(1)
    expect(page.locator('[data-slot="file"]')).to_contain_text(file)
    expect(page.locator(".btn.go[data-again]")).to_have_count(1)
    expect(page.locator(".btn.go[data-print]")).to_have_count(0)
    assert not re.search("可以采信|you may rely", page.inner_text("main"), re.IGNORECASE)


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_a_dispute_since_goes_first(chromium: Browser, served: Served, view: View) -> None:
    """A file from before a dispute: not to be relied on for now, on the screen, in the title and in print."""
    head, why, plain = {
        "zh": ("暂不能采信", "提出异议，尚未答复", "核验通过"),
        "en": ("Not to be relied on for now", "Its holder disputes the material", "Verified"),
    }[view.lang]
    accepted = served.post("ZW", "acceptances", served.paper(LICENCE, served.again(), "original"))
    before = [_file("a.evidence.json", evidence_of(served, accepted["id"]))]
    with opened(chromium, served.url + "/verify", view) as tab:
        page = tab.page
        assert judge(page, before)[0] == "valid"
        expect(page.locator("h1:visible")).to_have_text(plain)
        dispute_of(served, accepted["id"])
        page.locator("[data-again]").click()
        assert judge(page, before)[0] == "valid"
        assert now_of(page)[0] == "disputed"
        page.emulate_media(media="print")
        expect(page.locator("h1:visible")).to_have_text(head)
        page.emulate_media(media="null")
        expect(page).to_have_title(re.compile(f"^{re.escape(head)} · "))
        expect(page.locator(".band.wait [href$='#i-wait']")).to_have_count(1)
        expect(page.locator(".band")).to_contain_text(why)
        expect(page.locator('[data-slot="file"]')).to_contain_text(plain)
        assert not re.search("可以采信|you may rely", page.inner_text("main"), re.IGNORECASE)
        assert_sound(tab)
        keep(page, f"verify-disputed-{view}")


def dispute_of(served: Served, acceptance: str) -> None:
    """The citizen fills the form."""
    with httpx.Client(base_url=served.url, cookies=served.citizen("chen")) as client:
        path = f"/my/materials/{acceptance}/dispute"
        hidden = re.findall(r'name="(csrf|key|here)" value="([^"]*)"', client.get(path).text)
        form = {**dict(reversed(hidden)), "reason": "wrong_content", "text": ""}
        assert client.post(path, data=form, headers={"origin": served.url}).status_code == 303
