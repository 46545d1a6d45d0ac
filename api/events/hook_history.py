# SPDX-License-Identifier: Apache-2.0
"""What became of a webhook's events, to be read by people: the last ones settled, and those given up on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, func, select

from api.events.hook_queries import IS_WAITING, WAITING, attempts_at, letters
from api.events.model import Place
from api.events.repository import event_at
from api.events.tables import webhook_outcomes
from attest.reading import Prepared

if TYPE_CHECKING:
    from api.events.hook_queries import Attempt, Webhook
    from attest.reading import Reader

BEFORE_PART: Final = 2**53
"""Above every part: (entry - 1, this) lies just before the entry's first event."""

_NEWEST_FIRST: Final = (
    webhook_outcomes.c.replay.desc(),
    webhook_outcomes.c.idx.desc(),
    webhook_outcomes.c.part.desc(),
)
_SETTLED = select(
    webhook_outcomes.c.replay,
    webhook_outcomes.c.idx,
    webhook_outcomes.c.part,
    webhook_outcomes.c.state,
    webhook_outcomes.c.time,
).where(webhook_outcomes.c.webhook == bindparam("webhook"))
# Two walks down the key, each bounded, instead of a sort of all there ever was by time.
_FIRST_TIME = Prepared(
    _SETTLED.where(webhook_outcomes.c.replay == bindparam("first"))
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("most"))
)
_AGAIN = Prepared(
    _SETTLED.where(webhook_outcomes.c.replay > bindparam("first"))
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("most"))
)
_QUEUED = Prepared(select(func.count()).select_from(WAITING).where(IS_WAITING))


@dataclass(frozen=True, slots=True)
class Settled:
    """An event that was delivered or given up on: its type without prefix, when, and after which attempts."""

    place: Place
    type: str
    replay: int
    state: str
    time: int
    attempts: tuple[Attempt, ...]

    @property
    def last(self) -> Attempt | None:
        """The attempt that settled it."""
        return self.attempts[-1] if self.attempts else None


def before(place: Place) -> Place:
    """What an event follows: a replay after it begins with the event itself."""
    return Place(place.entry, place.part - 1) if place.part else Place(place.entry - 1, BEFORE_PART)


def last_settled(webhook: Webhook, most: int, reader: Reader) -> list[Settled]:
    """The newest, sent for the first time or again, by when they were settled."""
    rows = [
        *_FIRST_TIME.rows(reader, webhook=webhook.id, first=0, most=most),
        *_AGAIN.rows(reader, webhook=webhook.id, first=0, most=most),
    ]
    found = [_settled(webhook, row, reader) for row in rows]
    return sorted(found, key=lambda one: (one.time, one.replay, one.place), reverse=True)[:most]


def given_up(webhook: Webhook, most: int, reader: Reader) -> list[Settled]:
    """Events that were given up on and have not been delivered since, in order."""
    return [_settled(webhook, row, reader) for row in letters(webhook.id, reader)[:most]]


def queued(webhook: Webhook, reader: Reader) -> int:
    """How many events were asked to be sent again and wait for it."""
    return int(_QUEUED.rows(reader, webhook=webhook.id)[0][0])


def _settled(webhook: Webhook, row: tuple[int, int, int, str, int], reader: Reader) -> Settled:
    replay, index, part, state, moment = row
    place = Place(index, part)
    event = event_at(webhook.department, place, reader)
    tried = attempts_at(webhook.id, replay, place, reader)
    return Settled(place, event.type if event is not None else "", replay, state, moment, tried)
