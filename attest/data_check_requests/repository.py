# SPDX-License-Identifier: Apache-2.0
"""Queries over data check requests."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, or_, select

from attest.data_check_requests.model import UPHELD, AnswerRow, RequestRow
from attest.errors import VaultError
from attest.private import open_private
from attest.reading import Prepared
from attest.tables import (
    acceptances,
    data_check_answers,
    data_check_ids,
    data_check_owners,
    data_check_requests,
    reliances,
)

if TYPE_CHECKING:
    from attest.reading import Reader
    from attest.sealing import Sealer

_ROW = select(
    data_check_requests.c.request,
    data_check_requests.c.idx,
    data_check_ids.c.leaf,
    data_check_requests.c.acceptance,
    data_check_requests.c.holder,
    data_check_requests.c.reason,
    data_check_requests.c.due,
    data_check_requests.c.time,
    data_check_requests.c.reliance,
    data_check_requests.c.case_no,
    data_check_requests.c.authority,
    data_check_requests.c.department,
    data_check_answers.c.idx,
    data_check_answers.c.department,
    data_check_answers.c.outcome,
    data_check_answers.c.reason,
    data_check_answers.c.time,
)
_ANSWERED = data_check_answers.c.request == data_check_requests.c.request
_WHOLE = data_check_requests.join(
    data_check_ids, data_check_ids.c.request == data_check_requests.c.request
).outerjoin(data_check_answers, _ANSWERED)
_ON = Prepared(
    _ROW.select_from(_WHOLE)
    .where(data_check_requests.c.acceptance == bindparam("acceptance"))
    .order_by(data_check_requests.c.idx)
)
_PLACE = Prepared(select(data_check_ids.c.acceptance).where(data_check_ids.c.request == bindparam("request")))
_OWNED = Prepared(
    _ROW.select_from(
        data_check_owners.join(data_check_ids, data_check_ids.c.request == data_check_owners.c.request)
        .join(
            data_check_requests,
            (data_check_requests.c.acceptance == data_check_ids.c.acceptance)
            & (data_check_requests.c.idx == data_check_ids.c.idx),
        )
        .outerjoin(data_check_answers, _ANSWERED)
    )
    .where(
        data_check_owners.c.department == bindparam("department"),
        data_check_owners.c.idx > bindparam("after"),
    )
    .order_by(data_check_owners.c.idx)
    .limit(bindparam("most"))
)
_OF_USES = Prepared(
    _ROW.select_from(_WHOLE)
    .where(data_check_requests.c.case_no == bindparam("case_no"), data_check_requests.c.reliance.is_not(None))
    .order_by(data_check_requests.c.idx)
)
_MADE = Prepared(
    select(func.count())
    .select_from(data_check_requests)
    .where(
        data_check_requests.c.holder == bindparam("holder"), data_check_requests.c.time >= bindparam("since")
    )
)
OPEN_UNTIL: Final = (
    select(func.min(data_check_requests.c.due))
    .select_from(data_check_requests.outerjoin(data_check_answers, _ANSWERED))
    .where(
        data_check_requests.c.acceptance == acceptances.c.acceptance,
        data_check_requests.c.reliance.is_(None),
        data_check_requests.c.idx < bindparam("before"),
        or_(data_check_answers.c.idx.is_(None), data_check_answers.c.idx >= bindparam("before")),
    )
    .correlate(acceptances)
    .scalar_subquery()
)
"""Column of a query over acceptances: the earliest day to answer an open dispute of the material (ISO text).

