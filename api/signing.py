# SPDX-License-Identifier: Apache-2.0
"""Signing what `:prepare` answered, on the side of whoever holds the key (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attest.statements import Entry, sign_entry
from ledger.canonical import dump, read_json
from ledger.errors import FormatError

if TYPE_CHECKING:
    from attest.statements import Signer
    from ledger.canonical import Json

MAX_PREPARED: Final = 1 << 20


def sign_prepared(prepared: bytes, signer: Signer) -> bytes:
    """`{entry, private? | document?, …}` → the same, signed and canonical; FormatError for anything else.

    The digest is computed from the entry itself: whatever digest the answer states is not believed.
    """
    document = read_json(prepared, max_bytes=MAX_PREPARED)
    if not isinstance(document, dict) or "entry" not in document:
        raise FormatError("a prepared statement is an object with an entry")
    envelope = sign_entry(Entry.parse(dump(document["entry"], ascii_only=True)), signer)
    request: dict[str, Json] = {
        "entry": document["entry"],
        "key": envelope.key.hex(),
        "sig": envelope.sig.hex(),
    }
    for member in ("private", "document"):
        if member in document:
            request[member] = document[member]
    return dump(request)
