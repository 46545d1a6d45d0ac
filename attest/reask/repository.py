# SPDX-License-Identifier: Apache-2.0
"""Queries over re-asks and over what shows that something was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, not_, or_, select

from attest.data_check_requests.repository import TAKEN_BACK
from attest.reading import Prepared
from attest.reask.model import CLAIM, LOOK, Place, ReaskRow
from attest.tables import (
    acceptances,
    askings,
    case_parties,
    cases,
    departments,
    material_parties,
    party_additions,
    reasks,
    reliances,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.reading import Reader

_EVER = 2**53
_COLUMNS = select(
    reasks.c.reask,
    reasks.c.idx,
    reasks.c.department,
    reasks.c.case_no,
    reasks.c.item,
    reasks.c.channel,
    reasks.c.source,
    reasks.c.finding,
    reasks.c.requirement,
    reasks.c.type,
    reasks.c.asked,
    reasks.c.acceptance,
    reasks.c.from_below,
    reasks.c.time,
)
_IN_CASE = Prepared(
    _COLUMNS.where(reasks.c.case_no == bindparam("case_no"), reasks.c.idx < bindparam("before")).order_by(
        reasks.c.idx
    )
)
_ONE = Prepared(_COLUMNS.where(reasks.c.reask == bindparam("reask")))
_BY_ASKING = Prepared(_COLUMNS.where(reasks.c.asked == bindparam("asked")))
_PAGE = Prepared(
    _COLUMNS.where(reasks.c.idx > bindparam("after")).order_by(reasks.c.idx).limit(bindparam("most"))
)
_PAGE_OF = Prepared(
    _COLUMNS.where(reasks.c.department == bindparam("department"), reasks.c.idx > bindparam("after"))
    .order_by(reasks.c.idx)
    .limit(bindparam("most"))
)
_OF_HOLDER = Prepared(
    _COLUMNS.where(
        reasks.c.case_no.in_(
            select(case_parties.c.case_no)
            .where(case_parties.c.holder == bindparam("holder"))
            .union(select(party_additions.c.case_no).where(party_additions.c.holder == bindparam("holder")))
        ),
        reasks.c.idx < bindparam("before"),
    )
    .order_by(reasks.c.idx.desc())
    .limit(bindparam("most"))
)
_EARLIER = Prepared(
    select(acceptances.c.idx)
    .select_from(
        material_parties.join(acceptances, acceptances.c.acceptance == material_parties.c.acceptance)
    )
    .where(
        material_parties.c.holder.in_(bindparam("holders", expanding=True)),
        material_parties.c.type.in_(bindparam("types", expanding=True)),
        acceptances.c.case_no != bindparam("case_no"),
        acceptances.c.idx < bindparam("before"),
    )
    .limit(1)
)
_RELIED = Prepared(
    select(reliances.c.idx)
    .where(
        reliances.c.case_no == bindparam("case_no"),
        reliances.c.requirement == bindparam("requirement"),
        reliances.c.idx < bindparam("before"),
        TAKEN_BACK.is_(None),
    )
    .limit(1)
)
_CLAIMED = or_(askings.c.source == CLAIM, askings.c.source == LOOK)
_CLAIMS = Prepared(
    select(askings.c.requirement, askings.c.idx)
    .where(askings.c.case_no == bindparam("case_no"), _CLAIMED)
    .order_by(askings.c.idx)
)
_CLAIM = Prepared(
    select(askings.c.asking, askings.c.idx, askings.c.requirement, askings.c.time, askings.c.source).where(
        askings.c.case_no == bindparam("case_no"),
        askings.c.idx == bindparam("index"),
        _CLAIMED,
    )
)
_LEVEL = Prepared(select(departments.c.level).where(departments.c.code == bindparam("code")))
_CAME_BY = func.coalesce(acceptances.c.channel, cases.c.channel)
_RECEIPTS = Prepared(
    select(
        acceptances.c.accepted_by,
        cases.c.item,
        _CAME_BY,
        func.count(),
        func.sum(acceptances.c.by_choice),
    )
    .select_from(acceptances.join(cases, cases.c.case_no == acceptances.c.case_no))
    .where(acceptances.c.authority == cases.c.authority)  # an issuer that answered took nothing in
    .group_by(acceptances.c.accepted_by, cases.c.item, _CAME_BY)
)
_REQUESTS = Prepared(
    select(askings.c.department, cases.c.item, askings.c.channel, func.count())
    .select_from(askings.join(cases, cases.c.case_no == askings.c.case_no))
    .where(not_(_CLAIMED))
    .group_by(askings.c.department, cases.c.item, askings.c.channel)
)
_REQUESTED = Prepared(
    select(
        askings.c.idx,
        askings.c.department,
        askings.c.source,
        askings.c.requirement,
        askings.c.type,
        askings.c.time,
    )
    .where(askings.c.case_no == bindparam("case_no"), not_(_CLAIMED))
    .order_by(askings.c.idx)
)
_ALL = Prepared(_COLUMNS.order_by(reasks.c.idx))


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim as the tables hold it: the id of its entry, where it stands, for what, when (Unix seconds).

    `again`: whether it says that it was asked again.
    """

    id: bytes
    index: int
    requirement: str
    time: int
    again: bool


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request or notice as the tables hold it: where it stands, whose, how it asks, for what, when.

    Without a requirement and a type the words of its private record say what is asked.
    """

    index: int
    department: str
    notice: str
    requirement: str | None
    type: str | None
    time: int


def _row(row: tuple[Any, ...]) -> ReaskRow:
    return ReaskRow(
        id=bytes(row[0]),
        index=row[1],
        department=row[2],
        case_no=row[3],
        item=row[4],
        channel=row[5],
        source=row[6],
        finding=row[7],
        requirement=row[8],
        type=row[9],
        asked=bytes(row[10]),
        acceptance=bytes(row[11]) if row[11] is not None else None,
        from_below=bool(row[12]),
        time=row[13],
    )


def reasks_in_case(case_no: str, before: int | None, reader: Reader) -> list[ReaskRow]:
    """The case's re-asks below an index (None: all), in the log's order."""
    return [_row(row) for row in _IN_CASE.rows(reader, case_no=case_no, before=_limit(before))]


def reask_by_id(reask: bytes, reader: Reader) -> ReaskRow | None:
    """The re-ask with this entry id, or None."""
    found = _ONE.rows(reader, reask=reask)
    return _row(found[0]) if found else None


def reask_of(asked: bytes, reader: Reader) -> ReaskRow | None:
    """The re-ask that the entry with this id showed, or None."""
    found = _BY_ASKING.rows(reader, asked=asked)
    return _row(found[0]) if found else None


def reasks_after(department: str | None, after: int, most: int, reader: Reader) -> list[ReaskRow]:
    """Re-asks past an index, of one department or of all (None), in the log's order."""
    if department is None:
        return [_row(row) for row in _PAGE.rows(reader, after=after, most=most)]
    return [_row(row) for row in _PAGE_OF.rows(reader, department=department, after=after, most=most)]


