# SPDX-License-Identifier: Apache-2.0
"""`once accounts`: the first accounts of a ledger, made where it runs."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from api.identity.accounts import account_of
from api.identity.passwords import _check
from api.wiring import open_ledger
from tests import warm
from tests.homes import copy_of, environment, once, settings_of

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]

CLERK = ("--role", "clerk", "--name", "窗口甲", "--department", "SC", "--counter", "3 号窗口")


@pytest.fixture(scope="module")
def home(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of the module's own."""
    return copy_of(bare_home, tmp_path_factory.mktemp("accounts") / "home")


def test_an_account_is_added_changed_listed_and_ended(home: Path) -> None:
    """The life of an account, each step by its own command; the password is said once and kept hashed."""
    made = once(home, "accounts", "add", "geng", *CLERK, "--json")
    assert made.returncode == 0, made.stderr
    first = json.loads(made.stdout)["password"]
    asked = ("accounts", "password", "geng", "--stdin")
    given = warm.run(asked, environment(home), given="a fine 9 new word\n")
    assert (given.returncode, given.stdout) == (0, "geng\n"), given.stderr
    listed = once(home, "accounts", "list", "--json")
    [row] = json.loads(listed.stdout)["accounts"]
    assert (row["user"], row["roles"], row["department"]) == ("geng", ["clerk"], "SC")
    assert abs(row["created"] - time.time()) < 60
    assert row["ended"] is None
    assert "argon2" not in listed.stdout
    ledger = open_ledger(settings_of(home))
    account = account_of("geng", ledger.store)
    ledger.close()
    assert account is not None
    assert _check(account.password_hash, "a fine 9 new word")
    assert not _check(account.password_hash, first)
    assert once(home, "accounts", "end", "geng").returncode == 0
    assert once(home, "accounts", "end", "geng").returncode == 1
    assert "account.exists" in once(home, "accounts", "add", "geng", *CLERK).stderr
    assert "ended" in once(home, "accounts", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "geng2", "--role", "mayor", "--name", "x"), 2),
        (("add", "geng2", "--role", "clerk", "--name", "x"), 1),
        (("add", "Geng", *CLERK), 1),
        (("password", "nobody"), 1),
    ],
)
def test_what_does_not_fit_is_refused(home: Path, arguments: tuple[str, ...], code: int) -> None:
    """An unknown role, a clerk without department, capitals, nobody's password: nothing is added."""
    assert once(home, "accounts", *arguments).returncode == code
