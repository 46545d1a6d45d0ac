# SPDX-License-Identifier: Apache-2.0
"""Receipts of the log: where an entry stands, the proof, and how far it is anchored."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from ledger.checkpoint import Checkpoint
from ledger.proof import TlogProof

if TYPE_CHECKING:
    from ledger.note import NoteSigning
    from ledger.rows import AnchorRow, Head
    from ledger.store import Store

ANCHOR_SECONDS: Final = 0.25
"""How long the newest anchored size is believed: the receipt of an entry beyond it needs no look-up."""


class Receipts:
    """Makes receipts for acknowledged heads only; the note of a head is signed once, on the way out."""

    def __init__(self, store: Store, signer: NoteSigning, origin: str) -> None:
        self._store = store
        self._signer = signer
        self._origin = origin
        self._note: tuple[int, bytes, bytes] = (-1, b"", b"")
        self._anchored = (float("-inf"), 0)

    def note(self, head: Head) -> bytes:
        """The signed checkpoint of an acknowledged head."""
        size, root, note = self._note
        if (size, root) != (head.size, head.root):
            note = self._signer.sign(Checkpoint(self._origin, head.size, head.root).text())
            self._note = (head.size, head.root, note)
        return note

    def proof(self, index: int, head: Head) -> TlogProof:
        """The inclusion proof of an entry in an acknowledged head."""
        return TlogProof(index, tuple(self._store.inclusion(index, head.size)), self.note(head))

    def _anchor(self, index: int) -> AnchorRow | None:
        """The anchor of an entry; how far the chain has come is asked once in a quarter of a second."""
        now = time.monotonic()
        seen, size = self._anchored
        if now - seen >= ANCHOR_SECONDS:
            size = self._store.anchored_size()
            self._anchored = (now, size)
        return self._store.anchor_covering(index) if index < size else None

    def receipt(self, index: int, leaf_hash: bytes, head: Head) -> dict[str, object]:
        """`{index, leaf, proof, stage, anchor}`; anchored if any root on the chain covers the entry."""
        anchor = self._anchor(index)
        return {
            "index": index,
            "leaf": leaf_hash.hex(),
            "proof": self.proof(index, head).format().decode(),
            "stage": "sequenced" if anchor is None else "anchored",
            "anchor": None
            if anchor is None
            else {
                "size": anchor.size,
                "root": anchor.root.hex(),
                "contract": anchor.contract.hex(),
                "tx": anchor.tx.hex(),
                "block": anchor.block,
                "block_hash": anchor.block_hash.hex(),
                "time": anchor.time,
            },
        }
