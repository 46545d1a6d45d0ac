# SPDX-License-Identifier: Apache-2.0
"""A restore that is killed while it lays things down: the next one says so, what stands, and how to go on."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import pytest

from api.operation.unfinished import NOTE
from tests.homes import once
from tests.integration.test_backup import keys_only

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.home_parts"]

PHRASE = "correct horse battery staple"


@pytest.fixture
def taken(home: Path, tmp_path: Path) -> Path:
    """A back-up with its file of keys, `b` and `k`."""
    (tmp_path / "phrase").write_text(PHRASE + "\n")
    (tmp_path / "phrase").chmod(0o600)
    phrase = ("--passphrase-file", str(tmp_path / "phrase"))
    done = once(home, "backup", str(tmp_path / "b"), "--with-keys", str(tmp_path / "k"), *phrase)
    assert done.returncode == 0, done.stderr
    return tmp_path


def restore(taken: Path, home: Path, *, keys: bool, **more: str) -> Any:
    """Run it in a process of its own."""
    given = ("--keys", str(taken / "k"), "--passphrase-file", str(taken / "phrase")) if keys else ()
    return once(home, "restore", str(taken / "b"), *given, "--offline", "--json", more=more)


def refused(taken: Path, home: Path, *, keys: bool) -> dict[str, str]:
    """What the next run is told: exit 1, both languages, nothing changed."""
    before = sorted(home.rglob("*"))
    told = restore(taken, home, keys=keys)
    assert told.returncode == 1, told.stderr
    error: dict[str, str] = json.loads(told.stdout)["error"]
    assert error["code"] == "restore.cut_short"
    assert all(error[name] for name in ("zh", "en", "next_zh", "next_en"))
    left = {path for path in before if any(part.startswith(".restore-") for part in path.parts)}
    assert sorted(home.rglob("*")) == sorted(set(before) - left)
    return error


def founded(home: Path) -> dict[str, str]:
    """What the doctor says of whether there is a ledger."""
    looks = json.loads(once(home, "doctor", "--offline", "--json").stdout)["looks"]
    found: dict[str, str] = next(look for look in looks if look["name"] == "founded")
    return found


def test_killed_after_the_database(home: Path, taken: Path) -> None:
    """The database stands, trust does not: named, with what to move; then the same command restores."""
    other = keys_only(home, taken / "other")
    killed = restore(taken, other, keys=False, ONCE_FAILPOINT="F19:1:kill")
    assert killed.returncode == -signal.SIGKILL
    assert (other / "ledger.db").exists()
    assert not (other / "trust.json").exists()
    error = refused(taken, other, keys=False)
    assert f"cut short: {other / 'ledger.db'}, {other / 'keys'} is there" in error["en"]
    assert f"{other / 'trust.json'} is not" in error["en"]
    assert f"Move {other / 'ledger.db'} away" in error["next_en"]
    assert str(other / "keys") not in error["next_en"]
    assert "cut short" in founded(other)["text"]
    (other / "ledger.db").rename(taken / "aside.db")
    done = restore(taken, other, keys=False)
    assert done.returncode == 3, done.stderr
    assert not (other / NOTE).exists()
    assert founded(other)["state"] != "fail"


def test_killed_after_the_keys(taken: Path) -> None:
    """Where keys were laid too, they are to be moved as well if the command brings them."""
    bare = taken / "bare"
    assert restore(taken, bare, keys=True, ONCE_FAILPOINT="F19:2:kill").returncode == -signal.SIGKILL
    error = refused(taken, bare, keys=True)
    assert f"Move {bare / 'ledger.db'}, {bare / 'keys'} away" in error["next_en"]
    (bare / "ledger.db").rename(taken / "aside.db")
    (bare / "keys").rename(taken / "aside.keys")
    assert restore(taken, bare, keys=True).returncode == 3


def test_killed_before_anything_stands_in_the_way(taken: Path) -> None:
    """A note alone stops nobody; one that a crash cut neither, and it goes with the run that ends well."""
    bare = taken / "bare"
    bare.mkdir(mode=0o700)
    (bare / NOTE).write_text("{")
    assert restore(taken, bare, keys=True).returncode == 3
    assert not (bare / NOTE).exists()


def test_killed_at_the_very_end(taken: Path) -> None:
    """All is laid but the note stands: the next run says that it may be deleted."""
    bare = taken / "bare"
    assert restore(taken, bare, keys=True).returncode == 3
    (bare / NOTE).write_text("{}")
    assert f"you may delete {bare / NOTE}" in refused(taken, bare, keys=True)["next_en"]


def test_a_restore_that_fails_leaves_no_note(home: Path, taken: Path) -> None:
    """What was laid is taken away again, and so is the note."""
    other = keys_only(home, taken / "other")
    failed = restore(taken, other, keys=False, ONCE_FAILPOINT="F19:1:raise")
    assert failed.returncode not in {0, 3}
    assert not (other / NOTE).exists()
    assert not (other / "ledger.db").exists()
