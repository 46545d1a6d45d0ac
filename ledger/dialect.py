# SPDX-License-Identifier: Apache-2.0
"""All that differs between databases: settings of a connection, and the few statements no standard has.

SQL for hot paths is written with `?` for each parameter, never inside a literal, and runs on the driver's
own connection.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Protocol, cast
from urllib.parse import quote

from sqlalchemy import Table, insert
from sqlalchemy.dialects import sqlite

from ledger.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import URL
    from sqlalchemy.engine.interfaces import Dialect as Compiler

PAGE_BYTES: Final = 8192
WRITER_CACHE_KIB: Final = 256 * 1024
READER_CACHE_KIB: Final = 32 * 1024
WAL_PAGES: Final = 16_384
BUSY_MS: Final = 5_000
"""How long a writer waits for another one's transaction before it says that the log is busy."""


class Cursor(Protocol):
    """The part of a PEP 249 cursor that the hot paths use."""

    def fetchall(self) -> list[Any]: ...

    def fetchone(self) -> Any: ...


class Driver(Protocol):
    """A driver's connection in autocommit mode: transactions are begun and ended by statements."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Cursor: ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> Cursor: ...


class Place(NamedTuple):
    """Where a database is: SQLAlchemy's address and what its driver is told at every connection."""

    address: str | URL
    arguments: dict[str, Any]
    pre_ping: bool
    """Whether a connection that lay idle is tried before it is used: a server may have gone meanwhile."""


class Dialect(ABC):
    """One kind of database; the statements that all of them understand stand here."""

    name: ClassVar[str]
    COMPILER: ClassVar[Compiler]
    """Writes SQLAlchemy statements in this database's SQL, with `?` for parameters."""
    BEGIN: ClassVar[str]
    """Begins a write transaction."""
    HEAD: Final = "SELECT size, root, halt FROM head WHERE id = 1"
    HEAD_LOCKED: ClassVar[str]
    """The head row: from here to the end of the transaction no other writer is inside one."""
    SNAPSHOT: ClassVar[str]
    """Begins a transaction of reads that all see the database as it is at the first of them."""
    CHANGE_SCHEMA: ClassVar[tuple[str, ...]]
    """Begins the one transaction of a change of tables: as long as it takes, and one at a time."""
    COLUMNS: ClassVar[str]
    """Table and column of every column that is there."""
    OTHERS: ClassVar[str]
    """How many connections other programs have as this role, where the database knows."""
    SHUT_OUT: ClassVar[str]
    """Whether from here to `LET_IN`, or to the connection's end, `MAY_ENTER` says no to all others."""
    LET_IN: ClassVar[str]
    MAY_ENTER: ClassVar[str]
    LET_GO: ClassVar[str]
    """Outside a transaction: no copy of what was deleted stays in files of the database's own."""
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

    @abstractmethod
    def place(self, url: URL, *, read_only: bool) -> Place:
        """What SQLAlchemy's engine is made with; StoreError if the URL names no database."""

    @abstractmethod
    def adopt(self, connection: Any, *, read_only: bool) -> Driver:
        """Set what durability and speed need on a new connection; StoreError if it does not hold."""

    @abstractmethod
    def widen(self, connection: Driver) -> None:
        """Give the writer's connection what a reader does not need."""

    @abstractmethod
    def is_busy(self, error: BaseException) -> bool:
        """Whether the error says that another process holds the lock (nothing was written)."""

    @abstractmethod
    def is_gone(self, error: BaseException) -> bool:
        """Whether the error says that the database does not answer on this connection."""

    def insert(self, table: Table) -> str:
        """INSERT of one row with every column of `table`, in column order."""
        return str(insert(table).inline().compile(dialect=self.COMPILER))

    def delete(self, table: Table) -> str:
        """DELETE of one row by its primary key, in column order."""
        key = " AND ".join(f"{column.name} = ?" for column in table.primary_key.columns)
        return f"DELETE FROM {table.name} WHERE {key}"  # noqa: S608  # names of our own tables

    def repeated(self, sql: str, rows: int) -> str:
        """The INSERT of one row as one of `rows` rows: the driver takes one step for all of them."""
        start = sql.index("VALUES (") + len("VALUES ")
        end = sql.index(")", start) + 1
        return sql[:start] + ", ".join([sql[start:end]] * rows) + sql[end:]


class Sqlite(Dialect):
    """SQLite in WAL mode with `synchronous=FULL`: what is acknowledged survives a power cut."""

    name = "sqlite"
    COMPILER = sqlite.dialect(paramstyle="qmark")
    BEGIN = "BEGIN IMMEDIATE"
    HEAD_LOCKED = Dialect.HEAD  # BEGIN has locked all
    SNAPSHOT = "BEGIN"
    CHANGE_SCHEMA = (BEGIN,)
    COLUMNS = "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'"
    OTHERS = "SELECT 0"  # head marks know
    SHUT_OUT = LET_IN = MAY_ENTER = "SELECT 1"  # likewise
    LET_GO = "PRAGMA wal_checkpoint(TRUNCATE)"
    # Connections move between threads, one at a time; statements stay prepared.
    ARGUMENTS: Final[dict[str, Any]] = {"check_same_thread": False, "cached_statements": 512}

    def place(self, url: URL, *, read_only: bool) -> Place:
        """A file; a read-only one without WAL is opened as immutable."""
        path = url.database
        if not path or path == ":memory:":
            raise StoreError("a log needs a database file")
        if not read_only:
            return Place(f"sqlite:///{path}", self.ARGUMENTS, pre_ping=False)
        wal = Path(path + "-wal")
        mode = "mode=ro" if wal.exists() and wal.stat().st_size else "immutable=1"
        address = f"sqlite:///file:{quote(str(Path(path).absolute()))}?{mode}&uri=true"
        return Place(address, self.ARGUMENTS, pre_ping=False)

    def is_busy(self, error: BaseException) -> bool:
        code = getattr(error, "sqlite_errorcode", None)
        return isinstance(code, int) and code & 0xFF in {5, 6}  # SQLITE_BUSY, SQLITE_LOCKED

    def is_gone(self, error: BaseException) -> bool:
        """Never: the database is in this process."""
        return False

    def adopt(self, connection: Any, *, read_only: bool) -> Driver:
        driver = cast("Driver", connection)
        driver.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        driver.execute(f"PRAGMA cache_size=-{READER_CACHE_KIB}")
        if read_only:
            driver.execute("PRAGMA query_only=ON")
            return driver
        driver.execute(f"PRAGMA page_size={PAGE_BYTES}")  # only counts before the first table
        driver.execute("PRAGMA journal_mode=WAL")
        driver.execute("PRAGMA synchronous=FULL")
        driver.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
        driver.execute("PRAGMA foreign_keys=ON")
        expected = {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "page_size": PAGE_BYTES,
            "wal_autocheckpoint": WAL_PAGES,
        }
        for pragma, value in expected.items():
            got = driver.execute(f"PRAGMA {pragma}").fetchone()[0]
            if got != value:
                raise StoreError(f"SQLite {pragma} is {got!r}, and must be {value!r}")
        return driver

    def widen(self, connection: Driver) -> None:
        """The large cache; readers share the operating system's. What is deleted is overwritten."""
        connection.execute(f"PRAGMA cache_size=-{WRITER_CACHE_KIB}")
        connection.execute("PRAGMA secure_delete=ON")
