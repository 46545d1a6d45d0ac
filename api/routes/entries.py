# SPDX-License-Identifier: Apache-2.0
"""Entries of the log and their proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.auth import AUDITOR, DEPARTMENT
from api.oversight import is_auditor
from api.problems import Problem
from api.requests import ThinResponse
from api.routes.document_docs import ENTRY, PROOF
from api.thin import ThinRoute
from attest.statements import Envelope
from ledger.canonical import read_canonical
from ledger.hashing import leaf_hash

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest
    from ledger.rows import Head


class EntryRoutes:
    """`entries/{index}`, `entries/{index}/proof`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def _leaf(self, request: ThinRequest) -> tuple[int, bytes, Head] | None:
        """Index, bytes, and an acknowledged head that covers the entry; None beyond the log."""
        index = int(request.params["index"])
        head = await self._ledger.head_with(index)
        return None if index >= head.size else (index, self._ledger.store.leaf(index), head)

    async def entry(self, request: ThinRequest) -> ThinResponse:
        """One envelope as it stands in the log: for its issuer and for auditors.

        Another's is refused like none, as an entry.
        """
        request.query()
        found, asker = await self._leaf(request), request.principal
        if found is None or not (
            is_auditor(asker) or asker.department == Envelope.parse(found[1]).entry.issuer
        ):
            await self._ledger.oversight.refuse(request, "entries", "not_found")
        index, leaf, head = found
        return ThinResponse.of(
            {
                "index": index,
                "leaf": leaf_hash(leaf).hex(),
                "envelope": read_canonical(leaf, ascii_only=True),
                "receipt": self._ledger.receipts.receipt(index, leaf_hash(leaf), head),
            }
        )

    async def proof(self, request: ThinRequest) -> ThinResponse:
        """The entry's `tlog-proof@v1`; public, like the checkpoint."""
        request.query()
        found = await self._leaf(request)
        if found is None:
            raise Problem("not_found")
        index, _, head = found
        proof = self._ledger.receipts.proof(index, head)
        return ThinResponse(200, proof.format(), media=b"text/plain; charset=utf-8")

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        return [
            ThinRoute(
                "GET",
                "/api/v1/entries/{index:int}",
                self.entry,
                ENTRY,
                frozenset({DEPARTMENT, AUDITOR}),
            ),
            ThinRoute(
                "GET",
                "/api/v1/entries/{index:int}/proof",
                self.proof,
                PROOF,
                public=True,
            ),
        ]
