# SPDX-License-Identifier: Apache-2.0
"""A database that cannot be read or written, as an operator is told of it: the cause and the next step."""

from __future__ import annotations

import re
import sqlite3
from typing import Final

from api.operation.errors import ToldError
from api.operation.room import is_full

_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_UNUSABLE: Final = frozenset(
    {sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
)
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_SERVER_DAMAGED: Final = re.compile(r"XX00[12]")
_SERVER_BUSY: Final = re.compile(r"55P03|40001|40P01")
_SERVER_UNUSABLE: Final = re.compile(r"08...|57P0[1-5]|25P0[34]|28...|3D000|42501|58...|53[023]..|57014")


class DatabaseFaultError(ToldError):
    """Base of what the database itself says; nothing was judged, and no transaction is half done."""

    def __init__(self, said: str) -> None:
        """What the database said, in its own words."""
        super().__init__(f"{self._zh}（{said}）", f"{self._en} ({said})")

    _zh = _en = ""


class FullError(DatabaseFaultError):
    """The disk, a quota or a limit of file size leaves no room."""

    code = "database.full"
    _zh = "磁盘已满，或者达到配额或文件大小上限"
    _en = "the disk is full, or a quota or a limit of file size was reached"
    next_zh = "请在数据库、密钥、输出文件所在的磁盘上腾出空间，再执行同一命令；没有做完的事务不留痕迹。"
    next_en = (
        "Make room where the database, the keys and what is written out lie, then give the same command "
        "again; what was not committed is undone."
    )


class DamagedError(DatabaseFaultError):
    """The database's file is not one, or its pages do not fit: cut, overwritten, of a broken disk."""

    code = "database.damaged"
    _zh = "数据库文件已损坏"
    _en = "the database is damaged"
    next_zh = (
        "请停止服务，保留数据库及其 -wal 文件的副本，把它们移走，再用最新的备份执行 once restore"
        "（docs/howto/backup.md）。"
    )
    next_en = (
        "Stop the service, keep a copy of the database and its -wal file, move them away, then lay the "
        "newest back-up down with `once restore` (docs/howto/backup.md)."
    )


class UnusableError(DatabaseFaultError):
    """The database cannot be opened, read or written, for a reason outside of it."""

    code = "database.unusable"
    _zh = "数据库无法读写"
    _en = "the database cannot be read or written"
    next_zh = "请检查磁盘空间和权限（数据库在服务器上时，检查服务器），执行 once doctor，再执行同一命令。"
    next_en = (
        "Look at room and rights on its disk, or at the server that it is on, and at `once doctor`; then "
        "give the same command again."
    )


class HeldUpError(DatabaseFaultError):
    """Another program holds the database's lock for longer than we wait."""

    code = "database.busy"
    _zh = "另一个程序占用着数据库"
    _en = "another program holds the database"
    next_zh = "没有改动任何内容，请稍后再执行同一命令。"
    next_en = "Nothing was changed; give the same command again later."


def fault_of(error: BaseException) -> DatabaseFaultError | None:
    """What an error of a driver means for the database; None where it is none of it."""
    cause = getattr(error, "orig", None) or error
    kind = _kind(cause)
    return None if kind is None else kind(str(cause).partition("\n")[0] or type(cause).__name__)


def _kind(cause: BaseException) -> type[DatabaseFaultError] | None:
    if is_full(cause):
        return FullError
    if isinstance(cause, sqlite3.Error):
        code = int(getattr(cause, "sqlite_errorcode", 0)) & 0xFF
        kinds = ((_DAMAGED, DamagedError), (_UNUSABLE, UnusableError), (_BUSY, HeldUpError))
        return next((kind for codes, kind in kinds if code in codes), None)
    if type(cause).__module__.partition(".")[0] != "psycopg":
        return None
    state = getattr(cause, "sqlstate", None)
    if state is None:  # said by the driver, not by the server
        return UnusableError if type(cause).__name__ in {"OperationalError", "InterfaceError"} else None
    told = ((_SERVER_DAMAGED, DamagedError), (_SERVER_BUSY, HeldUpError), (_SERVER_UNUSABLE, UnusableError))
    return next((kind for states, kind in told if states.fullmatch(state)), None)
