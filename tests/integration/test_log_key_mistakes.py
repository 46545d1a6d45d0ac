# SPDX-License-Identifier: Apache-2.0
"""Replacing the log's key by people who make mistakes: no key is lost, nothing is passed over."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import stat
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from api.log_signer import CUT_SHORT, LOG_KEY, CheckpointSigner
from api.operation.key_place import KeyPlaceError
from api.operation.log_key import replace_log_key
from api.operation.log_key_files import LogKeyError, LogKeyFiles
from api.settings import SettingsError
from api.trust_file import write_trust
from api.wiring import open_ledger
from attest.errors import KeystoreError
from attest.keys import KeyRing
from attest.verify.log_keys import COMPROMISED
from ledger.errors import StoreError
from ledger.store import Store
from tests.homes import once, settings_of
from tests.integration.test_doctor import failing
from tests.log_key_parts import Left, held, killed, leave
from tests.mounts import the_command, where_mounted
from tests.worlds import open_world

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.database_parts import Kind
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.fixture
def left(new_world: Callable[[Path, Kind], World], tmp_path: Path) -> Left:
    """A ledger that was used and is served no more."""
    return leave(new_world(tmp_path / "home", "sqlite"))


def half_in_place(left: Left) -> None:
    """As after a power cut between the two renames."""
    killed(left, "F24")
    log = left.settings.keys_folder / LOG_KEY
    log.rename(log.with_name("log.pem.v1"))
    log.with_name("log.pem.next").rename(log)


def signed_word(left: Left, tmp_path: Path, *more: str) -> Path:
    """What governance signed of what was prepared."""
    asked, signed = tmp_path / "asked", tmp_path / "signed"
    asked.write_text(once(left.home, "keys", "rotate-log", "--prepare", *more).stdout)
    signed.write_text(once(left.home, "keys", "sign", "governance", str(asked)).stdout)
    return signed


def test_a_word_that_was_carried_out_moves_no_key(left: Left, tmp_path: Path) -> None:
    """Handed in again while other keys wait, it is answered as before; those wait on, and none is lost."""
    word = signed_word(left, tmp_path)
    assert once(left.home, "keys", "rotate-log", str(word)).returncode == 0
    assert once(left.home, "keys", "rotate-log", "--prepare").returncode == 0
    before = held(left)
    again = once(left.home, "keys", "rotate-log", str(word), "--json")
    assert (again.returncode, left.told()) == (0, [json.loads(again.stdout)["index"]])
    assert held(left) == before
    left.opened().close()


@pytest.mark.parametrize("why", ["served", "no governance"])
def test_a_refusal_leaves_no_keys(left: Left, why: str) -> None:
    """What is refused before the entry leaves nothing behind."""
    before = held(left)
    if why == "served":
        with closing(open_world(left.home)), pytest.raises(LogKeyError, match="stop the service"):
            left.replaced()
    else:
        (left.settings.keys_folder / "governance.json").rename(left.home / "elsewhere.json")
        with pytest.raises(LogKeyError, match="--prepare"):
            left.replaced()
    assert (held(left), left.told()) == (before, [])


def test_half_in_place_nothing_is_served(left: Left) -> None:
    """With one of the two files in place nobody opens the ledger; doctor says what ends it, and it does."""
    half_in_place(left)
    with pytest.raises(SettingsError, match=CUT_SHORT):
        open_world(left.home)
    assert failing(left.home) == {"log_key"}
    refused = once(left.home, "keys", "rotate-log", "--prepare")
    assert (refused.returncode, "is not ended" in refused.stderr) == (1, True)
    at = left.replaced("scheduled")
    assert (left.told(), left.audited()) == ([at], (0, []))
    left.opened().close()


def test_a_checkpoint_key_of_before(left: Left) -> None:
    """With the keystore of before the ledger does not open, and nothing is signed by it for the chain."""
    left.replaced()
    keys = left.settings.keys_folder
    shutil.copyfile(keys / "checkpoint.json.v1", keys / "checkpoint.json")
    with pytest.raises(SettingsError, match=r"checkpoint\.json is not the key that trust\.json names"):
        open_world(left.home)
    ring = KeyRing(keys, (keys / "passphrase").read_text().strip(), demo=True)
    with pytest.raises(StoreError, match=r"trust\.json"):  # which a publisher survives
        CheckpointSigner(ring, left.newest.signer_at(1 << 40)).sign(bytes(32))
    (keys / "checkpoint.json").unlink()
    with pytest.raises(StoreError, match=r"checkpoint\.json"):
        CheckpointSigner(KeyRing(keys, ""), bytes(20)).sign(bytes(32))


@pytest.mark.parametrize("point", ["F9", "F23"])
def test_a_back_up_between(left: Left, tmp_path: Path, point: str) -> None:
    """Taken between entry and trust file, and restored without head marks: it is ended, then adopted."""
    killed(left, point)
    assert once(left.home, "backup", str(tmp_path / "b")).returncode == 0
    home = tmp_path / "elsewhere"
    home.mkdir(mode=0o700)
    shutil.copytree(left.settings.keys_folder, home / "keys")
    assert once(home, "restore", str(tmp_path / "b"), "--offline").returncode == 3
    ended = once(home, "keys", "rotate-log", "--json")
    assert ended.returncode == 0, ended.stderr
    ledger = open_ledger(settings_of(home))
    try:
        ledger.adopt_head()
        ledger.start()
        assert ledger.writer.read_only is None
    finally:
        ledger.close()
    assert once(home, "audit", "--offline").returncode == 0


def test_what_has_the_name_of_the_old_key(left: Left) -> None:
    """Something else under the name that the old key would get stops it before the entry."""
    for name in ("log.pem.v1", "checkpoint.json.v1"):
        other = left.settings.keys_folder / name
        other.write_text("x")
        before = held(left)
        with pytest.raises(LogKeyError, match="move it away"):
            left.replaced()
        assert (held(left), left.told()) == (before, [])
        other.unlink()
    left.replaced()


def test_where_the_trust_file_cannot_be_replaced(left: Left, tmp_path: Path) -> None:
    """A link, or a file mounted by itself, is found before the entry; after it, it is said that it stands."""
    trust, real = left.settings.trust_file, tmp_path / "real.json"
    trust.rename(real)
    trust.symlink_to(real)
    with pytest.raises(KeyPlaceError, match="symbolic link") as told:
        left.replaced()
    assert (left.told(), "Nothing was changed" in told.value.next_en) == ([], True)
    real.replace(trust)
    shutil.copy2(trust, tmp_path / "mounted")
    mount = f"mount --bind {shlex.quote(str(tmp_path / 'mounted'))} {shlex.quote(str(trust))}"
    done = where_mounted(left.home, mount, the_command("keys", "rotate-log", "--json"))
    assert (done.returncode, left.told(), "Traceback" in done.stderr) == (1, [], False), done.stderr
    killed(left, "F9")
    trust.rename(real)
    trust.symlink_to(real)
    with pytest.raises(KeyPlaceError, match="symbolic link") as told:
        left.replaced()
    assert "The entry stands already" in told.value.next_en
    real.replace(trust)
    assert left.told() == [left.replaced()]


def test_a_trust_file_of_before_beside_the_new_keys(left: Left) -> None:
    """The keys are in their place already: the same command writes the trust file, and makes no keys."""
    at = left.replaced()
    newest, before = left.newest, held(left)
    write_trust(left.settings.trust_file, left.trust)
    assert (left.replaced(), held(left), left.newest) == (at, before, newest)
    left.opened().close()


@pytest.mark.parametrize("point", ["F9", "F24"])
def test_another_reason_is_not_passed_over(left: Left, tmp_path: Path, point: str) -> None:
    """What the entry, or governance's word, does not say is refused: no stolen key is taken for another."""
    word = signed_word(left, tmp_path)
    with pytest.raises(LogKeyError, match="not key_compromised"):
        replace_log_key(left.settings, COMPROMISED, lambda _: None, word.read_bytes())
    assert left.told() == []
    killed(left, point)
    with pytest.raises(LogKeyError, match="not key_compromised"):
        left.replaced(COMPROMISED)
    (at,) = left.told()
    assert replace_log_key(left.settings, None, lambda _: None).rotation.index == at
    assert left.replaced(COMPROMISED) == at + 1
    assert [left.newest.log_keys.at(size)[1] for size in (1, at, at + 1, at + 2)] == [True] * 3 + [False]


