# SPDX-License-Identifier: Apache-2.0
"""All that differs between databases: settings of a connection, and the few statements no standard has.

SQL for hot paths is written with `?` for each parameter and runs on the driver's own connection.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import quote

from sqlalchemy import Table, insert
from sqlalchemy.dialects import sqlite

from ledger.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PAGE_BYTES: Final = 8192
WRITER_CACHE_KIB: Final = 256 * 1024
READER_CACHE_KIB: Final = 32 * 1024
WAL_PAGES: Final = 16_384
BUSY_MS: Final = 5_000


class Cursor(Protocol):
    """The part of a PEP 249 cursor that the hot paths use."""

    def fetchall(self) -> list[Any]: ...

    def fetchone(self) -> Any: ...


class Driver(Protocol):
    """A driver's connection in autocommit mode: transactions are begun and ended by statements."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Cursor: ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> Cursor: ...


class Sqlite:
    """SQLite in WAL mode with `synchronous=FULL`: what is acknowledged survives a power cut."""

    name: Final = "sqlite"
    BEGIN: Final = "BEGIN IMMEDIATE"
    """Begins a write transaction: no other writer is inside one afterwards."""
    HEAD: Final = "SELECT size, root, halt FROM head WHERE id = 1"
    HEAD_LOCKED: Final = HEAD
    """The head row, locked to the end of the transaction (here BEGIN has locked all)."""
    COMMIT: Final = "COMMIT"
    ROLLBACK: Final = "ROLLBACK"

    PUT_HEAD: Final = "UPDATE head SET size = ?, root = ? WHERE id = 1"
    PUT_EDGE: Final = (
        "INSERT INTO edge (level, hashes) VALUES (?, ?)"
        " ON CONFLICT (level) DO UPDATE SET hashes = excluded.hashes"
    )
    PUT_REQUEST: Final = (
        "INSERT INTO request_keys (key, fingerprint, idx, time) VALUES (?, ?, ?, ?) ON CONFLICT (key)"
        " DO UPDATE SET fingerprint = excluded.fingerprint, idx = excluded.idx, time = excluded.time"
    )
    FIND_REQUEST: Final = "SELECT fingerprint, idx FROM request_keys WHERE key = ? AND time > ?"
    TILE: Final = "SELECT hashes FROM tiles WHERE level = ? AND idx = ?"
    INDEX_OF: Final = "SELECT idx FROM entry_ids WHERE key = ?"
    FIND_REQUESTS: Final = "SELECT key, fingerprint, idx FROM request_keys WHERE time > ? AND key IN "
    INDEXES_OF: Final = "SELECT key, idx FROM entry_ids WHERE key IN "
    # Connections move between threads, one at a time; statements stay prepared.
    CONNECT: Final[dict[str, Any]] = {"check_same_thread": False, "cached_statements": 512}

    @staticmethod
    def address(path: str, *, read_only: bool) -> str:
        """SQLAlchemy URL of a database file; a read-only one without WAL is opened as immutable."""
        if not read_only:
            return f"sqlite:///{path}"
        wal = Path(path + "-wal")
        mode = "mode=ro" if wal.exists() and wal.stat().st_size else "immutable=1"
        return f"sqlite:///file:{quote(str(Path(path).absolute()))}?{mode}&uri=true"

    @staticmethod
    def native(sql: str) -> str:
        """Translate `?` parameters to the driver's own mark."""
        return sql

    @staticmethod
    def insert(table: Table) -> str:
        """INSERT of one row with every column of `table`, in column order."""
        return str(insert(table).compile(dialect=sqlite.dialect()))

    @staticmethod
    def repeated(sql: str, rows: int) -> str:
        """The INSERT of one row as one of `rows` rows: the driver takes one step for all of them."""
        start = sql.index("VALUES (") + len("VALUES ")
        end = sql.index(")", start) + 1
        return sql[:start] + ", ".join([sql[start:end]] * rows) + sql[end:]

    @staticmethod
    def is_busy(error: BaseException) -> bool:
        """Whether the error says that another process holds the lock (nothing was written)."""
        code = getattr(error, "sqlite_errorcode", None)
        return isinstance(code, int) and code & 0xFF in {5, 6}  # SQLITE_BUSY, SQLITE_LOCKED

    @staticmethod
    def prepare(connection: Driver, *, read_only: bool) -> None:
        """Set what durability and speed need on a new connection; StoreError if it does not hold."""
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.execute(f"PRAGMA cache_size=-{READER_CACHE_KIB}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")
            return
        connection.execute(f"PRAGMA page_size={PAGE_BYTES}")  # only counts before the first table
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
        connection.execute("PRAGMA foreign_keys=ON")
        expected = {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "page_size": PAGE_BYTES,
            "wal_autocheckpoint": WAL_PAGES,
        }
        for pragma, value in expected.items():
            got = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
            if got != value:
                raise StoreError(f"SQLite {pragma} is {got!r}, and must be {value!r}")

    @staticmethod
    def widen(connection: Driver) -> None:
        """Give the writer's connection the large cache; readers share the operating system's."""
        connection.execute(f"PRAGMA cache_size=-{WRITER_CACHE_KIB}")
