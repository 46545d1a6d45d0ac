# SPDX-License-Identifier: Apache-2.0
"""Back-ups and lists of erasures from before the log's key was replaced, and from after."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from api.wiring import open_ledger
from attest.erasure.listed import ErasureListError, read_list
from attest.verify.log_keys import COMPROMISED
from tests.erasure_parts import live
from tests.homes import once, settings_of
from tests.integration.test_doctor import failing
from tests.log_key_parts import Left, leave
from tests.people import as_person
from tests.worlds import open_filled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.database_parts import Kind
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.fixture
def left(new_world: Callable[[Path, Kind], World], world_on: Kind, tmp_path: Path) -> Left:
    """A ledger that was used and is served no more."""
    return leave(new_world(tmp_path / "home", world_on))


def test_a_back_up_of_before(left: Left, tmp_path: Path) -> None:
    """Under a trust file that knows the new key it is refused; with its own keys it is restored elsewhere."""
    old_keys = tmp_path / "old-keys"
    shutil.copytree(left.settings.keys_folder, old_keys)
    assert once(left.home, "backup", str(tmp_path / "old")).returncode == 0
    left.replaced()
    assert once(left.home, "backup", str(tmp_path / "new")).returncode == 0
    for source, known, keys, code in (
        ("old", True, left.settings.keys_folder, 1),
        ("old", False, old_keys, 3),
        ("old", False, left.settings.keys_folder, 3),
        ("new", False, left.settings.keys_folder, 3),
    ):
        home = tmp_path / f"home-{source}-{known}-{keys.name}"
        home.mkdir(mode=0o700)
        shutil.copytree(keys, home / "keys")
        if known:
            shutil.copyfile(left.settings.trust_file, home / "trust.json")
        done = once(home, "restore", str(tmp_path / source), "--offline", "--json")
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), (source, known, done.stderr)
        if known:
            assert "key was replaced at entry" in done.stderr
        elif keys == old_keys or source == "new":
            assert "no head mark" in json.loads(done.stdout)["reason"]
        else:
            assert "not the one that trust.json names" in json.loads(done.stdout)["reason"]


def test_erasures_are_listed_by_the_new_key(left: Left) -> None:
    """Where the old key was stolen the list is signed anew; one that was cut is refused before anything."""
    path = left.settings.head_mark / "erasures.jsonl"
    world = open_filled(left.home, left.world, retention_years=0)
    try:
        live(world)
        done = as_person(world, "he").post("/my/erasure/confirm", understood="yes")
        assert done.status_code == 200, done.text
    finally:
        world.close()
    whole = path.read_bytes()
    assert len(whole.splitlines()) == 1
    path.write_bytes(b"")
    with pytest.raises(ErasureListError, match="cut"):
        left.replaced(COMPROMISED)
    assert left.told() == []
    path.write_bytes(whole)
    left.replaced(COMPROMISED)
    again = path.read_bytes().splitlines()
    with pytest.raises(ErasureListError):
        read_list(whole.splitlines(), left.newest.log_keys, left.trust.origin)
    before = read_list(whole.splitlines(), left.trust.log_keys, left.trust.origin)
    assert read_list(again, left.newest.log_keys, left.trust.origin) == before
    left.opened().close()
    assert failing(left.home) == set()


def test_a_list_of_before_counts_after_a_replacement_on_schedule(left: Left) -> None:
    """A copy of the list that was kept elsewhere is by a key that nobody stole, and stays good."""
    path = left.settings.head_mark / "erasures.jsonl"
    was = path.read_bytes()
    left.replaced()
    left.opened().close()
    assert path.read_bytes() == was
    read_list(was.splitlines(), left.newest.log_keys, left.trust.origin)
    assert failing(left.home) == set()


def test_a_trust_file_of_before_believes_a_back_up_of_after(left: Left, tmp_path: Path) -> None:
    """Governance's entry in the copy leads from the keys that are known to those of its checkpoint."""
    old = tmp_path / "old-trust.json"
    shutil.copyfile(left.settings.trust_file, old)
    left.replaced(COMPROMISED)
    left.opened().close()
    assert once(left.home, "backup", str(tmp_path / "new")).returncode == 0
    home = tmp_path / "elsewhere"
    home.mkdir(mode=0o700)
    shutil.copytree(left.settings.keys_folder, home / "keys")
    shutil.copytree(left.settings.head_mark, home / "head")
    done = once(home, "restore", str(tmp_path / "new"), "--offline", "--json", "--trust", str(old))
    assert (done.returncode, json.loads(done.stdout)["writes"]) == (0, True), done.stderr
    assert once(home, "audit", "--offline").returncode == 0