def test_two_at_once(left: Left) -> None:
    """The second is told of the first, and does nothing."""
    with (
        LogKeyFiles.of_home(left.settings, left.trust).alone(),
        pytest.raises(LogKeyError, match="another command"),
    ):
        left.replaced()
    assert left.told() == []


def test_said_twice(left: Left) -> None:
    """Within the hour a second replacement is taken for a mistake, and is done where it is meant."""
    assert once(left.home, "keys", "rotate-log").returncode == 0
    twice = once(left.home, "keys", "rotate-log", "--reason", COMPROMISED)
    assert (twice.returncode, "--again" in twice.stderr, len(left.told())) == (1, True, 1)
    assert once(left.home, "keys", "rotate-log", "--again").returncode == 0
    assert len(left.told()) == 2


def test_a_word_may_be_a_day_on_its_way(left: Left, tmp_path: Path) -> None:
    """Governance sits elsewhere: what was prepared a day ago is taken, what is older is not."""
    asked, signed = tmp_path / "asked", tmp_path / "signed"
    prepared = json.loads(once(left.home, "keys", "rotate-log", "--prepare").stdout)
    first = prepared["entry"]["time"]
    for age, code in ((86_460, 1), (86_000, 0)):
        prepared["entry"]["time"] = first - age
        asked.write_text(json.dumps(prepared))
        signed.write_text(once(left.home, "keys", "sign", "governance", str(asked)).stdout)
        done = once(left.home, "keys", "rotate-log", str(signed))
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr


