# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of an issuer's denials."""

from __future__ import annotations

from typing import Final

from api.schemas import examples, log, taken_back
from api.thin import RouteDoc
from attest.catalogue.model import NUMBERS

_EXAMPLE: Final = {
    "type": "business_licence",
    "number": examples.ACCEPTANCE_REQUEST["number"],
    "parties": [{"role": "holder", "holder": examples.HOLDER}],
    "reason": "superseded",
    "since": "2026-01-05",
}
_REFUSALS: Final = (
    "acceptance.dates",
    "acceptance.issuer",
    "acceptance.role",
    "holder.unknown",
    "types.unknown",
    *(f"number.{one}" for one in NUMBERS),
)

DENY: Final = RouteDoc(
    "发证单位声明证照不再有效",
    "An issuer says that a paper of its own stands no more",
    "acceptances",
    _EXAMPLE,
    {201: ("said, with its receipt", {**examples.CREATED, "receipt": examples.RECEIPT})},
    _REFUSALS,
    schema=taken_back.DENIAL_REQUEST,
    shapes={201: taken_back.DENIAL_ANSWER},
    notes="Needs no case: the duty to update of whoever issued the paper. `superseded`: renewed or changed;"
    " `revoked`: taken back; `expired`. What was accepted of that number of that holder before counts for"
    " nobody; each department that accepted or relied on it is told (`once.acceptance.denied`). What is"
    " accepted of it afterwards counts again. The answer does not tell whether anybody has it.",
)
DENY_PREPARE: Final = RouteDoc(
    "生成证照不再有效声明的待签内容",
    "What to sign to say that a paper stands no more",
    "acceptances",
    _EXAMPLE,
    {200: ("entry, private record, digest; nothing is stored", examples.PREPARED)},
    _REFUSALS,
    schema=taken_back.DENIAL_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
