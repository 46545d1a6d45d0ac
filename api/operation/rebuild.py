# SPDX-License-Identifier: Apache-2.0
"""Deriving every table again from entries and private records, and comparing it with what is stored.

Works on a snapshot, so that a ledger in service can be judged. Expected rows are kept as digests in a
database of SQLite's own that has no name and ends with us.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Table, select

from api.auditing import known_acts
from attest import tables
from attest.acts import derived
from attest.erasure.again import was_restored
from attest.erasure.repository import erased_by
from attest.errors import AttestError, KeystoreError, UnknownVersionError
from attest.fields import FieldError
from attest.private import open_private
from attest.statements import Envelope
from attest.tables import case_entries, cases, holder_ids, holders, metadata, texts
from ledger.errors import FormatError, LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from attest.context import Context
    from attest.statements import Signer
    from ledger.store import Store

BESIDE: Final[dict[str, str]] = {
    "texts": "public texts, each named by its digest in an entry",
    "private_records": "what opens the entries; compared with them by the audit",
    "uploads": "files that were sent and may never be named by an entry",
    "api_keys": "access to the doors",
    "api_key_ends": "access to the doors",
    "erased_document_ends": "when a file of an erasure was destroyed",
    "restored_erasures": "what a restore erased again and no entry says yet; signed, the audit reads it",
    "restored_entries": "the entries of those erasures",
    "signed_statements": "statements that are never entries; each carries its signature",
}
"""Tables of `attest` that no entry gives, and what they are; all its others are projections."""
MOST: Final = 100
_STEP: Final = 1024
_ROWS: Final = 5000


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is `missing`, or that no entry gives (`extra`); or a fault of an entry or a text."""

    code: str
    table: str
    entry: int | None
    text: str


@dataclass(slots=True)
class Rebuilt:
    """What was found: entries read, rows compared by table, differences (at most 100 a table), unknowns."""

    entries: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    unknown: int = 0
    """Entries of a newer version or kind than this program: what they give cannot be said."""


def projections() -> set[str]:
    """Tables that entries and private records give; what a door keeps for itself is declared elsewhere."""
    return {table.name for table in vars(tables).values() if isinstance(table, Table)} - BESIDE.keys()


class NoKeys:
    """Deriving rows signs nothing."""

    def signer(self, name: str) -> Signer:
        """Never given."""
        raise KeystoreError("no key is needed to derive a table")


def rebuild(store: Store, context: Context, say: Callable[[str], None]) -> Rebuilt:
    """Derive all projections of `store` (a snapshot) and compare them."""
    done = Rebuilt(entries=store.head().size)
    with closing(sqlite3.connect("")) as scratch:
        scratch.execute("CREATE TABLE expected (row BLOB PRIMARY KEY, name TEXT, entry INT) WITHOUT ROWID")
        scratch.execute("CREATE TABLE named (digest BLOB PRIMARY KEY, entry INT) WITHOUT ROWID")
        _derive(store, context, scratch, done, say)
        given = {name for (name,) in scratch.execute("SELECT DISTINCT name FROM expected")}
        for name in sorted(projections() | given):
            _compare(store, metadata.tables[name], scratch, done)
        for name, entry in scratch.execute(
            "SELECT name, entry FROM expected ORDER BY entry LIMIT ?", (MOST,)
        ):
            text = f"entry {entry} gives a row of {name} that is not stored"
            done.differences.append(Difference("row.missing", name, entry, text))
        _compare_texts(store, scratch, done)
    return done


def _derive(
    store: Store, context: Context, scratch: sqlite3.Connection, done: Rebuilt, say: Callable[[str], None]
) -> None:
    acts = known_acts()
    seen: set[str | bytes] = set()
    for start in range(0, done.entries, _STEP):
        stop = min(start + _STEP, done.entries)
        for index, leaf in enumerate(store.leaves(start, stop), start):
            try:
                rows = rows_of(index, leaf, store, context, acts, seen)
            except UnknownVersionError:
                done.unknown += 1
            except (FormatError, FieldError, LookupError, AttestError, LedgerError) as error:
                text = f"entry {index} does not give its rows: {type(error).__name__}"
                done.differences.append(Difference("entry.unreadable", "", index, text))
            else:
                expected = [(_digest(table.name, values), table.name, index) for table, values in rows]
                scratch.executemany("INSERT OR IGNORE INTO expected VALUES (?, ?, ?)", expected)
                scratch.executemany(
                    "INSERT OR IGNORE INTO named VALUES (?, ?)",
                    [(digest, index) for table, values in rows for digest in _texts_of(table, values)],
                )
        if stop % (64 * _STEP) == 0:
            say(f"{stop} of {done.entries} entries")


