# SPDX-License-Identifier: Apache-2.0
"""Queries over webhooks and their deliveries. An attempt or an outcome is a row; nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, bindparam, case, func, select

from api.events.model import Event, Place
from api.events.repository import event_at, events_after
from api.events.tables import (
    events,
    webhook_attempts,
    webhook_ends,
    webhook_outcomes,
    webhook_replays,
    webhook_secrets,
    webhooks,
)
from attest.reading import Prepared

if TYPE_CHECKING:
    from sqlalchemy import Join, Table

    from attest.reading import Reader
    from ledger.commands import Row

DELIVERED: Final = "delivered"
DEAD: Final = "dead"
_LAST_PART: Final = 2**53

_STANDING = (
    select(
        webhooks.c.webhook,
        webhooks.c.department,
        webhooks.c.url,
        webhooks.c.types,
        webhooks.c.start,
        webhooks.c.created,
    )
    .outerjoin(webhook_ends, webhook_ends.c.webhook == webhooks.c.webhook)
    .where(webhook_ends.c.time.is_(None))
)
_ALL = Prepared(_STANDING.order_by(webhooks.c.created, webhooks.c.webhook))
_OF = Prepared(
    _STANDING.where(webhooks.c.department == bindparam("department")).order_by(
        webhooks.c.created, webhooks.c.webhook
    )
)
_ONE = Prepared(_STANDING.where(webhooks.c.webhook == bindparam("webhook")))
_SECRETS = Prepared(
    select(webhook_secrets.c.version, webhook_secrets.c.sealed, webhook_secrets.c.created)
    .where(webhook_secrets.c.webhook == bindparam("webhook"))
    .order_by(webhook_secrets.c.version)
)
_DONE = Prepared(
    select(webhook_outcomes.c.idx, webhook_outcomes.c.part)
    .where(
        webhook_outcomes.c.webhook == bindparam("webhook"), webhook_outcomes.c.replay == bindparam("replay")
    )
    .order_by(webhook_outcomes.c.idx.desc(), webhook_outcomes.c.part.desc())
    .limit(1)
)


def _with_events(rows: Join, of: Table) -> Join:
    """The rows beside their webhook and their event; what was erased since falls out."""
    return rows.join(webhooks, webhooks.c.webhook == of.c.webhook).join(
        events,
        and_(
            events.c.department == webhooks.c.department,
            events.c.idx == of.c.idx,
            events.c.part == of.c.part,
        ),
    )


WAITING: Final = _with_events(
    webhook_replays.outerjoin(
        webhook_outcomes,
        and_(
            webhook_outcomes.c.webhook == webhook_replays.c.webhook,
            webhook_outcomes.c.replay == webhook_replays.c.replay,
            webhook_outcomes.c.idx == webhook_replays.c.idx,
            webhook_outcomes.c.part == webhook_replays.c.part,
        ),
    ),
    webhook_replays,
)
"""What was asked for again, beside what became of it; an event that was erased since is passed over.

A row goes when its event was sent; older ones stayed beside their outcome.
"""
IS_WAITING: Final = and_(
    webhook_replays.c.webhook == bindparam("webhook"), webhook_outcomes.c.state.is_(None)
)
_WAITING_REPLAY = Prepared(
    select(webhook_replays.c.replay, webhook_replays.c.idx, webhook_replays.c.part)
    .select_from(WAITING)
    .where(IS_WAITING)
    .order_by(webhook_replays.c.replay, webhook_replays.c.idx, webhook_replays.c.part)
    .limit(bindparam("most"))
)
_QUEUE_ROWS = Prepared(
    select(*webhook_replays.columns).where(webhook_replays.c.webhook == bindparam("webhook"))
)
_ATTEMPTS = Prepared(
    select(
        webhook_attempts.c.attempt,
        webhook_attempts.c.cause,
        webhook_attempts.c.status,
        webhook_attempts.c.time,
    )
    .where(
        webhook_attempts.c.webhook == bindparam("webhook"),
        webhook_attempts.c.replay == bindparam("replay"),
        webhook_attempts.c.idx == bindparam("index"),
        webhook_attempts.c.part == bindparam("part"),
    )
    .order_by(webhook_attempts.c.attempt)
)
_LAST_REPLAYS = [
    Prepared(select(func.max(table.c.replay)).where(table.c.webhook == bindparam("webhook")))
    for table in (webhook_replays, webhook_outcomes)
]
_LAST_TIMES = (
    select(
        webhook_outcomes.c.idx,
        webhook_outcomes.c.part,
        func.max(webhook_outcomes.c.replay).label("replay"),
    )
    .where(webhook_outcomes.c.webhook == bindparam("webhook"))
    .group_by(webhook_outcomes.c.idx, webhook_outcomes.c.part)
    .having(func.sum(case((webhook_outcomes.c.state == DELIVERED, 1), else_=0)) == 0)
    .subquery()
)
"""The last outcome of each event that was never delivered: one pass, however often each was sent again."""
_DEAD = Prepared(
    select(
        webhook_outcomes.c.replay,
        webhook_outcomes.c.idx,
        webhook_outcomes.c.part,
        webhook_outcomes.c.state,
        webhook_outcomes.c.time,
    )
    .select_from(
        _with_events(
            _LAST_TIMES.join(
                webhook_outcomes,
                and_(
                    webhook_outcomes.c.webhook == bindparam("webhook"),
                    webhook_outcomes.c.replay == _LAST_TIMES.c.replay,
                    webhook_outcomes.c.idx == _LAST_TIMES.c.idx,
                    webhook_outcomes.c.part == _LAST_TIMES.c.part,
                ),
            ),
            webhook_outcomes,
        )
    )
    .order_by(webhook_outcomes.c.idx, webhook_outcomes.c.part)
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """One that stands: `types` are event types without prefix, `start` the log's size when it began."""

    id: bytes
    department: str
    url: str
    types: tuple[str, ...]
    start: int
    created: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """The how-manieth attempt, what came of it, and when."""

    number: int
    cause: str
    status: int | None
    time: int


