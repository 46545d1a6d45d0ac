# SPDX-License-Identifier: Apache-2.0
"""Schemas of a guide as a query to a wallet (DCQL)."""

from __future__ import annotations

from typing import Any, Final

from api.schemas.catalogue import EVIDENCE, REQUIREMENT_HEAD
from api.schemas.words import HASH, ITEM_TEXT, described, items, or_null, pattern, record, whole
from attest.catalogue.dcql import CREDENTIAL_ID, FORMAT, VCT
from attest.catalogue.types_document import TYPE_CODE

_ID: Final = pattern(CREDENTIAL_ID)
_TYPE: Final = "^" + VCT + "(?:" + TYPE_CODE.pattern.replace(r"\Z", "") + ")$"
_QUERY: Final = record(
    {
        "credentials": items(
            record(
                {
                    "id": _ID,
                    "format": {"const": FORMAT},
                    "meta": record({"vct_values": items({"type": "string", "pattern": _TYPE}, 1, 1)}),
                },
                {"multiple": described({"const": True}, "one credential of each holder")},
            ),
            1,
        ),
        "credential_sets": items(
            record(
                {
                    "options": described(items(items(_ID, 1), 1), "any one of them, all ids of it"),
                    "required": described({"type": "boolean"}, "false: it may follow later"),
                }
            ),
            1,
        ),
    },
    about="OpenID for Verifiable Presentations 1.0, section 6.",
)
ANSWER: Final = record(
    {
        "item": ITEM_TEXT,
        "version": whole(1),
        "guide": described(HASH, "guide hash of this version"),
        "dcql_query": described(or_null(_QUERY), "null where nothing is asked in this situation"),
        "terms": {
            "type": "object",
            "additionalProperties": EVIDENCE,
            "description": "credential id → what DCQL has no words for: whose it is, how old, how checked",
        },
        "requirements": items(REQUIREMENT_HEAD, about="the requirement that each credential set is"),
    }
)
ANSWER_EXAMPLE: Final[dict[str, Any]] = {
    "item": "YC-004",
    "version": 1,
    "guide": "0" * 64,
    "dcql_query": {
        "credentials": [
            {
                "id": "id_card-1",
                "format": "dc+sd-jwt",
                "meta": {"vct_values": ["urn:once:material:id_card"]},
            }
        ],
        "credential_sets": [{"options": [["id_card-1"]], "required": True}],
    },
    "terms": {"id_card-1": {"type": "id_card", "role": {"holder": "operator"}, "valid": True}},
    "requirements": [
        {
            "code": "identity",
            "text": {"zh": "经营者身份证", "en": "Identity card of the operator"},
            "necessity": "always",
        }
    ],
}
