# SPDX-License-Identifier: Apache-2.0
"""Schema of the whole database, all rooms together: Alembic, run by `once init` and never while serving."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect

from ledger.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

    from ledger.store import Store

FOLDER: Final = Path(__file__).resolve().parent
SCHEMA: Final = "0001"
"""The revision that this program reads and writes."""


def alembic_config(store: Store | None = None) -> Config:
    """Alembic's configuration without a file; `store` gives the connection, with its own settings."""
    from alembic.config import Config  # noqa: PLC0415  # only founding and upgrades need it

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["store"] = store
    return config


def migrate(store: Store) -> None:
    """Bring the database to the newest revision."""
    from alembic import command  # noqa: PLC0415  # only founding and upgrades need it

    command.upgrade(alembic_config(store), "head")


def require_schema(store: Store) -> None:
    """StoreError unless the database has exactly the revision of this program."""
    with store.connect() as connection:
        migrated = inspect(connection).has_table("alembic_version")
    if not migrated:
        raise StoreError("the database was never migrated: `once init` founds a ledger")
    found = [row[0] for row in store.query_raw("SELECT version_num FROM alembic_version")]
    if found != [SCHEMA]:
        raise StoreError(f"the database has schema {', '.join(found) or 'none'}, this program {SCHEMA}")
