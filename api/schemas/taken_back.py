# SPDX-License-Identifier: Apache-2.0
"""Schemas of what is taken back: retractions, an issuer's denials, and who relied."""

from __future__ import annotations

from typing import Final

from api.schemas.log import created, plain_or_signed
from api.schemas.materials import PARTIES, RELIANCE_ROW
from api.schemas.words import (
    DAY,
    ID,
    INDEX,
    TYPE_TEXT,
    Schema,
    described,
    items,
    one_of,
    or_null,
    record,
    text,
)
from attest.data_checks.model import DENIALS
from attest.materials.model import RECTIFIED, RETRACTION_REASONS

RETRACT_PLAIN: Final[Schema] = {
    "oneOf": [
        record({"reason": one_of(RETRACTION_REASONS)}, {"text": text(500)}),
        record(
            {
                "reason": {
                    "const": RECTIFIED,
                    "description": "更正: the record was wrong",
                },
                "rectified_by": described(
                    ID,
                    "the later acceptance of the same case and type, with a common party, that corrects it",
                ),
            },
            {"text": text(500)},
        ),
    ]
}
DENIAL_PLAIN: Final = record(
    {
        "type": TYPE_TEXT,
        "number": text(64, "number printed on it"),
        "parties": PARTIES,
        "reason": one_of(DENIALS, "renewed or changed (superseded), taken back, past its term"),
        "since": described(DAY, "the first day on which it stands no more"),
    }
)
DENIAL_REQUEST: Final = plain_or_signed(DENIAL_PLAIN)
DENIAL_ANSWER: Final = created()
RETRACT_REQUEST: Final = plain_or_signed(RETRACT_PLAIN)
RETRACT_ANSWER: Final = created({"acceptance": ID, "recall": items(RELIANCE_ROW)})
RELIANCES_ANSWER: Final = record({"acceptance": ID, "reliances": items(RELIANCE_ROW), "next": or_null(INDEX)})
