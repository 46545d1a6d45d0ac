# SPDX-License-Identifier: Apache-2.0
"""A back-up is of no kind of database: from a file to PostgreSQL and back, entry for entry."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from api.copying import copy_database, holds_tables
from ledger.errors import StoreError
from ledger.note import NoteVerifier
from ledger.proof import TlogProof, verify_tlog_proof
from ledger.store import Store
from tests.homes import Serving, once

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Server
    from tests.worlds import World

pytest_plugins = ["tests.api_parts", "tests.home_parts", "tests.database_parts"]


def test_from_a_file_to_postgresql_and_back(own_world: World, postgres: Server, tmp_path: Path) -> None:
    """Same root, sound audit and tables, receipts that verify; and the same again on the way back."""
    world, home = own_world, own_world.ledger.settings.home
    world.ledger.publisher.publish_once()
    receipts = [world.get("", f"entries/{index}/proof").content for index in range(world.size)]
    root, size = world.ledger.store.head().root, world.size
    assert once(home, "backup", str(tmp_path / "from-file")).returncode == 0

    grown = tmp_path / "grown"
    grown.mkdir(mode=0o700)
    shutil.copytree(home / "keys", grown / "keys")
    there = {"ONCE_DATABASE_URL": postgres.create()}
    done = once(grown, "restore", str(tmp_path / "from-file"), "--adopt-head", "--json", more=there)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["root"] == root.hex()
    assert not (grown / "ledger.db").exists()
    assert [once(grown, name, more=there).returncode for name in ("audit", "rebuild", "doctor")] == [0, 0, 0]
    again = once(grown, "restore", str(tmp_path / "from-file"), more=there)
    assert (again.returncode, "is not empty" in again.stderr) == (1, True)

    store = Store(there["ONCE_DATABASE_URL"], read_only=True)
    assert (store.head().size, store.head().root) == (size, root)
    verifier = NoteVerifier.from_vkey(json.loads((grown / "trust.json").read_text())["log_key"])
    for index, receipt in enumerate(receipts):
        proof = TlogProof.parse(receipt)
        signed = verify_tlog_proof(proof, store.leaf(index), verifier, world.ledger.context.origin)
        assert store.root_at(signed.size) == signed.root
    store.close()

    config = grown / "once.toml"
    founded = config.read_text(encoding="utf-8")
    config.write_text(f"{founded}database_url = {json.dumps(there['ONCE_DATABASE_URL'])}\n", encoding="utf-8")
    with Serving(grown, ("--no-worker",)) as serving:
        assert serving.get("/health/ready").status_code == 200
        assert once(grown, "backup", str(tmp_path / "from-server")).returncode == 0
    config.write_text(founded, encoding="utf-8")
    shutil.move(grown / "head", tmp_path / "marks")
    shutil.move(grown / "vault", tmp_path / "vault")
    done = once(grown, "restore", str(tmp_path / "from-server"), "--json")
    assert done.returncode == 3, done.stderr
    assert json.loads(done.stdout)["root"] == root.hex()
    assert [once(grown, name).returncode for name in ("audit", "rebuild")] == [0, 0]
    assert sorted(p.name for p in (grown / "vault").rglob("*")) == sorted(
        p.name for p in (tmp_path / "vault").rglob("*")
    )


def test_a_copy_that_is_cut_off_leaves_the_database_empty(
    home: Path, postgres: Server, tmp_path: Path
) -> None:
    """Cut off in the middle of copying, not even a table stays, and the same again goes through."""
    said: list[str] = []
    copied = Store(f"sqlite:///{home / 'ledger.db'}", read_only=True)

    def cut(line: str) -> None:
        said.append(line)
        if line.startswith("entries:"):
            raise ConnectionAbortedError

    with closing(copied), closing(Store(postgres.create())) as target:
        with pytest.raises(ConnectionAbortedError):
            copy_database(copied, target, cut)
        assert said[-1] == "entries: 1"
        assert not holds_tables(target)
        assert copy_database(copied, target) == copied.head()
        with pytest.raises(StoreError, match="not empty"):
            copy_database(copied, target)
