# SPDX-License-Identifier: Apache-2.0
"""Queries over papers that end soon, and over who was told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, bindparam, or_, select

from attest.data_check_requests.repository import TAKEN_BACK
from attest.days import first_second
from attest.expiry.model import OPEN_DAYS, Ending
from attest.materials.repository import acceptance_by_id
from attest.reading import Prepared
from attest.supersession.repository import successions
from attest.tables import acceptances, cases, expiry_notices, reliances, retractions
from ledger.merkle import MAX_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from attest.catalogue.model import MaterialTypes
    from attest.catalogue.repository import Catalogue
    from attest.materials.model import AcceptanceRow
    from attest.reading import Reader

PORTION: Final = 512
_ENDING = Prepared(
    select(acceptances.c.acceptance, acceptances.c.idx, acceptances.c.valid_until)
    .select_from(acceptances.outerjoin(retractions, retractions.c.acceptance == acceptances.c.acceptance))
    .where(
        acceptances.c.valid_until.is_not(None),
        acceptances.c.valid_until >= bindparam("today"),
        acceptances.c.valid_until <= bindparam("last"),
        retractions.c.idx.is_(None),
        or_(
            acceptances.c.valid_until > bindparam("day"),
            and_(acceptances.c.valid_until == bindparam("same"), acceptances.c.idx > bindparam("index")),
        ),
    )
    .order_by(acceptances.c.valid_until, acceptances.c.idx)
    .limit(bindparam("most"))
)
_RELYING = Prepared(
    select(reliances.c.acceptance, reliances.c.department)
    .select_from(reliances.join(cases, cases.c.case_no == reliances.c.case_no))
    .where(
        reliances.c.acceptance.in_(bindparam("ids", expanding=True)),
        TAKEN_BACK.is_(None),
        cases.c.opened >= bindparam("opened"),
    )
)
_TOLD = Prepared(
    select(expiry_notices.c.acceptance, expiry_notices.c.department).where(
        expiry_notices.c.acceptance.in_(bindparam("ids", expanding=True))
    )
)
Place = tuple[str, int]
"""Where a portion ends: the last day of its last paper (ISO), and the paper's index."""
START: Final[Place] = ("", -1)


def told_of(acceptance: bytes, reader: Reader) -> set[str]:
    """The departments that were told that the paper ends."""
    return {str(row[1]) for row in _TOLD.rows(reader, ids=[acceptance])}


def duty_of(type_: str, authority: str, types: MaterialTypes) -> str:
    """Whose duty the paper that follows is: the type's owner's; the authority's of a type listed no more."""
    kind = types.get(type_)
    return authority if kind is None else kind.owner


def endings(
    today: date, days: int, after: Place, reader: Reader, catalogue: Catalogue
) -> tuple[list[Ending], Place | None]:
    """Of the next papers that end within `days` from `today`, those of which somebody is untold; go on where.

    None to go on: there are no more. What was taken back, fell with its key or was renewed is told otherwise.
    """
    rows = _ENDING.rows(
        reader,
        today=today.isoformat(),
        last=(today + timedelta(days=days)).isoformat(),
        day=after[0],
        same=after[0],
        index=after[1],
        most=PORTION,
    )
    known = {bytes(row[0]): acceptance_by_id(bytes(row[0]), reader) for row in rows}
    standing = [one for one in known.values() if one is not None and one.fallen is None]
    untold = _untold(standing, today, reader)
    types = catalogue.types(reader) if standing else None
    found = [
        Ending(
            one.id,
            one.index,
            one.leaf,
            duty_of(one.type, one.authority, types),
            tuple(sorted(untold[one.id])),
        )
        for one in standing
        if types is not None and untold[one.id]
    ]
    return found, (str(rows[-1][2]), int(rows[-1][1])) if len(rows) == PORTION else None


def _untold(standing: Sequence[AcceptanceRow], today: date, reader: Reader) -> dict[bytes, set[str]]:
    """By acceptance, who holds it or relied on it in an open case and is untold; of a renewed one nobody."""
    ids = [one.id for one in standing]
    untold: dict[bytes, set[str]] = {
        # whoever issued a paper knows when it ends
        one.id: set() if one.is_issuers_word else {one.accepted_by, one.authority}
        for one in standing
    }
    if not ids:
        return untold
    opened = first_second(today - timedelta(days=OPEN_DAYS))
    for acceptance, department in _RELYING.rows(reader, ids=ids, opened=opened, before=MAX_SIZE):
        untold[bytes(acceptance)].add(department)
    for acceptance, department in _TOLD.rows(reader, ids=ids):
        untold[bytes(acceptance)].discard(department)
    for acceptance, line in successions(ids, reader).items():
        if line.renewed:
            untold[acceptance].clear()
    return untold
