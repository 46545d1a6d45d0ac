# SPDX-License-Identifier: Apache-2.0
"""Queries over mandates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select

from attest.holders.repository import ids_of
from attest.mandates.model import Ground, MandateEnd, MandateRow
from attest.reading import Prepared
from attest.tables import mandate_ends, mandates

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.reading import Reader

_ROW = select(
    mandates.c.mandate,
    mandates.c.idx,
    mandates.c.leaf,
    mandates.c.principal,
    mandates.c.agent,
    mandates.c.until,
    mandates.c.time,
    mandates.c.relation,
    mandates.c.ground,
    mandates.c.department,
    mandates.c.case_no,
    mandate_ends.c.idx,
    mandate_ends.c.time,
    mandate_ends.c.department,
    mandate_ends.c.reason,
).select_from(mandates.outerjoin(mandate_ends, mandate_ends.c.mandate == mandates.c.mandate))
_BY_ID: Final = Prepared(_ROW.where(mandates.c.mandate == bindparam("mandate")))
_OF: Final = Prepared(
    _ROW.where(mandates.c.principal == bindparam("principal")).order_by(mandates.c.idx.desc())
)
_TO: Final = Prepared(_ROW.where(mandates.c.agent == bindparam("agent")).order_by(mandates.c.idx.desc()))


_ON: Final = Prepared(
    _ROW.where(mandates.c.ground.in_(bindparam("grounds", expanding=True))).order_by(mandates.c.idx.desc())
)
_IN: Final = Prepared(_ROW.where(mandates.c.case_no == bindparam("case_no")).order_by(mandates.c.idx.desc()))


MANDATES_FACT: Final = b"mandates"
"""Name of the fact "which mandates were recorded or ended", for the writer's batches."""


def mandate_fact(mandate: bytes) -> bytes:
    """Name of the fact "how this mandate stands", for the writer's batches."""
    return b"mandate/" + mandate


def _row(row: tuple[Any, ...]) -> MandateRow:
    return MandateRow(
        id=bytes(row[0]),
        index=row[1],
        leaf=bytes(row[2]),
        principal=bytes(row[3]),
        agent=bytes(row[4]),
        until=row[5],
        time=row[6],
        ended=MandateEnd(*row[11:15]) if row[11] is not None else None,
        relation=row[7],
        ground=Ground(bytes(row[8]), row[9], row[10]) if row[8] is not None else None,
    )


def mandate_by_id(mandate: bytes, reader: Reader) -> MandateRow | None:
    """A mandate by the id of its entry (16 bytes), or None."""
    found = _BY_ID.rows(reader, mandate=mandate)
    return _row(found[0]) if found else None


def mandates_of(principal: bytes, reader: Reader) -> list[MandateRow]:
    """Every mandate to act for a holder, also under a provisional id, the newest first."""
    found = [_row(row) for one in ids_of(principal, reader) for row in _OF.rows(reader, principal=one)]
    return sorted(found, key=lambda row: -row.index)


def mandates_on(grounds: Collection[bytes], reader: Reader) -> list[MandateRow]:
    """Every mandate that rests on one of these acceptances (at least one id), the newest first."""
    return [_row(row) for row in _ON.rows(reader, grounds=list(grounds))]


def mandates_in(case_no: str, reader: Reader) -> list[MandateRow]:
    """Every mandate that was recorded in a case, the newest first."""
    return [_row(row) for row in _IN.rows(reader, case_no=case_no)]


def mandates_to(agent: bytes, reader: Reader) -> list[MandateRow]:
    """Every mandate to an agent, by the look-up of their number, the newest first."""
    return [_row(row) for row in _TO.rows(reader, agent=agent)]
