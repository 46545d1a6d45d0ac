# SPDX-License-Identifier: Apache-2.0
"""Signing in, staying in, going out: over the pages of a real ledger."""

from __future__ import annotations

import re
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from api.demo import samples
from api.identity.accounts import SetPassword, account_of
from api.identity.service import POLL
from api.identity.sessions import (
    CITIZEN_SECONDS,
    STAFF_SECONDS,
    TOUCH_SECONDS,
    OpenSession,
    session_of,
    token_digest,
)
from api.identity.tables import accounts, sessions
from ledger.errors import CommandRejected
from ledger.store import run
from tests.homes import copy_of
from tests.people import ACCOUNTS, PASSWORD, Browser, add_accounts, as_person, signed_in
from tests.worlds import World, open_world

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]

ON_EACH_DATABASE = True
_LINK = re.compile(r'<a[^>]* href="(/[a-z]*)"')


@pytest.fixture(scope="module")
def staffed(world: World) -> World:
    """The filled ledger with an account a role."""
    add_accounts(world)
    return world


def test_a_page_sends_to_sign_in_and_back(staffed: World) -> None:
    """Who is not signed in is sent to sign in, and then to the page they wanted."""
    browser = Browser(staffed)
    answer = browser.get("/sessions?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/sessions%3Fx%3D1")
    assert browser.get(answer.headers["location"]).status_code == 200
    entered = browser.sign_in("clerk", next_path="/sessions?x=1")
    assert (entered.status_code, entered.headers["location"]) == (303, "/sessions?x=1")
    assert browser.get("/sessions").status_code == 200


@pytest.mark.parametrize("user", [one.user for one in ACCOUNTS])
def test_every_role_may_enter_what_it_is_offered(staffed: World, user: str) -> None:
    """Where one lands after signing in, and each place of menu and start page, answers 200."""
    browser = Browser(staffed)
    landing = browser.sign_in(user).headers["location"]
    pages = [browser.get(landing), browser.get("/")]
    offered = {landing}.union(*(_places(page.text) for page in pages))
    answers = {path: browser.get(path).status_code for path in offered}
    assert set(answers.values()) == {200}, answers


def test_a_reviewer_lands_on_the_trace(staffed: World) -> None:
    """The counter is the clerks': a reviewer is not offered it, and its refusal speaks to a person."""
    browser = Browser(staffed)
    assert browser.sign_in("reviewer").headers["location"] == "/trace"
    assert "/counter" not in _places(browser.get("/").text)
    refused = browser.get("/counter")
    assert refused.status_code == 403
    assert "Use an account" in refused.text


def _places(page: str) -> set[str]:
    """Paths that the menu and the cards of the start page lead to."""
    parts = [page.partition("<nav")[2].partition("</nav>")[0], page.partition('<ul class="list sheet">')[2]]
    return {path for part in parts for path in _LINK.findall(part.partition("</ul>")[0])}


@pytest.mark.parametrize(
    "place", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x"]
)
def test_a_link_cannot_lead_elsewhere_after_sign_in(staffed: World, place: str) -> None:
    """`next` takes paths of this site alone."""
    location = Browser(staffed).sign_in("clerk", next_path=place).headers["location"]
    assert location.startswith("/")
    assert "evil" not in location


def test_unknown_user_and_wrong_password_look_the_same(staffed: World) -> None:
    """Both answers are alike but for the name that was typed, in either language."""
    for language in ("zh", "en"):
        browser = Browser(staffed, "192.0.2.77", language)
        wrong = browser.sign_in("clerk", "not the password at all")
        unknown = browser.sign_in("nobody", "not the password at all")
        assert wrong.status_code == unknown.status_code == 401
        number = wrong.headers["x-request-id"], unknown.headers["x-request-id"]
        said = [wrong.text.replace("clerk", "").replace(number[0], "")]
        said.append(unknown.text.replace("nobody", "").replace(number[1], ""))
        assert said[0] == said[1]
        assert "set-cookie" not in wrong.headers


def test_the_cookie_is_closed_to_scripts_and_other_sites(staffed: World) -> None:
    """HttpOnly, SameSite=Lax, the whole path, no domain; the row holds a digest of it alone."""
    browser = Browser(staffed)
    line = browser.sign_in("clerk").headers.get_list("set-cookie")[0].lower()
    assert line.startswith("once_session=")
    assert "httponly" in line
    assert "samesite=lax" in line
    assert "path=/" in line
    assert "domain" not in line
    token = browser.cookies["once_session"]
    kept = staffed.ledger.store.query(sessions.select())
    assert all(token.encode() not in bytes(str(row), "utf-8") for row in kept)
    assert session_of(token, staffed.ledger.store, int(time.time())) is not None


