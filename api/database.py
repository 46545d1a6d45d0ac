# SPDX-License-Identifier: Apache-2.0
"""The database of a founded ledger: opened as it is, never created, never migrated by the way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from api.migrations import require_schema
from api.settings import SettingsError
from ledger.store import Store

if TYPE_CHECKING:
    from api.settings import Settings


def open_store(settings: Settings, *, read_only: bool = False) -> Store:
    """The database of a founded ledger, at this program's schema; never creates one."""
    database = make_url(settings.database_url)
    if database.get_backend_name() == "sqlite" and not _is_file(database.database):
        raise SettingsError("the database is missing: restore it, or found a ledger with `once init`")
    store = Store(settings.database_url, read_only=read_only)
    require_schema(store)
    return store


def _is_file(path: str | None) -> bool:
    return path is not None and Path(path).is_file()
