# SPDX-License-Identifier: Apache-2.0
"""T01, T05: a DBA edits or swaps stored entries; the audit names exactly those indexes."""

from __future__ import annotations

import random
import sqlite3
from typing import TYPE_CHECKING

import pytest

from ledger.audit import audit
from ledger.errors import StoreError
from ledger.store import Store
from tests.builders import ORIGIN, a_log, a_publisher, a_signer

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 1_000


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The file of a closed, published log of 1,000 entries."""
    with a_log(tmp_path, entries=SIZE) as log:
        a_publisher(log).publish_once()
    return tmp_path / "ledger.db"


def named(database: Path) -> list[tuple[str, int | None]]:
    """Codes and indexes that the audit of a copy reports."""
    store = Store(f"sqlite:///{database}", read_only=True)
    report = audit(store, a_signer().verifier(), ORIGIN)
    store.close()
    return [(one.code, one.entry) for one in report.findings]


def test_each_of_fifty_edited_entries_is_named(database: Path) -> None:
    """One changed bit in any entry is found, and nothing but that entry is accused."""
    chance = random.Random(1)
    for index in [0, 255, 256, SIZE - 1, *chance.sample(range(SIZE), 46)]:
        with sqlite3.connect(database) as dba:
            (leaf,) = dba.execute("SELECT leaf FROM entries WHERE idx = ?", (index,)).fetchone()
            edited = bytearray(leaf)
            edited[chance.randrange(len(edited))] ^= 1 << chance.randrange(8)
            dba.execute("UPDATE entries SET leaf = ? WHERE idx = ?", (bytes(edited), index))
        dba.close()
        assert named(database) == [("entry.mismatch", index)]
        with sqlite3.connect(database) as dba:
            dba.execute("UPDATE entries SET leaf = ? WHERE idx = ?", (leaf, index))
        dba.close()


def test_an_edited_entry_is_never_served(database: Path) -> None:
    """Reading the edited entry is an error that names it; its neighbours are served."""
    with sqlite3.connect(database) as dba:
        dba.execute("UPDATE entries SET leaf = X'00' WHERE idx = 500")
    dba.close()
    store = Store(f"sqlite:///{database}", read_only=True)
    with pytest.raises(StoreError, match="entry 500 "):
        store.leaf(500)

    assert store.leaf(501) == b"entry 501"
    store.close()


@pytest.mark.parametrize(("one", "other"), [(3, 4), (10, 999), (255, 256)])
def test_both_swapped_entries_are_named(database: Path, one: int, other: int) -> None:
    """T05: entries that changed places are both named."""
    with sqlite3.connect(database) as dba:
        for old, new in ((one, -1), (other, one), (-1, other)):
            dba.execute("UPDATE entries SET idx = ? WHERE idx = ?", (new, old))
    dba.close()

    assert named(database) == [("entry.mismatch", one), ("entry.mismatch", other)]