def test_the_session_changes_at_sign_in(staffed: World) -> None:
    """A session that a browser had before counts no more after signing in."""
    browser = signed_in(staffed, "clerk")
    old = dict(browser.cookies)
    assert browser.sign_in("clerk.sc").status_code in {303, 403}
    browser.send("POST", "/sign-in", {"user": "clerk.sc", "password": PASSWORD, "csrf": browser.csrf})
    assert browser.cookies["once_session"] != old["once_session"]
    assert Browser(staffed, cookies=old).get("/sessions").status_code == 303


def test_sign_out_ends_the_session_everywhere(staffed: World) -> None:
    """After signing out a copy of the cookie is of no use."""
    browser = signed_in(staffed, "clerk")
    copy = Browser(staffed, cookies=dict(browser.cookies))
    assert browser.post("/sign-out").status_code == 303
    assert "once_session" not in browser.cookies
    assert copy.get("/sessions").headers["location"].startswith("/sign-in")


def test_sessions_are_listed_and_ended(staffed: World) -> None:
    """One sees one's own sessions and ends another browser's; nobody else's."""
    here, there = signed_in(staffed, "reviewer"), signed_in(staffed, "reviewer")
    stranger = signed_in(staffed, "clerk")
    page = here.get("/sessions").text
    named = page.split('name="session" value="')[1].partition('"')[0]
    assert stranger.post("/sessions/end", session=named).status_code == 404
    assert there.get("/sessions").status_code == 200
    third = signed_in(staffed, "reviewer")
    assert here.post("/sessions/end", session=named).status_code == 303  # the one that is named, and no other
    assert there.get("/sessions").status_code == 303
    assert third.get("/sessions").status_code == 200
    there = signed_in(staffed, "reviewer")
    assert here.post("/sessions/end", session="others").status_code == 303
    assert there.get("/sessions").status_code == 303
    assert here.get("/sessions").status_code == 200
    assert stranger.get("/sessions").status_code == 200


def test_another_password_ends_the_other_sessions(own_world: World) -> None:
    """The new password signs in, the old one does not, other browsers are out; a weak one is refused."""
    add_accounts(own_world, ACCOUNTS[0])
    here, there = signed_in(own_world, "clerk"), signed_in(own_world, "clerk")
    assert here.get("/password").status_code == 200
    for weak in ("short", "aaaaaaaaaaaaaaaa", "my name is clerk!"):
        assert here.post("/password", old=PASSWORD, new=weak).status_code == 400
    assert here.post("/password", old="wrong password!", new="another fine 9 word").status_code == 401
    assert here.post("/password", old=PASSWORD, new="another fine 9 word").status_code == 303
    assert here.get("/sessions").status_code == 200
    assert there.get("/sessions").status_code == 303
    assert Browser(own_world).sign_in("clerk").status_code == 401
    assert Browser(own_world).sign_in("clerk", "another fine 9 word").status_code == 303


def test_a_password_replaced_meanwhile_opens_nothing(own_world: World) -> None:
    """Who gave the old password, and is slower than its replacement, gets no session that outlives it."""
    add_accounts(own_world)
    store, writer = own_world.ledger.store, own_world.ledger.writer
    account = account_of("clerk", store)
    assert account is not None
    late = OpenSession(token_digest("late"), "user/clerk", "-", number=account.password_number)
    writer.submit_wait(SetPassword("clerk", account.password_number, account.password_hash))
    with pytest.raises(CommandRejected, match=r"sign_in\.failed"):
        writer.submit_wait(late)
    assert session_of("late", store, int(time.time())) is None
    writer.submit_wait(replace(late, number=account.password_number + 1))
    assert session_of("late", store, int(time.time())) is not None


def test_the_operator_manages_accounts(own_world: World) -> None:
    """An account is added with a first password, reset, and ended with its sessions; others may not."""
    add_accounts(own_world)
    operator = signed_in(own_world, "operator")
    assert operator.get("/accounts").status_code == 200
    form = {"user": "fresh", "name": "新人", "role_clerk": "yes", "department": "SC", "counter": "2"}
    made = operator.post("/accounts", **form)
    assert made.status_code == 201
    first = made.text.split('id="first-password">')[1].partition("<")[0]
    fresh = Browser(own_world)
    assert fresh.sign_in("fresh", first).status_code == 303
    assert operator.post("/accounts", **form).status_code == 409
    assert operator.post("/accounts", **{**form, "user": "bound", "department": ""}).status_code == 400
    stranger = operator.post("/accounts", **{**form, "user": "bound", "department": "NONE"})
    assert (stranger.status_code, "The department is not registered" in stranger.text) == (400, True)
    second = operator.post("/accounts/password", user="fresh").text.split('id="first-password">')[1]
    assert fresh.get("/sessions").status_code == 303
    assert fresh.sign_in("fresh", second.partition("<")[0]).status_code == 303
    assert operator.post("/accounts/end", user="fresh").status_code == 303
    assert fresh.get("/sessions").status_code == 303
    assert fresh.sign_in("fresh", second.partition("<")[0]).status_code == 401
    assert operator.post("/accounts/end", user="operator").status_code == 409
    rows = own_world.ledger.store.query(accounts.select())
    assert "fresh" in [row[0] for row in rows]


