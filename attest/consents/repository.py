# SPDX-License-Identifier: Apache-2.0
"""Queries over consents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select

from attest.consents.model import ConsentRow
from attest.holders.repository import ids_of, links_among
from attest.reading import Prepared
from attest.tables import consent_ends, consent_uses, consents
from ledger.merkle import MAX_SIZE

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.reading import Reader

_ROW = select(
    consents.c.consent,
    consents.c.idx,
    consents.c.leaf,
    consents.c.holder,
    consents.c.item,
    consents.c.requirement,
    consents.c.until,
    consents.c.time,
    consents.c.case_no,
    consents.c.department,
    consent_ends.c.time,
    consent_ends.c.idx,
).select_from(consents.outerjoin(consent_ends, consent_ends.c.consent == consents.c.consent))
_BY_ID: Final = Prepared(_ROW.where(consents.c.consent == bindparam("consent")))
_OF: Final = Prepared(_ROW.where(consents.c.holder == bindparam("holder")).order_by(consents.c.idx.desc()))
_FOR: Final = Prepared(
    _ROW.where(
        consents.c.holder.in_(bindparam("holders", expanding=True)), consents.c.item == bindparam("item")
    ).order_by(consents.c.idx.desc())
)
_IN: Final = Prepared(_ROW.where(consents.c.case_no == bindparam("case_no")).order_by(consents.c.idx.desc()))
_USES: Final = Prepared(
    select(consent_uses.c.department, consent_uses.c.reliance, consent_uses.c.idx)
    .where(consent_uses.c.consent == bindparam("consent"), consent_uses.c.idx < bindparam("before"))
    .order_by(consent_uses.c.idx)
)

CONSENTS_FACT: Final = b"consents"
"""Name of the fact "which consents were given or withdrawn", for the writer's batches."""


def consent_fact(consent: bytes) -> bytes:
    """Name of the fact "how this consent stands", for the writer's batches."""
    return b"consent/" + consent


def _row(row: tuple[Any, ...]) -> ConsentRow:
    return ConsentRow(bytes(row[0]), row[1], bytes(row[2]), bytes(row[3]), *row[4:11])


def consent_by_id(consent: bytes, reader: Reader) -> ConsentRow | None:
    """A consent by the id of its entry (16 bytes), or None."""
    found = _BY_ID.rows(reader, consent=consent)
    return _row(found[0]) if found else None


def consents_of(holder: bytes, reader: Reader) -> list[ConsentRow]:
    """Every consent of a holder, also under a provisional id, the newest first."""
    found = [_row(row) for one in ids_of(holder, reader) for row in _OF.rows(reader, holder=one)]
    return sorted(found, key=lambda row: -row.index)


def consents_in(case_no: str, reader: Reader) -> list[ConsentRow]:
    """Every consent for one case, the newest first."""
    return [_row(row) for row in _IN.rows(reader, case_no=case_no)]


def standing_consents(
    people: Collection[bytes], item: str, case_no: str, now: int, reader: Reader, before: int = MAX_SIZE
) -> list[tuple[bytes, ConsentRow]]:
    """Who of these people consented for a case of the item, by what stands at `now`, the newest first.

    Also under another id of theirs; as it stood when the log had `before` entries.
    """
    if not people:
        return []
    links = links_among(people, reader, before)
    holders = sorted({*people, *links, *links.values()})
    standing = [
        _row(row)
        for row in _FOR.rows(reader, holders=holders, item=item)
        if row[1] < before
        and now < row[6]
        and row[8] in (None, case_no)
        and (row[11] is None or row[11] >= before)
    ]
    return [
        (one, row)
        for row in standing
        for one in people
        if links.get(one, one) == links.get(row.holder, row.holder)
    ]


def uses_under(consent: bytes, reader: Reader, before: int = MAX_SIZE) -> list[tuple[str, bytes, int]]:
    """Who relied under a consent: (department, id of the reliance, its index), in the log's order."""
    return [(row[0], bytes(row[1]), row[2]) for row in _USES.rows(reader, consent=consent, before=before)]
