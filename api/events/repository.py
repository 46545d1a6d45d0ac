# SPDX-License-Identifier: Apache-2.0
"""Queries over events, and those over projections that they are derived from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import and_, bindparam, func, or_, select

from api.events.model import BEFORE_ALL, Event, Place
from api.events.tables import event_marks, events
from attest.reading import Prepared
from attest.tables import acceptances, cases, reliances
from ledger.canonical import dump

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attest.reading import Reader
    from ledger.commands import Row

_COLUMNS = (
    events.c.department,
    events.c.idx,
    events.c.part,
    events.c.type,
    events.c.actor,
    events.c.time,
    events.c.acceptance,
    events.c.acceptance_idx,
    events.c.reliance,
    events.c.reliance_idx,
    events.c.about,
)
_LATER = or_(
    events.c.idx > bindparam("index"),
    and_(events.c.idx == bindparam("same"), events.c.part > bindparam("part")),
)
_AFTER = Prepared(
    select(*_COLUMNS)
    .where(
        events.c.department == bindparam("department"),
        events.c.idx >= bindparam("least"),
        _LATER,
        events.c.type.in_(bindparam("types", expanding=True)),
    )
    .order_by(events.c.idx, events.c.part)
    .limit(bindparam("most"))
)
_ONE = Prepared(
    select(*_COLUMNS).where(
        events.c.department == bindparam("department"),
        events.c.idx == bindparam("index"),
        events.c.part == bindparam("part"),
    )
)
_LAST = Prepared(select(func.max(events.c.idx)))
_MARK = Prepared(select(func.max(event_marks.c.upto)))
_RELIANCES = Prepared(
    select(reliances.c.department, reliances.c.reliance, reliances.c.idx)
    .where(reliances.c.acceptance == bindparam("acceptance"), reliances.c.idx < bindparam("before"))
    .order_by(reliances.c.idx)
)
_CONCERNED = Prepared(
    select(
        reliances.c.department, cases.c.authority, cases.c.opened_by, reliances.c.reliance, reliances.c.idx
    )
    .select_from(reliances.outerjoin(cases, cases.c.case_no == reliances.c.case_no))
    .where(reliances.c.acceptance == bindparam("acceptance"), reliances.c.idx < bindparam("before"))
    .order_by(reliances.c.idx)
)
_SIGNED = Prepared(
    select(acceptances.c.acceptance)
    .where(acceptances.c.key == bindparam("key"), acceptances.c.idx >= bindparam("since"))
    .order_by(acceptances.c.idx)
)


def _event(row: tuple[Any, ...]) -> Event:
    department, index, part, type_, actor, time, acceptance, acceptance_index, *more = row
    reliance, reliance_index, about = more
    return Event(
        department,
        Place(index, part),
        type_,
        actor,
        time,
        bytes(acceptance) if acceptance is not None else None,
        acceptance_index,
        bytes(reliance) if reliance is not None else None,
        reliance_index,
        orjson.loads(about) if about is not None else {},
    )


def event_rows(found: Iterable[Event]) -> list[Row]:
    """The rows that keep them."""
    return [
        (
            events,
            (
                one.department,
                one.place.entry,
                one.place.part,
                one.type,
                one.actor,
                one.time,
                one.acceptance,
                one.acceptance_index,
                one.reliance,
                one.reliance_index,
                dump(dict(one.about)).decode() if one.about else None,
            ),
        )
        for one in found
    ]


def events_after(
    department: str, after: Place, types: Iterable[str], most: int, reader: Reader
) -> list[Event]:
    """The department's next events of these types, in order."""
    found = _AFTER.rows(
        reader,
        department=department,
        least=after.entry,
        index=after.entry,
        same=after.entry,
        part=after.part,
        types=sorted(types),
        most=most,
    )
    return [_event(row) for row in found]


def event_at(department: str, place: Place, reader: Reader) -> Event | None:
    """The department's event of this id."""
    found = _ONE.rows(reader, department=department, index=place.entry, part=place.part)
    return _event(found[0]) if found else None


def looked_at(reader: Reader) -> int:
    """Entries below this index have left all their events."""
    last, mark = _LAST.rows(reader)[0][0], _MARK.rows(reader)[0][0]
    return max(BEFORE_ALL.entry + 1, last + 1 if last is not None else 0, mark or 0)


def reliances_before(acceptance: bytes, before: int, reader: Reader) -> list[tuple[str, bytes, int]]:
    """(department, id, index) of every reliance on it below an index."""
    found = _RELIANCES.rows(reader, acceptance=acceptance, before=before)
    return [(department, bytes(reliance), index) for department, reliance, index in found]


def concerned_before(acceptance: bytes, before: int, reader: Reader) -> list[tuple[str, bytes, int]]:
    """(department, id, index) of every reliance on it below an index, once for each whom it concerns.

    That is whoever relied, and the authority and the opener of the case in which it was relied on.
    """
    found = _CONCERNED.rows(reader, acceptance=acceptance, before=before)
    return [
        (department, bytes(reliance), index)
        for *departments, reliance, index in found
        for department in sorted({one for one in departments if one is not None})
    ]


def signed_since(key: bytes, since: int, reader: Reader) -> list[bytes]:
    """Ids of every acceptance that a key signed from an index on, in the log's order."""
    return [bytes(row[0]) for row in _SIGNED.rows(reader, key=key, since=since)]