def test_what_was_erased_after_is_erased_in_a_back_up_of_before(left: Left, tmp_path: Path) -> None:
    """The list is by the new key: by the newest trust file an older back-up is erased again, else refused."""
    old_keys, erased = tmp_path / "old-keys", tmp_path / "erasures.jsonl"
    shutil.copytree(left.settings.keys_folder, old_keys)
    world = open_filled(left.home, left.world, retention_years=0)
    live(world)
    world.close()
    assert once(left.home, "backup", str(tmp_path / "old")).returncode == 0
    left.replaced(COMPROMISED)
    world = open_filled(left.home, left.world, retention_years=0)
    try:
        assert as_person(world, "he").post("/my/erasure/confirm", understood="yes").status_code == 200
    finally:
        world.close()
    shutil.copyfile(left.settings.head_mark / "erasures.jsonl", erased)
    for trust, code in (((), 1), (("--trust", str(left.settings.trust_file)), 3)):
        home = tmp_path / f"home-{code}"
        home.mkdir(mode=0o700)
        shutil.copytree(old_keys, home / "keys")
        asked = ("--offline", "--json", "--erasures", str(erased), *trust)
        done = once(home, "restore", str(tmp_path / "old"), *asked)
        assert done.returncode == code, done.stderr
    assert json.loads(done.stdout)["erased_again"]["erasures"] == 1


def test_a_copy_that_is_known_to_be_of_before_stays_for_reading(left: Left, tmp_path: Path) -> None:
    """With the newest trust file nobody goes on from it, whatever is said: it would be another log."""
    old_keys = tmp_path / "old-keys"
    shutil.copytree(left.settings.keys_folder, old_keys)
    assert once(left.home, "backup", str(tmp_path / "old")).returncode == 0
    at = left.replaced()
    home = tmp_path / "elsewhere"
    home.mkdir(mode=0o700)
    shutil.copytree(old_keys, home / "keys")
    told = ("--trust", str(left.settings.trust_file), "--adopt-head")
    done = once(home, "restore", str(tmp_path / "old"), "--offline", "--json", *told)
    said = json.loads(done.stdout)
    assert (done.returncode, said["writes"], f"at entry {at}" in said["reason"]) == (3, False, True), said
    ledger = open_ledger(settings_of(home))
    try:
        ledger.adopt_head()
        ledger.start()
        assert (ledger.writer.read_only or "").startswith("halted")
    finally:
        ledger.close()


def test_the_keys_of_its_time_are_taken_from_a_file_of_keys(left: Left, tmp_path: Path) -> None:
    """A file of keys that has the old ones beside the new ones opens a back-up of before, and says so."""
    passphrase = tmp_path / "pass"
    passphrase.write_text("long enough for keys\n")
    passphrase.chmod(0o600)
    assert once(left.home, "backup", str(tmp_path / "old")).returncode == 0
    left.replaced()
    left.replaced()
    taken = ("--with-keys", str(tmp_path / "keys"), "--passphrase-file", str(passphrase))
    assert once(left.home, "backup", str(tmp_path / "new"), *taken).returncode == 0
    home = tmp_path / "elsewhere"
    home.mkdir(mode=0o700)
    given = ("--keys", str(tmp_path / "keys"), "--passphrase-file", str(passphrase), "--adopt-head")
    done = once(home, "restore", str(tmp_path / "old"), "--offline", "--json", *given)
    said = json.loads(done.stdout)
    assert (done.returncode, said["writes"]) == (0, True), (done.stderr, said)
    assert sum("later one lies as" in one for one in said["remarks"]) == 2
    open_ledger(settings_of(home)).close()


def test_a_home_that_knows_less_than_the_back_up(left: Left, tmp_path: Path) -> None:
    """A trust file that stood there learns of the keys that governance named since: the ledger is served."""
    first = left.settings.trust_file.read_bytes()
    left.replaced()
    left.replaced()
    left.opened().close()
    assert once(left.home, "backup", str(tmp_path / "b")).returncode == 0
    home = tmp_path / "elsewhere"
    home.mkdir(mode=0o700)
    shutil.copytree(left.settings.keys_folder, home / "keys")
    shutil.copytree(left.settings.head_mark, home / "head")
    (home / "trust.json").write_bytes(first)
    done = once(home, "restore", str(tmp_path / "b"), "--offline", "--json")
    assert (done.returncode, json.loads(done.stdout)["writes"]) == (0, True), done.stderr
    open_ledger(settings_of(home)).close()
