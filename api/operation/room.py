# SPDX-License-Identifier: Apache-2.0
"""A disk that is full while a back-up is written or laid down: one error, whoever met it first."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError

from api.operation.errors import NoRoomError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SERVER_FULL: Final = "53100"  # PostgreSQL's disk_full


def is_full(error: BaseException) -> bool:
    """Whether the system, SQLite or a server says that there is no room."""
    if isinstance(error, DBAPIError):
        return error.orig is not None and is_full(error.orig)
    if isinstance(error, sqlite3.Error):
        return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF == sqlite3.SQLITE_FULL
    if isinstance(error, OSError):
        return error.errno in _FULL
    return getattr(error, "sqlstate", None) == _SERVER_FULL


@contextmanager
def telling_no_room() -> Iterator[None]:
    """NoRoomError in place of whatever says that a disk is full."""
    try:
        yield
    except Exception as error:
        if is_full(error):
            raise NoRoomError(
                "磁盘已满，或者达到配额或文件大小上限",
                "the disk is full, or a quota or a limit of file size was reached",
            ) from error
        raise
