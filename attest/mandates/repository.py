# SPDX-License-Identifier: Apache-2.0
"""Queries over mandates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select

from attest.mandates.model import MandateRow
from attest.reading import Prepared
from attest.tables import mandate_ends, mandates

if TYPE_CHECKING:
    from attest.reading import Reader

_ROW = select(
    mandates.c.mandate,
    mandates.c.idx,
    mandates.c.leaf,
    mandates.c.principal,
    mandates.c.agent,
    mandates.c.until,
    mandates.c.time,
    mandate_ends.c.idx,
    mandate_ends.c.time,
).select_from(mandates.outerjoin(mandate_ends, mandate_ends.c.mandate == mandates.c.mandate))
_BY_ID: Final = Prepared(_ROW.where(mandates.c.mandate == bindparam("mandate")))
_OF: Final = Prepared(
    _ROW.where(mandates.c.principal == bindparam("principal")).order_by(mandates.c.idx.desc())
)
_TO: Final = Prepared(_ROW.where(mandates.c.agent == bindparam("agent")).order_by(mandates.c.idx.desc()))


def _row(row: tuple[Any, ...]) -> MandateRow:
    ended = (row[7], row[8]) if row[7] is not None else None
    return MandateRow(
        bytes(row[0]), row[1], bytes(row[2]), bytes(row[3]), bytes(row[4]), row[5], row[6], ended
    )


def mandate_by_id(mandate: bytes, reader: Reader) -> MandateRow | None:
    """A mandate by the id of its entry (16 bytes), or None."""
    found = _BY_ID.rows(reader, mandate=mandate)
    return _row(found[0]) if found else None


def mandates_of(principal: bytes, reader: Reader) -> list[MandateRow]:
    """Every mandate that a holder granted, the newest first."""
    return [_row(row) for row in _OF.rows(reader, principal=principal)]


def mandates_to(agent: bytes, reader: Reader) -> list[MandateRow]:
    """Every mandate to an agent, by the look-up of their number, the newest first."""
    return [_row(row) for row in _TO.rows(reader, agent=agent)]
