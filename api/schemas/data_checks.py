# SPDX-License-Identifier: Apache-2.0
"""Schemas of data check requests (校核) and their answers."""

from __future__ import annotations

from typing import Any, Final

from api.schemas import examples
from api.schemas.log import created, plain_or_signed
from api.schemas.words import (
    CASE_TEXT,
    DAY,
    ID,
    INDEX,
    ISSUER_TEXT,
    TIME,
    TYPE_TEXT,
    Schema,
    described,
    items,
    one_of,
    or_null,
    record,
    ref,
    text,
)
from attest.data_check_requests.model import (
    DECLINED,
    NOT_UPHELD,
    OUTCOMES,
    REASONS,
    UPHELD,
    USE_DECLINED,
    USE_REASONS,
    WITHDRAWN,
)
from attest.data_check_requests.rules import STATES

MOST: Final = 200
STATE: Final = one_of(STATES, "`overdue` from the day after the last one to answer")
_DECLINED: Final = tuple(dict.fromkeys((*DECLINED, *USE_DECLINED)))
_ANSWER: Final = record(
    {
        "index": INDEX,
        "by": ISSUER_TEXT,
        "outcome": one_of((*OUTCOMES, WITHDRAWN), "`withdrawn` by the holder"),
        "reason": or_null(one_of(_DECLINED, "why it was not upheld")),
        "time": TIME,
    },
    {"text": described(or_null(text(500)), "where the request was read by itself")},
)
_MEMBERS: Final[dict[str, Schema]] = {
    "id": ID,
    "index": INDEX,
    "acceptance": record({"id": ID, "index": INDEX}),
    "reliance": described(or_null(ID), "the use that is disputed; null where it is the material"),
    "case": described(CASE_TEXT, "where the answer stands: of a use, the case that it was made in"),
    "type": TYPE_TEXT,
    "reason": one_of((*REASONS, *USE_REASONS)),
    "made": TIME,
    "due": described(DAY, "the last day to answer"),
    "state": STATE,
    "answer": or_null(_ANSWER),
}
COMPONENTS: Final[dict[str, Schema]] = {
    "DataCheckRequest": record(_MEMBERS, {"text": described(or_null(text(500)), "in the holder's words")})
}
REQUEST: Final = record(
    {**_MEMBERS, "text": or_null(text(500)), "read_at": described(INDEX, "the entry of this very look")}
)
REQUESTS: Final = record(
    {
        "requests": items(ref("DataCheckRequest"), 0, MOST),
        "next": or_null(described(INDEX, "`after` of the next page, null where there is none")),
    }
)
ANSWER_PLAIN: Final[Schema] = {
    "oneOf": [
        record(
            {"outcome": {"const": UPHELD}},
            {"text": text(500)},
            "of a material after its acceptance was retracted; of a use it takes the reliance back",
        ),
        record(
            {"outcome": {"const": NOT_UPHELD}, "reason": one_of(_DECLINED)},
            {"text": text(500)},
            "of a use the text is required",
        ),
    ]
}
ANSWER_REQUEST: Final = plain_or_signed(ANSWER_PLAIN)
ANSWER_ANSWER: Final = created({"request": ID, "said": one_of(OUTCOMES)})

LISTED: Final[dict[str, Any]] = {
    "id": examples.ENTRY_ID,
    "index": 58,
    "acceptance": {"id": examples.ACCEPTANCE, "index": 31},
    "reliance": None,
    "case": examples.CASE,
    "type": "business_licence",
    "reason": "wrong_content",
    "made": examples.TIME,
    "due": "2026-01-16",
    "state": "open",
    "answer": None,
}
ANSWER_EXAMPLE: Final[dict[str, Any]] = {
    "outcome": NOT_UPHELD,
    "reason": "record_correct",
    "text": "已与登记档案逐项核对，内容一致。",
}
