# SPDX-License-Identifier: Apache-2.0
"""Schemas of data standards and of the check of values against them."""

from __future__ import annotations

from typing import Final

from api.schemas.words import (
    CODE_TEXT,
    DAY,
    ISSUER_TEXT,
    ITEM_TEXT,
    TYPE_TEXT,
    Schema,
    described,
    items,
    one_of,
    pattern,
    record,
    ref,
    text,
    whole,
)
from attest.standards.document import (
    ANY_CODE,
    MOST_CODE_LENGTH,
    MOST_CODES,
    MOST_FIELDS,
    STANDARD_FORMAT,
)
from attest.standards.model import KINDS, MOST_TEXT, MOST_VERSIONS, RULES, SCHEMES
from attest.standards.value_texts import TEXTS

_LIST: Final = record(
    {
        "code": CODE_TEXT,
        "name": ref("BilingualText"),
        "codes": items(record({"code": pattern(ANY_CODE, 64), "text": ref("BilingualText")}), 1, MOST_CODES),
        "citation": ref("Citation"),
    },
    about="A closed list of codes (代码表).",
)
_FIELD: Final = record(
    {
        "code": CODE_TEXT,
        "name": ref("BilingualText"),
        "kind": one_of(KINDS, "text, a national code, a code of a list, a day, a whole number"),
        "citation": ref("Citation"),
    },
    {
        "longest": described(whole(1, MOST_TEXT), "characters of a text"),
        "scheme": one_of([str(one) for one in SCHEMES], "which national code"),
        "list": described(CODE_TEXT, "a list of this standard"),
        "least": whole(),
        "most": whole(),
    },
    about="A field (字段): what a value of it must be. The kind decides which other members stand there.",
)
_RULE: Final = record(
    {
        "code": CODE_TEXT,
        "text": ref("BilingualText"),
        "kind": one_of(RULES),
        "field": CODE_TEXT,
        "citation": ref("Citation"),
    },
    {
        "other": CODE_TEXT,
        "first": whole(1, MOST_CODE_LENGTH),
        "last": described(whole(1, MOST_CODE_LENGTH), "`part`: characters of `field` are `other`"),
    },
    about="A rule between values (质量规则).",
)
_MIGRATION: Final = record(
    {
        "until": described(DAY, "last day on which the version before is accepted as well"),
        "notes": items(record({"text": ref("BilingualText")}, {"field": CODE_TEXT}), 1, 64),
    },
    about="The two-version window, and what has to be changed: from version 2 on.",
)
_STANDARD: Final = record(
    {
        "format": {"const": STANDARD_FORMAT},
        "code": ITEM_TEXT,
        "version": whole(1, MOST_VERSIONS),
        "name": ref("BilingualText"),
        "authority": ISSUER_TEXT,
        "lists": items(_LIST, 0, 64),
        "fields": items(_FIELD, 1, MOST_FIELDS),
        "rules": items(_RULE, 0, 128),
        "sources": items(ref("Citation"), 1, 32),
    },
    {
        "in_force": described(DAY, "first day of this version; without it, its publication"),
        "expires": described(DAY, "last day of this version; without it, none"),
        "migration": _MIGRATION,
    },
    about="A version of a data standard (数据标准).",
)
FIELD_USE: Final = record(
    {
        "code": CODE_TEXT,
        "standard": described(ITEM_TEXT, "code of a data standard"),
        "field": described(CODE_TEXT, "the field of the standard that a value must meet"),
    },
    {"required": {"const": True}},
)
COMPONENTS: Final[dict[str, Schema]] = {"DataStandard": _STANDARD}
_VALUES: Final[Schema] = {
    "type": "object",
    "maxProperties": 128,
    "propertyNames": CODE_TEXT,
    "additionalProperties": {"type": "string", "maxLength": MOST_TEXT},
    "description": "field of the material, or of the bundle's form → its value; never kept",
}
_STATED: Final[Schema] = {
    "type": "object",
    "maxProperties": 64,
    "propertyNames": ITEM_TEXT,
    "additionalProperties": whole(1, MOST_VERSIONS),
    "description": "standard → the version that the values were made for; the current one where absent",
}
VALUES_REQUEST: Final[Schema] = {
    "oneOf": [
        record({"type": TYPE_TEXT, "values": _VALUES}, {"standards": _STATED, "day": DAY}),
        record({"bundle": ITEM_TEXT, "values": _VALUES}, {"standards": _STATED, "day": DAY}),
    ]
}
VALUES_ANSWER: Final = record(
    {
        "day": DAY,
        "verdict": one_of(("accepted", "refused", "cannot_tell")),
        "standards": items(
            record(
                {"code": ITEM_TEXT, "state": one_of(("current", "older", "refused"))},
                {
                    "version": whole(1),
                    "until": described(DAY, "to which day the older version is accepted"),
                    "notes": items(text(MOST_TEXT), 1, 64, "what has to be changed by then"),
                },
            )
        ),
        "faults": items(
            record(
                {"code": one_of(sorted(TEXTS)), "text": {"type": "string"}, "next": {"type": "string"}},
                {"field": CODE_TEXT},
                about="What is so and what to do; the value itself is never repeated.",
            )
        ),
    }
)
VALUES_EXAMPLE: Final = {
    "type": "food_application",
    "values": {
        "name": "样例餐饮店",
        "credit_code": "11990000MA0TE5T914",
        "business_form": "canteen",
        "premises": "样例市样例路 1 号",
    },
    "standards": {"food-business": 1},
    "day": "2026-11-27",
}
VALUES_ANSWERED: Final = {
    "day": "2026-11-27",
    "verdict": "accepted",
    "standards": [
        {
            "code": "food-business",
            "state": "older",
            "version": 1,
            "until": "2027-12-31",
            "notes": ["“canteen” becomes “collective_canteen”.", "All other fields stay as they are."],
        },
        {"code": "national-codes", "state": "current", "version": 1},
    ],
    "faults": [],
}
