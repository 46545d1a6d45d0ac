# SPDX-License-Identifier: Apache-2.0
"""The schema of a document of material types."""

from __future__ import annotations

from typing import Final

from api.schemas import standards
from api.schemas.words import (
    CODE_TEXT,
    DEPARTMENT_TEXT,
    ITEM_TEXT,
    ROLE_TEXT,
    TYPE_TEXT,
    described,
    items,
    one_of,
    pattern,
    record,
    ref,
    text,
    whole,
)
from attest.catalogue.certificates import EXTENSION, HOLDER_CODES, METADATA
from attest.catalogue.model import (
    HANDLINGS,
    NUMBERS,
    RELATIONS,
    REUSES,
    SOURCES,
    THINGS,
    VALIDITIES,
)
from attest.catalogue.types_document import MOST_FIELDS, TYPES_FORMAT
from attest.catalogue.waivers import KIND, MOST_WAIVERS
from attest.recognition.model import WAIVERS

_RETENTION: Final = record(
    {"citation": ref("Citation")},
    {"years": whole(1, 100, "kept so long after the last use; without it for ever")},
    about="How long an accepted material of this type must be kept, and by which law.",
)
_CERTIFICATE: Final = record(
    {
        "type_code": {
            "type": "string",
            "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}[0-9]{3}$",
            "description": "证照类型代码",
        },
        "metadata": items(
            {"anyOf": [one_of(METADATA), pattern(EXTENSION)]},
            0,
            MOST_FIELDS,
            "members of GB/T 36903 and extensions",
        ),
        "citation": ref("Citation"),
    },
    {
        "holder_code_type": one_of(HOLDER_CODES, "持证主体代码类型: 001 credit code, 111 citizen number"),
        "sample": {"const": True, "description": "the code is invented"},
    },
    about="A type of certificate (证照类型) by GB/T 36903 and 36904.",
)
_ARCHIVE: Final = record(
    {"citation": ref("Citation")},
    {
        "kept_by": described(
            DEPARTMENT_TEXT, "whose archive keeps it; without it the copy here is the archival one"
        )
    },
    about="The archival copy (档案副本): while it is the one here, no erasure takes it.",
)
_REPRESENTATION: Final = record(
    {
        "relation": one_of(RELATIONS),
        "principal": ROLE_TEXT,
        "by": items(ROLE_TEXT, 1, 8),
        "citation": ref("Citation"),
    },
    {"adults": {"const": True, "description": "proves a guardian of somebody who is of age, too"}},
    about="Whose agent or guardian such a paper proves, by the roles in which it names both.",
)
_TYPE: Final = record(
    {
        "code": TYPE_TEXT,
        "name": ref("BilingualText"),
        "source": one_of(SOURCES),
        "issuers": items(DEPARTMENT_TEXT, 0, 32),
        "handling": one_of(HANDLINGS, "checked, shown, or kept on file"),
        "reuse": one_of(REUSES),
        "validity": record({"rule": one_of(VALIDITIES)}, {"days": whole(1, 36_500)}),
        "roles": items(ROLE_TEXT, 1, 8),
        "owner": DEPARTMENT_TEXT,
        "citation": ref("Citation"),
    },
    {
        "about": one_of(THINGS),
        "printed": text(16),
        "retention": _RETENTION,
        "represents": _REPRESENTATION,
        "certificate": _CERTIFICATE,
        "archive": _ARCHIVE,
        "number": one_of(NUMBERS, "the national code that the number on it is; intake refuses another"),
        "fields": items(standards.FIELD_USE, 1, 64, "fields whose values a data standard bounds"),
    },
)
_WAIVER: Final = record(
    {
        "code": CODE_TEXT,
        "grounds": items(one_of(WAIVERS), 1, len(WAIVERS), "the waiver grounds of the uses that it covers"),
        "text": ref("BilingualText"),
        "citation": ref("Citation"),
    },
    {
        "kinds": items(pattern(KIND, None, "事项类型 of the item, of its basic code"), 1, 64),
        "items": items(ITEM_TEXT, 1, 64),
        "types": items(TYPE_TEXT, 1, 64),
        "lower": {"const": True, "description": "only where a department of a lower level accepted it"},
    },
    about="A ground in law for not asking (免提交依据); absent lists narrow nothing.",
)
TYPES: Final = record(
    {"format": {"const": TYPES_FORMAT}, "version": whole(1), "types": items(_TYPE, 1, 512)},
    {"waivers": items(_WAIVER, 1, MOST_WAIVERS, "why papers need not be asked for: on reliance receipts")},
    about="All material types in force.",
)
