# SPDX-License-Identifier: Apache-2.0
"""T01: a DBA edits stored entries; the audit names exactly those indexes."""

from __future__ import annotations

import random
import sqlite3
from typing import TYPE_CHECKING

import pytest

from ledger.errors import StoreError
from ledger.store import Store
from tests.builders import a_log, a_publisher
from tests.tampering import change, named

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 1_000


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The file of a closed, published log of 1,000 entries."""
    with a_log(tmp_path, entries=SIZE) as log:
        a_publisher(log).publish_once()
    return tmp_path / "ledger.db"


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
    change(database, "UPDATE entries SET leaf = X'00' WHERE idx = 500")
    store = Store(f"sqlite:///{database}", read_only=True)
    with pytest.raises(StoreError, match="entry 500 "):
        store.leaf(500)

    assert store.leaf(501) == b"entry 501"
    store.close()
