# SPDX-License-Identifier: Apache-2.0
"""Erasure at the doors: what is in the way, the deed with sessions and events, the files after the commit."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool

from api.auditing import known_acts
from api.events.tables import events
from api.identity.sessions import PERSON
from api.identity.tables import session_ends, session_touches, sessions
from attest.days import day_of
from attest.erasure.commands import EraseCommand, EraseHolder
from attest.erasure.model import CASE, MATERIAL
from attest.erasure.repository import destroy_files
from attest.registry.model import SERVICE
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from api.core import Ledger
    from attest.erasure.closure import Closure
    from attest.erasure.model import Hindrance
    from ledger.commands import RequestKey, Row, View

_TRIES: Final = 20
_SESSIONS: Final = "SELECT digest, subject, device, created, expires FROM sessions WHERE subject = ?"
_TOUCHES: Final = "SELECT digest, time FROM session_touches WHERE digest = ?"
_EVENTS: Final = "SELECT department, idx, part FROM events WHERE idx = ?"
_EVENTS_ABOUT: Final = "SELECT department, idx, part FROM events WHERE acceptance = ?"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure would destroy, and why it may not yet; allowed where nothing is in the way."""

    entries: int
    materials: int
    cases: int
    files: int
    hindrances: tuple[Hindrance, ...]

    @property
    def allowed(self) -> bool:
        """Whether it may be done now."""
        return self.entries > 0 and not self.hindrances

    @property
    def possible(self) -> date | None:
        """The first day on which nothing is in the way, None where no day is known."""
        days = [one.possible for one in self.hindrances]
        return None if None in days or not days else max(day for day in days if day is not None)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: the erasure's entry, how many were closed for ever, the day on which it is complete."""

    index: int
    id: bytes
    entries: int
    complete: date


def plan_erasure(ledger: Ledger, holders: Sequence[bytes]) -> Plan:
    """What erasing these holders together would come to now; reads the whole log."""
    command = command_for(ledger, holders, SERVICE)
    kept = command.closure.kept()
    return Plan(
        len(command.closure.entries),
        sum(one.kind == MATERIAL for one in kept),
        sum(one.kind == CASE for one in kept),
        len(command.closure.documents()),
        command.hindrances(int(time.time()), ledger.store),
    )


async def erase(
    ledger: Ledger, holders: Sequence[bytes], department: str, key: RequestKey | None = None
) -> Erased:
    """Erase them together; CommandRejected `erasure.refused` where something must be kept."""
    await ledger.acting.open_key(SERVICE)
    for attempt in range(_TRIES):
        command = await run_in_threadpool(command_for, ledger, holders, department, key)
        try:
            outcome = await ledger.writer.submit(command)
            break
        except CommandRejected as error:
            if error.code != "erasure.stale" or attempt == _TRIES - 1:
                raise
    index, id_, _ = ledger.acting.placed(outcome)
    await run_in_threadpool(finish, ledger)
    count = len(EraseHolder().parse(ledger.acting.record_of(outcome)).entries)
    days = timedelta(days=ledger.settings.backup_days)
    return Erased(index, id_, count, day_of(int(time.time())) + days)


def finish(ledger: Ledger) -> None:
    """Destroy the files, and the database's own copies of what was deleted; housekeeping would do it too."""
    destroy_files(ledger.store, ledger.vault, int(time.time()))
    ledger.store.let_go()


def command_for(
    ledger: Ledger, holders: Sequence[bytes], department: str, key: RequestKey | None = None
) -> EraseCommand:
    """The command, with the part of the log read that there is."""

    def beside(closure: Closure, view: View) -> Sequence[Row]:
        return _beside(holders, closure, view)

    return EraseCommand(
        holders,
        department,
        ledger.settings.retention_years,
        ledger.store,
        ledger.catalogue,
        ledger.context,
        known_acts(),
        beside,
        key,
    )


def _beside(holders: Sequence[bytes], closure: Closure, view: View) -> list[Row]:
    """Sessions of the holders, and events about what goes."""
    rows: list[Row] = []
    for holder in holders:
        for session in view.query_raw(_SESSIONS, (PERSON + holder.hex(),)):
            rows += [(session_touches, tuple(one)) for one in view.query_raw(_TOUCHES, (session[0],))]
            rows += [(session_ends, (session[0], 0)), (sessions, tuple(session))]
    empty: tuple[Any, ...] = (None,) * (len(events.columns) - 3)
    for statement, values in (
        (_EVENTS, [(one,) for one in closure.entries]),
        (_EVENTS_ABOUT, [(one,) for one in sorted(closure.acceptances)]),
    ):
        for value in values:
            rows += [(events, (*place, *empty)) for place in view.query_raw(statement, value)]
    return rows
