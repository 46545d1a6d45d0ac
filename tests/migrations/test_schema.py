# SPDX-License-Identifier: Apache-2.0
"""The migrations give the schema that the tables state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from alembic.script import ScriptDirectory

import attest.tables
from api.migrations import SCHEMA, alembic_config, migrate, require_schema
from ledger.errors import StoreError
from ledger.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def schema_of(store: Store) -> dict[str, list[str]]:
    """Every table and index with its parts, whatever their order and layout."""
    rows = store.query_raw("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {
        name: sorted(re.sub(r"\s+", " ", part).strip(" ()") for part in re.split(r",(?![^(]*\))|\n", sql))
        for name, sql in rows
        if name != "alembic_version"
    }


def test_migrated_schema_is_the_stated_one(tmp_path: Path) -> None:
    """A database brought up by migrations has exactly the tables, keys and options of the code."""
    migrated, stated = Store(f"sqlite:///{tmp_path / 'a.db'}"), Store(f"sqlite:///{tmp_path / 'b.db'}")
    migrate(migrated)
    stated.create(attest.tables.metadata)

    assert schema_of(stated) == schema_of(migrated)
    migrated.close()
    stated.close()


def test_tables_without_row_ids_stay_so(tmp_path: Path) -> None:
    """The layout that the look-ups' speed rests on survives the migration."""
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    migrate(store)

    rows = store.query_raw("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'")
    assert {"entry_ids", "request_keys", "lookups", "acceptances"} <= {name for (name,) in rows}
    store.close()


def test_migrating_twice_is_once(tmp_path: Path) -> None:
    """A database that is up to date is left alone."""
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    migrate(store)
    before = schema_of(store)
    migrate(store)

    assert before == schema_of(store)
    require_schema(store)
    store.close()


def test_the_programs_schema_is_the_newest_revision() -> None:
    """The revision that the program asks for is the one that the migrations end in."""
    assert list(ScriptDirectory.from_config(alembic_config()).get_heads()) == [SCHEMA]


def test_another_schema_is_refused(tmp_path: Path) -> None:
    """A database of a newer program, or of none, is not opened."""
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    with pytest.raises(StoreError, match="never migrated"):
        require_schema(store)
    migrate(store)
    store.query("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreError, match="9999"):
        require_schema(store)
    store.close()
