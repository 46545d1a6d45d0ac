# SPDX-License-Identifier: Apache-2.0
"""Schemas of statements that are signed outside and shown in evidence."""

from __future__ import annotations

from typing import Final

from api.schemas.words import (
    ADDRESS,
    DEPARTMENT_TEXT,
    HASH,
    ID,
    TIME,
    Schema,
    described,
    hexes,
    items,
    one_of,
    record,
    ref,
    whole,
)
from attest.oversight.live import LEAST_LIFETIME, MOST_LIFETIME
from attest.verify.statements import MOST_KEYS, Snapshot, Status

_LIFETIME: Final = whole(LEAST_LIFETIME, MOST_LIFETIME, "seconds for which it holds; a day where left out")
_ACCEPTANCE: Final = described(ID, "the acceptance that the status speaks of")
WISH: Final[Schema] = {
    "oneOf": [
        record(
            {"kind": {"const": Status.kind}, "acceptance": _ACCEPTANCE},
            {"lifetime": _LIFETIME},
            "how an acceptance stands, for the department that accepted",
        ),
        record(
            {"kind": {"const": Snapshot.kind}},
            {
                "lifetime": _LIFETIME,
                "departments": items(DEPARTMENT_TEXT, 1, MOST_KEYS, "all where left out"),
            },
            "which keys speak for whom, for governance",
        ),
    ]
}
PREPARED: Final = record(
    {"digest": described(HASH, "the EIP-712 digest to sign"), "entry": ref("Entry")},
    {"acceptance": _ACCEPTANCE},
    "What to sign; nothing was stored. Recompute the digest from the entry before signing.",
)
SIGNED: Final = record(
    {"entry": ref("Entry"), "key": ADDRESS, "sig": hexes(65, "r, s, v; v is 27 or 28")},
    {"acceptance": _ACCEPTANCE},
    "What `statements:prepare` answered, signed, as canonical JSON (RFC 8785).",
)
KEPT: Final = record(
    {
        "kind": one_of((Snapshot.kind, Status.kind)),
        "as_of_size": whole(1, about="entries of the log that it speaks of"),
        "expires": TIME,
    }
)
