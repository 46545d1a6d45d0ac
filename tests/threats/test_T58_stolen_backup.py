# SPDX-License-Identifier: Apache-2.0
"""T58: a back-up is stolen. Without the key encryption key it shows nothing about anybody."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from api.operation.backup import take_backup
from api.operation.errors import BackupError, SecretsMissingError
from api.operation.key_file import write_keys
from api.operation.restore import Asked, restore
from api.operation.sealed_file import SealedReader
from attest.keyfiles import create_kek
from tests.acceptance.test_canaries import TEXTS, plant, scan

if TYPE_CHECKING:
    from pathlib import Path

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def test_a_stolen_back_up_shows_nothing(own_world: World, tmp_path: Path) -> None:
    """No canary, no case number, no key in any spelling; only the header can be read; nothing restores."""
    plant(own_world)
    own_world.ledger.publisher.publish_once()
    settings = own_world.ledger.settings
    taken = take_backup(settings, tmp_path / "stolen", lambda _: None)
    write_keys(settings, tmp_path / "stolen.keys", "correct horse battery staple")

    for name in ("stolen", "stolen.keys"):
        content = (tmp_path / name).read_bytes()
        assert scan(name, content) == []
        for secret in [*own_world.cases.values(), *own_world.keys.values(), *own_world.holders.values()]:
            assert secret.encode() not in content
        for path in settings.keys_folder.iterdir():
            assert path.read_bytes() not in content
        assert b"SQLite format 3" not in content
    with (tmp_path / "stolen").open("rb") as file:
        header = SealedReader(file).header
    assert header.keys() == {
        *(
            "format",
            "log",
            "origin",
            "profile",
            "size",
            "root",
            "time",
            "until",
            "schema",
            "program",
            "note",
            "proof",
        )
    }
    assert header["size"] == taken.about.size

    thief = tmp_path / "thief"
    asked = Asked(offline=True, home=thief)
    with_keys = replace(asked, keys=tmp_path / "stolen.keys", passphrase="correct horse battery stable")
    with pytest.raises(SecretsMissingError):
        restore(tmp_path / "stolen", asked, lambda _: None)
    create_kek(thief / "keys" / "kek")
    with pytest.raises(BackupError, match="does not open"):
        restore(tmp_path / "stolen", asked, lambda _: None)
    shutil.rmtree(thief / "keys")
    with pytest.raises(BackupError, match="another passphrase"):
        restore(tmp_path / "stolen", with_keys, lambda _: None)
    left = b"".join(path.read_bytes() for path in thief.rglob("*") if path.is_file())
    assert (scan("thief", left), left) == ([], b"")
    assert len(TEXTS) > 5


def test_with_its_key_the_back_up_holds_all_of_it(own_world: World, tmp_path: Path) -> None:
    """The same bytes under the right key are the whole database: what was hidden was there."""
    from api.operation import archive
    from api.operation.backup import sealer_for

    settings = own_world.ledger.settings
    own_world.ledger.publisher.publish_once()
    take_backup(settings, tmp_path / "b", lambda _: None)
    with (tmp_path / "b").open("rb") as file:
        reader = SealedReader(file)
        reader.unlock(sealer_for(settings.kek_file))
        names = archive.read_archive(reader, tmp_path / "opened")
    database = (tmp_path / "opened" / archive.DATABASE).read_bytes()
    assert database.startswith(b"SQLite format 3")
    assert own_world.cases["SC-002"].encode() in database
    assert sum(name.startswith("vault/") for name in names) >= 4
    assert not any("kek" in name or name.startswith("keys") for name in names)
