# SPDX-License-Identifier: Apache-2.0
"""Sign-in through a certified OpenID provider that really runs, as citizen and as staff."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from api.demo.samples import people
from api.identity.sessions import session_of
from attest.tables import metadata
from tests.homes import copy_of
from tests.openid_parts import OpenIdProvider, query_of, running
from tests.people import Browser, add_accounts
from tests.worlds import World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]


def world_with(provider: OpenIdProvider, bare: Path, folder: Path, **stated: object) -> World:
    """A filled ledger that trusts the provider."""
    home = copy_of(bare, folder / "home")
    secret = home / "keys" / "oidc"
    secret.write_text(provider.secret + "\n")
    secret.chmod(0o600)
    world = open_world(
        home,
        oidc_issuer=provider.issuer,
        oidc_client_id="once",
        oidc_client_secret_file="keys/oidc",
        public_url="http://localhost",
        **stated,
    )
    fill(world)
    add_accounts(world)
    return world


@pytest.fixture(scope="module")
def openid() -> Iterator[OpenIdProvider]:
    """A provider that says who somebody is at its user-info endpoint."""
    yield from running()


@pytest.fixture(scope="module")
def relying(
    openid: OpenIdProvider, bare_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The ledger of this module."""
    made = world_with(openid, bare_home, tmp_path_factory.mktemp("openid"), oidc_account_claim="staff")
    yield made
    made.close()


def come_back(browser: Browser, provider: OpenIdProvider, login: str, next_path: str = "") -> str:
    """The path and query at which the browser comes back from the provider."""
    assert 'href="/sign-in/oidc' in browser.get("/sign-in").text
    begun = browser.get("/sign-in/oidc" + (f"?next={next_path}" if next_path else ""))
    assert begun.status_code == 303
    asked = query_of(begun.headers["location"])
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 43
    assert len(asked["nonce"]) >= 43
    parts = urlsplit(provider.go(begun.headers["location"], login))
    return f"{parts.path}?{parts.query}"


def test_a_citizen_comes_in_as_their_holder(relying: World, openid: OpenIdProvider) -> None:
    """The provider's claims become the holder's id by keyed look-up; the number stands nowhere in clear."""
    browser = Browser(relying)
    entered = browser.get(come_back(browser, openid, "chen", "/sessions"))
    assert (entered.status_code, entered.headers["location"]) == (303, "/sessions")
    assert browser.get("/sessions").status_code == 200
    assert "once_flow" not in browser.cookies
    session = session_of(browser.cookies["once_session"], relying.ledger.store, int(time.time()))
    assert session is not None
    assert session.subject == f"citizen/{relying.holders['chen']}"
    number = next(one["number"] for one in people() if one["key"] == "chen")
    for name in ("sessions", "used_states", "known_devices", "session_touches"):
        rows = relying.ledger.store.query(select(metadata.tables[name]))
        assert number.encode() not in b"".join(bytes(repr(row), "utf-8") for row in rows)
    assert number.encode() not in relying.lines.getvalue()


def test_a_citizens_form_leads_to_their_door(relying: World) -> None:
    """Where a session has ended in a form, citizens sign in at the provider, staff on the page."""
    stranger = Browser(relying)
    mine = stranger.post("/my/mandates/new", here="/my/mandates/new").text
    assert 'href="/sign-in/oidc?next=/my/mandates/new"' in mine
    assert 'href="/sign-in?next=/counter/new"' in stranger.post("/counter/new").text


def test_staff_come_in_by_the_configured_claim(relying: World, openid: OpenIdProvider) -> None:
    """With an account claim a member of staff is signed in as the account that it names."""
    browser = Browser(relying)
    assert browser.get(come_back(browser, openid, "geng")).status_code == 303
    session = session_of(browser.cookies["once_session"], relying.ledger.store, int(time.time()))
    assert session is not None
    assert session.subject == "user/clerk"


@pytest.mark.parametrize(
    ("login", "code"),
    [("stranger", "sign_in.unknown"), ("broken", "sign_in.refused"), ("silent", "sign_in.refused")],
)
def test_who_is_nobody_here_does_not_come_in(
    relying: World, openid: OpenIdProvider, login: str, code: str
) -> None:
    """Somebody without records, with a wrong number, or without a document gets no session."""
    browser = Browser(relying)
    answer = browser.get(come_back(browser, openid, login))
    assert answer.status_code in {401, 403}
    assert f'data-code="{code}"' in answer.text
    assert "once_session" not in browser.cookies
    assert "9901021982" not in answer.text + relying.lines.getvalue().decode()


def test_claims_inside_the_id_token_do_as_well(bare_home: Path, tmp_path: Path) -> None:
    """A provider that puts the claims into the ID token itself is understood without user-info."""
    for provider in running(CLAIMS_IN="id_token"):
        world = world_with(provider, bare_home, tmp_path)
        try:
            browser = Browser(world)
            assert browser.get(come_back(browser, provider, "lin")).status_code == 303
            assert browser.get("/sessions").status_code == 200
        finally:
            world.close()


def test_without_a_provider_there_is_none(world: World) -> None:
    """A ledger that names no issuer offers no such way, and refuses it."""
    browser = Browser(world)
    assert "/sign-in/oidc" not in browser.get("/sign-in").text
    for path in ("/sign-in/oidc", "/sign-in/oidc/callback?code=x&state=y"):
        assert browser.get(path).status_code == 403
