# SPDX-License-Identifier: Apache-2.0
"""A consistent copy of the database as one SQLite file, taken while writers go on.

SQLite's own backup reads one snapshot of the WAL: it waits for no writer, and none waits for it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from sqlalchemy.engine import make_url

from api.copying import copy_database
from api.database import open_store
from api.operation.database_fault import fault_of
from api.operation.errors import BackupError, NoRoomError
from api.operation.room import is_full
from ledger.store import Store

if TYPE_CHECKING:
    from api.settings import Settings


SPARE_BYTES: Final = 64 << 20
"""Room to leave on the disk of a ledger in service."""


def take_snapshot(settings: Settings, target: Path) -> None:
    """Copy the database of `settings` to the new file `target` (0600)."""
    url = make_url(settings.database_url)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        if url.get_backend_name() == "sqlite":
            _copy_sqlite(str(url.database), target)
        else:
            _copy_tables(settings, target)
        one_file(target)
    except sqlite3.Error as error:
        if is_full(error):
            raise
        if fault := fault_of(error):
            raise fault from error
        raise BackupError(f"the database cannot be copied: {error}", code="backup.database") from error


def _copy_sqlite(source: str, target: Path) -> None:
    needed, free = Path(source).stat().st_size, shutil.disk_usage(target.parent).free
    if free < needed + SPARE_BYTES:
        wanted = (needed + SPARE_BYTES) >> 20
        raise NoRoomError(
            f"{target.parent} 只剩 {free >> 20} MiB，副本需要 {wanted} MiB",
            f"{target.parent} has room for {free >> 20} MiB, the copy needs {wanted}",
        )
    reading = sqlite3.connect(f"file:{quote(source)}?mode=ro", uri=True)
    with closing(reading), closing(sqlite3.connect(target)) as writing:
        reading.backup(writing, pages=-1)  # in one step: else every commit would start it again


def _copy_tables(settings: Settings, target: Path) -> None:
    """Another kind of database: its tables, as one snapshot of it gives them."""
    with (
        closing(open_store(settings, read_only=True)) as source,
        closing(Store(f"sqlite:///{target}")) as copy,
    ):
        copy_database(source, copy)


def one_file(target: Path) -> None:
    """Leave no WAL beside a database that nobody has open."""
    with closing(sqlite3.connect(target)) as writing:
        writing.execute("PRAGMA journal_mode=DELETE")
