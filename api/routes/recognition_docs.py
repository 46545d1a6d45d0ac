# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of recognition."""

from __future__ import annotations

from typing import Final

from api.schemas import examples, log, materials
from api.thin import RouteDoc

CHECK: Final = RouteDoc(
    "核对办件材料可否免交",
    "May the applicant skip these materials",
    "recognition",
    examples.CHECK,
    {200: ("a verdict for each requirement", examples.CHECKED)},
    ("lookup.case_missing", "lookup.purpose_missing", "lookup.outside_list", "case.unknown", "types.unknown"),
    schema=materials.CHECK_REQUEST,
    shapes={200: materials.CHECK_ANSWER},
    notes="Up to 500 requirements and 500 presented papers in one look-up, which is one entry of the log"
    " whatever it covers. A look-up without a case or purpose, or outside the guide's list, is refused, and"
    " the refusal is an entry too. No Idempotency-Key: each look-up is one."
    " `policy` is the version by which it was decided, of the department that decides the case.",
)
BATCH: Final = RouteDoc(
    "批量核对（逐件作答）",
    "Check many cases, each on its own",
    "recognition",
    {"checks": [examples.CHECK]},
    {
        200: (
            "a result for each, in order: 200 with its answer, or a problem",
            {"results": [{"status": 200, "answer": examples.CHECKED}]},
        )
    },
    schema=materials.CHECK_BATCH_REQUEST,
    shapes={200: materials.CHECK_BATCH_ANSWER},
    notes="1 to 100 checks, each with the body of `recognitions:check`, at most 4 MiB in all. Every one of"
    " them counts as a look-up, is an entry of its own, and is answered or refused as if it had come alone."
    " No Idempotency-Key: what is sent again is looked up, and recorded, again.",
)
RELY: Final = RouteDoc(
    "采信一份已核验材料",
    "Rely on an acceptance",
    "recognition",
    examples.RELIANCE,
    {
        201: (
            "the reliance receipt",
            {
                **examples.CREATED,
                **examples.RELIANCE,
                "ground": "recognition",
                "guide": examples.HASH,
                "policy": examples.HASH,
                "consents": [],
                "legal": [
                    {"of": "requirement", "text": "营业执照", "certainty": "[read S]"},
                    examples.WAIVER,
                ],
                "receipt": examples.RECEIPT,
            },
        )
    },
    (
        "case.unknown",
        "acceptance.unknown",
        "acceptance.retracted",
        "reliance.not_recognised",
        "reliance.guide",
        "reliance.policy",
        "reliance.authority",
        "reliance.consumed",
        "reliance.other",
        "reliance.consent",
        "reliance.ground",
        "lookup.outside_list",
        "types.unknown",
    ),
    schema=materials.RELIANCE_REQUEST,
    notes="The receipt names the waiver ground (免提交依据), guide and recognition policy by digest, and the"
    " legal grounds that the catalogue had at its index: why the paper may be asked for, and (`waiver`) why"
    " it need not be, of the published material types. The ground is `data_check` where the issuer's own word"
    " is cited. `consents` are those under which it serves, where the guide names a law that asks for them."
    " `policy` may repeat the digest that the check named: if another"
    " version is in force by then, the reliance is refused. Signed: it must cite the one in force.",
    shapes={201: materials.RELIANCE_ANSWER},
)
RELY_PREPARE: Final = RouteDoc(
    "生成采信的待签内容",
    "What to sign to rely on an acceptance",
    "recognition",
    examples.RELIANCE,
    {200: ("entry, private record, digest; nothing is stored", examples.PREPARED)},
    ("case.unknown", "acceptance.unknown", "lookup.outside_list", "types.unknown"),
    schema=materials.RELIANCE_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
