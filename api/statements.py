# SPDX-License-Identifier: Apache-2.0
"""Statements that are signed outside and shown in evidence: what to sign, and how it is handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attest.fields import Fields
from attest.oversight.live import KeepStatement, draft_snapshot
from attest.statements import Envelope
from ledger.canonical import dump, read_canonical, read_json

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.context import Context
    from attest.statements import Entry
    from ledger.canonical import Json
    from ledger.commands import RequestKey
    from ledger.store import Store

MAX_DELIVERY = 1 << 18


def prepared(entry: Entry, acceptance: bytes | None = None) -> bytes:
    """`{acceptance?, digest, entry}`: what its issuer signs, and what the status is about."""
    answer: dict[str, Json] = {
        "digest": entry.signing_digest().hex(),
        "entry": read_canonical(entry.canonical(), ascii_only=True),
    }
    if acceptance is not None:
        answer["acceptance"] = acceptance.hex()
    return dump(answer, max_depth=18)


def prepared_snapshot(
    codes: Collection[str] | None, lifetime: int, made: int, store: Store, log: bytes
) -> bytes:
    """Governance's statement of these departments' keys (None: of all) as of the newest entry."""
    return prepared(draft_snapshot(codes, store.head().size, made, lifetime, store, log))


def read_delivery(octets: bytes, context: Context) -> KeepStatement:
    """A signed statement from a file, in any JSON layout."""
    return delivery(read_json(octets, max_bytes=MAX_DELIVERY), context)


def delivery(value: Any, context: Context, request: RequestKey | None = None) -> KeepStatement:
    """`{acceptance?, entry, key, sig}` as a command; raises what any signed act raises."""
    fields = Fields(value)
    acceptance = fields.octets("acceptance", 16) if fields.has("acceptance") else None
    envelope = Envelope.of_members(fields.raw("entry"), fields.raw("key"), fields.raw("sig"))
    fields.done()
    return KeepStatement(envelope, context, acceptance=acceptance, request=request)
