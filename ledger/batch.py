# SPDX-License-Identifier: Apache-2.0
"""One batch inside its transaction: each command decides, then all rows are inserted once, sorted by key."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ledger import tables
from ledger.commands import KEY_BYTES, View, conflict
from ledger.errors import CommandRejected
from ledger.tiles import MAX_ENTRY_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Table

    from ledger.commands import Command, Decision, RequestKey, Row
    from ledger.dialect import Dialect, Driver
    from ledger.rightedge import FullTile, RightEdge

REQUEST_SECONDS: Final = 7 * 24 * 3600
"""How long an idempotency key is remembered."""
TOGETHER: Final = 16
"""Rows of one INSERT, and keys of one look-up."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a command before the commit."""

    index: int | None
    answer: object
    repeat: bool


class Inserter(NamedTuple):
    """How rows of a table are inserted: SQL, sort key, and its place among tables that refer to it."""

    sql: str
    key: Callable[[tuple[Any, ...]], Any] | None
    order: int


class Inserters:
    """INSERT statements, compiled once a table."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: dict[Table, Inserter] = {}

    def of(self, table: Table) -> Inserter:
        """The inserter of a table, compiled at its first use."""
        found = self._known.get(table)
        if found is None:
            columns = list(table.columns)
            key = [columns.index(column) for column in table.primary_key.columns]
            order = table.metadata.sorted_tables.index(table)
            sort = itemgetter(*key) if key else None
            found = self._known[table] = Inserter(self._dialect.insert(table), sort, order)
        return found


class Batch:
    """The pending writes of one transaction."""

    def __init__(self, connection: Connection, driver: Driver, dialect: Dialect, size: int, now: int) -> None:
        """`size` is the locked head's; `now` the writer's clock."""
        self._driver = driver
        self._dialect = dialect
        self._start = size
        self._ids: dict[bytes, int] = {}
        self._requests: dict[bytes, tuple[bytes, int | None]] = {}
        self._stored_ids: dict[bytes, int | None] = {}
        self._stored_requests: dict[bytes, tuple[bytes, int | None] | None] = {}
        self._rows: dict[Table, list[tuple[Any, ...]]] = {}
        self._removed: list[Row] = []
        self._found: set[bytes] = set()
        self._view = View(connection, driver, dialect, self._ids, now)
        self.leaves: list[bytes] = []

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to commit."""
        return not (self.leaves or self._rows or self._requests or self._removed)

    def foresee(self, commands: Sequence[Command[Any]]) -> None:
        """Look up the ids and idempotency keys of all commands at once, instead of one by one."""
        ids = [command.entry_id[:KEY_BYTES] for command in commands if command.entry_id is not None]
        keys = [command.request.key for command in commands if command.request is not None]
        since = self._view.now - REQUEST_SECONDS
        for start in range(0, len(ids), TOGETHER):
            some = ids[start : start + TOGETHER]
            found = self._driver.execute(self._dialect.INDEXES_OF + _marks(some), some).fetchall()
            self._stored_ids |= {**dict.fromkeys(some), **dict(found)}
        for start in range(0, len(keys), TOGETHER):
            some = keys[start : start + TOGETHER]
            rows = self._driver.execute(self._dialect.FIND_REQUESTS + _marks(some), (since, *some)).fetchall()
            self._stored_requests |= {**dict.fromkeys(some), **{row[0]: (row[1], row[2]) for row in rows}}

    def decide(self, command: Command[object]) -> Decided:
        """Let one command decide and keep what it adds; CommandRejected leaves the batch as it was."""
        request = command.request
        if request is not None and (known := self._find_request(request)) is not None:
            return known
        entry_id = command.entry_id
        if entry_id is not None and (index := self._index_of(entry_id)) is not None:
            decided = Decided(index, None, repeat=True)
        else:
            self._view.next_index = first = self._start + len(self.leaves)
            decision = command.decide(self._view)
            ids = self._check(decision, first, entry_id)
            self._ids.update(ids)
            self.leaves.extend(leaf for _, leaf in decision.leaves)
            for table, values in decision.rows:
                self._rows.setdefault(table, []).append(values)
            self._removed.extend(decision.removed)
            self._found.update(decision.writes)
            index = decision.index if decision.index is not None or not decision.leaves else first
            decided = Decided(index, decision.answer, repeat=False)
        if request is not None:
            self._requests[request.key] = (request.fingerprint, decided.index)
        return decided

    def clashes(self, command: Command[object]) -> bool:
        """Whether it needs facts that an earlier decision of this batch turned out to change."""
        found = self._found
        return bool(found) and not (found.isdisjoint(command.reads) and found.isdisjoint(command.writes))

    def _index_of(self, entry_id: bytes) -> int | None:
        key = entry_id[:KEY_BYTES]
        if key in self._stored_ids:
            return self._ids.get(key, self._stored_ids[key])
        return self._view.index_of(entry_id)

    def _find_request(self, request: RequestKey) -> Decided | None:
        found = self._requests.get(request.key)
        if found is None and request.key in self._stored_requests:
            found = self._stored_requests[request.key]
            if found is None:
                return None
        if found is None:
            row = self._driver.execute(
                self._dialect.FIND_REQUEST, (request.key, self._view.now - REQUEST_SECONDS)
            ).fetchone()
            if row is None:
                return None
            found = (row[0], row[1])
        if found[0] != request.fingerprint:
            raise conflict(request)
        return Decided(found[1], None, repeat=True)

    def _check(self, decision: Decision[object], first: int, absent: bytes | None) -> dict[bytes, int]:
        """Look-up keys of the new leaves; a leaf that is in the log already refuses the whole command."""
        ids: dict[bytes, int] = {}
        for index, (entry_id, leaf) in enumerate(decision.leaves, first):
            if len(entry_id) != 32 or not 0 < len(leaf) <= MAX_ENTRY_BYTES:
                raise CommandRejected("entry.size", f"a leaf of {len(leaf)} bytes, id of {len(entry_id)}")
            key = entry_id[:KEY_BYTES]
            known = ids.get(key)
            if known is None and entry_id != absent:
                known = self._view.index_of(entry_id)
            if known is not None:
                raise CommandRejected("entry.duplicate", f"the entry has index {known}", index=known)
            ids[key] = index
        return ids

    def insert(self, inserters: Inserters, old: int, grown: RightEdge, full: Sequence[FullTile]) -> None:
        """Write all pending rows, the full tiles and the changed edge; the head row comes last, apart."""
        if self.leaves:
            self._many(inserters.of(tables.entries), list(enumerate(self.leaves, self._start)))
            self._many(inserters.of(tables.entry_ids), list(self._ids.items()))
            if full:
                self._many(inserters.of(tables.tiles), list(full))
            self._driver.executemany(self._dialect.PUT_EDGE, list(grown.changed_since(old)))
        for table, values in self._removed:
            self._driver.execute(self._dialect.delete(table), key_of(table, values))
        pending = [(inserters.of(table), rows) for table, rows in self._rows.items()]
        for inserter, rows in sorted(pending, key=lambda pair: pair[0].order):
            self._many(inserter, rows)
        if self._requests:
            now = self._view.now
            keys = [(key, print_, index, now) for key, (print_, index) in sorted(self._requests.items())]
            self._put(self._dialect.PUT_REQUEST, keys)

    def _many(self, inserter: Inserter, rows: list[tuple[Any, ...]]) -> None:
        if inserter.key is not None:
            rows.sort(key=inserter.key)
        self._put(inserter.sql, rows)

    def _put(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        """Insert in the order given; each step of the driver gives up the interpreter's lock, so take few."""
        whole = len(rows) - len(rows) % TOGETHER
        if whole:
            many = self._dialect.repeated(sql, TOGETHER)
            for start in range(0, whole, TOGETHER):
                self._driver.execute(many, [value for row in rows[start : start + TOGETHER] for value in row])
        if whole < len(rows):
            self._driver.executemany(sql, rows[whole:])


def key_of(table: Table, values: Sequence[Any]) -> tuple[Any, ...]:
    """The primary key of a row that has all columns in order."""
    columns = list(table.columns)
    return tuple(values[columns.index(column)] for column in table.primary_key.columns)


def _marks(values: Sequence[bytes]) -> str:
    return f"({', '.join('?' * len(values))})"
