# SPDX-License-Identifier: Apache-2.0
"""API keys: strict form, hashed secrets, answers that tell nothing."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import api.auth
from api.auth import AUDITOR, DEPARTMENT, CachedKeys, StoredKey, authenticate, mint_key, parse_bearer
from api.problems import Problem, render

NOW = 1_700_000_000.0


def directory(*keys: StoredKey) -> CachedKeys:
    """A directory of these keys."""
    return CachedKeys({key.key_id: key for key in keys}.get)


def code_of(header: str | None, keys: CachedKeys, now: float = NOW) -> str:
    """The code with which a header is refused."""
    with pytest.raises(Problem) as caught:
        authenticate(header, keys, now)
    return caught.value.code


def test_a_minted_key_opens() -> None:
    """A new key has the fixed form, its secret is not stored, and it gives its principal."""
    text, stored = mint_key("D990001", {DEPARTMENT}, label="window 3")
    assert re.fullmatch(r"once_[a-z2-7]{12}_[A-Za-z0-9_-]{43}", text)
    assert text[18:] not in repr(stored)
    principal = authenticate(f"Bearer {text}", directory(stored), NOW)
    assert (principal.key_id, principal.department) == (text[5:17], "D990001")
    assert principal.acting_department() == "D990001"
    principal.require(AUDITOR, DEPARTMENT)
    with pytest.raises(Problem, match=r"auth\.forbidden"):
        principal.require(AUDITOR)


def test_unknown_and_wrong_are_one_answer() -> None:
    """An unknown id, a wrong secret and a malformed token are answered with the same bytes (T49)."""
    text, stored = mint_key("D990001", {DEPARTMENT})
    other, _ = mint_key("D990001", {DEPARTMENT})
    answers = set()
    for header in (
        f"Bearer {other}",
        f"Bearer {text[:18]}{other[18:]}",
        "Bearer x",
        "Basic eDp5",
        f"Bearer {text}x",
    ):
        with pytest.raises(Problem) as caught:
            authenticate(header, directory(stored), NOW)
        answers.add(render(caught.value, "1", "en"))
    assert len(answers) == 1
    assert b"auth.invalid" in answers.pop()


def test_no_header_is_missing() -> None:
    """Without a header the answer is `auth.missing`."""
    assert code_of(None, directory()) == code_of("", directory()) == "auth.missing"


def test_keys_expire() -> None:
    """A key is good before its expiry, and only its holder is told that it has expired."""
    text, stored = mint_key("D990001", {DEPARTMENT}, expires=int(NOW))
    assert authenticate(f"Bearer {text}", directory(stored), NOW - 1).department == "D990001"
    assert code_of(f"Bearer {text}", directory(stored), NOW) == "auth.expired"
    assert (
        code_of(f"Bearer {text[:-1]}{'A' if text[-1] != 'A' else 'B'}", directory(stored), NOW)
        == "auth.invalid"
    )


def test_a_key_of_no_department_acts_for_none() -> None:
    """The operator's key cannot act as a department."""
    text, stored = mint_key(None, {"operator"})
    with pytest.raises(Problem, match=r"auth\.forbidden"):
        authenticate(f"Bearer {text}", directory(stored), NOW).acting_department()


@given(st.text(max_size=100))
def test_any_header_is_refused_or_read(header: str) -> None:
    """No Authorization header, however strange, is anything but a problem."""
    with pytest.raises(Problem, match=r"auth\.(missing|invalid)"):
        parse_bearer(header)


def test_the_directory_remembers_for_a_while() -> None:
    """Answers, absent ones too, are kept for their seconds and dropped on request; the room is bounded."""
    clock = [0.0]
    loads: list[str] = []
    rows: dict[str, StoredKey] = {}

    def load(key_id: str) -> StoredKey | None:
        loads.append(key_id)
        return rows.get(key_id)

    keys = CachedKeys(load, seconds=10, capacity=2, clock=lambda: clock[0])
    assert keys.lookup("a") is None
    assert keys.lookup("a") is None
    assert loads == ["a"]
    _, rows["a"] = mint_key("D990001", {DEPARTMENT})
    keys.forget("a")
    assert keys.lookup("a") is rows["a"]
    clock[0] = 10.0
    keys.lookup("a")
    assert loads == ["a", "a", "a"]
    keys.lookup("b")
    keys.lookup("c")
    keys.lookup("a")
    assert loads == ["a", "a", "a", "b", "c", "a"]


def test_stored_keys_are_checked() -> None:
    """A row with a short hash or an unknown scope is not taken."""
    with pytest.raises(ValueError, match="32-byte"):
        StoredKey("a" * 12, b"", None, frozenset())
    with pytest.raises(ValueError, match="scopes"):
        StoredKey("a" * 12, bytes(32), None, frozenset({"root"}))


def test_secrets_are_not_compared_with_equals() -> None:
    """In the module of keys no comparison by == touches a secret or a hash (T49)."""
    tree = ast.parse(Path(api.auth.__file__).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(op, (ast.Eq, ast.NotEq)) for op in node.ops):
            names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            names |= {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
            if "len" not in names:
                assert names.isdisjoint({"secret", "digest", "secret_hash", "proven"})
