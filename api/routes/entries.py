# SPDX-License-Identifier: Apache-2.0
"""Entries of the log and their proofs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.auth import AUDITOR, DEPARTMENT
from api.oversight import is_auditor
from api.problems import Problem
from api.requests import ThinResponse
from api.thin import RouteDoc, ThinRoute
from attest.statements import Envelope
from ledger.canonical import read_canonical
from ledger.hashing import leaf_hash

if TYPE_CHECKING:
    from api.requests import ThinRequest
    from api.wiring import Ledger


class EntryRoutes:
    """`entries/{index}`, `entries/{index}/proof`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def _leaf(self, request: ThinRequest) -> tuple[int, bytes]:
        index = int(request.params["index"])
        if index >= self._ledger.writer.acknowledged.size:
            raise Problem("not_found")
        return index, self._ledger.store.leaf(index)

    async def entry(self, request: ThinRequest) -> ThinResponse:
        """One envelope as it stands in the log: for its issuer and for auditors."""
        request.query()
        index, leaf = self._leaf(request)
        issuer = Envelope.parse(leaf).entry.issuer
        if not is_auditor(request.principal) and request.principal.department != issuer:
            raise Problem("not_found")
        return ThinResponse.of(
            {
                "index": index,
                "leaf": leaf_hash(leaf).hex(),
                "envelope": read_canonical(leaf, ascii_only=True),
                "receipt": self._ledger.receipts.receipt(
                    index, leaf_hash(leaf), self._ledger.writer.acknowledged
                ),
            }
        )

    async def proof(self, request: ThinRequest) -> ThinResponse:
        """The entry's `tlog-proof@v1`; public, like the checkpoint."""
        request.query()
        index, _ = self._leaf(request)
        proof = self._ledger.receipts.proof(index, self._ledger.writer.acknowledged)
        return ThinResponse(200, proof.format(), media=b"text/plain; charset=utf-8")

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        return [
            ThinRoute(
                "GET",
                "/api/v1/entries/{index:int}",
                self.entry,
                RouteDoc(
                    "日志中的一条记录",
                    "One entry of the log",
                    "log",
                    answers={200: ("the envelope and its receipt", {"index": 0})},
                ),
                frozenset({DEPARTMENT, AUDITOR}),
            ),
            ThinRoute(
                "GET",
                "/api/v1/entries/{index:int}/proof",
                self.proof,
                RouteDoc(
                    "一条记录的存证证明",
                    "Proof of one entry",
                    "log",
                    answers={200: ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\n…")},
                ),
                public=True,
            ),
        ]
