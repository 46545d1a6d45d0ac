# SPDX-License-Identifier: Apache-2.0
"""`once accounts`: the first accounts of a ledger, made where it runs."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from api.demo import samples
from api.identity.accounts import account_of
from api.identity.passwords import _check
from api.wiring import open_ledger
from tests import warm
from tests.homes import copy_of, environment, once, settings_of
from tests.worlds import open_world

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]

CLERK = ("--role", "clerk", "--name", "窗口甲", "--department", "SC", "--counter", "3 号窗口")


@pytest.fixture(scope="module")
def home(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of the module's own, in which one department is registered."""
    made = copy_of(bare_home, tmp_path_factory.mktemp("accounts") / "home")
    world = open_world(made)
    department = next(one for one in samples.departments() if one["code"] == "SC")
    told = {name: department[name] for name in ("code", "level", "name")}
    world.made("operator", "departments", {**told, "key": {"custody": "service"}})
    world.close()
    return made


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
        (("add", "geng2", "--role", "clerk", "--name", "x", "--department", "NOPE"), 1),
    ],
)
def test_what_does_not_fit_is_refused(home: Path, arguments: tuple[str, ...], code: int) -> None:
    """Unknown roles and departments, a clerk without one, capitals, nobody's password: nothing is added."""
    before = once(home, "accounts", "list").stdout
    assert once(home, "accounts", *arguments).returncode == code
    assert once(home, "accounts", "list").stdout == before


def test_a_refusal_is_told_with_the_next_step(home: Path) -> None:
    """Its code in words, Chinese or English, and what to do; with `--json` on stdout, too."""
    asked = ("accounts", "add", "geng3", "--role", "clerk", "--name", "x", "--department", "NOPE", "--json")
    for locale, said, step in (
        ("zh_CN.UTF-8", "部门未登记（department.unknown）", "请核对部门代码"),
        ("C.UTF-8", "The department is not registered (department.unknown)", "Check the department code"),
    ):
        done = warm.run(asked, {**environment(home), "LC_ALL": locale})
        assert done.returncode == 1
        assert said in done.stderr
        assert step in done.stderr
        assert json.loads(done.stdout)["error"]["code"] == "department.unknown"


def test_a_key_acts_for_a_department_that_is_registered(home: Path) -> None:
    """`once keys api` for a department that nobody registered, or for none where one is needed: no key."""
    before = once(home, "keys", "list").stdout
    for one in (("--department", "NOPE"), ()):
        done = once(home, "keys", "api", "--scope", "department", *one, "--label", "x")
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert once(home, "keys", "list").stdout == before