def test_sample_people_sign_in_as_holders(staffed: World) -> None:
    """In the demo profile an invented person can be chosen; the session is their holder's."""
    page = Browser(staffed).get("/sign-in").text
    assert page.count('name="person"') == len(staffed.holders)
    assert "applicant: runs a small restaurant that sells tobacco" in page
    assert "申请人" not in page
    assert "99010219900612031X" in page
    assert all(unit in page for unit in samples.UNITS.values())
    assert "申请人：餐饮与烟草零售经营者" in Browser(staffed, language="zh").get("/sign-in").text
    person = as_person(staffed, "chen")
    token = person.cookies["once_session"]
    session = session_of(token, staffed.ledger.store, int(time.time()))
    assert session is not None
    assert session.subject == f"citizen/{staffed.holders['chen']}"
    assert Browser(staffed).send("POST", "/sign-in/persona", {"person": "none"}).status_code == 403
    assert "demo.json" in Browser(staffed).get("/sign-in").text  # where the accounts of staff stand


@pytest.mark.parametrize(("who", "lives"), [("clerk", STAFF_SECONDS), ("chen", CITIZEN_SECONDS)])
def test_sessions_end_by_themselves(staffed: World, who: str, lives: tuple[int, int]) -> None:
    """Idle beyond its time, or older than its absolute life, a session is none."""
    browser = signed_in(staffed, who) if who == "clerk" else as_person(staffed, who)
    token, store, now = browser.cookies["once_session"], staffed.ledger.store, int(time.time())
    idle, absolute = lives
    assert session_of(token, store, now + idle - 5) is not None
    assert session_of(token, store, now + idle + 5) is None
    assert session_of(token, store, now + absolute + 5) is None
    assert session_of("A" * 43, store, now) is None


def test_a_page_that_looks_again_keeps_no_session_alive(staffed: World) -> None:
    """Only what a person asks for counts as use: the health page's own look every 10 s does not."""
    browser, store, now = signed_in(staffed, "operator"), staffed.ledger.store, int(time.time())
    token = browser.cookies["once_session"]
    before = now - TOUCH_SECONDS - 60
    with store.transaction() as connection:
        old = update(sessions).where(sessions.c.digest == token_digest(token)).values(created=before)
        run(connection, old)

    def seen() -> int:
        session = session_of(token, store, now)
        assert session is not None
        return session.seen

    assert browser.send("GET", "/health", headers={POLL: "1"}).status_code == 200
    assert seen() == before
    assert browser.get("/health").status_code == 200
    assert seen() >= now


def test_production_knows_no_sample_people(production_home: Path, tmp_path: Path) -> None:
    """A ledger of the production profile neither shows them nor lets anybody in as one."""
    with closing(open_world(copy_of(production_home, tmp_path / "home"), profile="production")) as world:
        browser = Browser(world)
        page = browser.get("/sign-in").text
        assert 'name="person"' not in page
        assert "demo.json" not in page
        answer = browser.send("POST", "/sign-in/persona", {"person": "chen"})
        assert answer.status_code == 403
        assert 'data-code="sign_in.unavailable"' in answer.text
        assert browser.cookies == {}


def test_cookies_are_bound_to_the_host_behind_https(bare_home: Path, tmp_path: Path) -> None:
    """With a public https address cookies are Secure, and `__Host-` keeps other hosts from setting them."""
    with closing(open_world(copy_of(bare_home, tmp_path / "home"), public_url="https://localhost")) as world:
        add_accounts(world, ACCOUNTS[0])
        browser = Browser(world)
        form = {"user": "clerk", "password": PASSWORD}
        assert browser.send("POST", "/sign-in", form).status_code == 403  # a page of the plain address
        answer = browser.send("POST", "/sign-in", form, origin="https://localhost")
        lines = answer.headers.get_list("set-cookie")
        assert [line.partition("=")[0] for line in lines] == ["__Host-once_session", "__Host-once_device"]
        assert all("secure" in line.lower() and "path=/" in line.lower() for line in lines)
        assert browser.get("/sessions").status_code == 200
        plain = {"once_session": browser.cookies["__Host-once_session"]}
        assert Browser(world, cookies=plain).get("/sessions").status_code == 303