def earlier_paper(
    holders: Collection[bytes], types: Collection[str], case_no: str, before: int | None, reader: Reader
) -> bool:
    """Whether another case holds any paper of these types for these holders: without one nothing is known."""
    if not holders or not types:
        return False
    return bool(
        _EARLIER.rows(
            reader, holders=sorted(holders), types=sorted(types), case_no=case_no, before=_limit(before)
        )
    )


def relied_in_case(case_no: str, requirement: str, before: int | None, reader: Reader) -> bool:
    """Whether somebody has relied on an acceptance for this requirement of the case."""
    return bool(_RELIED.rows(reader, case_no=case_no, requirement=requirement, before=_limit(before)))


def claims_in_case(case_no: str, reader: Reader) -> dict[str, int]:
    """By requirement, the index of the last claim that it was handed in before."""
    return dict(_CLAIMS.rows(reader, case_no=case_no))


def claim_at(case_no: str, index: int, reader: Reader) -> ClaimRow | None:
    """The claim that stands at an index in a case, or None."""
    found = _CLAIM.rows(reader, case_no=case_no, index=index)
    if not found:
        return None
    id_, at, requirement, time, source = found[0]
    return ClaimRow(bytes(id_), at, requirement, time, source == CLAIM)


def requests_in_case(case_no: str, reader: Reader) -> list[RequestRow]:
    """What departments said that they ask for in a case, in the log's order."""
    return [RequestRow(*row) for row in _REQUESTED.rows(reader, case_no=case_no)]


def reasks_of_holder(holder: bytes, most: int, reader: Reader, before: int | None = None) -> list[ReaskRow]:
    """The newest `most` re-ask below an index (None: all) in cases of which the holder is a party."""
    return [_row(row) for row in _OF_HOLDER.rows(reader, holder=holder, most=most, before=_limit(before))]


def level_of(department: str, reader: Reader) -> str:
    """The registry's level of a department."""
    return str(_LEVEL.rows(reader, code=department)[0][0])


def receipts_by_place(reader: Reader) -> list[tuple[Place, int, int]]:
    """How many papers each department took in, and how many of them by the applicant's choice."""
    return [
        (Place(department, item, channel), int(count), int(by_choice))
        for department, item, channel, count, by_choice in _RECEIPTS.rows(reader)
    ]


def requests_by_place(reader: Reader) -> list[tuple[Place, int]]:
    """How many requests each department made."""
    return [
        (Place(department, item, channel), int(count))
        for department, item, channel, count in _REQUESTS.rows(reader)
    ]


def all_reasks(reader: Reader) -> list[ReaskRow]:
    """Every re-ask, in the log's order."""
    return [_row(row) for row in _ALL.rows(reader)]


def _limit(before: int | None) -> int:
    return _EVER if before is None else before
