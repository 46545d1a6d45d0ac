# SPDX-License-Identifier: Apache-2.0
"""The trace of a case: its entries in order, opened for those who may see it, each with its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from attest.cases.repository import case_indexes
from attest.private import open_private
from attest.statements import Envelope
from ledger.hashing import leaf_hash

if TYPE_CHECKING:
    from attest.context import Context
    from ledger.rows import Head
    from ledger.store import Store


class Receipts(Protocol):
    """Whoever makes receipts for acknowledged heads."""

    def receipt(self, index: int, leaf_hash: bytes, head: Head, /) -> dict[str, object]:
        """The receipt of one entry."""


def case_trace(
    case_no: str, store: Store, context: Context, receipts: Receipts, head: Head
) -> dict[str, Any]:
    """`{size, root, entries: [{index, id, kind, issuer, time, body, record, receipt}]}` as of `head`."""
    entries = []
    for index in case_indexes(case_no, store):
        if index >= head.size:
            break
        leaf = store.leaf(index)
        envelope = Envelope.parse(leaf)
        entry = envelope.entry
        record = open_private(index, store, context.sealer)[1] if entry.private is not None else None
        entries.append(
            {
                "index": index,
                "id": entry.id.hex(),
                "kind": entry.kind,
                "issuer": entry.issuer,
                "time": entry.time,
                "key": envelope.key.hex(),
                "body": entry.body,
                "record": record,
                "receipt": receipts.receipt(index, leaf_hash(leaf), head),
            }
        )
    return {"size": head.size, "root": head.root.hex(), "entries": entries}