The query's parameter `before`: as it stood when the log had that many entries.
"""


_FALLEN = Prepared(
    select(reliances.c.requirement, reliances.c.acceptance)
    .select_from(
        data_check_requests.join(data_check_answers, _ANSWERED).join(
            reliances,
            (reliances.c.acceptance == data_check_requests.c.acceptance)
            & (reliances.c.reliance == data_check_requests.c.reliance),
        )
    )
    .where(
        data_check_requests.c.case_no == bindparam("case_no"),
        data_check_answers.c.outcome == UPHELD,
        data_check_answers.c.idx < bindparam("before"),
    )
)
TAKEN_BACK: Final = (
    select(func.min(data_check_answers.c.idx))
    .select_from(data_check_requests.join(data_check_answers, _ANSWERED))
    .where(
        data_check_requests.c.acceptance == reliances.c.acceptance,
        data_check_requests.c.reliance == reliances.c.reliance,
        data_check_answers.c.outcome == UPHELD,
        data_check_answers.c.idx < bindparam("before"),
    )
    .correlate(reliances)
    .scalar_subquery()
)
"""Column of a query over reliances: the entry that took the use back; `before` as with `OPEN_UNTIL`."""


def _row(row: tuple[Any, ...]) -> RequestRow:
    answer = AnswerRow(*row[12:17]) if row[12] is not None else None
    return RequestRow(
        bytes(row[0]),
        row[1],
        bytes(row[2]),
        bytes(row[3]),
        bytes(row[4]),
        row[5],
        date.fromisoformat(row[6]),
        row[7],
        bytes(row[8]) if row[8] is not None else None,
        row[9],
        row[10],
        row[11],
        answer,
    )


def requests_on(acceptance: bytes, reader: Reader) -> list[RequestRow]:
    """Every dispute of an acceptance and of its uses, in the log's order."""
    return [_row(row) for row in _ON.rows(reader, acceptance=acceptance)]


def made_since(holder: bytes, since: int, reader: Reader) -> int:
    """How many disputes a holder made from a Unix time on, whatever became of them."""
    return int(_MADE.rows(reader, holder=holder, since=since)[0][0])


def is_disputed(acceptance: bytes, reader: Reader) -> bool:
    """Whether a dispute of the material itself waits for its answer."""
    return any(one.blocks for one in requests_on(acceptance, reader))


def use_disputes_in(case_no: str, reader: Reader) -> list[RequestRow]:
    """Every dispute of a use that was made in a case, in the log's order."""
    return [_row(row) for row in _OF_USES.rows(reader, case_no=case_no)]


def uses_withdrawn(case_no: str, reader: Reader) -> set[bytes]:
    """Ids of the reliances of a case that an upheld dispute took back."""
    return {
        one.reliance
        for one in use_disputes_in(case_no, reader)
        if one.reliance is not None and one.answer is not None and one.answer.outcome == UPHELD
    }


def uses_gone(acceptance: bytes, size: int, reader: Reader) -> frozenset[bytes]:
    """Ids of the reliances on an acceptance that an upheld dispute took back, in a log of that size."""
    return frozenset(
        one.reliance
        for one in requests_on(acceptance, reader)
        if one.reliance is not None
        and one.answer is not None
        and one.answer.outcome == UPHELD
        and one.answer.index < size
    )


def fallen_uses(case_no: str, reader: Reader, before: int) -> dict[str, frozenset[bytes]]:
    """By requirement of a case, the acceptances whose use there was taken back below entry `before`."""
    found: dict[str, frozenset[bytes]] = {}
    for requirement, acceptance in _FALLEN.rows(reader, case_no=case_no, before=before):
        found[requirement] = found.get(requirement, frozenset()) | {bytes(acceptance)}
    return found


def request_by_id(request: bytes, reader: Reader) -> RequestRow | None:
    """A request by the id of its entry, or None."""
    found = _PLACE.rows(reader, request=request)
    if not found:
        return None
    return next((one for one in requests_on(bytes(found[0][0]), reader) if one.id == request), None)


def requests_to(department: str, after: int, most: int, reader: Reader) -> list[RequestRow]:
    """Requests that a department has to answer, past the entry `after`, in the log's order."""
    return [_row(row) for row in _OWNED.rows(reader, department=department, after=after, most=most)]


def words_of(index: int, reader: Reader, sealer: Sealer) -> str | None:
    """The words of a request's or an answer's private record; None where there are none, or were erased."""
    try:
        record = open_private(index, reader, sealer)[1]
    except (LookupError, VaultError):
        return None
    return record.get("text")
