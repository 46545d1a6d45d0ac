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
    require_file(settings)
    store = Store(settings.database_url, read_only=read_only)
    try:
        require_schema(store, columns=not read_only)
    except BaseException:
        store.close()  # nobody else could: a connection left open keeps `once migrate` out
        raise
    return store


def of_copy(settings: Settings, copy: Path | None) -> Settings:
    """The settings, with a copy of the database in its place where one is named (SettingsError)."""
    if copy is None:
        return settings
    if "?" in str(copy.absolute()):
        raise SettingsError("the path of a SQLite database holds no ?: rename the copy or its folder")
    return settings.model_copy(update={"database_url": f"sqlite:///{copy.absolute()}"})


def require_file(settings: Settings) -> None:
    """SettingsError where the database would be a new file."""
    database = make_url(settings.database_url)
    path = database.database
    if database.get_backend_name() == "sqlite" and not (path and Path(path).is_file()):
        raise SettingsError("the database is missing: restore it, or found a ledger with `once init`")
