# SPDX-License-Identifier: Apache-2.0
"""T49: secrets are told by the time a comparison takes, or by answers that differ."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from api.identity import passwords
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

ROOT = Path(__file__).resolve().parents[2]
SECRETS = frozenset(
    {"secret", "secret_hash", "proven", "token", "csrf", "password", "password_hash", "passphrase"}
    | {"state", "nonce", "verifier", "api_key", "mac", "bearer", "given", "expected_token"}
)
MEASURED = frozenset({"len", "is_none"})
SIGN_IN = ("api/identity/", "api/auth.py", "api/api_keys.py", "api/app.py")
PLAIN = frozenset({"state", "verifier", "given"})
"""Names that mean a secret in a sign-in alone; elsewhere how a thing stands, who checks, what was typed."""
ALLOWED = {("attest/keys.py", "secret")}
"""The address that a keystore states against its key's own: addresses are public."""


def named(node: ast.AST) -> set[str]:
    """Every name that a side of a comparison mentions, but inside `len(…)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MEASURED:
        return set()
    found = {node.id} if isinstance(node, ast.Name) else set()
    if isinstance(node, ast.Attribute):
        found.add(node.attr)
    for inner in ast.iter_child_nodes(node):
        found |= named(inner)
    return found


def comparisons(source: str) -> list[tuple[int, set[str]]]:
    """Lines where `==`, `!=` or `in` compares a secret with something that is no constant."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare):
            continue
        kinds = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)
        sides = [node.left, *node.comparators]
        if any(isinstance(one, kinds) for one in node.ops) and not any(
            isinstance(side, ast.Constant) for side in sides
        ):
            secret = set().union(*(named(side) for side in sides)) & SECRETS
            if secret:
                found.append((node.lineno, secret))
    return found


def test_the_search_finds_what_it_looks_for() -> None:
    """The search itself: a plain comparison is found, a length and a constant are not."""
    assert comparisons("if token == stored.secret: pass")
    assert comparisons("found = password in known")
    assert not comparisons("if len(token) != 32 or token == '': pass")
    assert not comparisons("ok = compare_digest(token, stored.secret)")


def test_no_secret_is_compared_by_equals() -> None:
    """In all of `api` and `attest` secrets are compared by `compare_digest` or by their digests as keys."""
    wrong, rooms = [], set[str]()
    for file in (one for room in ("api", "attest") for one in sorted((ROOT / room).rglob("*.py"))):
        where = file.relative_to(ROOT).as_posix()
        rooms.add(where.rpartition("/")[0])
        plain = frozenset() if where.startswith(SIGN_IN) else PLAIN
        wrong += [
            (where, line, names)
            for line, names in comparisons(file.read_text(encoding="utf-8"))
            if not {(where, name) for name in names - plain} <= ALLOWED
        ]
    assert not wrong, wrong
    assert {"api/identity", "api/events", "api/issuers", "attest"} <= rooms


def test_nobody_costs_as_much_as_somebody() -> None:
    """The hash that stands for no account has the parameters of every other, and no password fits it."""
    real = passwords.hash_now("whatever it 1 is")
    assert real.split("$")[1:4] == passwords.NOBODY.split("$")[1:4]
    assert [len(part) for part in real.split("$")[4:]] == [
        len(part) for part in passwords.NOBODY.split("$")[4:]
    ]
    assert not passwords._check(passwords.NOBODY, "whatever it 1 is")
    assert not passwords._HASHER.check_needs_rehash(passwords.NOBODY)


@pytest.mark.parametrize("key_id", ["aaaaaaaaaaaa", ""])
def test_unknown_and_wrong_keys_answer_alike(world: World, key_id: str) -> None:
    """An API key that is unknown and one whose secret is wrong get the same body."""
    known = world.key_id("SC")
    said = []
    for one in (known, key_id or "abcdefghijkl"):
        bearer = [("authorization", f"Bearer once_{one}_{'A' * 43}")]
        answer = world.send("GET", "/api/v1/events", headers=bearer)
        body = {name: value for name, value in answer.json().items() if name != "instance"}
        said.append((answer.status_code, body))
    assert said[0] == said[1]


def test_foreign_and_absent_sessions_answer_alike(world: World) -> None:
    """Ending a session that is another's, or nobody's, is the same: not found."""
    add_accounts(world)
    mine, theirs = signed_in(world, "clerk"), signed_in(world, "auditor")
    here = theirs.get("/sessions").text
    assert here
    foreign = world.ledger.store.query("SELECT digest FROM sessions WHERE subject = 'user/auditor'")[0][0]
    said = []
    for name in (bytes(foreign)[:8].hex(), "0" * 16):
        answer = mine.send(
            "POST",
            "/sessions/end",
            {"csrf": mine.csrf, "session": name},
            headers={"accept": "application/json"},
        )
        said.append({key: one for key, one in answer.json().items() if key not in {"instance", "index"}})
    assert said[0] == said[1]
    assert isinstance(mine, Browser)
