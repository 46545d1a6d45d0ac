# SPDX-License-Identifier: Apache-2.0
"""Checking a receipt without the service: the log's own key, from `trust.json`, is all that is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from attest.verify.trust import Trust
from ledger.checkpoint import open_checkpoint
from ledger.errors import ProofError, SignatureError
from ledger.merkle import verify_inclusion
from ledger.proof import TlogProof

if TYPE_CHECKING:
    from pathlib import Path

    from api.client.models import Receipt
    from ledger.checkpoint import Checkpoint


class ReceiptVerifier:
    """Verifies receipts of one log."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """By a `trust.json` that came from elsewhere than the receipts."""
        return cls(Trust.parse(path.read_bytes()))

    def verify(self, receipt: Receipt) -> Checkpoint:
        """The checkpoint that the entry is under; FormatError, SignatureError or ProofError if it is not.

        Proves that the log holds an entry with this leaf hash at this index, signed for by the log's key.
        """
        proof = TlogProof.parse(receipt.proof.encode())
        if proof.index != receipt.index:
            raise ProofError("the proof is of another entry")
        keys = self._trust.log_keys
        checkpoint = open_checkpoint(proof.checkpoint, keys, self._trust.origin)
        if keys.at(checkpoint.size)[1]:
            raise SignatureError(
                "its key was stolen later and proves nothing any more: ask for the receipt anew"
            )
        leaf = bytes.fromhex(receipt.leaf)
        verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)
        return checkpoint
