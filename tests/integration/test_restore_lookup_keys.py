# SPDX-License-Identifier: Apache-2.0
"""Restoring with look-up keys that are not the back-up's: told before anything is laid down."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from api.operation.backup import take_backup
from api.operation.errors import OtherKeysError
from api.operation.lookup_keys import replace_lookup_keys
from api.wiring import open_ledger
from attest.keyfiles import read_lookup_keys
from tests.homes import once, settings_of
from tests.integration.test_backup import keys_only
from tests.integration.test_restore_targets import laid, left_as_it_was, quiet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.database_parts import Kind
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.fixture
def home(new_world: Callable[[Path, Kind], World], tmp_path: Path) -> Path:
    """Of a used ledger whose look-up keys were replaced after the back-up `before`, before `after`."""
    new_world(tmp_path / "home", "sqlite").close()
    settings = settings_of(tmp_path / "home")
    (tmp_path / "passphrase").write_text("of twelve characters\n", encoding="ascii")
    (tmp_path / "passphrase").chmod(0o600)
    take_backup(settings, tmp_path / "before", quiet)
    kept = ("--with-keys", str(tmp_path / "keys"), "--passphrase-file", str(tmp_path / "passphrase"))
    assert once(settings.home, "backup", str(tmp_path / "again"), *kept).returncode == 0
    replace_lookup_keys(settings, quiet)
    take_backup(settings, tmp_path / "after", quiet)
    return tmp_path / "home"


def test_with_keys_of_another_time_nothing_is_laid_down(home: Path, tmp_path: Path) -> None:
    """Of before with the keys of after: refused, the right ones beside them are named, and they do it."""
    other = keys_only(home, tmp_path / "other")
    file, right = other / "keys" / "lookup", other / "keys" / "lookup.v1"
    with left_as_it_was(other), pytest.raises(OtherKeysError) as told:
        laid(tmp_path / "before", other)
    assert all(str(right) in step for step in (told.value.next_zh, told.value.next_en))
    said = once(other, "restore", str(tmp_path / "before"), "--offline", "--json")
    assert (said.returncode, json.loads(said.stdout)["error"]["code"]) == (1, "restore.lookup_keys")
    right.replace(file)
    laid(tmp_path / "before", other)
    open_ledger(settings_of(other)).close()
    replace_lookup_keys(settings_of(other).model_copy(update={"head_mark": home / "head"}), quiet)


def test_keys_of_before_do_not_fit_what_came_after(home: Path, tmp_path: Path) -> None:
    """A file of keys of before the replacement opens the later back-up, and nothing is laid down."""
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    given = ("--keys", str(tmp_path / "keys"), "--passphrase-file", str(tmp_path / "passphrase"))
    said = once(other, "restore", str(tmp_path / "after"), *given, "--offline", "--json")
    assert (said.returncode, json.loads(said.stdout)["error"]["code"]) == (1, "restore.lookup_keys")
    assert list(other.iterdir()) == []
    done = once(other, "restore", str(tmp_path / "before"), *given, "--offline", "--json")
    assert done.returncode == 3, done.stderr
    open_ledger(settings_of(other)).close()


def test_a_file_of_keys_has_those_of_before_too(home: Path, tmp_path: Path) -> None:
    """Written after the replacement it fits both back-ups: the keys of the back-up's time are in force."""
    kept = ("--passphrase-file", str(tmp_path / "passphrase"))
    keys = str(tmp_path / "all-keys")
    assert once(home, "backup", str(tmp_path / "last"), "--with-keys", keys, *kept).returncode == 0
    for name, version in (("before", 1), ("after", 2)):
        other = tmp_path / f"of-{name}"
        other.mkdir(mode=0o700)
        given = ("--keys", keys, *kept, "--offline", "--json")
        done = once(other, "restore", str(tmp_path / name), *given)
        assert done.returncode == 3, done.stderr
        told = [one for one in json.loads(done.stdout)["remarks"] if "rotate-lookup" in one]
        assert (len(told), read_lookup_keys(other / "keys" / "lookup").version) == (2 - version, version)
        assert sorted(one.name for one in (other / "keys").glob("lookup*")) == [
            "lookup",
            f"lookup.v{3 - version}",
        ]
        open_ledger(settings_of(other)).close()


def test_with_the_right_keys_it_may_write(home: Path, tmp_path: Path) -> None:
    """The back-up of after, laid where the mark agrees: it is served again."""
    (home / "ledger.db").rename(tmp_path / "lost")
    for path in home.glob("ledger.db-*"):
        path.unlink()
    shutil.rmtree(home / "vault")
    done = once(home, "restore", str(tmp_path / "after"), "--offline", "--json")
    assert (done.returncode, json.loads(done.stdout)["writes"]) == (0, True), done.stderr
    open_ledger(settings_of(home)).close()
