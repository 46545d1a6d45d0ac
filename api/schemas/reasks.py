# SPDX-License-Identifier: Apache-2.0
"""Schemas of requests, claims and re-asks."""

from __future__ import annotations

from typing import Any, Final

from api.schemas import examples
from api.schemas.log import created, plain_or_signed
from api.schemas.words import (
    CASE_TEXT,
    CODE_TEXT,
    DEPARTMENT_TEXT,
    ID,
    INDEX,
    ITEM_TEXT,
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
    whole,
)
from attest.cases.model import CHANNELS
from attest.reask.model import AGAIN, FINDINGS, NOTICES, SOURCES

_NAMED: Final[dict[str, Schema]] = {
    "type": described(TYPE_TEXT, "the one material that is meant"),
    "channel": one_of(CHANNELS, "the case's own where it is absent"),
}
_REQUEST: Final = record(
    {"case": CASE_TEXT},
    {
        "requirement": described(CODE_TEXT, "of the case's guide; absent for anything else"),
        "what": text(200, "in words, what is asked; needed where no requirement is named"),
        "notice": one_of(NOTICES, "`request` 要求提交 where it is absent, or `supplement` 补正通知"),
        **_NAMED,
    },
    "What a department asks an applicant for.",
)
_CLAIM: Final = record(
    {"case": CASE_TEXT, "requirement": CODE_TEXT},
    {
        **_NAMED,
        "again": one_of(
            AGAIN, "whether the applicant says that it was asked again; `no`: a look only. `yes` where absent"
        ),
    },
    "「我已交过」: the applicant's word.",
)
_SHOWN: Final = or_null(
    record(
        {
            "id": described(ID, "`GET evidence/{id}` proves it"),
            "index": INDEX,
            "finding": one_of(FINDINGS),
            "next": {"type": "string", "description": "what to do now, in the language asked for"},
        },
        about="The re-ask that this entry showed, null where there is none.",
    )
)
_REASK: Final = record(
    {
        "id": ID,
        "index": INDEX,
        "department": described(DEPARTMENT_TEXT, "who asked"),
        "case": CASE_TEXT,
        "item": ITEM_TEXT,
        "channel": one_of(CHANNELS),
        "source": one_of(SOURCES, "what shows the asking; `claim`: the applicant's word alone"),
        "finding": one_of(FINDINGS, "应免未免, or 清单外要件"),
        "requirement": or_null(CODE_TEXT),
        "type": or_null(TYPE_TEXT),
        "asked": described(ID, "the entry that shows the asking"),
        "acceptance": or_null(described(ID, "the earlier acceptance that would have served")),
        "from_below": {"type": "boolean", "description": "an upper body asked for what a lower one had"},
        "time": TIME,
    }
)
_RATE: Final = record(
    {
        "department": DEPARTMENT_TEXT,
        "item": ITEM_TEXT,
        "channel": one_of(CHANNELS),
        "receipts": whole(about="papers taken in"),
        "by_choice": whole(about="of them handed in by the applicant's own choice"),
        "requests": whole(about="requests and notices to complete the papers"),
        "recognisable": whole(about="re-asks: it could have been recognised"),
        "outside_list": whole(about="re-asks: the guide does not ask for it"),
        "from_below": whole(about="of the recognisable, what a lower body had"),
        "reported": whole(about="re-asks that an applicant's word alone shows; in no other count"),
    }
)

COMPONENTS: Final[dict[str, Schema]] = {
    "MaterialRequest": _REQUEST,
    "MaterialClaim": _CLAIM,
    "ShownReask": _SHOWN,
    "Reask": _REASK,
    "ReaskRate": _RATE,
}

REQUEST_PLAIN: Final = ref("MaterialRequest")
REQUEST_BODY: Final = plain_or_signed(ref("MaterialRequest"))
CLAIM_PLAIN: Final = ref("MaterialClaim")
CLAIM_BODY: Final = plain_or_signed(ref("MaterialClaim"))
ASKED_ANSWER: Final = created({"case": CASE_TEXT, "reask": ref("ShownReask")})
REASKS: Final = record({"reasks": items(ref("Reask"), 0, 500), "next": or_null(INDEX)})
RATES: Final = record(
    {"size": described(INDEX, "entries of the log that were counted"), "rates": items(ref("ReaskRate"))}
)

REQUEST_EXAMPLE: Final[dict[str, Any]] = {
    "case": examples.CASE,
    "requirement": "licence",
    "notice": "supplement",
    "channel": "window",
}
CLAIM_EXAMPLE: Final[dict[str, Any]] = {"case": examples.CASE, "requirement": "licence", "again": "yes"}
SHOWN_EXAMPLE: Final[dict[str, Any]] = {
    "id": examples.ENTRY_ID,
    "index": 43,
    "finding": "recognisable",
    "next": "Take the request back: rely on what was accepted before.",
}
REASK_EXAMPLE: Final[dict[str, Any]] = {
    "id": examples.ENTRY_ID,
    "index": 43,
    "department": "SC",
    "case": examples.CASE,
    "item": "SC-002",
    "channel": "window",
    "source": "supplement",
    "finding": "recognisable",
    "requirement": "licence",
    "type": "business_licence",
    "asked": examples.ENTRY_ID,
    "acceptance": examples.ACCEPTANCE,
    "from_below": False,
    "time": examples.TIME,
}
RATE_EXAMPLE: Final[dict[str, Any]] = {
    "department": "SC",
    "item": "SC-002",
    "channel": "window",
    "receipts": 1840,
    "by_choice": 12,
    "requests": 96,
    "recognisable": 41,
    "outside_list": 3,
    "from_below": 0,
    "reported": 2,
}
