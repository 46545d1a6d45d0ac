# SPDX-License-Identifier: Apache-2.0
"""Erasure at the doors: what is in the way, the deed with sessions and events, the files after the commit."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool

from api.auditing import known_acts
from api.events.tables import events, webhook_replays
from api.identity.sessions import PERSON
from api.identity.tables import session_ends, session_touches, sessions
from api.operation.backup_list import holding, known_backups
from api.operation.staging import copies_left, sweep
from attest.days import day_of
from attest.erasure.again import SayAgain, is_waiting
from attest.erasure.commands import EraseCommand, EraseHolder
from attest.erasure.model import CASE, MATERIAL
from attest.erasure.outlook import kept_of
from attest.erasure.repository import all_erasures, destroy_files, waiting_files
from attest.erasure.rules import archives, hindrances
from attest.holders.repository import holder_known, whole_people
from attest.registry.model import SERVICE
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from api.core import Ledger
    from api.operation.backup_list import KnownBackup
    from api.settings import Settings
    from attest.catalogue.model import Archive
    from attest.erasure.closure import Closure
    from attest.erasure.model import Hindrance, Kept
    from attest.erasure.repository import ErasureRow
    from attest.reading import Reader
    from ledger.commands import RequestKey, Row, View
    from ledger.store import Store

_TRIES: Final = 20
_SESSIONS: Final = "SELECT digest, subject, device, created, expires FROM sessions WHERE subject = ?"
_TOUCHES: Final = "SELECT digest, time FROM session_touches WHERE digest = ?"
_EVENTS: Final = "SELECT department, idx, part FROM events WHERE idx = ?"
_EVENTS_ABOUT: Final = "SELECT department, idx, part FROM events WHERE acceptance = ?"
_ASKED_AGAIN: Final = (
    "SELECT r.webhook, r.replay, r.idx, r.part, r.time FROM webhook_replays r"
    " JOIN webhooks w ON w.webhook = r.webhook WHERE w.department = ? AND r.idx = ? AND r.part = ?"
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What there is of holders, and why it may not go yet; allowed where nothing is in the way."""

    materials: int
    cases: int
    hindrances: tuple[Hindrance, ...]
    known: bool = True
    archives: tuple[tuple[str, Archive], ...] = ()
    """Types whose archival copy a department keeps: an erasure here does not reach it."""

    @property
    def allowed(self) -> bool:
        """Whether it may be done now."""
        return self.known and not self.hindrances

    @property
    def possible(self) -> date | None:
        """The first day on which nothing is in the way, None where no day is known."""
        days = [one.possible for one in self.hindrances if one.possible is not None]
        return max(days) if days and len(days) == len(self.hindrances) else None


@dataclass(frozen=True, slots=True)
class Plan(Outlook):
    """An outlook with what exactly would be destroyed."""

    entries: int = 0
    files: int = 0


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: the erasure's entry, how many were closed for ever, the day on which it is complete."""

    index: int
    id: bytes
    entries: int
    complete: date


def outlook_of(ledger: Ledger, holders: Sequence[bytes]) -> Outlook:
    """What stands in the way of erasing these holders together, from the tables: for a page."""
    holders = whole_people(holders, ledger.store)
    kept = kept_of(holders, ledger.store, ledger.catalogue, ledger.context)
    types, years = ledger.catalogue.types(ledger.store), ledger.settings.retention_years
    return Outlook(
        *_counted(kept),
        hindrances(kept, types, years, day_of(int(time.time()))),
        all(holder_known(one, ledger.store) for one in holders),
        archives(kept, types),
    )


def plan_erasure(ledger: Ledger, holders: Sequence[bytes]) -> Plan:
    """What erasing these holders together would come to now; reads the whole log."""
    command = command_for(ledger, holders, SERVICE)
    closure = command.closure
    kept = closure.kept()
    return Plan(
        *_counted(kept),
        command.hindrances(int(time.time()), ledger.store),
        bool(closure.entries),
        archives(kept, ledger.catalogue.types(ledger.store)),
        len(closure.entries),
        len(closure.documents()),
    )


