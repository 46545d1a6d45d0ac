# SPDX-License-Identifier: Apache-2.0
"""Signing what `:prepare` answered, on the side of whoever holds the key (pure)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from attest.statements import Entry, sign_entry
from ledger.canonical import dump, read_json
from ledger.errors import FormatError

if TYPE_CHECKING:
    from attest.statements import Signer
    from ledger.canonical import Json

MAX_PREPARED: Final = 1 << 20
_LAST_MOMENT: Final = 253_000_000_000


def sign_prepared(prepared: bytes, signer: Signer) -> bytes:
    """`{entry, private? | document? | acceptance?, …}` → the same, signed and canonical; FormatError else.

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
    for member in ("private", "document", "acceptance"):
        if member in document:
            request[member] = document[member]
    return dump(request)


def described(prepared: bytes) -> str:
    """One line of what would be signed, for whoever holds the key to read first; FormatError as above."""
    document = read_json(prepared, max_bytes=MAX_PREPARED)
    if not isinstance(document, dict) or "entry" not in document:
        raise FormatError("a prepared statement is an object with an entry")
    entry = Entry.parse(dump(document["entry"], ascii_only=True))
    said = [f"{entry.kind} by {entry.issuer} at {_moment(entry.time)} in log {entry.log.hex()[:16]}"]
    for name, value in sorted(entry.body.items()):
        if isinstance(value, list):
            said.append(f"{len(value)} {name}")
        elif name == "expires" and isinstance(value, int):
            said.append(f"expires {_moment(value)}")
        elif isinstance(value, str | int):
            said.append(f"{name} {value}")
    return ", ".join(said)


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(min(seconds, _LAST_MOMENT), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
