# SPDX-License-Identifier: Apache-2.0
"""Bringing a founded ledger's tables to another schema: nobody serves, and the log stays what it is.

One transaction: it is kept only if every entry still hashes to the root that was acknowledged.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from api.copying import verified_head
from api.database import require_file
from api.migrations import SCHEMA, line_of, migrate, other_schema, require_columns, schema_of
from api.migrations.stated import differences
from api.operation.alone import alone, named
from api.settings import SettingsError
from attest.errors import AttestError
from ledger.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from api.settings import Settings
    from ledger.rows import Head

_NAME: Final = "once migrate"


class MigrationError(AttestError):
    """The tables cannot be changed now; nothing was."""

    code = "schema.refused"


@dataclass(frozen=True, slots=True)
class Plan:
    """The schema that was found, the one asked for, those on the way to it, and what the columns lack."""

    found: str
    target: str
    steps: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether there is nothing to do, and nothing wrong."""
        return not self.steps and not self.faults


def plan_of(settings: Settings, to: str | None = None, *, versions: Path | None = None) -> Plan:
    """What `migrate_home` would do; reads only. SchemaError where no way leads from what was found."""
    require_file(settings)
    with closing(Store(named(settings.database_url, _NAME), read_only=True)) as store:
        return _plan(store, to, versions)


def migrate_home(
    settings: Settings, to: str | None = None, *, versions: Path | None = None
) -> tuple[Plan, Head]:
    """Change the tables of a ledger that nobody serves; what was done, and the head, which stays as it is.

    MigrationError where a program has it open, where mark and database do not agree, or where entries
    would not give the root any more.
    """
    with alone(settings, _NAME, MigrationError) as held:
        store = held.store
        plan = _plan(store, to, versions)
        if plan.faults:
            require_columns(store.columns(), plan.found)
        before = store.head()
        if not plan.steps:
            return plan, before
        held.require_settled()

        def judge(connection: Connection) -> None:
            if verified_head(connection) != before:
                raise MigrationError("the log would not be what it was")

        migrate(store, plan.target, versions=versions, judge=judge)
        if plan.target == SCHEMA:
            require_columns(store.columns(), SCHEMA)
        return plan, store.head()


def _plan(store: Store, to: str | None, versions: Path | None) -> Plan:
    line, real = line_of(versions), store.columns()
    found, target = schema_of(store, real), line[-1] if to is None else to
    if found not in line:
        raise other_schema(found, line[-1], line)
    if target not in line:
        raise SettingsError(f"this program knows no schema {target!r}: it knows {', '.join(line)}")
    faults = differences(real) if found == SCHEMA else []
    return Plan(found, target, tuple(_way(line, found, target)), tuple(faults))


def _way(line: Sequence[str], found: str, target: str) -> Iterator[str]:
    """The schemas after `found` up to `target`, or back down to it."""
    start, end = line.index(found), line.index(target)
    step = 1 if end > start else -1
    yield from (line[at] for at in range(start + step, end + step, step) if start != end)
