# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of requests, claims and re-asks."""

from __future__ import annotations

from typing import Final

from api.keyset import PAGE
from api.routes.case_docs import PURPOSE
from api.schemas import examples, log, reasks
from api.schemas.paging import FOLLOW, paged
from api.schemas.words import INDEX
from api.thin import RouteDoc
from attest.oversight.quota import RULES

_CREATED: Final = {
    **examples.CREATED,
    "case": examples.CASE,
    "reask": reasks.SHOWN_EXAMPLE,
    "receipt": examples.RECEIPT,
}
_COUNTED: Final = (
    "The answer tells whether something was accepted before, so it is a look-up: counted against the quotas"
    " of look-ups, and an entry of use, the last of those that it makes. A repeat counts nothing."
)
_SIGN: Final = "entry, private record, digest; nothing is stored"

REQUEST: Final = RouteDoc(
    "登记向申请人要求的材料",
    "Say what you ask an applicant for",
    "reasks",
    reasks.REQUEST_EXAMPLE,
    {201: ("taken down; `reask` says whether it was recognisable or is outside the list", _CREATED)},
    ("case.unknown", "requirement.unknown", "requirement.type_unknown", *RULES),
    schema=reasks.REQUEST_BODY,
    shapes={201: reasks.ASKED_ANSWER},
    notes="Nothing is refused for being needless: it is taken down, and so is the re-ask, as the entry right"
    " after it. Ask `recognitions:check` first and there will be none. " + _COUNTED,
)
REQUEST_PREPARE: Final = RouteDoc(
    "生成登记要求的待签内容",
    "What to sign to say what you ask for",
    "reasks",
    reasks.REQUEST_EXAMPLE,
    {200: (_SIGN, examples.PREPARED)},
    ("case.unknown", "requirement.unknown", "requirement.type_unknown"),
    schema=reasks.REQUEST_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
CLAIM: Final = RouteDoc(
    "登记申请人「我已交过」",
    "Take down that the applicant handed it in before",
    "reasks",
    reasks.CLAIM_EXAMPLE,
    {201: ("taken down; `reask` says whether it was so and nobody relied on it", _CREATED)},
    ("case.unknown", *RULES),
    schema=reasks.CLAIM_BODY,
    shapes={201: reasks.ASKED_ANSWER},
    notes=_COUNTED,
)
CLAIM_PREPARE: Final = RouteDoc(
    "生成「我已交过」的待签内容",
    "What to sign to take down such a claim",
    "reasks",
    reasks.CLAIM_EXAMPLE,
    {200: (_SIGN, examples.PREPARED)},
    ("case.unknown",),
    schema=reasks.CLAIM_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
LIST: Final = RouteDoc(
    "应免未免与清单外要件（按序分页）",
    "Re-asks in order: your department's, or all for auditors",
    "reasks",
    answers={200: ("a page, oldest first", {"reasks": [reasks.REASK_EXAMPLE], "next": None})},
    problems=("lookup.purpose_missing",),
    query={
        "purpose": PURPOSE,
        **paged("re-asks", INDEX, 12, PAGE),
    },
    shapes={200: reasks.REASKS},
    notes=FOLLOW,
)
RATES: Final = RouteDoc(
    "重复索要率（按部门、事项、办理形式）",
    "Rates of re-asks by department, item and channel",
    "reasks",
    answers={200: ("counts of the log as it is now", {"size": 4711, "rates": [reasks.RATE_EXAMPLE]})},
    shapes={200: reasks.RATES},
    notes="Counts alone, nothing of a person: a department has its own, an auditor has all.",
)
