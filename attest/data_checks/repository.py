# SPDX-License-Identifier: Apache-2.0
"""Queries over denials, and what a question to an issuer is made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, bindparam, select

from attest.data_checks.model import DenialRow
from attest.errors import VaultError
from attest.holders.repository import naming_index
from attest.materials.repository import acceptance_by_id, number_key
from attest.private import open_private
from attest.reading import Prepared
from attest.recognition.model import Word
from attest.tables import acceptance_parties, acceptances, denials, lookups

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from attest.context import Context
    from attest.data_checks.model import Denial, Numbered
    from attest.reading import Reader
    from attest.recognition.model import Candidate, Params, Presented

_ROW: Final = select(
    denials.c.holder,
    denials.c.type,
    denials.c.idx,
    denials.c.lookup,
    denials.c.department,
    denials.c.reason,
    denials.c.since,
    denials.c.time,
    denials.c.case_no,
)
_OF_HOLDERS = Prepared(
    _ROW.where(
        denials.c.holder.in_(bindparam("holders", expanding=True)),
        denials.c.type.in_(bindparam("types", expanding=True)),
        denials.c.idx < bindparam("before"),
    ).order_by(denials.c.idx)
)
_AGAINST = Prepared(
    _ROW.select_from(
        acceptances.join(acceptance_parties, acceptance_parties.c.acceptance == acceptances.c.acceptance)
        .join(
            denials,
            and_(
                denials.c.holder == acceptance_parties.c.holder,
                denials.c.type == acceptances.c.type,
                denials.c.idx > acceptances.c.idx,
            ),
        )
        .join(
            lookups,
            and_(lookups.c.lookup == denials.c.lookup, lookups.c.acceptance == acceptances.c.acceptance),
        )
    )
    .where(
        acceptances.c.acceptance == bindparam("acceptance"),
        denials.c.idx < bindparam("before"),
    )
    .order_by(denials.c.idx)
    .limit(1)
)
_ANY = Prepared(select(denials.c.idx).where(denials.c.type.in_(bindparam("types", expanding=True))).limit(1))
_PARTIES = Prepared(
    select(acceptance_parties.c.holder).where(
        acceptance_parties.c.acceptance.in_(bindparam("ids", expanding=True))
    )
)
_PORTION: Final = 512
_NUMBERED = Prepared(
    select(lookups.c.lookup, lookups.c.acceptance).where(
        lookups.c.lookup.in_(bindparam("keys", expanding=True))
    )
)


def denials_of(
    holders: Collection[bytes], types: Collection[str], reader: Reader, before: int
) -> list[DenialRow]:
    """Every denial of papers of these types and holders, in the log's order, below entry `before`."""
    if not holders or not types:
        return []
    rows = _OF_HOLDERS.rows(reader, holders=list(holders), types=list(types), before=before)
    return [_row(row) for row in rows]


def _row(row: Any) -> DenialRow:
    return DenialRow(
        holder=bytes(row[0]),
        type=row[1],
        index=row[2],
        lookup=bytes(row[3]),
        department=row[4],
        reason=row[5],
        since=date.fromisoformat(row[6]),
        time=row[7],
        case_no=row[8],
    )


def denial_after(acceptance: bytes, reader: Reader, before: int) -> DenialRow | None:
    """The first denial of an acceptance's number that came after it, for whichever party, below `before`.

    By the keyed numbers alone: no record is opened, so it is said of an erased holder's paper as well.
    """
    found = _AGAINST.rows(reader, acceptance=acceptance, before=before)
    return _row(found[0]) if found else None


def denials_about(
    candidates: Sequence[Candidate],
    holders: Collection[bytes],
    types: Collection[str],
    reader: Reader,
    before: int,
) -> list[DenialRow]:
    """Denials of papers of these types: of the holders, and of whoever else is a party of a candidate.

    An issuer speaks of a paper by the holder that it was asked about; every party's acceptance falls.
    """
    if not may_be_denied(types, reader):
        return []
    parties = set(holders)
    ids = [one.acceptance for one in candidates]
    for start in range(0, len(ids), _PORTION):
        found = _PARTIES.rows(reader, ids=ids[start : start + _PORTION])
        parties.update(bytes(row[0]) for row in found)
    return denials_of(parties, types, reader, before)


