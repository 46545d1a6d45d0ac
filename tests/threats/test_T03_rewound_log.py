# SPDX-License-Identifier: Apache-2.0
"""T03, T04: a DBA takes away the last entries or restores a back-up; nothing more is signed."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest

from ledger.errors import ReadOnlyError
from ledger.hashing import leaf_hash
from ledger.rightedge import RightEdge, tile_levels
from ledger.rows import Head
from ledger.startup import Action, ChainFacts, compare_chain
from tests.builders import Append, a_leaf, a_log, a_publisher, an_append

if TYPE_CHECKING:
    from pathlib import Path


def rewind(database: Path, size: int) -> None:
    """Delete the last entries with all that names them, and repair edge and head."""
    with sqlite3.connect(database) as dba:
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


@pytest.mark.parametrize("left", [0, 1, 255, 599])
def test_a_log_without_its_last_entries_is_read_only(tmp_path: Path, left: int) -> None:
    """T03: however cleanly the last entries were removed, the head mark is ahead."""
    with a_log(tmp_path, entries=600) as log:
        a_publisher(log).publish_once()
    rewind(tmp_path / "ledger.db", left)

    assert_nothing_is_signed(tmp_path, "mark.ahead")


def test_yesterdays_back_up_is_read_only(tmp_path: Path) -> None:
    """T04: a restored back-up has no damage at all, and still may not sign."""
    with a_log(tmp_path, entries=300) as log:
        a_publisher(log).publish_once()
    shutil.copy(tmp_path / "ledger.db", tmp_path / "yesterday.db")
    with a_log(tmp_path) as log:
        log.writer.submit_wait(Append([a_leaf() for _ in range(300)]))
        a_publisher(log).publish_once()
    shutil.copy(tmp_path / "yesterday.db", tmp_path / "ledger.db")

    assert_nothing_is_signed(tmp_path, "mark.ahead")


def test_a_log_that_went_on_after_the_restore_is_a_fork(tmp_path: Path) -> None:
    """T04: a back-up that grew past the mark with other entries is a fork."""
    a_log(tmp_path, entries=3).close()
    shutil.copytree(tmp_path, tmp_path / "elsewhere")
    a_log(tmp_path, entries=3).close()
    with a_log(tmp_path / "elsewhere") as log:
        log.writer.submit_wait(Append([a_leaf() for _ in range(9)]))
    shutil.copy(tmp_path / "elsewhere" / "ledger.db", tmp_path / "ledger.db")

    assert_nothing_is_signed(tmp_path, "fork")


def test_a_chain_that_is_ahead_stops_the_log() -> None:
    """T03: with mark and database rewound together the chain still holds the larger size."""
    finding = compare_chain(Head(300, b"r" * 32), ChainFacts(600, b"s" * 32, None, 600))

    assert (finding.code, finding.action) == ("chain.ahead", Action.READ_ONLY)
