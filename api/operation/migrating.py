# SPDX-License-Identifier: Apache-2.0
"""Bringing a founded ledger's tables to another schema: nobody serves, and the log stays what it is.

One transaction: it is kept only if every entry still hashes to the root that was acknowledged.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy.engine import make_url

from api.copying import verified_head
from api.database import require_file
from api.home import LOG_KEY
from api.migrations import SCHEMA, line_of, migrate, other_schema, require_columns, schema_of
from api.migrations.stated import differences
from api.settings import SettingsError
from api.trust_file import read_trust
from attest.errors import AttestError
from attest.keyfiles import read_log_key, read_passphrase
from ledger.headmark import MarkInUseError, all_marks
from ledger.note import NoteSigner
from ledger.startup import Action, compare, examine
from ledger.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from api.settings import Settings
    from ledger.rows import Head

_NAME: Final = "once migrate"
"""Under which the command is connected to a server, so that it can tell others from itself."""


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
    with closing(Store(_named(settings.database_url), read_only=True)) as store:
        return _plan(store, to, versions)


def migrate_home(
    settings: Settings, to: str | None = None, *, versions: Path | None = None
) -> tuple[Plan, Head]:
    """Change the tables of a ledger that nobody serves; what was done, and the head, which stays as it is.

    MigrationError where a program has it open, where mark and database do not agree, or where entries
    would not give the root any more.
    """
    require_file(settings)
    trust = read_trust(settings.trust_file)
    key = read_log_key(settings.keys_folder / LOG_KEY, read_passphrase(settings.passphrase_file))
    with ExitStack() as held:
        try:
            marks = all_marks(settings.head_mark, NoteSigner(trust.origin, key), trust.origin)
            mark = held.enter_context(marks)
        except MarkInUseError:
            raise MigrationError("the ledger is served: stop the service first") from None
        store = held.enter_context(closing(Store(_named(settings.database_url))))
        plan = _plan(store, to, versions)
        if plan.faults:
            require_columns(store.columns(), plan.found)
        before = store.head()
        if not plan.steps:
            return plan, before
        finding = compare(examine(store, mark))
        if finding.action not in {Action.SERVE, Action.MARK_HEAD}:
            raise MigrationError(f"{finding.text}: settle that first (docs/howto/backup.md)")
        if others := _others(store):
            raise MigrationError(f"{others} other connections to the database: stop what has it open first")

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


def _others(store: Store) -> int:
    """Other connections that stay; a server counts one that was just closed for a moment more."""
    for _ in range(20):
        if not (others := store.others()):
            return 0
        time.sleep(0.05)
    return others


def _way(line: Sequence[str], found: str, target: str) -> Iterator[str]:
    """The schemas after `found` up to `target`, or back down to it."""
    start, end = line.index(found), line.index(target)
    step = 1 if end > start else -1
    yield from (line[at] for at in range(start + step, end + step, step) if start != end)


def _named(url: str) -> str:
    """The same database under the command's own name, where it is on a server."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        parsed = parsed.update_query_dict({"application_name": _NAME})
    return parsed.render_as_string(hide_password=False)
