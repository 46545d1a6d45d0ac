# SPDX-License-Identifier: Apache-2.0
"""The log and its chain: bytes, indexes, roots. It knows no citizen, department or HTTP.

The pure nouns can be imported from here; each is loaded when it is first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ledger.canonical import Json, dump, read_canonical, read_json
    from ledger.checkpoint import Checkpoint, open_checkpoint
    from ledger.errors import FormatError, LedgerError, ProofError, SignatureError
    from ledger.merkle import Frontier
    from ledger.note import Note, NoteSigner, NoteVerifier, parse_note
    from ledger.proof import TlogProof, verify_tlog_proof
    from ledger.secp256k1 import Secp256k1Signer, recover

__all__ = [
    "Checkpoint",
    "FormatError",
    "Frontier",
    "Json",
    "LedgerError",
    "Note",
    "NoteSigner",
    "NoteVerifier",
    "ProofError",
    "Secp256k1Signer",
    "SignatureError",
    "TlogProof",
    "dump",
    "open_checkpoint",
    "parse_note",
    "read_canonical",
    "read_json",
    "recover",
    "verify_tlog_proof",
]

_ROOMS: Final = {
    "canonical": ("Json", "dump", "read_canonical", "read_json"),
    "checkpoint": ("Checkpoint", "open_checkpoint"),
    "errors": ("FormatError", "LedgerError", "ProofError", "SignatureError"),
    "merkle": ("Frontier",),
    "note": ("Note", "NoteSigner", "NoteVerifier", "parse_note"),
    "proof": ("TlogProof", "verify_tlog_proof"),
    "secp256k1": ("Secp256k1Signer", "recover"),
}
_ROOM_OF: Final = {noun: room for room, nouns in _ROOMS.items() for noun in nouns}


def __getattr__(name: str) -> object:
    """Load the module of a public noun on first use (PEP 562)."""
    room = _ROOM_OF.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{room}"), name)
