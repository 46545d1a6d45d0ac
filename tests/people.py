# SPDX-License-Identifier: Apache-2.0
"""Browsers for tests: cookies kept between requests, forms with their token, one account a role."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from api.auth import AUDITOR, OPERATOR
from api.identity.accounts import Account, AddAccount, all_accounts
from api.identity.passwords import hash_now
from api.identity.roles import CLERK, EDITOR, REVIEWER
from api.identity.sessions import OpenSession, new_token, token_digest

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

HOST: Final = "localhost"
PASSWORD: Final = "correct horse 7 staple"
ACCOUNTS: Final = (
    Account("clerk", "窗口甲", frozenset({CLERK}), "ZW", "3 号窗口"),
    Account("clerk.sc", "窗口乙", frozenset({CLERK}), "SC", "1 号窗口"),
    Account("reviewer", "审核丙", frozenset({REVIEWER}), "XF", "审批科"),
    Account("auditor", "审计丁", frozenset({AUDITOR}), None, ""),
    Account("editor", "目录戊", frozenset({EDITOR}), "SC", "法规科"),
    Account("operator", "运维己", frozenset({OPERATOR}), None, ""),
)
_CSRF: Final = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@cache
def _encoded() -> str:
    return hash_now(PASSWORD)


def add_accounts(world: World, *accounts: Account) -> None:
    """Accounts with the password of all tests; those that are there stay."""
    known = {one.user for one in all_accounts(world.ledger.store)}
    for one in accounts or ACCOUNTS:
        if one.user in known:
            continue
        world.ledger.writer.submit_wait(AddAccount(replace(one, password_hash=_encoded())))


@dataclass
class Browser:
    """One browser at one address; `csrf` is the token of the last page that had a form."""

    world: World
    address: str = "127.0.0.1"
    language: str = "en"
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def send(
        self,
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        *,
        headers: dict[str, str] | None = None,
        origin: str | None = f"http://{HOST}",
    ) -> httpx.Response:
        """One request as a browser sends it."""
        given = {"host": HOST, "accept": "text/html", "accept-language": self.language}
        if self.cookies:
            given["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        content = None
        if form is not None:
            content = urlencode(form).encode()
            given["content-type"] = "application/x-www-form-urlencoded"
        if method not in {"GET", "HEAD"} and origin is not None:
            given["origin"] = origin
        answer = self.world.send(
            method,
            path,
            content=content,
            headers=list({**given, **(headers or {})}.items()),
            client=self.address,
        )
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        found = _CSRF.search(answer.text)
        if found:
            self.csrf = found[1]
        return answer

    def get(self, path: str) -> httpx.Response:
        """A page."""
        return self.send("GET", path)

    def post(self, path: str, **form: str) -> httpx.Response:
        """A form of the last page, with its token."""
        return self.send("POST", path, {"csrf": self.csrf, **form})

    def sign_in(self, user: str, password: str = PASSWORD, next_path: str = "") -> httpx.Response:
        """Fill the sign-in form."""
        return self.send("POST", "/sign-in", {"user": user, "password": password, "next": next_path})


def signed_in(world: World, user: str) -> Browser:
    """A browser in which an account is signed in (as by the form), with the form token of its pages."""
    browser, token = Browser(world), new_token()
    world.ledger.writer.submit_wait(OpenSession(token_digest(token), f"user/{user}", ""))
    browser.cookies[world.ledger.identity.cookies.name("session")] = token
    assert browser.get("/sessions").status_code == 200
    return browser


def as_person(world: World, key: str) -> Browser:
    """A browser in which one of the invented people is signed in."""
    browser = Browser(world)
    assert browser.send("POST", "/sign-in/persona", {"person": key}).status_code == 303
    assert browser.get("/sessions").status_code == 200
    return browser


def dispute(
    browser: Browser, acceptance: str, reason: str = "wrong_content", text: str = ""
) -> httpx.Response:
    """Fill the form and send it."""
    form = browser.get(f"/my/materials/{acceptance}/dispute")
    assert form.status_code == 200, form.text
    key = re.search(r'name="key" value="([0-9a-f]+)"', form.text)
    assert key is not None
    return browser.post(f"/my/materials/{acceptance}/dispute", key=key[1], reason=reason, text=text)
