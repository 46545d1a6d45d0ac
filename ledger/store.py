# SPDX-License-Identifier: Apache-2.0
"""Reads of the log's database, for any thread of any process; all of the log's SQL but the writer's.

What is below the head never changes, so full tiles and the last seen edge are kept in memory.
"""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Connection, MetaData, create_engine, event, insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from ledger import merkle, tables
from ledger.dialects import dialect_of
from ledger.errors import BusyError, StoreError
from ledger.hashing import EMPTY_ROOT, HASH_SIZE, leaf_hash
from ledger.rightedge import WIDTH, WIDTH_BITS, RightEdge, UnpackedTile, partial_width
from ledger.rows import AnchorRow, Head, Published
from ledger.tiles import encode_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
    from sqlalchemy.sql import Executable

    from ledger.dialect import Driver

CACHED_TILES: Final = 1024
"""Full tiles kept unpacked, 16 KiB each."""

_DRIVER: Final = "once.driver"
EDGE_SQL: Final = (
    "SELECT head.size, head.root, head.halt, edge.level, edge.hashes"
    " FROM head LEFT JOIN edge ON 1 = 1 WHERE head.id = 1"
)
_CHECKPOINT = "SELECT size, root, note, evm_signature, time FROM checkpoints"
_ANCHOR = "SELECT size, contract, root, tx, block, block_hash, time, withdrawn FROM anchors"


