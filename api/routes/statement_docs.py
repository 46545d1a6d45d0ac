# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of statements that are signed outside."""

from __future__ import annotations

from typing import Final

from api.schemas import examples
from api.schemas.statements import KEPT, PREPARED, SIGNED, WISH
from api.thin import RouteDoc
from attest.oversight.live import LIFETIME
from attest.verify.statements import Status

_WISH: Final = {"kind": Status.kind, "acceptance": examples.ACCEPTANCE, "lifetime": LIFETIME}
_ENTRY: Final = {
    "v": 1,
    "suite": "secp256k1-eip712",
    "id": "000102030405060708090a0b0c0d0e0f",
    "kind": Status.kind,
    "log": "1f" * 32,
    "issuer": "SC",
    "time": 1_790_000_000,
    "body": {"subject": "2e" * 32, "state": "standing", "as_of_size": 42, "expires": 1_790_086_400},
}
_KEPT: Final = {"kind": Status.kind, "as_of_size": 42, "expires": 1_790_086_400}
_UNKNOWN: Final = ("acceptance.unknown", "department.unknown")

KEEP: Final = RouteDoc(
    "提交已签名的现状声明（密钥名录或核验结论状态）",
    "Hand in a signed statement: the keys as they are, or how an acceptance stands",
    "log",
    {"acceptance": examples.ACCEPTANCE, "entry": _ENTRY, "key": examples.ADDRESS, "sig": examples.SIGNATURE},
    {201: ("kept, and shown in evidence until it expires", _KEPT)},
    (
        *_UNKNOWN,
        "format.unknown_version",
        "issuer.mismatch",
        "json.not_canonical",
        "signature.foreign_key",
        "signature.invalid",
        "signature.retired_key",
        "statement.lifetime",
        "statement.mismatch",
        "statement.stale",
        "statement.untrue",
    ),
    schema=SIGNED,
    shapes={201: KEPT},
    notes="The newest of a kind and subject is shown. It may have been signed long ago, until it expires.",
)
PREPARE: Final = RouteDoc(
    "生成现状声明的待签内容",
    "What to sign to state the keys, or how an acceptance stands",
    "log",
    _WISH,
    {200: ("entry and digest; nothing is stored", {"digest": "3d" * 32, "entry": _ENTRY})},
    _UNKNOWN,
    schema=WISH,
    shapes={200: PREPARED},
)
