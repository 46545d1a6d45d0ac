# SPDX-License-Identifier: Apache-2.0
"""Queries over acceptances, and the keyed look-ups by which they are found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select

from attest.errors import VaultError
from attest.holders.repository import ids_of, whole_people
from attest.materials.model import AcceptanceRow, Citation
from attest.materials.numbers import plain_number
from attest.private import open_private
from attest.reading import Prepared
from attest.tables import (
    acceptance_parties,
    acceptances,
    department_key_ends,
    lookups,
    retractions,
    uploads,
)

if TYPE_CHECKING:
    from attest.context import Context
    from attest.parties import About
    from attest.reading import Reader

ROW = select(
    acceptances.c.acceptance,
    acceptances.c.idx,
    acceptances.c.leaf,
    acceptances.c.type,
    acceptances.c.issuer,
    acceptances.c.authority,
    acceptances.c.accepted_by,
    acceptances.c.case_no,
    acceptances.c.assurance,
    acceptances.c.accepted,
    acceptances.c.issued,
    acceptances.c.valid_from,
    acceptances.c.valid_until,
    acceptances.c.about,
    retractions.c.department,
    retractions.c.time,
    retractions.c.reason,
    department_key_ends.c.time,
).select_from(
    acceptances.outerjoin(retractions, retractions.c.acceptance == acceptances.c.acceptance).outerjoin(
        department_key_ends,
        and_(
            department_key_ends.c.address == acceptances.c.key,
            department_key_ends.c.compromised_since <= acceptances.c.idx,
        ),
    )
)
_BY_ID = Prepared(ROW.where(acceptances.c.acceptance == bindparam("acceptance")))
_BY_KEYS = Prepared(
    ROW.where(
        acceptances.c.acceptance.in_(
            select(lookups.c.acceptance).where(lookups.c.lookup.in_(bindparam("keys", expanding=True)))
        )
    )
)
_PARTY = Prepared(
    select(acceptance_parties.c.role).where(
        acceptance_parties.c.acceptance == bindparam("acceptance"),
        acceptance_parties.c.holder == bindparam("holder"),
    )
)
_HOLDERS = Prepared(
    select(acceptance_parties.c.holder).where(acceptance_parties.c.acceptance == bindparam("acceptance"))
)
_UPLOAD = Prepared(
    select(uploads.c.document, uploads.c.size, uploads.c.media, uploads.c.pages).where(
        uploads.c.upload == bindparam("upload")
    )
)
_NOBODY = bytes(16)
RETRACTIONS_FACT = b"retractions"
"""Name of the fact "what was retracted", for look-ups, which cannot name beforehand what they will find."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a department put into the vault and may cite; `pages` where they were counted."""

    document: bytes
    size: int
    media: str
    pages: int | None = None


def acceptance_fact(acceptance: bytes) -> bytes:
    """Name of the fact "this acceptance stands", for the writer's batches."""
    return b"acceptance/" + acceptance


def is_party(holder: bytes, acceptance: bytes, reader: Reader) -> bool:
    """Whether a holder stands in any role of the material, by this id or a provisional one linked to it."""
    return any(_PARTY.rows(reader, acceptance=acceptance, holder=one) for one in ids_of(holder, reader))


def holders_of(acceptance: bytes, reader: Reader) -> set[bytes]:
    """Who stands in the material, as it was written, in whichever roles."""
    return {bytes(row[0]) for row in _HOLDERS.rows(reader, acceptance=acceptance)}


def roles_in(holder: bytes, acceptance: bytes, reader: Reader) -> set[str]:
    """The roles in which a holder stands in the material, by this id or a provisional one linked to it."""
    every = ids_of(holder, reader)
    return {str(row[0]) for one in every for row in _PARTY.rows(reader, acceptance=acceptance, holder=one)}


def content_key(holder: bytes, digest: bytes, context: Context) -> bytes:
    """Look-up of a file of one holder, as stored: 16 bytes of the HMAC."""
    return context.lookup.content(holder, digest)[:16]


