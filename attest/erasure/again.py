# SPDX-License-Identifier: Apache-2.0
"""Erased again: what a back-up from before an erasure brought back, and the entry that says so afterwards.

A copy that may not write cannot say it in its log. Until it may, `restored_entries` names what was destroyed,
and `restored_erasures` keeps the signed lines that say why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select

from attest.acts import derived, sign_and_place
from attest.erasure.commands import FACTS, READS, EraseHolder
from attest.erasure.listed import Listed, read_line
from attest.erasure.model import Erasure
from attest.errors import VaultError
from attest.fields import Fields
from attest.materials.commands import Accept
from attest.private import open_private
from attest.reading import Prepared
from attest.registry.model import SERVICE
from attest.statements import Envelope
from attest.tables import holder_ids, private_records, restored_entries, restored_erasures, uploads
from ledger.canonical import read_canonical
from ledger.commands import Decision
from ledger.hashing import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from attest.acts import Act, Written
    from attest.context import Context
    from attest.reading import Reader
    from ledger.commands import RequestKey, Row, View
    from ledger.note import NoteVerifying
    from ledger.store import Store

_UPLOADS: Final = Prepared(select(uploads).where(uploads.c.document == bindparam("document")))
_LINES: Final = Prepared(
    select(restored_erasures.c.erasure, restored_erasures.c.line).order_by(restored_erasures.c.erasure)
)
_ENTRIES: Final = Prepared(
    select(restored_entries.c.entry)
    .where(restored_entries.c.erasure == bindparam("erasure"))
    .order_by(restored_entries.c.entry)
)
_LINE: Final = Prepared(
    select(restored_erasures.c.line)
    .select_from(
        restored_erasures.join(restored_entries, restored_entries.c.erasure == restored_erasures.c.erasure)
    )
    .where(restored_entries.c.entry == bindparam("entry"))
)
_MOST_LINE: Final = 4 << 20


@dataclass(slots=True)
class Returned:
    """What of one erasure is there again: rows to delete, indexes, ids of acceptances and holders, files."""

    entries: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    acceptances: set[bytes] = field(default_factory=set)
    holders: set[bytes] = field(default_factory=set)
    documents: list[bytes] = field(default_factory=list)


def returned(item: Listed, store: Store, context: Context, acts: Mapping[str, Act[Any]]) -> Returned:
    """Of the entries of a listed erasure those that this log has and can still open, with all they gave."""
    found, size = Returned(), store.head().size
    for index, hashed in item.entries:
        if index >= size:
            continue
        leaf = store.leaf(index)
        if leaf_hash(leaf) != hashed:
            continue  # the log went on otherwise: the index is another entry's
        try:
            _, record = open_private(index, store, context.sealer)
        except (LookupError, VaultError):
            continue
        signed = Envelope.parse(leaf)
        rows = derived(acts[signed.entry.kind], record, index, leaf, signed, context)
        found.entries.append(index)
        found.rows += [*rows, (private_records, (index, b""))]
        found.holders |= {values[0] for table, values in rows if table is holder_ids}
        if signed.entry.kind == Accept.kind:
            found.acceptances.add(signed.entry.id)
    for document in item.documents:
        kept = _UPLOADS.rows(store, document=document)
        found.rows += [(uploads, tuple(row)) for row in kept]
        found.documents += [document] if kept else []
    return found


def restored_by(entry: int, hashed: bytes, reader: Reader, verifier: NoteVerifying, origin: str) -> bool:
    """Whether a signed line says that the entry with this leaf hash was erased in the log given up."""
    return any(
        (entry, hashed) in read_line(bytes(row[0]), verifier, origin)[0].entries
        for row in _LINE.rows(reader, entry=entry)
    )


def was_restored(entry: int, reader: Reader) -> bool:
    """Whether a restore destroyed the entry's record again; the audit reads the line that says why."""
    return bool(_LINE.rows(reader, entry=entry))


def is_waiting(reader: Reader) -> bool:
    """Whether something was erased again that the log does not say yet."""
    return bool(_LINES.rows(reader))


class SayAgain:
    """One entry for the first erasure that a restore carried out again; nothing where none is left."""

    entry_id: bytes | None = None
    request: RequestKey | None = None
    reads: Collection[bytes] = READS
    writes: Collection[bytes] = FACTS

    def __init__(self, context: Context) -> None:
        self._context = context

    def decide(self, view: View) -> Decision[Written]:
        """Sign what was destroyed, and let go of what said so meanwhile."""
        lines = _LINES.rows(view)
        if not lines:
            return Decision()
        erasure, line = bytes(lines[0][0]), bytes(lines[0][1])
        entries = tuple(int(row[0]) for row in _ENTRIES.rows(view, erasure=erasure))
        item = Listed.parse(Fields(read_canonical(line, max_bytes=_MOST_LINE)).fields("item"))
        record = Erasure(item.department, entries, item.documents)
        leaf, rows, written = sign_and_place(EraseHolder(), record, SERVICE, view, self._context)
        removed: list[Row] = [(restored_entries, (entry, erasure)) for entry in entries]
        removed.append((restored_erasures, (erasure, line)))
        return Decision(leaves=(leaf,), rows=rows, answer=written, removed=removed)
