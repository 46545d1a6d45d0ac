# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of data check requests."""

from __future__ import annotations

from typing import Final

from api.routes.case_docs import PURPOSE
from api.schemas import data_checks, examples, log
from api.schemas.paging import FOLLOW
from api.thin import RouteDoc

_REFUSALS: Final = (
    "data_check.unknown",
    "data_check.answered",
    "data_check.not_retracted",
    "data_check.retracted",
    "data_check.words",
)

LIST: Final = RouteDoc(
    "待答复的校核申请（按序分页）",
    "Disputes that your department has to answer",
    "data checks",
    answers={200: ("requests in the log's order", {"requests": [data_checks.LISTED], "next": None})},
    query={
        "state": {
            "description": "open (not overdue), overdue or answered; all of them where absent",
            "schema": data_checks.STATE,
            "example": "open",
        },
        "after": {
            "description": "index of the last request that you have",
            "schema": {"type": "integer", "minimum": 0},
            "example": 0,
        },
        "limit": {
            "description": "requests on a page",
            "schema": {"type": "integer", "minimum": 1, "maximum": data_checks.MOST, "default": 50},
            "example": 50,
        },
    },
    shapes={200: data_checks.REQUESTS},
    notes="Ids, codes and days; what the holder wrote is read one by one, with a purpose. " + FOLLOW,
)
READ: Final = RouteDoc(
    "读取一件校核申请",
    "One dispute, with what the holder wrote",
    "data checks",
    answers={
        200: ("the request, opened", {**data_checks.LISTED, "text": "地址写错了一个字。", "read_at": 63})
    },
    problems=("data_check.unknown", "lookup.purpose_missing"),
    query={"purpose": PURPOSE},
    shapes={200: data_checks.REQUEST},
    notes="For the department that accepted (of a use, that relied), the authority and auditors."
    " The look is an entry of the case.",
)
ANSWER: Final = RouteDoc(
    "答复校核申请",
    "Answer a dispute",
    "data checks",
    data_checks.ANSWER_EXAMPLE,
    {
        201: (
            "answered; the holder sees it at once",
            {
                **examples.CREATED,
                "request": examples.ENTRY_ID,
                "said": "not_upheld",
                "receipt": examples.RECEIPT,
            },
        )
    },
    _REFUSALS,
    schema=data_checks.ANSWER_REQUEST,
    shapes={201: data_checks.ANSWER_ANSWER},
    notes="A material's dispute is upheld only after its retraction (`acceptances/{id}:retract`), which the"
    " answer cites. A use's (`reliance`) is upheld by the answer, which takes the reliance back; to"
    " decline it `text` is required, and `reason` one of `use_right`, `not_shown`, `other_department`.",
)
ANSWER_PREPARE: Final = RouteDoc(
    "生成答复的待签内容",
    "What to sign to answer a dispute",
    "data checks",
    data_checks.ANSWER_EXAMPLE,
    {200: ("entry, private record, digest; nothing is stored", examples.PREPARED)},
    ("data_check.unknown", "data_check.not_retracted"),
    schema=data_checks.ANSWER_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
