# SPDX-License-Identifier: Apache-2.0
"""Queries over erasures, and the outbox of files that they destroy after the commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, insert, select

from attest.errors import VaultError
from attest.private import open_private
from attest.reading import Prepared
from attest.tables import erased_document_ends, erased_documents, erased_entries, erasures
from ledger.failpoints import failpoint
from ledger.store import run

if TYPE_CHECKING:
    from attest.reading import Reader
    from attest.sealing import Sealer
    from attest.vault import Vault
    from ledger.store import Store

_ENTRY: Final = Prepared(select(erased_entries.c.idx).where(erased_entries.c.entry == bindparam("entry")))
_ALL: Final = Prepared(
    select(erasures.c.idx, erasures.c.erasure, erasures.c.entries, erasures.c.time).order_by(erasures.c.idx)
)
_OPEN: Final = Prepared(
    select(erased_documents.c.document, erased_documents.c.idx)
    .select_from(
        erased_documents.outerjoin(
            erased_document_ends, erased_document_ends.c.document == erased_documents.c.document
        )
    )
    .where(erased_document_ends.c.document.is_(None))
)


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """An erasure: where it stands, how many entries it closed for ever, when (Unix seconds)."""

    index: int
    id: bytes
    entries: int
    time: int


def erased_by(entry: int, reader: Reader) -> int | None:
    """The erasure that destroyed the private record of an entry, or None."""
    found = _ENTRY.rows(reader, entry=entry)
    return int(found[0][0]) if found else None


def erases(index: int, entry: int, reader: Reader, sealer: Sealer) -> bool:
    """Whether the log itself says so: the entry at `index` is an erasure whose record names the other."""
    try:
        entries = open_private(index, reader, sealer)[1].get("entries")
    except (LookupError, VaultError):
        return False
    return isinstance(entries, list) and entry in entries


def erasure_index(erasure: bytes, reader: Reader) -> int | None:
    """Where the erasure with this number (16 bytes) stands, or None."""
    return next((one.index for one in all_erasures(reader) if one.id == erasure), None)


def all_erasures(reader: Reader) -> list[ErasureRow]:
    """Every erasure, in the log's order."""
    return [ErasureRow(row[0], bytes(row[1]), row[2], row[3]) for row in _ALL.rows(reader)]


def waiting_files(reader: Reader) -> list[tuple[bytes, int]]:
    """Files that are still to be destroyed, with the erasure of each."""
    return [(bytes(document), int(index)) for document, index in _OPEN.rows(reader)]


def destroy_files(store: Store, vault: Vault, now: int) -> int:
    """Destroy what waits, keys first, and note it; how many. Whatever a crash left is done the next time."""
    waiting = waiting_files(store)
    if not waiting:
        return 0
    failpoint("F18")
    for document, _ in waiting:
        vault.erase(document)
    with store.transaction() as connection:
        known = {bytes(row[0]) for row in run(connection, select(erased_document_ends.c.document))}
        for document, _ in waiting:
            if document not in known:
                run(connection, insert(erased_document_ends).values(document=document, time=now))
    return len(waiting)
