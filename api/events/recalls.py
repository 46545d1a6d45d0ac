# SPDX-License-Identifier: Apache-2.0
"""The recall inbox: what a department or a case of its own relied on and fell, was renewed or is disputed.

Each is open until it was seen, a dispute (校核) also only until it is answered or taken back. The events are
those of the outbox, the reliance's case is looked up; that it was seen is a row of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Final

import orjson
from sqlalchemy import and_, bindparam, or_, select

from api.events.model import CONDEMNED, DENIED, DISPUTED, RECALLED, RECTIFIED, SUPERSEDED, Place
from api.events.repository import event_at
from api.events.tables import events, recall_marks
from attest.reading import Prepared
from attest.tables import data_check_answers, data_check_requests, reliances
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.reading import Reader
    from ledger.commands import RequestKey, View

TYPES: Final = (CONDEMNED, DENIED, DISPUTED, RECALLED, RECTIFIED, SUPERSEDED)
"""Events that recall a reliance, or say that its paper was renewed since or is disputed."""

_MARKED = and_(
    recall_marks.c.department == events.c.department,
    recall_marks.c.idx == events.c.idx,
    recall_marks.c.part == events.c.part,
)
_DISPUTE = and_(
    events.c.type == DISPUTED,
    data_check_requests.c.acceptance == events.c.acceptance,
    data_check_requests.c.idx == events.c.idx,
)
_ANSWERED = data_check_answers.c.request == data_check_requests.c.request
_RELIED = and_(reliances.c.acceptance == events.c.acceptance, reliances.c.idx == events.c.reliance_idx)
_PAGE = (
    select(
        events.c.idx,
        events.c.part,
        events.c.type,
        events.c.actor,
        events.c.time,
        events.c.acceptance,
        events.c.reliance,
        reliances.c.case_no,
        reliances.c.requirement,
        reliances.c.department,
        recall_marks.c.time,
        data_check_requests.c.due,
        events.c.about,
    )
    .select_from(
        events.join(reliances, _RELIED)
        .outerjoin(recall_marks, _MARKED)
        .outerjoin(data_check_requests, _DISPUTE)
        .outerjoin(data_check_answers, _ANSWERED)
    )
    .where(
        events.c.department == bindparam("department"),
        events.c.idx >= bindparam("least"),
        or_(
            events.c.idx > bindparam("index"),
            and_(events.c.idx == bindparam("same"), events.c.part > bindparam("part")),
        ),
        events.c.type.in_(bindparam("types", expanding=True)),
    )
    .order_by(events.c.idx, events.c.part)
    .limit(bindparam("most"))
)
_OPEN = Prepared(_PAGE.where(recall_marks.c.time.is_(None), data_check_answers.c.idx.is_(None)))
_SEEN = Prepared(_PAGE.where(recall_marks.c.time.is_not(None)))
_MARK = Prepared(
    select(recall_marks.c.time).where(
        recall_marks.c.department == bindparam("department"),
        recall_marks.c.idx == bindparam("index"),
        recall_marks.c.part == bindparam("part"),
    )
)


@dataclass(frozen=True, slots=True)
class Recall:
    """One reliance that lost its ground, or whose paper was renewed or is disputed; when it was seen.

    `relied_by` is the department that signed it, `case_no` the case in which it did; `due` the last day to
    answer a dispute, `newer` the acceptance that corrects the one relied on. Times in Unix seconds.
    """

    place: Place
    type: str
    by: str
    time: int
    acceptance: bytes
    reliance: bytes
    case_no: str
    requirement: str
    relied_by: str
    seen: int | None
    due: date | None = None
    newer: tuple[bytes, int] | None = None
    """Id and index."""


def recalls_after(department: str, after: Place, most: int, reader: Reader, *, seen: bool) -> list[Recall]:
    """The department's next recalls, those that are seen or those that are open, in order."""
    rows = (_SEEN if seen else _OPEN).rows(
        reader,
        department=department,
        least=after.entry,
        index=after.entry,
        same=after.entry,
        part=after.part,
        types=list(TYPES),
        most=most,
    )
    return [
        Recall(
            Place(row[0], row[1]),
            row[2],
            row[3],
            row[4],
            bytes(row[5]),
            bytes(row[6]),
            row[7],
            row[8],
            row[9],
            row[10],
            date.fromisoformat(row[11]) if row[11] is not None else None,
            _newer(row[12]),
        )
        for row in rows
    ]


def _newer(about: str | None) -> tuple[bytes, int] | None:
    named = orjson.loads(about).get("rectified_by") if about is not None else None
    return None if named is None else (bytes.fromhex(named["id"]), int(named["index"]))


def seen_at(department: str, place: Place, reader: Reader) -> int | None:
    """When the recall was marked as seen, None while it is open."""
    found = _MARK.rows(reader, department=department, index=place.entry, part=place.part)
    return int(found[0][0]) if found else None


@dataclass(frozen=True, slots=True)
class MarkSeen:
    """The command that marks a recall as seen; a repeat is answered like the first."""

    department: str
    place: Place
    request: RequestKey | None = None
    entry_id: None = None
    reads: ClassVar[Collection[bytes]] = ()

    @property
    def writes(self) -> Collection[bytes]:
        """Once a recall."""
        return (f"recall/{self.department}/{self.place}".encode(),)

    def decide(self, view: View) -> Decision[int]:
        """One row; `recall.unknown` for what is no recall of this department."""
        event = event_at(self.department, self.place, view)
        if event is None or event.type not in TYPES or event.reliance is None:
            raise CommandRejected("recall.unknown", "no such recall of this department")
        known = seen_at(self.department, self.place, view)
        if known is not None:
            return Decision(answer=known)
        row = (self.department, self.place.entry, self.place.part, view.now)
        return Decision(rows=[(recall_marks, row)], answer=view.now)
