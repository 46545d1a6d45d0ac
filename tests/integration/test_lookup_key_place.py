# SPDX-License-Identifier: Apache-2.0
"""What lies where look-up keys lie: what new keys cannot replace, and what is not new, is refused before."""

from __future__ import annotations

import json
import shlex
import shutil
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from api.operation.key_place import KeyPlaceError
from api.operation.lookup_keys import replace_lookup_keys
from api.settings import SettingsError
from api.wiring import open_ledger
from attest.keyfiles import read_lookup_keys
from tests.homes import once, settings_of
from tests.integration.test_rebuild import differences
from tests.mounts import the_command, where_mounted
from tests.worlds import open_world

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from attest.commitments import LookupKeys
    from tests.database_parts import Kind
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.fixture
def home(new_world: Callable[[Path, Kind], World], tmp_path: Path) -> Path:
    """Of a ledger that was used and is served no more."""
    new_world(tmp_path / "home", "sqlite").close()
    return tmp_path / "home"


def lying(home: Path) -> dict[str, bytes]:
    """What lies beside the look-up keys."""
    return {path.name: path.read_bytes() for path in (home / "keys").glob("*lookup*")}


def is_served(home: Path) -> bool:
    """Whether the keys there are those of the tables, so that a service starts."""
    try:
        open_ledger(settings_of(home)).close()
    except SettingsError:
        return False
    return True


def written(keys: LookupKeys) -> str:
    """As a key file has them."""
    parts = {name: getattr(keys, name).hex() for name in ("k_holder", "k_content", "k_number")}
    return json.dumps({"v": keys.version, **parts})


def linked_elsewhere(home: Path) -> Path:
    """Move the key file away, and lead to it by a link of its name."""
    file, real = home / "keys" / "lookup", home / "lookup-secret"
    file.rename(real)
    file.symlink_to(real)
    return real


def test_behind_a_link_nothing_is_changed(home: Path) -> None:
    """New keys would replace the link and not the file: refused before a row is changed."""
    real = linked_elsewhere(home)
    before = lying(home)
    with pytest.raises(KeyPlaceError, match="symbolic link") as told:
        replace_lookup_keys(settings_of(home), lambda _: None)
    assert "ONCE_LOOKUP_KEY_FILE" in told.value.next_en
    assert "ONCE_LOOKUP_KEY_FILE" in told.value.next_zh
    assert (lying(home), is_served(home)) == (before, True)
    real.replace(home / "keys" / "lookup")
    assert replace_lookup_keys(settings_of(home), lambda _: None).version == 2
    assert differences(home).differences == []


def test_mounted_by_itself_nothing_is_changed(home: Path, tmp_path: Path) -> None:
    """A single file that is mounted takes no other's place: refused in words before a row is changed."""
    secret, before = tmp_path / "secret", lying(home)
    shutil.copy2(home / "keys" / "lookup", secret)
    mount = f"mount --bind {shlex.quote(str(secret))} {shlex.quote(str(home / 'keys' / 'lookup'))}"
    done = where_mounted(home, mount, the_command("keys", "rotate-lookup", "--json"))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert json.loads(done.stdout)["error"]["code"] == "lookup_keys.refused"
    assert (lying(home), is_served(home)) == (before, True)


def test_after_the_commit_it_is_said_how_to_end_it(home: Path) -> None:
    """With the tables made already, the step is another; either way that is named ends well."""
    killed = once(home, "keys", "rotate-lookup", more={"ONCE_FAILPOINT": "F21:1:kill"})
    assert killed.returncode == -signal.SIGKILL
    real = linked_elsewhere(home)
    with pytest.raises(KeyPlaceError, match="symbolic link") as told:
        replace_lookup_keys(settings_of(home), lambda _: None)
    assert "made with the keys in" in told.value.next_en
    assert not is_served(home)
    real.replace(home / "keys" / "lookup")
    done = replace_lookup_keys(settings_of(home), lambda _: None)
    assert (done.version, done.rows, sorted(lying(home))) == (2, 0, ["lookup", "lookup.v1"])
    assert is_served(home)


def test_after_the_commit_the_content_may_be_stored_by_hand(home: Path) -> None:
    """Where the keys come from elsewhere, what waits is stored there and moved away: it is served again."""
    once(home, "keys", "rotate-lookup", more={"ONCE_FAILPOINT": "F21:1:kill"})
    real, waiting = linked_elsewhere(home), home / "keys" / "lookup.next"
    real.write_bytes(waiting.read_bytes())
    waiting.unlink()
    assert is_served(home)
    assert differences(home).differences == []


def test_a_name_that_is_taken_after_the_commit(home: Path) -> None:
    """What then fails is told, and mended, the same command ends it."""
    file = home / "keys" / "lookup"
    once(home, "keys", "rotate-lookup", more={"ONCE_FAILPOINT": "F21:1:kill"})
    (home / "keys" / "lookup.v1").symlink_to(home / "nowhere")
    with pytest.raises(KeyPlaceError, match="could not take the place") as told:
        replace_lookup_keys(settings_of(home), lambda _: None)
    assert "same command again" in told.value.next_en
    assert read_lookup_keys(file).version == 1
    (home / "keys" / "lookup.v1").unlink()
    assert replace_lookup_keys(settings_of(home), lambda _: None).rows == 0
    assert read_lookup_keys(file).version == 2


@pytest.mark.parametrize("fault", ["a copy", "the version", "a part"])
def test_what_waits_must_be_new(home: Path, fault: str) -> None:
    """Keys of another version than the next, or with a part of those in force, replace nothing."""
    keys, waiting = read_lookup_keys(home / "keys" / "lookup"), home / "keys" / "lookup.next"
    other = replace(keys, version=2, k_holder=b"a" * 32, k_content=b"b" * 32, k_number=b"c" * 32)
    stale = {
        "a copy": keys,
        "the version": replace(other, version=3),
        "a part": replace(other, k_number=keys.k_content),
    }
    waiting.write_text(written(stale[fault]), encoding="ascii")
    waiting.chmod(0o600)
    before = lying(home)
    with pytest.raises(KeyPlaceError, match=r"lookup\.next does not hold new keys of version 2") as told:
        replace_lookup_keys(settings_of(home), lambda _: None)
    assert "Move that file away" in told.value.next_en
    assert lying(home) == before
    open_world(home).close()
    waiting.unlink()
    assert replace_lookup_keys(settings_of(home), lambda _: None).version == 2
