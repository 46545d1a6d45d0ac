# SPDX-License-Identifier: Apache-2.0
"""Schema of the whole database, all rooms together: Alembic, run by `once init` and `once migrate` alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ledger.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from alembic.config import Config
    from sqlalchemy import Connection

    from ledger.store import Store

FOLDER: Final = Path(__file__).resolve().parent
SCHEMA: Final = "0001"
"""The revision that this program reads and writes."""
TABLE: Final = "alembic_version"
_NAMED: Final = 5


class SchemaError(StoreError):
    """The database's tables are not those of this program; `todo` says what an operator does about it."""

    code = "log.schema"

    def __init__(self, text: str, todo: str) -> None:
        super().__init__(f"{text}: {todo}")
        self.text, self.todo = text, todo


def alembic_config(
    store: Store | None = None,
    *,
    versions: Path | None = None,
    judge: Callable[[Connection], object] = lambda _: None,
) -> Config:
    """Alembic's configuration without a file; `store` gives the connection, with its own settings.

    `versions` is a folder of further revisions; `judge` sees the tables before the change is committed.
    """
    from alembic.config import Config  # noqa: PLC0415  # only founding and upgrades need it

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    if versions is not None:
        config.set_main_option("path_separator", "os")
        folders = os.pathsep.join((str(FOLDER / "versions"), str(versions)))
        config.set_main_option("version_locations", folders)
    config.attributes["store"] = store
    config.attributes["judge"] = judge
    return config


def line_of(versions: Path | None = None) -> list[str]:
    """Every schema that this program knows the way to, the oldest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # only founding and upgrades need it

    scripts = ScriptDirectory.from_config(alembic_config(versions=versions))
    return [one.revision for one in reversed(list(scripts.walk_revisions()))]


def migrate(
    store: Store,
    to: str | None = None,
    *,
    versions: Path | None = None,
    judge: Callable[[Connection], object] = lambda _: None,
) -> None:
    """Bring the database up or down to a schema of `line_of` (None: the newest), whole or not at all."""
    from alembic import command  # noqa: PLC0415  # only founding and upgrades need it

    config = alembic_config(store, versions=versions, judge=judge)
    line, found = line_of(versions), schema_of(store)
    if to in line and found in line and line.index(to) < line.index(found):
        command.downgrade(config, to)
    else:
        command.upgrade(config, "head" if to is None else to)


def schema_of(store: Store, real: Mapping[str, object] | None = None) -> str | None:
    """The revision that the database says it has; None: it was never migrated."""
    if TABLE not in (store.columns() if real is None else real):
        return None
    return ", ".join(row[0] for row in store.query_raw(f"SELECT version_num FROM {TABLE}")) or None  # noqa: S608  # our own name


def other_schema(found: str | None, wanted: str, line: Sequence[str]) -> SchemaError:
    """What to say of a schema that is not the one wanted, by a program that knows `line`."""
    if found is None:
        return SchemaError("the database was never migrated", "`once init` founds a ledger in an empty one")
    said = f"the database has schema {found}, this program {wanted}"
    if found in line:
        return SchemaError(said, "it is older; stop the service, then `once migrate` (docs/howto/upgrade.md)")
    todo = "it is newer, or of another line; use the program that wrote it (docs/howto/upgrade.md)"
    return SchemaError(said, todo)


def require_schema(store: Store, *, columns: bool = True) -> None:
    """SchemaError unless the database has exactly this program's revision and (`columns`) its columns."""
    real = store.columns()
    found = schema_of(store, real)
    if found != SCHEMA:
        raise other_schema(found, SCHEMA, line_of())
    if columns:
        require_columns(real, found)


def require_columns(real: Mapping[str, set[str]], found: str) -> None:
    """SchemaError where tables lack a column that the code states, or have another; it names them."""
    from api.migrations.stated import differences  # noqa: PLC0415  # these tables load all rooms

    named = differences(real)
    if named:
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        said = f"schema {found} by its name, but {', '.join(named[:_NAMED])}{more}"
        raise SchemaError(said, "use the program that made this database (docs/howto/upgrade.md)")
