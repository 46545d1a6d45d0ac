# SPDX-License-Identifier: Apache-2.0
"""What a department already holds of the same people: this very file, or papers that a new one may supersede.

Only its own acceptances count, and those made for it: nobody learns what another department has. What an
issuer said against the very paper that was taken in is told to whoever took it in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import bindparam, or_, select

from attest.data_checks.model import Numbered
from attest.data_checks.repository import denial_of, may_be_denied
from attest.materials.repository import ROW, acceptance_by_id, acceptance_row, content_key
from attest.reading import Prepared
from attest.supersession.repository import successions
from attest.tables import acceptances, lookups, material_parties, retractions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from attest.context import Context
    from attest.data_checks.model import DenialRow
    from attest.materials.model import Acceptance, AcceptanceRow
    from attest.reading import Reader

MOST: Final = 4
"""Earlier acceptances that are told, the newest first."""
_READ: Final = 16
_AT_ONCE: Final = 128
_FOUND = Prepared(
    select(lookups.c.lookup, lookups.c.acceptance).where(
        lookups.c.lookup.in_(bindparam("keys", expanding=True))
    )
)
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
    """`duplicate`: the newest acceptance of the same file. `older`: of papers issued earlier.

    `denied`: what its issuer had said against this very paper, and nobody had contradicted.
    """

    duplicate: AcceptanceRow | None
    older: tuple[AcceptanceRow, ...]
    denied: DenialRow | None


@dataclass(frozen=True, slots=True)
class Made:
    """An acceptance that a department made just now: its record, the id of its entry, its index."""

    department: str
    record: Acceptance
    id: bytes
    index: int


def earlier_of(made: Sequence[Made], reader: Reader, context: Context) -> list[Earlier]:
    """What stands that its department held before each of these acceptances, in their order.

    `older` are of the same type, issuer and a common party, and superseded by nothing; none of a record that
    names one itself or has no day of issue. Their files are looked up together: each query gives the
    interpreter to the writer.
    """
    stated = [{holder for _, holder in one.record.parties} for one in made]
    keys = [
        [content_key(holder, one.record.document.sha256, context) for holder in holders]
        for one, holders in zip(made, stated, strict=True)
    ]
    same = _same([key for several in keys for key in several], reader)
    denials = may_be_denied({one.record.type for one in made}, reader)
    found = []
    for one, own, holders in zip(made, keys, stated, strict=True):
        others = {accepted for key in own for accepted in same.get(key, ())} - {one.id}
        rows = [row for row in (acceptance_by_id(other, reader) for other in others) if row is not None]
        held = [row for row in rows if row.index < one.index and _held(row, one.department)]
        duplicate = max(held, key=lambda row: row.index, default=None)
        denied = _denied(one.record, holders, one.index, reader, context) if denials else None
        older = _older(one.record, holders, one.index, one.department, reader)
        found.append(Earlier(duplicate, older, denied))
    return found


def _denied(
    record: Acceptance, holders: Collection[bytes], index: int, reader: Reader, context: Context
) -> DenialRow | None:
    if record.number is None or record.is_issuers_word:
        return None
    paper = Numbered(record.type, record.issuer, record.number, frozenset(holders), record.issued)
    return denial_of(paper, reader, index, context)


def _same(keys: Sequence[bytes], reader: Reader) -> dict[bytes, list[bytes]]:
    """The acceptances under each content key."""
    found: dict[bytes, list[bytes]] = {}
    for start in range(0, len(keys), _AT_ONCE):
        for key, accepted in _FOUND.rows(reader, keys=list(keys[start : start + _AT_ONCE])):
            found.setdefault(bytes(key), []).append(bytes(accepted))
    return found


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