def number_key(holder: bytes, type_: str, issuer: str, number: str, context: Context) -> bytes:
    """Look-up of a numbered paper of one holder, as stored: 16 bytes of the HMAC.

    Full and half width, spaces and letter case of a number as typed do not count (Unicode NFKC).
    """
    return context.lookup.number(holder, type_, issuer, plain_number(number))[:16]


def about_key(about: About, context: Context) -> bytes:
    """The thing a material is about, as stored: 16 bytes of an HMAC that names no holder."""
    return context.lookup.number(_NOBODY, "about", about[0], about[1])[:16]


def upload_key(department: str, digest: bytes, context: Context) -> bytes:
    """Look-up of a file that a department put into the vault."""
    return context.lookup.number(_NOBODY, "upload", department, digest.hex())[:16]


def upload_of(department: str, digest: bytes, reader: Reader, context: Context) -> Upload | None:
    """The department's upload of the file with this SHA-256."""
    found = _UPLOAD.rows(reader, upload=upload_key(department, digest, context))
    return Upload(bytes(found[0][0]), *found[0][1:]) if found else None


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def acceptance_row(row: Any) -> AcceptanceRow:
    """A row of the joined select as its type."""
    return AcceptanceRow(
        id=bytes(row[0]),
        index=row[1],
        leaf=bytes(row[2]),
        type=row[3],
        issuer=row[4],
        authority=row[5],
        accepted_by=row[6],
        case_no=row[7],
        assurance=row[8],
        accepted=row[9],
        issued=_day(row[10]),
        valid_from=_day(row[11]),
        valid_until=_day(row[12]),
        about=bytes(row[13]) if row[13] is not None else None,
        retracted=(row[14], row[15], row[16]) if row[14] is not None else None,
        compromised=row[17],
    )


def acceptance_by_id(acceptance: bytes, reader: Reader) -> AcceptanceRow | None:
    """An acceptance with its retraction, or None."""
    found = _BY_ID.rows(reader, acceptance=acceptance)
    return acceptance_row(found[0]) if found else None


def acceptances_by_keys(keys: list[bytes], reader: Reader) -> list[AcceptanceRow]:
    """Acceptances that any of these look-ups (`content_key`, `number_key`) finds."""
    return [acceptance_row(row) for row in _BY_KEYS.rows(reader, keys=keys)]


def same_papers(row: AcceptanceRow, reader: Reader, context: Context) -> list[AcceptanceRow]:
    """Other acceptances of the same type that have its file or its number, for a common party.

    None of one whose record was erased.
    """
    try:
        record = open_private(row.index, reader, context.sealer)[1]
    except (LookupError, VaultError):
        return []
    digest, number = bytes.fromhex(record["document"]["sha256"]), record.get("number")
    keys = []
    stated = {bytes.fromhex(party["holder"]) for party in record["parties"]}
    for holder in whole_people(stated, reader):
        keys.append(content_key(holder, digest, context))
        if number is not None:
            keys.append(number_key(holder, row.type, row.issuer, number, context))
    return [one for one in acceptances_by_keys(keys, reader) if one.type == row.type and one.id != row.id]


def cited_acceptance(citation: Citation, reader: Reader) -> AcceptanceRow | None:
    """The acceptance that a citation names by id, index and leaf hash alike, or None."""
    row = acceptance_by_id(citation.id, reader)
    return row if row is not None and (row.index, row.leaf) == (citation.index, citation.leaf) else None


_RETRACTED = Prepared(select(retractions.c.idx).where(retractions.c.acceptance == bindparam("acceptance")))


def retraction_of(acceptance: bytes, reader: Reader) -> int | None:
    """Index of the entry that took the acceptance back, or None."""
    found = _RETRACTED.rows(reader, acceptance=acceptance)
    return int(found[0][0]) if found else None