def _counted(kept: Sequence[Kept]) -> tuple[int, int]:
    """Materials and cases."""
    return sum(one.kind == MATERIAL for one in kept), sum(one.kind == CASE for one in kept)


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
    """Destroy the files, write the erasure down for older back-ups, and let the database's own copies go.

    Housekeeping would do it too. What a back-up or a restore that died left below home goes as well.
    """
    destroy_files(ledger.store, ledger.vault, int(time.time()))
    ledger.erasure_list.keep_up(ledger.store, ledger.context.sealer)
    ledger.store.let_go()
    sweep(ledger.settings.home)


def say_again(ledger: Ledger) -> int:
    """Write into the log what a restore erased again, before anything else is written; how many entries."""
    said = 0
    while is_waiting(ledger.store):
        ledger.writer.submit_wait(SayAgain(ledger.context))
        said += 1
    return said


def command_for(
    ledger: Ledger, holders: Sequence[bytes], department: str, key: RequestKey | None = None
) -> EraseCommand:
    """The command for these people whole, with the part of the log read that there is."""
    holders = whole_people(holders, ledger.store)

    def beside(closure: Closure, view: View) -> Sequence[Row]:
        return rows_beside(holders, closure.entries, closure.acceptances, view)

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


def rows_beside(
    holders: Iterable[bytes], entries: Iterable[int], acceptances: Iterable[bytes], reader: Reader
) -> list[Row]:
    """Sessions of the holders; events about entries and acceptances that go, wherever they wait as well."""
    rows: list[Row] = []
    for holder in holders:
        for session in reader.query_raw(_SESSIONS, (PERSON + holder.hex(),)):
            rows += [(session_touches, tuple(one)) for one in reader.query_raw(_TOUCHES, (session[0],))]
            rows += [(session_ends, (session[0], 0)), (sessions, tuple(session))]
    empty: tuple[Any, ...] = (None,) * (len(events.columns) - 3)
    for statement, values in (
        (_EVENTS, [(one,) for one in entries]),
        (_EVENTS_ABOUT, [(one,) for one in sorted(acceptances)]),
    ):
        for value in values:
            for place in reader.query_raw(statement, value):
                rows.append((events, (*place, *empty)))
                rows += [(webhook_replays, tuple(row)) for row in reader.query_raw(_ASKED_AGAIN, place)]
    return rows


@dataclass(frozen=True, slots=True)
class Standing:
    """An erasure: `files` still to go, `backups` that may still hold it, or `complete`, from that day.

    `overdue`: the day has passed, and back-ups from before are still where they were written. `held_by` are
    those that may hold it.
    """

    row: ErasureRow
    state: str
    complete: date
    held_by: tuple[KnownBackup, ...]


def standing_at(index: int, ledger: Ledger) -> Standing | None:
    """How the erasure at `index` stands now; None where the entry there is no erasure."""
    known, now = known_copies(ledger.settings), int(time.time())
    found = standing_of(ledger.store, ledger.settings.backup_days, known, now)
    return next((one for one in found if one.row.index == index), None)


def known_copies(settings: Settings) -> list[KnownBackup]:
    """Back-ups that were taken here, and what runs that died left here and nothing could sweep."""
    return [*known_backups(settings.head_mark), *copies_left(settings.home)]


def standing_of(store: Store, backup_days: int, known: Sequence[KnownBackup], now: int) -> list[Standing]:
    """How every erasure stands at Unix second `now`, in the log's order; of the `known` copies."""
    waiting = {index for _, index in waiting_files(store)}
    found = []
    for row in all_erasures(store):
        complete = day_of(row.time) + timedelta(days=backup_days)
        held_by = tuple(holding(row.index, known, day_of(now)))
        done = "backups" if day_of(now) < complete else "overdue" if held_by else "complete"
        found.append(Standing(row, "files" if row.index in waiting else done, complete, held_by))
    return found
