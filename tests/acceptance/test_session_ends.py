# SPDX-License-Identifier: Apache-2.0
"""A session that ends while a form is filled in: what was typed comes back to copy from, and the way back."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from api.web.forms import LIMIT
from tests.people import HOST, Browser, add_accounts, as_person, signed_in

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

OPENING = {
    "item": "XF-001",
    "key": "k-secret-key",
    "name.applicant.0": "陈 <b>晓</b>",
    "number.applicant.0": "990101199003075019",
    "about": "不动产 99",
    "way": "counter",
}


@pytest.fixture(scope="module")
def staffed(world: World) -> World:
    """The filled ledger with an account a role."""
    add_accounts(world)
    return world


def left(world: World, user: str) -> Browser:
    """A browser whose session has ended meanwhile, with the token of its last page."""
    browser = signed_in(world, user)
    other = signed_in(world, user)
    assert other.post("/sessions/end", session="others").status_code == 303
    return browser


def main_of(answer: httpx.Response) -> str:
    """The page without its masthead."""
    return answer.text.partition("<main")[2].partition("</main>")[0]


def sign_in_link(answer: httpx.Response) -> str:
    """Where the button in the body leads."""
    found = re.search(r'<a class="btn go" href="([^"]+)"', main_of(answer))
    assert found is not None, answer.text
    return unescape(found[1])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_was_typed_comes_back(staffed: World, language: str) -> None:
    """Each field typed into, by its label, as text; no token, no key, nothing hidden; kept nowhere."""
    clerk = left(staffed, "clerk.sc")
    clerk.language = language
    size, token = staffed.size, clerk.csrf
    answer = clerk.post("/counter/new", here="/counter/new?item=XF-001", **OPENING)
    shown = main_of(answer)
    assert answer.status_code == 401
    assert answer.headers["cache-control"] == "no-store"
    assert sign_in_link(answer) == f"/sign-in?next={quote('/counter/new?item=XF-001')}"
    assert "陈 &lt;b&gt;晓&lt;/b&gt;" in shown
    for text in ("990101199003075019", "不动产 99", "姓名或名称" if language == "zh" else "ID number"):
        assert text in shown
    for text in (token, "k-secret-key", "<b>晓"):
        assert text not in answer.text
    assert staffed.size == size


def test_signing_in_leads_back_to_the_form(staffed: World) -> None:
    """The button's address signs in and goes on to the page that the form stood on."""
    clerk = left(staffed, "clerk.sc")
    answer = clerk.post("/counter/new", here="/counter/new?item=SC-002", **OPENING)
    asked = clerk.get(sign_in_link(answer))
    found = re.search(r'name="next" value="([^"]+)"', main_of(asked))
    assert found is not None
    entered = clerk.sign_in("clerk.sc", next_path=unescape(found[1]))
    assert entered.headers["location"] == "/counter/new?item=SC-002"


@pytest.mark.parametrize("foreign", ["", "//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_the_way_back_stays_here(staffed: World, foreign: str) -> None:
    """A made-up page to come back to is not taken: the form's own address, or the nearest that opens."""
    browser = Browser(staffed)
    assert sign_in_link(browser.post("/counter/new", here=foreign)) == "/sign-in?next=/counter/new"
    assert sign_in_link(browser.post("/counter/accept", here=foreign)) == "/sign-in?next=/counter"


def test_passwords_never_come_back(staffed: World) -> None:
    """Nor what no form of ours asks for."""
    browser = Browser(staffed)
    sent = {
        "old": "correct horse 7",
        "new": "another fine 9",
        "password": "third 7 word",
        "made_up": "fourth 8",
    }
    shown = browser.post("/password", **sent)
    assert shown.status_code == 401
    assert not [one for one in sent.values() if one in shown.text]


def test_much_is_cut_and_said(staffed: World) -> None:
    """A long text stops after 2,000 characters with how many are left out; 40 fields are shown."""
    browser = Browser(staffed)
    shown = main_of(browser.post("/disputes/" + "0" * 32, text="字" * 2500))
    assert f">{'字' * 2000}<" in shown
    assert "500 more characters" in shown
    many = main_of(browser.post("/counter/accept", **{f"value.v{n}": f"said {n}." for n in range(60)}))
    assert len(set(re.findall(r">said \d+\.<", many))) == 40


def test_big_bodies_are_not_read(staffed: World) -> None:
    """Beyond a form's size, or no form at all: refused as before, without a word of it."""
    browser = Browser(staffed)
    large = browser.post("/counter/new", text="大" * LIMIT)
    assert large.status_code == 401
    assert "大大" not in large.text
    headers = [("host", HOST), ("accept", "text/html"), ("content-type", "application/json")]
    other = staffed.send("POST", "/counter/new", content=b'{"text": "no form"}', headers=headers)
    assert other.status_code == 401
    assert "no form" not in other.text
    twice = [("host", HOST), ("accept", "text/html"), ("content-type", "application/x-www-form-urlencoded")]
    broken = staffed.send("POST", "/counter/new", content=b"text=a&text=b", headers=twice)
    assert broken.status_code == 401


def test_a_foreign_site_gets_nothing_back(staffed: World) -> None:
    """What another site sends is refused before it is read."""
    answer = Browser(staffed).send("POST", "/counter/new", OPENING, origin="https://evil.example")
    assert answer.status_code == 403
    assert "990101199003075019" not in answer.text


def test_the_desk_says_it_in_place(staffed: World) -> None:
    """htmx gets a part with the button, and is not sent away: what was typed stands in the page."""
    answer = left(staffed, "clerk.sc").send(
        "POST", "/counter/accept", {"here": "/counter?case=1", "number": "99"}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 401
    assert "hx-redirect" not in answer.headers
    assert "<html" not in answer.text
    assert f'href="/sign-in?next={quote("/counter?case=1")}"' in answer.text


def test_signed_in_elsewhere_meanwhile(staffed: World) -> None:
    """A form of the session before, sent in the next one, is refused with what was typed and its page."""
    clerk = signed_in(staffed, "clerk.sc")
    form = {**OPENING, "csrf": "0" * 64, "here": "/counter/new?item=XF-001"}
    answer = clerk.send("POST", "/counter/new", form)
    assert answer.status_code == 403
    assert 'data-code="csrf.invalid"' in answer.text
    assert "990101199003075019" in main_of(answer)
    assert sign_in_link(answer) == "/counter/new?item=XF-001"


def test_a_citizen_comes_back_too(staffed: World) -> None:
    """A form of one's own pages leads back to it by the same door."""
    chen = as_person(staffed, "chen")
    chen.cookies.clear()
    answer = chen.post("/my/mandates/new", here="/my/mandates/new", number="990101199003075019")
    assert sign_in_link(answer) == "/sign-in?next=/my/mandates/new"
    assert "990101199003075019" in main_of(answer)