def rows_of(
    index: int, leaf: bytes, store: Store, context: Context, acts: dict[str, Any], seen: set[str | bytes]
) -> list[tuple[Table, Sequence[Any]]]:
    """The rows of one entry; `seen` are numbers of cases and ids of holders so far, and learns its own."""
    envelope = Envelope.parse(leaf)
    entry = envelope.entry
    if erased_by(index, store) is not None or was_restored(index, store):
        return []
    act = acts.get(entry.kind)
    if act is None:
        raise UnknownVersionError(f"entry {index} is of a kind that this program does not know")
    plain = entry.body if act.public else open_private(index, store, context.sealer)[1]
    rows: list[tuple[Table, Sequence[Any]]] = [*derived(act, plain, index, leaf, envelope, context)]
    if entry.kind == "holder.named":  # named again, somebody has their rows already
        found = {bytes(values[0]) for table, values in rows if table is holder_ids}
        if found <= seen:
            rows = [row for row in rows if row[0] not in (holders, holder_ids)]
        seen.update(found)
    seen.update(values[0] for table, values in rows if table is cases)
    if entry.kind.startswith("usage."):  # a look-up joins the file of a case that was there
        return [row for row in rows if row[0] is not case_entries or row[1][0] in seen]
    return rows


def _texts_of(table: Table, values: Sequence[Any]) -> Iterator[bytes]:
    """Digests of public texts that a row names."""
    for column, value in zip(table.columns, values, strict=True):
        if (table.name, column.name) in {("departments", "text"), ("catalogue", "digest")}:
            yield bytes(value)


def _digest(name: str, values: Sequence[Any]) -> bytes:
    """One row of one table, whatever the driver's types: bytes, whole numbers, texts, nothing."""
    plain = [
        bytes(value)
        if isinstance(value, (bytes, bytearray, memoryview))
        else int(value)
        if isinstance(value, int)
        else value
        for value in values
    ]
    return sha256(repr((name, plain)).encode()).digest()


def _compare(store: Store, table: Table, scratch: sqlite3.Connection, done: Rebuilt) -> None:
    """Cross every stored row out; what stays in `expected` is missing, what was not in it is extra."""
    count = extra = 0
    for row in _stored(store, table):
        count += 1
        if scratch.execute("DELETE FROM expected WHERE row = ?", (_digest(table.name, row),)).rowcount:
            continue
        extra += 1
        if extra <= MOST:
            entry = int(row[list(table.columns.keys()).index("idx")]) if "idx" in table.columns else None
            place = f" (it names entry {entry})" if entry is not None else ""
            text = f"{table.name} holds a row that no entry gives{place}"
            done.differences.append(Difference("row.extra", table.name, entry, text))
    done.rows[table.name] = count


def _compare_texts(store: Store, scratch: sqlite3.Connection, done: Rebuilt) -> None:
    """Every text hashes to its name, and every text that a department or a guide names is there."""
    for digest, body in _stored(store, texts):
        if sha256(bytes(body)).digest() != bytes(digest):
            done.differences.append(Difference("text.damaged", "texts", None, "a text is not what it was"))
        scratch.execute("DELETE FROM named WHERE digest = ?", (bytes(digest),))
    for (entry,) in scratch.execute("SELECT entry FROM named ORDER BY entry LIMIT ?", (MOST,)):
        text = f"the text that entry {entry} names is missing"
        done.differences.append(Difference("text.missing", "texts", entry, text))


def _stored(store: Store, table: Table) -> Iterator[Sequence[Any]]:
    with store.snapshot() as connection:  # a server reads on by steps inside a transaction only
        yield from connection.execution_options(yield_per=_ROWS).execute(select(table))
