# SPDX-License-Identifier: Apache-2.0
"""What does not replace the log's key, and what keeps the ledger from being opened: told, nothing done."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest

from api.log_signer import LOG_KEY
from api.operation.key_place import KeyPlaceError
from api.operation.log_key_files import LogKeyError
from api.settings import SettingsError
from api.trust_file import write_trust
from attest.verify.log_keys import Rotation
from ledger.store import Store
from tests.homes import once, register
from tests.integration.test_doctor import failing
from tests.log_key_parts import Left, leave
from tests.worlds import open_world

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.database_parts import Kind
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

ON_EACH_DATABASE = True
SCHEDULED: Final = "scheduled"


@pytest.fixture
def left(new_world: Callable[[Path, Kind], World], world_on: Kind, tmp_path: Path) -> Left:
    """A ledger that was used and is served no more."""
    return leave(new_world(tmp_path / "home", world_on))


def test_while_it_is_served_nothing_is_done(left: Left) -> None:
    """A program that has the ledger open would go on signing by the old key."""
    opened = open_world(left.home)
    try:
        with pytest.raises(LogKeyError, match="stop the service"):
            left.replaced()
    finally:
        opened.close()
    assert (left.told(), left.newest) == ([], left.trust)
    left.opened().close()


def test_what_only_the_old_key_may_mark(left: Left) -> None:
    """Entries that were committed and never marked need the lost key once more: told, and nothing done."""
    marks = {path: path.read_bytes() for path in left.settings.head_mark.glob("*.mark")}
    world = left.opened()
    register(world.ledger, "D990071")
    world.close()
    for path, content in marks.items():  # as after a power cut between commit and mark
        path.write_bytes(content)
    away = (left.settings.keys_folder / LOG_KEY).rename(left.home / "away.pem")
    with pytest.raises(LogKeyError, match=r"put log\.pem back"):
        left.replaced("key_lost")
    assert left.told() == []
    away.rename(left.settings.keys_folder / LOG_KEY)
    at = left.replaced()
    assert (left.told(), left.audited()) == ([at], (0, []))


@pytest.mark.parametrize("fault", ["junk", "not signed", "by the service", "other keys", "stale"])
def test_a_word_that_does_not_fit(left: Left, tmp_path: Path, fault: str) -> None:
    """What governance did not sign of these very keys, and now, replaces nothing."""
    asked, signed = tmp_path / "asked", tmp_path / "signed"
    asked.write_text(once(left.home, "keys", "rotate-log", "--prepare").stdout)
    if fault == "stale":
        document = json.loads(asked.read_text())
        document["entry"]["time"] -= 90_000
        asked.write_text(json.dumps(document))
    name = "service" if fault == "by the service" else "governance"
    signed.write_text(once(left.home, "keys", "sign", name, str(asked)).stdout)
    if fault == "junk":
        signed.write_text("{")
    if fault == "not signed":
        signed.write_text(asked.read_text())
    if fault == "other keys":
        for path in left.settings.keys_folder.glob("*.next"):
            path.unlink()
    done = once(left.home, "keys", "rotate-log", str(signed), "--json")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert (left.told(), left.newest) == ([], left.trust)
    left.opened().close()


def test_a_trust_file_of_before(left: Left) -> None:
    """With the trust file of before nobody opens it to write and it says why; the audit knows by itself."""
    at = left.replaced()
    newest = left.newest
    write_trust(left.settings.trust_file, left.trust)
    with pytest.raises(SettingsError, match=r"trust\.json"):
        open_world(left.home)
    assert "log_key" in failing(left.home)
    assert left.audited() == (0, [])
    write_trust(left.settings.trust_file, newest)
    left.opened().close()
    assert at == newest.rotations[0].index


def test_tables_that_tell_otherwise(left: Left) -> None:
    """A row of another key, or none, is found; it leads nobody to believe that key."""
    at = left.replaced()
    for change in ("UPDATE log_keys SET reason = 'key_lost'", "DELETE FROM log_keys"):
        with closing(Store(left.settings.database_url)) as store, store.transaction() as connection:
            connection.exec_driver_sql(f"{change} WHERE idx > 0")
        with pytest.raises(SettingsError, match=r"trust\.json"):
            open_world(left.home)
        assert left.audited() == (1, ["log_key.projection"])
    assert at == left.newest.rotations[0].index


def test_a_trust_file_that_names_a_stranger(left: Left) -> None:
    """A key that governance never named is no key of the log, whatever the trust file says."""
    at = left.replaced()
    stranger = Rotation(at, b"\7" * 32, b"\7" * 20, SCHEDULED)
    write_trust(left.settings.trust_file, replace(left.trust, rotations=(stranger,)))
    code, findings = left.audited()
    assert (code, "log_key.trust" in findings) == (1, True)


def test_behind_a_link_nothing_is_changed(left: Left) -> None:
    """New keys would replace the link and not the file: refused before the entry."""
    file = left.settings.keys_folder / LOG_KEY
    file.rename(left.home / "real.pem")
    file.symlink_to(left.home / "real.pem")
    with pytest.raises(KeyPlaceError, match="symbolic link") as told:
        left.replaced()
    assert (told.value.code, left.told()) == (LogKeyError.code, [])
    left.opened().close()
