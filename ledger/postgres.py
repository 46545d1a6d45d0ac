# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL through psycopg 3: every connection asserts what durability rests on.

Any number of processes may write: each transaction begins by locking the head row, and under READ COMMITTED
every statement after that sees all that the earlier holders of the lock committed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import errors
from psycopg.types.numeric import Int8BinaryDumper
from sqlalchemy.dialects.postgresql.base import PGDialect

from ledger.dialect import BUSY_MS, Dialect, Driver, Place
from ledger.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import URL

STATEMENTS: Final = 1024
"""Statements that stay prepared on a connection."""
ARGUMENTS: Final[Mapping[str, Any]] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,  # milliseconds; a dead server is noticed although nothing resets the line
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "application_name": "once",
    "client_encoding": "utf8",  # of a database without an encoding the driver would give bytes for texts
}
"""What libpq is told unless the URL says otherwise."""
SESSION: Final[Mapping[str, str]] = {
    "lock_timeout": f"{BUSY_MS}ms",
    "idle_in_transaction_session_timeout": "10s",  # a writer that was stopped gives the head row back
    "statement_timeout": "60s",
    "tcp_user_timeout": "10s",  # and so does one whose machine is gone
    "jit": "off",  # a look-up takes less time than its compilation
}
"""What every session is set to."""
DURABLE: Final[Mapping[str, frozenset[str]]] = {
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "remote_apply"}),
    "server_encoding": frozenset({"UTF8"}),
    "collation": frozenset({"C", "POSIX"}),
}
"""What every connection that may write asserts; no setting of ours could stand in for it.

Texts in another order than that of their bytes would page otherwise than SQLite's, and an upgrade of the
system's locales would silently damage their indexes.
"""
_SET: Final = "SELECT " + ", ".join(
    f"set_config('{name}', '{value}', false)" for name, value in SESSION.items()
)
_COLLATION: Final = (
    "(SELECT CASE coalesce(to_jsonb(d) ->> 'datlocprovider', 'c')"
    " WHEN 'c' THEN d.datcollate WHEN 'b' THEN 'C' ELSE 'of a language' END"
    " FROM pg_database AS d WHERE d.datname = current_database())"
)
_ASSERTED: Final = "SELECT pg_is_in_recovery(), " + ", ".join(
    _COLLATION if name == "collation" else f"current_setting('{name}')" for name in DURABLE
)
_GONE: Final = re.compile(r"08...|57P0[1-5]|25P03|25P04|57P05")
"""SQLSTATE classes of a connection that ended: connection exceptions, shutdowns, idle timeouts."""


@lru_cache(maxsize=STATEMENTS)
def numbered(sql: str) -> str:
    """`?` marks as PostgreSQL's `$1, $2, …`."""
    first, *rest = sql.split("?")
    return first + "".join(f"${number}{piece}" for number, piece in enumerate(rest, 1))


class Session:
    """A psycopg connection as a `Driver`: `?` marks, prepared at first use, binary both ways."""

    __slots__ = ("_connection",)

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        """Take over a connection in autocommit mode."""
        connection.prepared_max = STATEMENTS
        # One type whatever the value, so that a statement is prepared once.
        connection.adapters.register_dumper(int, Int8BinaryDumper)
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> psycopg.RawCursor[Any]:
        cursor = psycopg.RawCursor(self._connection)
        try:
            return cursor.execute(numbered(sql), parameters, prepare=True, binary=True)
        except psycopg.Error as error:
            raise _without_values(error) from None

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> psycopg.RawCursor[Any]:
        """All rows in one exchange with the server."""
        cursor = psycopg.RawCursor(self._connection)
        try:
            cursor.executemany(numbered(sql), rows)
        except psycopg.Error as error:
            raise _without_values(error) from None
        return cursor


def _without_values(error: psycopg.Error) -> psycopg.Error:
    """The same error with its first sentence alone: the server's DETAIL shows the row."""
    error.args = (error.diag.message_primary or str(error).partition("\n")[0],)
    return error


class Postgres(Dialect):
    """PostgreSQL with `fsync`, `full_page_writes` and `synchronous_commit` on."""

    name = "postgresql"
    COMPILER = PGDialect(paramstyle="qmark")  # type: ignore[no-untyped-call]  # SQLAlchemy has not typed it
    BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
    HEAD_LOCKED = Dialect.HEAD + " FOR UPDATE"
    SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    CHANGE_SCHEMA = (
        BEGIN,
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL lock_timeout = 0",
        "SELECT pg_advisory_xact_lock(7169)",  # any number that all our programs agree on
    )
    COLUMNS = (
        "SELECT t.relname, c.attname FROM pg_attribute AS c JOIN pg_class AS t ON t.oid = c.attrelid"
        " WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p')"
        " AND c.attnum > 0 AND NOT c.attisdropped"
    )
    OTHERS = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user"
        " AND backend_type = 'client backend' AND application_name <> current_setting('application_name')"
    )
    SHUT_OUT = "SELECT pg_try_advisory_lock(7170)"  # another number that all our programs agree on
    LET_IN = "SELECT pg_advisory_unlock(7170)"
    MAY_ENTER = "SELECT pg_try_advisory_xact_lock_shared(7170)"
    LET_GO = "SELECT 1"  # its own vacuum takes dead rows away

    def place(self, url: URL, *, read_only: bool) -> Place:
        if not url.database:
            raise StoreError("the URL names no database")
        arguments = {name: value for name, value in ARGUMENTS.items() if name not in url.query}
        if not read_only and "target_session_attrs" not in url.query:
            arguments["target_session_attrs"] = "read-write"  # among several hosts, the one that is in charge
        return Place(
            url.set(drivername="postgresql+psycopg"), {**arguments, "autocommit": True}, pre_ping=True
        )

    def adopt(self, connection: Any, *, read_only: bool) -> Driver:
        session = Session(connection)
        session.execute(_SET)
        if read_only:
            session.execute("SET default_transaction_read_only = on")
            return session
        standby, *settings = session.execute(_ASSERTED).fetchall()[0]
        if standby:
            raise StoreError("this PostgreSQL is a standby: it takes no entries")
        for (name, allowed), value in zip(DURABLE.items(), settings, strict=True):
            if value not in allowed:
                raise StoreError(
                    f"PostgreSQL {name} is {value!r}, and must be {' or '.join(sorted(allowed))}"
                )
        return session

    def widen(self, connection: Driver) -> None:
        """Nothing: the server's cache is everybody's."""

    def is_busy(self, error: BaseException) -> bool:
        return isinstance(
            error, errors.LockNotAvailable | errors.SerializationFailure | errors.DeadlockDetected
        )

    def is_gone(self, error: BaseException) -> bool:
        if not isinstance(error, psycopg.Error):
            return False
        if error.sqlstate is None:  # said by the driver, not by the server
            return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        return _GONE.fullmatch(error.sqlstate) is not None
