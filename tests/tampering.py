# SPDX-License-Identifier: Apache-2.0
"""What a hostile hand with the database's file can do, and what the log then says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ledger.audit import audit
from ledger.errors import ReadOnlyError
from ledger.hashing import leaf_hash
from ledger.rightedge import RightEdge, tile_levels
from ledger.store import Store
from tests.builders import ORIGIN, a_log, a_publisher, a_signer, an_append

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.audit import Finding


def change(database: Path, *statements: str) -> None:
    """Run SQL on the file, behind the log's back."""
    with closing(sqlite3.connect(database)) as dba, dba:
        for statement in statements:
            dba.execute(statement)


def findings(database: Path) -> tuple[Finding, ...]:
    """What an audit of a copy says."""
    store = Store(f"sqlite:///{database}", read_only=True)
    report = audit(store, a_signer().verifier(), ORIGIN)
    store.close()
    return report.findings


def named(database: Path) -> list[tuple[str, int | None]]:
    """Codes and indexes that an audit of a copy reports."""
    return [(one.code, one.entry) for one in findings(database)]


def rebuild(database: Path) -> None:
    """Do what a careful DBA would: recompute all tiles, the edge and the head from the entries."""
    with closing(sqlite3.connect(database)) as dba, dba:
        tree = RightEdge.empty()
        leaves = [row[0] for row in dba.execute("SELECT leaf FROM entries ORDER BY idx")]
        full = tree.extend(map(leaf_hash, leaves))
        dba.execute("DELETE FROM tiles")
        dba.execute("DELETE FROM edge")
        dba.executemany("INSERT INTO tiles VALUES (?, ?, ?)", full)
        edges = [(level, tree.hashes(level)) for level in range(tile_levels(tree.size))]
        dba.executemany("INSERT INTO edge VALUES (?, ?)", edges)
        dba.execute("UPDATE head SET size = ?, root = ?", (tree.size, tree.root()))
    dba.close()


def rewind(database: Path, size: int) -> None:
    """Delete the last entries with all that names them, and repair edge and head."""
    with closing(sqlite3.connect(database)) as dba, dba:
        tree = RightEdge.empty()
        tree.extend(
            leaf_hash(row[0])
            for row in dba.execute("SELECT leaf FROM entries WHERE idx < ? ORDER BY idx", (size,))
        )
        dba.execute("DELETE FROM entries WHERE idx >= ?", (size,))
        dba.execute("DELETE FROM entry_ids WHERE idx >= ?", (size,))
        dba.execute("DELETE FROM checkpoints WHERE size > ?", (size,))
        dba.execute("DELETE FROM tiles WHERE (idx + 1) << (8 * (level + 1)) > ?", (size,))
        dba.execute("DELETE FROM edge")
        edges = [(level, tree.hashes(level)) for level in range(tile_levels(size))]
        dba.executemany("INSERT INTO edge VALUES (?, ?)", edges)
        dba.execute("UPDATE head SET size = ?, root = ?", (size, tree.root()))
    dba.close()


def assert_nothing_is_signed(folder: Path, code: str) -> None:
    """The log starts read-only, takes nothing, and publishes nothing."""
    with a_log(folder) as log:
        assert (log.writer.read_only or "").startswith(f"{code}: ")
        before = log.store.checkpoints()
        with pytest.raises(ReadOnlyError):
            log.writer.submit_wait(an_append())
        assert a_publisher(log).publish_once() is None
        assert log.store.checkpoints() == before
