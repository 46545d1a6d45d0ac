# SPDX-License-Identifier: Apache-2.0
"""What a department already holds of the same people: this very file, or papers that a new one may supersede.

Only its own acceptances count, and those made for it: nobody learns what another department has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import bindparam, or_, select

from attest.materials.repository import ROW, acceptance_by_id, acceptance_row, content_key
from attest.reading import Prepared
from attest.supersession.repository import successions
from attest.tables import acceptances, lookups, material_parties, retractions

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.context import Context
    from attest.materials.model import Acceptance, AcceptanceRow
    from attest.reading import Reader

MOST: Final = 4
"""Earlier acceptances that are told, the newest first."""
_READ: Final = 16
_FOUND = Prepared(select(lookups.c.acceptance).where(lookups.c.lookup.in_(bindparam("keys", expanding=True))))
_DATED = Prepared(
    ROW.where(
        acceptances.c.acceptance.in_(
            select(material_parties.c.acceptance).where(
                material_parties.c.holder.in_(bindparam("holders", expanding=True)),
                material_parties.c.type == bindparam("type"),
            )
        ),
        acceptances.c.issuer == bindparam("issuer"),
        acceptances.c.issued < bindparam("issued"),
        acceptances.c.idx < bindparam("index"),
        or_(
            acceptances.c.accepted_by == bindparam("department"),
            acceptances.c.authority == bindparam("authority"),
        ),
        retractions.c.idx.is_(None),
    )
    .order_by(acceptances.c.idx.desc())
    .limit(bindparam("most"))
)


class Earlier(NamedTuple):
    """`duplicate`: the newest acceptance of the same file. `older`: of papers issued earlier."""

    duplicate: AcceptanceRow | None
    older: tuple[AcceptanceRow, ...]


def earlier_of(
    record: Acceptance, accepted: bytes, index: int, department: str, reader: Reader, context: Context
) -> Earlier:
    """What stands that `department` held before the acceptance `accepted` at `index`.

    `older` are of the same type, issuer and a common party, and superseded by nothing; none of a record that
    names one itself or has no day of issue.
    """
    stated = {holder for _, holder in record.parties}
    keys = [content_key(holder, record.document.sha256, context) for holder in stated]
    same = {bytes(row[0]) for row in _FOUND.rows(reader, keys=keys)} - {accepted}
    rows = [row for row in (acceptance_by_id(one, reader) for one in same) if row is not None]
    own = [one for one in rows if one.index < index and _held(one, department)]
    duplicate = max(own, key=lambda one: one.index, default=None)
    return Earlier(duplicate, _older(record, stated, index, department, reader))


def _older(
    record: Acceptance, holders: Collection[bytes], index: int, department: str, reader: Reader
) -> tuple[AcceptanceRow, ...]:
    if record.supersedes is not None or record.issued is None:
        return ()
    rows = _DATED.rows(
        reader,
        holders=list(holders),
        type=record.type,
        issuer=record.issuer,
        issued=record.issued.isoformat(),
        index=index,
        department=department,
        authority=department,
        most=_READ,
    )
    found = [one for one in map(acceptance_row, rows) if one.fallen is None]
    done = successions([one.id for one in found], reader) if found else {}
    return tuple(one for one in found if one.id not in done)[:MOST]


def _held(row: AcceptanceRow, department: str) -> bool:
    return row.fallen is None and department in (row.accepted_by, row.authority)
