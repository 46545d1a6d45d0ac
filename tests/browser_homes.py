# SPDX-License-Identifier: Apache-2.0
"""A seeded ledger behind a real `once serve` on loopback, with staff accounts, for tests in a browser."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from api.demo import samples
from api.identity.accounts import Account, AddAccount
from api.identity.passwords import hash_now
from api.identity.roles import BOUND_ROLES, CLERK, EDITOR, REVIEWER, STAFF_ROLES
from api.identity.sessions import OpenSession, new_token, token_digest
from tests.browser_looks import LOOKED, left_out
from tests.browser_parts import AXE, CHROMIUM, VIEWS, View, citizen_at, missing
from tests.homes import Serving, copy_of, founded_once
from tests.worlds import CUSTODIAL, SHOP, TOBACCO_ANSWERS, World, a_request_key, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NO_CHAIN: Final = 'profile = "demo"\nchain = "http://127.0.0.1:9"\n'
"""Nothing answers there: pages must not need the chain, and tests no child process."""
PASSWORD: Final = "seven lamps on a river"
NAMES: Final = {
    "clerk": "庚守拙",
    "reviewer": "辛明远",
    "auditor": "壬知微",
    "editor": "癸若水",
    "operator": "己安然",
}
"""What the staff of the tests are called; each signs in by the name of the role with `PASSWORD`."""
COLLEAGUES: Final = (
    Account("editor.sc", "丁观澜", frozenset({EDITOR}), "SC", "法规科"),
    Account("reviewer.sc", "戊思齐", frozenset({REVIEWER}), "SC", "食品科"),
    Account("clerk.sc", "庚知新", frozenset({CLERK}), "SC", "1 号窗口"),
)
"""Persons of one department that has guides and issues papers."""
TAKEN: Final = ("business-licence.pdf", "lease-contract.pdf", "deed-shop.jpg", "residence-permit.jpg")


def tobacco_case(holders: Mapping[str, str]) -> dict[str, Any]:
    """What opens a tobacco case of the tenant of the shop."""
    return {
        "item": "YC-004",
        "channel": "window",
        "parties": [{"role": role, "holder": holders[one]} for role, one in World.firm()],
        "answers": {**TOBACCO_ANSWERS, "residence": "other"},
        "about": {"kind": SHOP["kind"], "id": SHOP["id"]},
    }


@dataclass
class Served:
    """The running ledger, and what was put into it."""

    url: str
    cases: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def cookies(self, role: str) -> dict[str, str]:
        """The cookie of somebody who is signed in: clerk, auditor, operator, …"""
        return {"once_session": self.sessions[role]}

    def citizen(self, person: str) -> dict[str, str]:
        """The cookie of one of the invented people who is signed in."""
        return citizen_at(self.url, person)

    def post(self, who: str, path: str, value: dict[str, Any]) -> dict[str, Any]:
        """What the API answers a department that is not refused."""
        headers = {"authorization": f"Bearer {self.keys[who]}", "idempotency-key": a_request_key()}
        answer = httpx.post(f"{self.url}/api/v1/{path}", json=value, headers=headers, timeout=20)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    def again(self) -> str:
        """A further case that asks for what the first one brought: whoever opened it has it alone."""
        return str(self.post("ZW", "cases", tobacco_case(self.holders))["case"])

    def paper(self, file: str, case: str, assurance: str) -> dict[str, Any]:
        """A sample paper, as it is sent to be accepted in a case."""
        facts = samples.sample(file).facts
        return {
            "case": case,
            "type": facts["type"],
            "document": {"sha256": facts["sha256"]},
            "issuer": facts["issuer"],
            "number": facts["number"],
            "parties": [
                {"role": one["role"], "holder": self.holders[one["holder"]]} for one in facts["parties"]
            ],
            "assurance": assurance,
        }


def take(world: World, case: str, *files: str) -> None:
    """Accept sample files at the window."""
    for file in files:
        world.upload("ZW", file)
        facts = samples.sample(file).facts
        more = {name: facts[name] for name in ("about", "issued", "valid_until") if facts[name] is not None}
        world.accepted[file] = world.made("ZW", "acceptances", world.acceptance(case, file, **more))


def let_in(world: World) -> dict[str, str]:
    """An account for every staff role, and a session of each: tokens by role."""
    hashed, tokens = hash_now(PASSWORD), {}
    for role in STAFF_ROLES:
        department = "ZW" if role in BOUND_ROLES else None
        account = Account(role, NAMES[role], frozenset({role}), department, "3 号窗口", password_hash=hashed)
        world.ledger.writer.submit_wait(AddAccount(account))
        tokens[role] = new_token()
        world.ledger.writer.submit_wait(OpenSession(token_digest(tokens[role]), f"user/{role}", "test"))
    for one in COLLEAGUES:
        world.ledger.writer.submit_wait(AddAccount(replace(one, password_hash=hashed)))
        tokens[one.user] = new_token()
        world.ledger.writer.submit_wait(
            OpenSession(token_digest(tokens[one.user]), f"user/{one.user}", "test")
        )
    return tokens


def open_counter_case(world: World, number: str | None = None) -> str:
    """A tobacco case of the tenant of the shop, opened by the comprehensive window."""
    asked = tobacco_case(world.holders)
    return str(world.made("ZW", "cases", {**asked, "case": number} if number else asked)["case"])


def newer_guide() -> dict[str, Any]:
    """The second version of the guide that registers a firm: one paper fewer, in force since 2026."""
    guide = next(one for one in samples.items() if one["code"] == "SC-001")
    papers = guide["requirements"][:-1]
    return {**guide, "version": 2, "in_force": "2026-01-01", "requirements": papers}


def seed(home: Path) -> Served:
    """Into a founded home: guides, people, one case whose papers were taken."""
    (home / "once.toml").write_text(NO_CHAIN, encoding="utf-8")
    world = open_world(home)
    try:
        fill(world)
        world.made("SC", "catalogue/versions", {"subject": "item", "document": newer_guide()})
        for subject, several in (
            ("availability", samples.availability()),
            ("example", samples.examples()),
        ):
            for one in several:
                asked = {"subject": subject, "document": one}
                world.made(one["authority"], "catalogue/versions", asked)
        for one in samples.standards():
            who = "operator" if one["authority"] == "governance" else one["authority"]
            world.made(who, "catalogue/versions", {"subject": "standard", "document": one})
        first = open_counter_case(world)
        take(world, first, *TAKEN)
        return Served(
            "", {**world.cases, "first": first}, let_in(world), dict(world.holders), dict(world.keys)
        )
    finally:
        world.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One seeded ledger for all browser tests; a test that changes a case has it from `again`."""
    founded = founded_once(tmp_path_factory, "custodial", CUSTODIAL)
    home = copy_of(founded, tmp_path_factory.mktemp("browser") / "home")
    with ThreadPoolExecutor(1) as pool:  # playwright keeps a loop running in this thread
        made = pool.submit(seed, home).result()
    with Serving(home, ("--no-worker",)) as serving:
        made.url = serving.url
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, once a file: until it ends, playwright's loop runs in the thread of all tests."""
    if not CHROMIUM.exists():
        missing("chromium")
    if not AXE.exists():
        missing("axe-core (make test brings it)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=VIEWS, ids=str)
def view(request: pytest.FixtureRequest) -> View:
    """Each view in turn."""
    assert isinstance(request.param, View)
    return request.param


@pytest.fixture(scope="module", autouse=True)
def looks_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """A file that ran whole and well has looked at the pages that `tests.browser_looks` gives it."""
    options, module = request.config, request.path
    if module.parent.name != "browser":  # the fixtures of pages are known to every file of a worker
        yield
        return
    LOOKED.clear()
    failed = request.session.testsfailed
    yield
    ran = {one.originalname for one in request.session.items if one.path == module}  # type: ignore[attr-defined]  # functions all
    whole = {name for name in dir(request.module) if name.startswith("test_")} <= ran
    if whole and not options.option.keyword and not any("::" in one for one in options.args):
        found = left_out(module.stem.removeprefix("test_"), VIEWS)
        assert not found or request.session.testsfailed > failed, found
