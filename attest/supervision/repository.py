# SPDX-License-Identifier: Apache-2.0
"""Queries over alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select

from attest.reading import Prepared
from attest.supervision.model import AlarmRow, EndRow
from attest.tables import lookup_alarm_ends, lookup_alarms

if TYPE_CHECKING:
    from attest.reading import Reader

_ROW = select(
    lookup_alarms.c.alarm,
    lookup_alarms.c.idx,
    lookup_alarms.c.leaf,
    lookup_alarms.c.department,
    lookup_alarms.c.rule,
    lookup_alarms.c.key_id,
    lookup_alarms.c.since,
    lookup_alarms.c.until,
    lookup_alarms.c.count,
    lookup_alarms.c.most,
    lookup_alarms.c.time,
    lookup_alarm_ends.c.idx,
    lookup_alarm_ends.c.department,
    lookup_alarm_ends.c.key_id,
    lookup_alarm_ends.c.reason,
    lookup_alarm_ends.c.time,
).select_from(lookup_alarms.outerjoin(lookup_alarm_ends, lookup_alarm_ends.c.alarm == lookup_alarms.c.alarm))
_BY_ID: Final = Prepared(_ROW.where(lookup_alarms.c.alarm == bindparam("alarm")))
_OF: Final = Prepared(
    _ROW.where(
        lookup_alarms.c.key_id == bindparam("key"),
        lookup_alarms.c.rule == bindparam("rule"),
        lookup_alarms.c.since == bindparam("since"),
    )
)
_PAGE = _ROW.where(lookup_alarms.c.idx < bindparam("before")).order_by(lookup_alarms.c.idx.desc())
_OWN = lookup_alarms.c.department == bindparam("department")
_OPEN, _ENDED = lookup_alarm_ends.c.idx.is_(None), lookup_alarm_ends.c.idx.is_not(None)
_PAGES: Final = {
    (own, ended): Prepared(
        (_PAGE.where(_OWN) if own else _PAGE).where(_ENDED if ended else _OPEN).limit(bindparam("most"))
    )
    for own in (True, False)
    for ended in (True, False)
}


def _row(row: tuple[Any, ...]) -> AlarmRow:
    end = EndRow(*row[11:16]) if row[11] is not None else None
    return AlarmRow(*(bytes(row[0]), row[1], bytes(row[2]), *row[3:11], end))


def alarm_by_id(alarm: bytes, reader: Reader) -> AlarmRow | None:
    """An alarm by the id of its entry (16 bytes), or None."""
    found = _BY_ID.rows(reader, alarm=alarm)
    return _row(found[0]) if found else None


def alarm_of(rule: str, key_id: str, since: int, reader: Reader) -> AlarmRow | None:
    """The alarm that a rule raised about a user for the window that begins then, or None."""
    found = _OF.rows(reader, key=key_id, rule=rule, since=since)
    return _row(found[0]) if found else None


def alarms_before(
    department: str | None, before: int, most: int, reader: Reader, *, ended: bool
) -> list[AlarmRow]:
    """The newest alarms below an index, open or acknowledged; of one department, or (None) of all."""
    params = {} if department is None else {"department": department}
    page = _PAGES[department is not None, ended]
    return [_row(row) for row in page.rows(reader, before=before, most=most, **params)]
