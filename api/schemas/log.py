# SPDX-License-Identifier: Apache-2.0
"""Schemas of what the log answers: entries, receipts, what is to be signed, what was signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from api.schemas.words import (
    ADDRESS,
    ANY_OBJECT,
    HASH,
    ID,
    INDEX,
    ISSUER_TEXT,
    TIME,
    Schema,
    described,
    hexes,
    items,
    one_of,
    or_null,
    record,
    ref,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

ENTRY: Final = record(
    {
        "v": {"const": 1},
        "suite": {"const": "secp256k1-eip712"},
        "id": ID,
        "kind": {"type": "string", "pattern": "^[a-z]+(?:\\.[a-z]+)+$", "maxLength": 64},
        "log": described(HASH, "the log's id"),
        "issuer": ISSUER_TEXT,
        "time": TIME,
        "body": described(ANY_OBJECT, "what is said openly; depends on `kind`"),
    },
    {"private": described(HASH, "SHA-256 of salt and canonical private record")},
    "An entry as it is signed: canonical JSON (RFC 8785) of printable ASCII.",
)
PRIVATE: Final = record(
    {"salt": hexes(32), "record": described(ANY_OBJECT, "the private record; depends on the entry's `kind`")}
)
ENVELOPE: Final = record({"entry": ref("Entry"), "key": ADDRESS, "sig": hexes(65, "r, s, v; v is 27 or 28")})
SIGNED: Final = {
    **record(
        {"entry": ref("Entry"), "key": ADDRESS, "sig": hexes(65, "r, s, v; v is 27 or 28")},
        {
            "private": ref("PrivateRecord"),
            "document": described(ANY_OBJECT, "the public text that a public act names by its digest"),
        },
    ),
    "description": "What `:prepare` answered, signed by the issuer's own key, as canonical JSON (RFC 8785)."
    " An act with a private record carries `private`, a public one `document` where it names one.",
}
PREPARED: Final = {
    **record(
        {"digest": described(HASH, "the EIP-712 digest to sign"), "entry": ref("Entry")},
        {"private": ref("PrivateRecord"), "document": ANY_OBJECT},
    ),
    "description": "What to sign; nothing was stored. Recompute the digest from the entry before signing.",
}
ANCHOR: Final = record(
    {
        "size": whole(1),
        "root": HASH,
        "contract": ADDRESS,
        "tx": HASH,
        "block": whole(),
        "block_hash": HASH,
        "time": TIME,
    },
    about="The checkpoint on the chain that covers the entry.",
)
RECEIPT: Final = record(
    {
        "index": INDEX,
        "leaf": described(HASH, "RFC 6962 leaf hash"),
        "proof": described({"type": "string"}, "c2sp.org/tlog-proof@v1 with the signed checkpoint"),
        "stage": one_of(("sequenced", "anchored")),
        "anchor": or_null(ref("Anchor")),
    },
    about="The log's receipt (存证回执): verifies without this service.",
)

COMPONENTS: Final[dict[str, Schema]] = {
    "Entry": ENTRY,
    "PrivateRecord": PRIVATE,
    "Envelope": ENVELOPE,
    "SignedAct": SIGNED,
    "PreparedAct": PREPARED,
    "Anchor": ANCHOR,
    "Receipt": RECEIPT,
}

PREPARED_ANSWER: Final = ref("PreparedAct")
ENTRY_ANSWER: Final = record(
    {"index": INDEX, "leaf": HASH, "envelope": ref("Envelope"), "receipt": ref("Receipt")}
)
PROOF_ANSWER: Final[Schema] = {
    "type": "string",
    "pattern": "^c2sp\\.org/tlog-proof@v1\\n",
    "description": "c2sp.org/tlog-proof@v1",
}


def created(
    required: Mapping[str, Schema] | None = None, optional: Mapping[str, Schema] | None = None
) -> Schema:
    """The 201 answer of an act: its entry's id, place and receipt, then members of its own."""
    return record(
        {"id": ID, "index": INDEX, "leaf": HASH, **(required or {}), "receipt": ref("Receipt")}, optional
    )


def plain_or_signed(plain: Schema) -> Schema:
    """A request body: for the service to sign with the key it keeps, or signed already."""
    return {"oneOf": [plain, ref("SignedAct")]}


def listed(schema: Schema, most: int | None = None) -> Schema:
    """A list in an answer."""
    return items(schema, 0, most)