def test_an_unsigned_file_is_told_as_such(left: Left, tmp_path: Path) -> None:
    """What was prepared is not what governance signed, and the step is named."""
    asked = tmp_path / "asked"
    asked.write_text(once(left.home, "keys", "rotate-log", "--prepare").stdout)
    refused = once(left.home, "keys", "rotate-log", str(asked))
    assert (refused.returncode, "has not signed it yet" in refused.stderr) == (1, True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_keys_of_another_user_are_not_made(left: Left) -> None:
    """Root in the home of the service's user would leave keys that the service cannot read."""
    os.chown(left.home, 65534, 65534)
    for command in ("rotate-log", "rotate-lookup"):
        refused = once(left.home, "keys", command)
        assert (refused.returncode, "belongs to another user" in refused.stderr) == (1, True), refused.stderr
    assert left.told() == []


def test_the_trust_file_keeps_its_mode(left: Left) -> None:
    """It is for everybody, whatever the umask of whoever replaces the key."""
    left.settings.trust_file.chmod(0o644)
    before = os.umask(0o077)
    try:
        left.replaced()
    finally:
        os.umask(before)
    assert stat.S_IMODE(left.settings.trust_file.stat().st_mode) == 0o644


def test_doctor_knows_a_trust_file_of_before(left: Left) -> None:
    """With the new keys and the old trust file it speaks of these, not of signatures that do not verify."""
    left.replaced()
    write_trust(left.settings.trust_file, left.trust)
    assert failing(left.home) == {"log_key", "log_keys"}


def test_another_passphrase_is_told(left: Left) -> None:
    """A key of governance that is here and does not open is not said to be elsewhere."""
    file = left.settings.keys_folder / "governance.json"
    document = json.loads(file.read_text())
    document["crypto"]["mac"] = "00" * 32
    file.write_text(json.dumps(document))
    with pytest.raises(KeystoreError, match="passphrase"):
        left.replaced()


ROWS: list[tuple[str, tuple[Any, ...]]] = [
    ("INSERT INTO log_keys VALUES (?, zeroblob(32), zeroblob(20), 'scheduled')", (2**63 - 1,)),
    ("INSERT INTO log_keys VALUES (?, zeroblob(32), zeroblob(20), 'scheduled')", (-5,)),
    ("UPDATE log_keys SET log_key = ? WHERE idx > 0", ("text",)),
    ("UPDATE log_keys SET log_key = ? WHERE idx = 0", (bytes(32),)),
    ("DELETE FROM log_keys WHERE idx = ?", (0,)),
]


@pytest.mark.parametrize(("sql", "values"), ROWS)
def test_rows_of_any_kind_are_judged(left: Left, sql: str, values: tuple[Any, ...]) -> None:
    """Whatever a hand writes into the table, the audit names it, by the trust file of before and of after."""
    left.replaced()
    with closing(Store(left.settings.database_url)) as store, store.transaction() as connection:
        connection.exec_driver_sql(sql, values)
    for trust in (left.newest, left.trust):
        write_trust(left.settings.trust_file, trust)
        code, findings = left.audited()
        assert (code, "log_key.projection" in findings) == (1, True)
