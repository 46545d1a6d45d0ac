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
    from attest.statements import Entry
    from ledger.rows import Head
    from ledger.store import Store


class Receipts(Protocol):
    """Whoever makes receipts for acknowledged heads."""

    def receipt(self, index: int, leaf_hash: bytes, head: Head, /) -> dict[str, object]:
        """The receipt of one entry."""


def case_trace(
    case_no: str, store: Store, context: Context, receipts: Receipts, head: Head, *, reader: str | None
) -> dict[str, Any]:
    """`{size, root, entries: [{index, id, kind, issuer, time, body, record, receipt}]}` as of `head`.

    `reader` is a department of the case, None an auditor. What an applicant says of a department's work
    (disputes, re-asks) is opened to that department alone; to the other one its entry shows its open body.
    """
    entries = []
    owners: dict[str, set[str]] = {}
    for index in case_indexes(case_no, store):
        if index >= head.size:
            break
        leaf = store.leaf(index)
        envelope = Envelope.parse(leaf)
        entry = envelope.entry
        record = open_private(index, store, context.sealer)[1] if entry.private is not None else None
        if (
            record is not None
            and reader is not None
            and reader not in _readers(entry, record, owners, reader)
        ):
            record = None
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


def _readers(entry: Entry, record: dict[str, Any], owners: dict[str, set[str]], reader: str) -> set[str]:
    """The departments to which the record is opened; `owners` of data check requests by id, as they come."""
    match entry.kind:
        case "data.check.requested":
            by = record["relied_by"] if "reliance" in record else record["accepted_by"]
            owners[entry.id.hex()] = {record["authority"], by}
            return owners[entry.id.hex()]
        case "data.check.answered" | "data.check.withdrawn":
            return owners.get(record["request"]["id"], {entry.issuer})
        case "reuse.removed" | "reuse.restored":
            return {record["authority"], record["accepted_by"]}
        case "reask.recorded":
            return {record["department"]}
        case "supersession.recorded":  # it names acceptances of others
            return set()
    return {reader}