class Store:
    """The log in one database; `url` is SQLAlchemy's. Every method may be called from any thread."""

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        """Open (SQLite: create the file if need be); `read_only` never writes, not even a WAL file."""
        self.url: Final = url
        self.read_only: Final = read_only
        parsed = make_url(url)
        self.dialect: Final = dialect_of(parsed.get_backend_name(), url)
        place = self.dialect.place(parsed, read_only=read_only)
        self.engine: Final = create_engine(
            place.address,
            isolation_level="AUTOCOMMIT",
            poolclass=QueuePool,
            pool_size=8,
            max_overflow=-1,
            pool_pre_ping=place.pre_ping,
            connect_args=place.arguments,
            hide_parameters=True,  # an error's text must not show what was to be written
        )
        event.listen(self.engine, "connect", self._on_connect)
        self._idle: deque[PoolProxiedConnection] = deque()
        self._rows = RightEdge.empty().rows()
        self._tile = lru_cache(maxsize=CACHED_TILES)(self._load_tile)

    def _on_connect(self, connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        entry.info[_DRIVER] = self.dialect.adopt(connection, read_only=self.read_only)

    def create(self, *others: MetaData) -> None:
        """Create the log's tables (and those of `others`) and the head of the empty tree, if missing."""
        for metadata in (tables.metadata, *others):
            metadata.create_all(self.engine)
        with self.transaction() as connection:
            if connection.execute(text("SELECT 1 FROM head WHERE id = 1")).first() is None:
                connection.execute(insert(tables.head).values(id=1, size=0, root=EMPTY_ROOT))

    def close(self) -> None:
        """Close all idle connections."""
        while self._idle:
            self._idle.pop().close()
        self.engine.dispose()

    # Connections

    def connect(self) -> Connection:
        """A connection of its own, in autocommit mode; the caller closes it. BusyError: nobody answers."""
        try:
            return self.engine.connect()
        except DBAPIError as error:
            if error.orig is not None and self.dialect.is_gone(error.orig):
                raise self._silent(error) from error
            raise

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A write transaction apart from the log's writer (anchors, chain state, settings).

        It shares the one lock with the writer: keep it short, and never wait inside.
        """
        with self._within(self.dialect.BEGIN, self.dialect.HEAD_LOCKED) as connection:
            yield connection

    @contextmanager
    def changing_schema(self) -> Iterator[Connection]:
        """A transaction for a change of tables: whole or not at all, one program at a time."""
        with self._within(*self.dialect.CHANGE_SCHEMA) as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Reads that all see the database as it is now, whatever is written meanwhile."""
        with self._within(self.dialect.SNAPSHOT) as connection:
            yield connection

    @contextmanager
    def _within(self, *begin: str) -> Iterator[Connection]:
        with self.connect() as connection:
            driver = driver_of(connection)
            try:
                for statement in begin:
                    driver.execute(statement)
            except Exception as error:
                if self.dialect.is_busy(error):
                    with suppress(Exception):
                        driver.execute(self.dialect.ROLLBACK)
                    raise BusyError("another process holds the log's lock") from error
                raise
            try:
                yield connection
            except BaseException:
                with suppress(Exception):  # the first fault is the one to tell
                    driver.execute(self.dialect.ROLLBACK)
                raise
            driver.execute(self.dialect.COMMIT)

    def query(
        self, statement: Executable | str, params: Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        """Rows of a SQLAlchemy statement, or of text with `:named` parameters."""
        with self.engine.connect() as connection:
            return run(connection, statement, params)

    def query_raw(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of driver SQL with `?` parameters: prepared once a connection, some 10 us a look-up."""
        try:
            rows = self._read(sql, params)
        except Exception as error:
            if not self.dialect.is_gone(error):
                raise
            self._forget_idle()  # they ended together; a new connection knows whether the server is back
            rows = self._read(sql, params)
        return rows

    def _read(self, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        try:
            pooled = self._idle.pop()
        except IndexError:
            pooled = self._raw_connection()
        try:
            rows = cast("Driver", pooled.info[_DRIVER]).execute(sql, params).fetchall()
        except BaseException:
            pooled.invalidate()
            raise
        self._idle.append(pooled)
        return rows

    def _raw_connection(self) -> PoolProxiedConnection:
        try:
            return self.engine.raw_connection()
        except Exception as error:
            if self.dialect.is_gone(getattr(error, "orig", None) or error):
                raise self._silent(error) from error
            raise

    @staticmethod
    def _silent(error: BaseException) -> BusyError:
        first = str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]
        return BusyError(f"the database does not answer: {first}")

    def _forget_idle(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().invalidate()

    # Tables

    def columns(self) -> dict[str, set[str]]:
        """The columns of every table, as the database has them."""
        found: dict[str, set[str]] = {}
        for table, column in self.query_raw(self.dialect.COLUMNS):
            found.setdefault(table, set()).add(column)
        return found

    def others(self) -> int:
        """Connections that programs of another name have as our role; 0 where the database is a file."""
        return cast("int", self.query_raw(self.dialect.OTHERS)[0][0])

    # Head and tree

    def head(self) -> Head:
        """The last committed head, marked or not."""
        rows = self.query_raw(self.dialect.HEAD)
        if not rows:
            raise StoreError("the database holds no log: it was never initialised")
        return Head(*rows[0])

    def edge(self) -> tuple[Head, RightEdge]:
        """Head and right edge as one snapshot, straight from the database."""
        return read_edge(self.query_raw(EDGE_SQL))

    def publish(self, edge: RightEdge) -> None:
        """Take over a committed edge from the writer, so that proofs need no read."""
        self._rows = edge.rows()

    def node(self, level: int, index: int) -> bytes:
        """Hash of the complete subtree `(level, index)`; IndexError beyond the head."""
        start, row = self._rows[level]
        at = index - start
        if at >= len(row):
            start, row = self._refresh()[level]
            at = index - start
            if at >= len(row):
                raise IndexError(f"node {level}/{index} is beyond the head")
        if at >= 0:
            return row[at]
        inner = level & 7
        shift = WIDTH_BITS - inner
        return self._tile(level >> 3, index >> shift).node(inner, index & ((1 << shift) - 1))

    def _refresh(self) -> list[tuple[int, list[bytes]]]:
        _, edge = self.edge()
        self.publish(edge)
        return self._rows

    def _load_tile(self, level: int, number: int) -> UnpackedTile:
        return UnpackedTile(self._tile_bytes(level, number))

    def _tile_bytes(self, level: int, number: int) -> bytes:
        rows = self.query_raw(self.dialect.TILE, (level, number))
        if not rows:
            raise StoreError(f"hash tile {level}/{number} is missing")
        return cast("bytes", rows[0][0])

    def root_at(self, size: int) -> bytes:
        """Root of the first `size` leaves."""
        return merkle.root_at(size, self.node)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """RFC 6962 audit path of leaf `index` in the tree of `size`."""
        return merkle.inclusion_proof(index, size, self.node)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """RFC 6962 consistency proof between two sizes."""
        return merkle.consistency_proof(old, new, self.node)

    def hash_tile(self, level: int, number: int, width: int = WIDTH) -> bytes:
        """`width` hashes of a tile, 32 bytes each; IndexError if the tree has fewer."""
        if level < 0 or number < 0 or not 1 <= width <= WIDTH:
            raise IndexError(f"no tile {level}/{number} of width {width}")
        head, edge = self.edge()
        if number == edge.tile_number(level) and width <= partial_width(head.size, level):
            return edge.hashes(level)[: width * HASH_SIZE]
        if number >= edge.tile_number(level):
            raise IndexError(f"no tile {level}/{number} of width {width} in a tree of {head.size}")
        return self._tile_bytes(level, number)[: width * HASH_SIZE]

    # Entries

    def leaf(self, index: int) -> bytes:
        """Bytes of leaf `index`, checked against the tree; IndexError beyond the head."""
        return self.leaves(index, index + 1)[0]

    def leaves(self, start: int, stop: int) -> list[bytes]:
        """Leaves `start` to `stop - 1`, checked; StoreError names a missing or damaged one."""
        leaves = self.stored_leaves(start, stop)
        if start < 0 or len(leaves) != stop - start:
            size = self.head().size
            if start < 0 or stop > size:
                raise IndexError(f"no leaves {start} to {stop} in a log of {size}")
            index = _first_gap(start, [index for index, _ in leaves])
            raise StoreError(f"entry {index} is missing from the database")
        for index, leaf in leaves:
            if leaf_hash(leaf) != self.node(0, index):
                raise StoreError(f"entry {index} is damaged: its bytes do not hash to the tree's leaf")
        return [leaf for _, leaf in leaves]

    def stored_leaves(self, start: int, stop: int) -> list[tuple[int, bytes]]:
        """`(index, bytes)` as they lie in the database, unchecked, in order."""
        return cast(
            "list[tuple[int, bytes]]",
            self.query_raw(
                "SELECT idx, leaf FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx", (start, stop)
            ),
        )

    def bundle(self, number: int) -> bytes:
        """Entry bundle `number` (C2SP tlog-tiles): up to 256 leaves from 256 * number."""
        size = self.head().size
        start = number * WIDTH
        if not 0 <= start < size:
            raise IndexError(f"no entry bundle {number} in a log of {size}")
        return encode_bundle(self.leaves(start, min(start + WIDTH, size)))

    def index_of(self, entry_id: bytes) -> int | None:
        """Index of the entry with this 32-byte id."""
        rows = self.query_raw(self.dialect.INDEX_OF, (entry_id[:16],))
        return cast("int", rows[0][0]) if rows else None

    # Checkpoints and anchors

    def latest_checkpoint(self) -> Published | None:
        """The published checkpoint of the largest size."""
        rows = self.query_raw(_CHECKPOINT + " ORDER BY size DESC LIMIT 1")
        return Published(*rows[0]) if rows else None

    def checkpoint_covering(self, index: int) -> Published | None:
        """The smallest published checkpoint that includes leaf `index`."""
        rows = self.query_raw(_CHECKPOINT + " WHERE size > ? ORDER BY size LIMIT 1", (index,))
        return Published(*rows[0]) if rows else None

    def checkpoints(self) -> list[Published]:
        """All published checkpoints by size."""
        return [Published(*row) for row in self.query_raw(_CHECKPOINT + " ORDER BY size")]

    def anchor_covering(self, index: int) -> AnchorRow | None:
        """The smallest standing anchor that includes leaf `index`."""
        rows = self.query_raw(_ANCHOR + " WHERE size > ? AND NOT withdrawn ORDER BY size LIMIT 1", (index,))
        return AnchorRow.of(rows[0]) if rows else None

    def anchored_size(self) -> int:
        """Entries below the newest standing anchor, 0 before the first."""
        rows = self.query_raw("SELECT max(size) FROM anchors WHERE NOT withdrawn")
        return cast("int", rows[0][0] or 0)

    def forget_requests(self, before: int, most: int = 10_000) -> int:
        """Delete idempotency keys older than Unix second `before`, at most so many; how many went."""
        with self.transaction() as connection:
            old = "SELECT key FROM request_keys WHERE time < :before ORDER BY time LIMIT :most"
            params = {"before": before, "most": most}
            gone = run(connection, f"DELETE FROM request_keys WHERE key IN ({old}) RETURNING key", params)  # noqa: S608  # no value in it
            return len(gone)

    def let_go(self) -> None:
        """Drop the database's own copies of deleted rows: SQLite's log of changes, PostgreSQL's dead rows.

        Where another connection reads just now some may stay until the next time.
        """
        self._read(self.dialect.LET_GO, ())

    # Halt

    def halt(self, reason: str) -> None:
        """Make every writer of this database read-only; the first reason stays."""
        with self.transaction() as connection:
            run(
                connection, "UPDATE head SET halt = :reason WHERE id = 1 AND halt IS NULL", {"reason": reason}
            )

    def resume(self) -> None:
        """Lift the halt: an operator has looked at the reason."""
        with self.transaction() as connection:
            run(connection, "UPDATE head SET halt = NULL WHERE id = 1")


def driver_of(connection: Connection) -> Driver:
    """The driver's own connection under SQLAlchemy's."""
    return cast("Driver", connection.connection.info[_DRIVER])


def run(
    connection: Connection, statement: Executable | str, params: Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """Execute on an open connection; the rows, or an empty list for a statement without any."""
    result = connection.execute(
        text(statement) if isinstance(statement, str) else statement, dict(params or {})
    )
    return [tuple(row) for row in result] if result.returns_rows else []


def read_edge(rows: Sequence[tuple[Any, ...]]) -> tuple[Head, RightEdge]:
    """Head and edge from the rows of `EDGE_SQL`; StoreError if the widths do not fit the size."""
    if not rows:
        raise StoreError("the database holds no log: it was never initialised")
    size, root, halt, *_ = rows[0]
    edge = RightEdge.load(size, {row[3]: row[4] for row in rows if row[3] is not None})
    return Head(size, root, halt), edge


def _first_gap(start: int, indexes: Sequence[int]) -> int:
    for offset, index in enumerate(indexes):
        if index != start + offset:
            return start + offset
    return start + len(indexes)
