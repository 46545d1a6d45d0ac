# SPDX-License-Identifier: Apache-2.0
"""The identity of a log for ever: it stands in entry 0, in every signature's domain, in every trust file."""

from __future__ import annotations

from ledger.errors import FormatError
from ledger.hashing import sha256
from ledger.note import require_name

_LABEL = b"once/log/1\n"


def log_id(origin: str, log_public: bytes, checkpoint_signer: bytes, governance: bytes) -> bytes:
    """SHA-256("once/log/1" LF origin LF ‖ Ed25519 key (32) ‖ signer (20) ‖ governance (20)), 32 bytes.

    FormatError if `origin` is no note name or a key or address has another length.
    """
    require_name(origin)
    if (len(log_public), len(checkpoint_signer), len(governance)) != (32, 20, 20):
        raise FormatError("a log id takes a key of 32 bytes and two addresses of 20 bytes")
    return sha256(_LABEL + origin.encode() + b"\n" + log_public + checkpoint_signer + governance)
