# SPDX-License-Identifier: Apache-2.0
"""Schemas of departments, their keys, and holders."""

from __future__ import annotations

from typing import Final

from api.schemas.log import created, plain_or_signed
from api.schemas.words import (
    ADDRESS,
    CODE_TEXT,
    DEPARTMENT_TEXT,
    ID,
    INDEX,
    Schema,
    described,
    items,
    one_of,
    or_null,
    record,
    text,
)
from attest.holders.model import ID_TYPES
from attest.registry.model import CUSTODY, LEVELS

_NEW_DEPARTMENT: Final = record(
    {
        "code": DEPARTMENT_TEXT,
        "level": one_of(LEVELS),
        "name": record({"zh": text(100), "en": text(100)}),
        "key": {
            "oneOf": [
                record({"custody": {"const": "service"}}, about="the service makes and keeps the key"),
                record({"custody": {"const": "department"}, "address": ADDRESS}),
            ]
        },
    }
)
DEPARTMENT_PLAIN: Final = _NEW_DEPARTMENT
DEPARTMENT_REQUEST: Final = plain_or_signed(_NEW_DEPARTMENT)
DEPARTMENT_ANSWER: Final = created(
    {"department": DEPARTMENT_TEXT}, {"key": ADDRESS, "custody": one_of(CUSTODY)}
)
KEY_PLAIN: Final = record({"department": DEPARTMENT_TEXT, "address": ADDRESS, "custody": one_of(CUSTODY)})
KEY_REQUEST: Final = plain_or_signed(KEY_PLAIN)
RETIRE_PLAIN: Final = record(
    {"department": DEPARTMENT_TEXT, "address": ADDRESS, "reason": CODE_TEXT},
    {"compromised_since": described(INDEX, "from this index on nothing it signed counts")},
)
RETIRE_REQUEST: Final = plain_or_signed(RETIRE_PLAIN)
KEY_ANSWER: Final = created()
KEYS: Final = record(
    {
        "keys": items(
            record(
                {
                    "department": {"type": "string"},
                    "address": ADDRESS,
                    "custody": one_of((*CUSTODY, "governance")),
                    "added": {"type": "integer", "minimum": -1, "description": "valid after this index"},
                    "retired": or_null(INDEX),
                    "compromised_since": or_null(INDEX),
                }
            )
        ),
        "next": or_null(ADDRESS),
    }
)
HOLDER_REQUEST: Final = record(
    {
        "id_type": one_of(
            ID_TYPES, "GB/T 36903: 111 citizen number, 001 unified social credit code; provisional: a newborn"
        ),
        "number": text(32, "checked: GB 11643 or GB 32100; a provisional one: capital letters and digits"),
        "name": text(100),
    },
    {"compare": {"const": True, "description": "refuse a number that is on record under another name"}},
)
HOLDER_ANSWER: Final = record({"holder": described(ID, "the holder's id from now on"), "index": INDEX})
LINK_PLAIN: Final = record({"holder": described(ID, "the holder named by number")})
LINK_REQUEST: Final = plain_or_signed(LINK_PLAIN)
LINK_ANSWER: Final = created()

COMPONENTS: Final[dict[str, Schema]] = {}
