# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of acceptances."""

from __future__ import annotations

from typing import Final

from api.routes.case_docs import PURPOSE
from api.schemas import examples, log, materials, taken_back
from api.schemas.paging import FOLLOW, paged
from api.schemas.words import INDEX
from api.thin import RouteDoc
from attest.catalogue.model import NUMBERS

_EXAMPLE: Final = examples.ACCEPTANCE_REQUEST
_RECEIPT: Final = {**examples.CREATED, "receipt": examples.RECEIPT}
_ASKED: Final = (
    "acceptance.unknown",
    "case.unknown",
    "document.unknown",
    "about.unit_number",
    *(f"number.{one}" for one in NUMBERS),
)
_REFUSALS: Final = (
    *_ASKED,
    "acceptance.outside_list",
    "acceptance.role",
    "acceptance.issuer",
    "acceptance.dates",
    "acceptance.single_use",
    "document.kept_elsewhere",
    "document.mismatch",
    "handling.check_only",
    "holder.unknown",
    "supersession.earlier",
    "supersession.fallen",
    "supersession.other_paper",
    "supersession.same_paper",
    "supersession.superseded",
    "supersession.weaker",
    "types.unknown",
)
_RETRACT: Final = {"reason": "document_invalid", "text": "原件已注销"}

ACCEPT: Final = RouteDoc(
    "核验入库一份材料",
    "Accept a material",
    "acceptances",
    _EXAMPLE,
    {201: ("accepted, with its receipt", _RECEIPT)},
    _REFUSALS,
    schema=materials.ACCEPTANCE_REQUEST,
    shapes={201: materials.ACCEPTANCE_ANSWER},
    notes="The file is uploaded first (`PUT documents/{sha256}`), or kept by the department (hash only). "
    "`supersedes` names an earlier acceptance of the same paper (`better_copy`: the newer is preferred"
    " from now on) or of the paper as it was (`renewed`: recognised no more, and who relied on it is told)."
    " What the owner of the type takes in anew, same number and a later day, is recorded so by itself"
    " (`supersession`). `duplicate_of` and `may_supersede` name acceptances of your department alone."
    " `denied`: its issuer had said that a paper of this number stands no more, and nobody took it in since.",
)
PREPARE: Final = RouteDoc(
    "生成核验入库的待签内容",
    "What to sign to accept a material",
    "acceptances",
    _EXAMPLE,
    {200: ("entry, private record, digest; nothing is stored", examples.PREPARED)},
    _ASKED,
    schema=materials.ACCEPTANCE_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
BATCH: Final = RouteDoc(
    "批量核验入库（逐条成立）",
    "Accept many materials, each on its own",
    "acceptances",
    {"acceptances": [_EXAMPLE]},
    {
        200: (
            "a result for each, in order: 201 with its receipt, or a problem",
            {"results": [{"status": 201, "id": examples.ENTRY_ID, "receipt": examples.RECEIPT}]},
        )
    },
    schema=materials.BATCH_REQUEST,
    shapes={200: materials.BATCH_ANSWER},
    notes="1 to 500 acceptances, plain or signed, at most 4 MiB in all. Each stands or falls alone.",
)
RETRACT: Final = RouteDoc(
    "撤回核验结论",
    "Retract an acceptance",
    "acceptances",
    _RETRACT,
    {
        201: (
            "retracted; every reliance on it (recall)",
            {
                **examples.CREATED,
                "acceptance": examples.ACCEPTANCE,
                "recall": [examples.RELIED],
                "receipt": examples.RECEIPT,
            },
        )
    },
    ("acceptance.unknown", "acceptance.retracted", "acceptance.corrects_not"),
    schema=taken_back.RETRACT_REQUEST,
    shapes={201: taken_back.RETRACT_ANSWER},
    notes="A wrong record is rectified (更正): the paper is accepted anew in its case, then the old one is"
    " retracted with the reason `rectified` and the new one as `rectified_by`. Whoever relied is told"
    " `once.acceptance.rectified` with it, in place of `once.acceptance.recalled`.",
)
RETRACT_PREPARE: Final = RouteDoc(
    "生成撤回核验结论的待签内容",
    "What to sign to retract an acceptance",
    "acceptances",
    _RETRACT,
    {200: ("entry, private record, digest; nothing is stored", examples.PREPARED)},
    ("acceptance.unknown", "acceptance.corrects_not"),
    schema=taken_back.RETRACT_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
RELIANCES: Final = RouteDoc(
    "采信追溯：谁采信了这份材料",
    "Who relied on this acceptance",
    "acceptances",
    answers={
        200: (
            "reliances in order",
            {"acceptance": examples.ACCEPTANCE, "reliances": [examples.RELIED], "next": None},
        )
    },
    problems=("acceptance.unknown", "lookup.purpose_missing"),
    query={"purpose": PURPOSE, **paged("reliances", INDEX, 12)},
    shapes={200: taken_back.RELIANCES_ANSWER},
    notes=FOLLOW,
)
