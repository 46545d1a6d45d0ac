# SPDX-License-Identifier: Apache-2.0
"""A ledger's database copied into an empty one of any kind, table by table, in the order of their keys.

What is read is one snapshot: writers go on meanwhile. The copy is kept only if its entries give the root.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, inspect, select, text, tuple_

import ledger.tables
from api.migrations import migrate, require_schema
from api.migrations.stated import tables_of_ledger
from ledger.dialect import Dialect
from ledger.errors import StoreError
from ledger.hashing import leaf_hash
from ledger.merkle import Frontier
from ledger.rows import Head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Row, Table

    from ledger.store import Store

STEP: Final = 500
"""Rows in memory at a time: entries have up to 64 KiB."""


def holds_tables(store: Store) -> bool:
    """Whether there is anything in the database."""
    with store.connect() as connection:
        return bool(inspect(connection).get_table_names())


def copy_database(source: Store, target: Store, say: Callable[[str], None] = lambda _: None) -> Head:
    """Copy all of `source` into the empty database of `target`, whole or not at all; the head of the copy.

    StoreError if there is something in the target, or if what arrived does not give the source's root.
    """
    require_schema(source)
    if holds_tables(target):
        raise StoreError("the database to copy into is not empty")
    heads = []
    with source.snapshot() as reading:

        def fill(writing: Connection) -> None:
            for table in tables_of_ledger():
                count = 0
                for rows in _pages(reading, table):
                    writing.execute(table.insert(), [row._asdict() for row in rows])
                    count += len(rows)
                _compare_counts(reading, writing, table, count)
                say(f"{table.name}: {count}")
            heads.append(verified_head(writing))

        migrate(target, judge=fill)  # in the transaction that makes the tables: what is cut off leaves none
    return heads[0]


def _pages(connection: Connection, table: Table) -> Iterator[list[Row[Any]]]:
    """All rows in the order of the primary key."""
    key = list(table.primary_key.columns)
    ordered = select(table).order_by(*key).limit(STEP)
    page = list(connection.execute(ordered))
    while page:
        yield page
        last = [getattr(page[-1], column.name) for column in key]
        beyond = key[0] > last[0] if len(key) == 1 else tuple_(*key) > tuple_(*last)
        page = list(connection.execute(ordered.where(beyond))) if len(page) == STEP else []


def _compare_counts(reading: Connection, writing: Connection, table: Table, copied: int) -> None:
    counting = select(func.count()).select_from(table)
    counts = {int(connection.execute(counting).scalar_one()) for connection in (reading, writing)}
    if counts != {copied}:
        raise StoreError(f"table {table.name}: {copied} rows were copied, there are {sorted(counts)}")


def verified_head(connection: Connection) -> Head:
    """The head, after every entry was hashed again; StoreError if the entries do not give its root."""
    head = Head(*connection.execute(text(Dialect.HEAD)).one())
    tree = Frontier()
    idx, leaf = ledger.tables.entries.c.idx, ledger.tables.entries.c.leaf
    ordered = select(idx, leaf).order_by(idx).limit(STEP)
    while rows := connection.execute(ordered.where(idx >= tree.size)).all():
        for row in rows:
            if row.idx != tree.size:
                raise StoreError(f"entry {tree.size} is missing")
            tree.append(leaf_hash(row.leaf))
    if (tree.size, tree.root()) != (head.size, head.root):
        raise StoreError(f"the entries do not give the root of size {head.size}")
    return head