def mark_denied(
    candidates: Sequence[Candidate], denied: Sequence[DenialRow], reader: Reader
) -> list[Candidate]:
    """The candidates, each with the latest denial of its number that came after it."""
    latest = {one.lookup: one for one in denied}
    words: dict[bytes, DenialRow] = {}
    for lookup, acceptance in _NUMBERED.rows(reader, keys=list(latest)):
        one, id_ = latest[bytes(lookup)], bytes(acceptance)
        if id_ not in words or words[id_].index < one.index:
            words[id_] = one
    return [
        replace(c, denied=_word(words[c.acceptance]))
        if c.acceptance in words and c.index < words[c.acceptance].index
        else c
        for c in candidates
    ]


def said_of(issuer: str, said: Denial | DenialRow, at: int) -> Word:
    """A denial of `at` (Unix seconds) as a reason with what its sentence is filled with."""
    about: Params = {"issuer": issuer, "denial": said.reason, "since": said.since.isoformat(), "at": at}
    return Word("issuer.not_valid", about)


def _word(one: DenialRow) -> Word:
    return said_of(one.department, one, one.time)


def denied_numbers(
    holders: Collection[bytes],
    presented: Collection[Presented],
    denied: Sequence[DenialRow],
    candidates: Collection[Candidate],
    context: Context,
) -> dict[tuple[str, bytes], Word]:
    """What was said of presented numbers, by type and holder, where nothing was accepted of them since."""
    latest = {one.lookup: one for one in denied}
    words: dict[tuple[str, bytes], Word] = {}
    for shown in presented:
        if shown.number is None or shown.issuer is None:
            continue
        later = max(
            (c.index for c in candidates if c.type == shown.type and "number" in c.matched), default=-1
        )
        for holder in holders:
            one = latest.get(number_key(holder, shown.type, shown.issuer, shown.number, context))
            if one is not None and one.index > later:
                words[shown.type, holder] = _word(one)
    return words


def may_be_denied(types: Collection[str], reader: Reader) -> bool:
    """Whether any paper of these types was ever denied."""
    return bool(types and _ANY.rows(reader, types=list(types)))


def denial_of(paper: Numbered, reader: Reader, before: int, context: Context) -> DenialRow | None:
    """What its issuer last said against this very paper, below entry `before`.

    None where it said nothing, where the paper is a newer one of that number, issued since, and where
    somebody took it in after that word: a later acceptance is a later look.
    """
    keys = {number_key(one, paper.type, paper.issuer, paper.number, context) for one in paper.holders}
    said = [one for one in denials_of(paper.holders, [paper.type], reader, before) if one.lookup in keys]
    if not said or (paper.issued is not None and paper.issued >= said[-1].since):
        return None
    found = (acceptance_by_id(bytes(row[1]), reader) for row in _NUMBERED.rows(reader, keys=list(keys)))
    later = (one for one in found if one is not None and one.fallen is None)
    return None if any(said[-1].index < one.index < before for one in later) else said[-1]


def number_of(index: int, reader: Reader, context: Context) -> str | None:
    """The number of the paper that entry `index` accepted; None where it has none or is sealed for good."""
    try:
        number = open_private(index, reader, context.sealer)[1].get("number")
    except (LookupError, VaultError):
        return None
    return number if isinstance(number, str) else None


def document_of_holder(holder: bytes, reader: Reader, context: Context) -> tuple[str, str] | None:
    """Type and number of the document by which the holder was named; None where that is sealed for good."""
    index = naming_index(holder, reader)
    try:
        record = open_private(index, reader, context.sealer)[1] if index is not None else None
    except (LookupError, VaultError):
        return None
    return (record["id_type"], record["number"]) if record is not None else None