@dataclass(frozen=True, slots=True)
class Due:
    """The event that a webhook is to be sent now, in which replay (0: none), after which attempts."""

    webhook: Webhook
    replay: int
    event: Event
    attempts: tuple[Attempt, ...]


def _webhook(row: tuple[Any, ...]) -> Webhook:
    id_, department, url, types, start, created = row
    return Webhook(bytes(id_), department, url, tuple(types.split()), start, created)


def standing(reader: Reader) -> list[Webhook]:
    """Every webhook that was not ended."""
    return [_webhook(row) for row in _ALL.rows(reader)]


def of_department(department: str, reader: Reader) -> list[Webhook]:
    """Those of one department, oldest first."""
    return [_webhook(row) for row in _OF.rows(reader, department=department)]


def webhook_by_id(webhook: bytes, reader: Reader) -> Webhook | None:
    """The webhook of this id, unless it was ended."""
    found = _ONE.rows(reader, webhook=webhook)
    return _webhook(found[0]) if found else None


def secret_versions(webhook: bytes, reader: Reader) -> list[tuple[int, bytes, int]]:
    """(version, sealed secret, made at), oldest first."""
    return [(version, bytes(sealed), at) for version, sealed, at in _SECRETS.rows(reader, webhook=webhook)]


def last_replay(webhook: bytes, reader: Reader) -> int:
    """Number of the newest replay, 0 before the first."""
    return max(int(one.rows(reader, webhook=webhook)[0][0] or 0) for one in _LAST_REPLAYS)


def dead_letters(webhook: bytes, most: int, reader: Reader) -> list[Place]:
    """Places of events that were given up on, have not been delivered since, and were not erased."""
    return [Place(index, part) for _, index, part, *_ in letters(webhook, reader)[:most]]


def letters(webhook: bytes, reader: Reader) -> list[tuple[int, int, int, str, int]]:
    """(replay, index, part, state, given up at) of each of those, in order."""
    return [(row[0], row[1], row[2], row[3], row[4]) for row in _DEAD.rows(reader, webhook=webhook)]


def attempts_at(webhook: bytes, replay: int, place: Place, reader: Reader) -> tuple[Attempt, ...]:
    """What was tried with an event, in one replay (0: the first time)."""
    rows = _ATTEMPTS.rows(reader, webhook=webhook, replay=replay, index=place.entry, part=place.part)
    return tuple(Attempt(*row) for row in rows)


def settled(webhook: Webhook, reader: Reader) -> Place | None:
    """The last event in order that was delivered or given up on."""
    found = _DONE.rows(reader, webhook=webhook.id, replay=0)
    return Place(*found[0]) if found else None


def waiting_again(webhook: bytes, most: int, reader: Reader) -> list[tuple[int, Place]]:
    """(replay, place) of what was asked for again and waits, in the order in which it is sent."""
    rows = _WAITING_REPLAY.rows(reader, webhook=webhook, most=most)
    return [(replay, Place(index, part)) for replay, index, part in rows]


def queue_rows(webhook: bytes, reader: Reader) -> list[Row]:
    """The rows that keep what waits to be sent again, also of what was erased."""
    return [(webhook_replays, row) for row in _QUEUE_ROWS.rows(reader, webhook=webhook)]


def heads(webhook: Webhook, reader: Reader) -> list[Due]:
    """The first event that waits to be sent for the first time, and the first that waits to be sent again."""
    after = settled(webhook, reader) or Place(webhook.start - 1, _LAST_PART)
    found = [(0, one) for one in events_after(webhook.department, after, webhook.types, 1, reader)]
    for replay, place in waiting_again(webhook.id, 1, reader):
        event = event_at(webhook.department, place, reader)
        found += [(replay, event)] if event is not None else []
    return [
        Due(webhook, replay, one, attempts_at(webhook.id, replay, one.place, reader)) for replay, one in found
    ]
