# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of acceptances."""

from __future__ import annotations

from typing import Final

from api.thin import RouteDoc

_EXAMPLE: Final = {
    "case": "990101202601010000019",
    "type": "business_licence",
    "document": {"sha256": "0" * 64},
    "issuer": "SC",
    "number": "92990101MA00000000",
    "parties": [{"role": "holder", "holder": "0" * 32}],
    "assurance": "original",
}
_RECEIPT: Final = {"id": "0" * 32, "index": 42, "leaf": "0" * 64, "receipt": {"stage": "sequenced"}}
_REFUSALS: Final = (
    "case.unknown",
    "document.unknown",
    "acceptance.outside_list",
    "handling.check_only",
    "holder.unknown",
    "statement.stale",
    "signature.foreign_key",
)

ACCEPT: Final = RouteDoc(
    "核验入库一份材料",
    "Accept a material",
    "acceptances",
    _EXAMPLE,
    {201: ("accepted, with its receipt", _RECEIPT)},
    _REFUSALS,
)
PREPARE: Final = RouteDoc(
    "生成核验入库的待签内容",
    "What to sign to accept a material",
    "acceptances",
    _EXAMPLE,
    {200: ("entry, private record, digest; nothing is stored", {"digest": "0" * 64})},
    _REFUSALS,
)
BATCH: Final = RouteDoc(
    "批量核验入库（逐条成立）",
    "Accept many materials, each on its own",
    "acceptances",
    {"acceptances": [_EXAMPLE]},
    {200: ("a result for each, in order", {"results": [{"status": 201}]})},
    _REFUSALS,
)
RETRACT: Final = RouteDoc(
    "撤回核验结论",
    "Retract an acceptance",
    "acceptances",
    {"reason": "document_invalid", "text": "…"},
    {201: ("retracted; every reliance on it", {**_RECEIPT, "recall": []})},
    ("acceptance.unknown", "acceptance.retracted"),
)
RETRACT_PREPARE: Final = RouteDoc(
    "生成撤回核验结论的待签内容",
    "What to sign to retract an acceptance",
    "acceptances",
    {"reason": "document_invalid"},
    {200: ("entry, private record, digest", {"digest": "0" * 64})},
    ("acceptance.unknown",),
)
RELIANCES: Final = RouteDoc(
    "采信追溯：谁采信了这份材料",
    "Who relied on this acceptance",
    "acceptances",
    answers={200: ("reliances in order", {"reliances": []})},
    problems=("acceptance.unknown", "lookup.purpose_missing"),
    query={"purpose": "why the private records are read / 查阅事由"},
)
