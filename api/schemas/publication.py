# SPDX-License-Identifier: Apache-2.0
"""Schemas of publishing a catalogue document: what is sent, and what the answer warns of."""

from __future__ import annotations

from typing import Final

from api.schemas.log import created
from api.schemas.words import (
    CODE_TEXT,
    DEPARTMENT_TEXT,
    HASH,
    ITEM_TEXT,
    TYPE_TEXT,
    Schema,
    described,
    items,
    one_of,
    or_null,
    record,
    ref,
    whole,
)
from attest.catalogue.fitting import SUBJECTS

PUBLISH: Final[Schema] = {
    "oneOf": [
        record({"subject": {"const": "item"}, "document": ref("ServiceItem")}),
        record({"subject": {"const": "types"}, "document": ref("MaterialTypes")}),
        record({"subject": {"const": "bundle"}, "document": ref("Bundle")}),
        record({"subject": {"const": "policy"}, "document": ref("RecognitionPolicy")}),
        record(
            {"subject": {"const": "standard"}, "document": ref("DataStandard")},
            {"despite": one_of(("drops",), "publish though fields in use are dropped")},
        ),
        record({"subject": {"const": "availability"}, "document": ref("Availability")}),
        record({"subject": {"const": "example"}, "document": ref("FilledExample")}),
    ]
}
PUBLISHED: Final = created(
    {
        "subject": one_of(SUBJECTS),
        "code": described(ITEM_TEXT, "the document's code: an item's, `types`, the department of a policy …"),
        "version": whole(1),
        "document": described(HASH, "SHA-256 of the document's canonical JSON"),
    },
    {
        "overtakes": items(
            whole(1),
            1,
            None,
            "a warning: versions that waited for their day and now never hold",
        ),
        "drops": items(
            record({"type": TYPE_TEXT, "field": CODE_TEXT, "standard_field": CODE_TEXT}),
            1,
            None,
            "a warning: fields of types in force whose standard has no such field any more",
        ),
        "unfit": items(
            record(
                {
                    "subject": one_of(("item", "bundle")),
                    "code": ITEM_TEXT,
                    "version": whole(1),
                    "authority": described(DEPARTMENT_TEXT, "who can publish its next version"),
                    "place": {"type": "string", "description": "what of it does not fit any more"},
                }
            ),
            1,
            None,
            "a warning: guides and bundles that these material types, or this standard, leave unfit",
        ),
        "bundles": items(
            record(
                {
                    "code": ITEM_TEXT,
                    "version": whole(1),
                    "authority": described(DEPARTMENT_TEXT, "who leads it, and can publish its next version"),
                    "pinned": or_null(whole(1, about="the version of the guide that it names; null: newest")),
                    "fits": {"type": "boolean", "description": "false: its list cannot be given any more"},
                },
                {"place": {"type": "string", "description": "what of the bundle does not fit the guide"}},
            ),
            1,
            None,
            "the bundles (一件事) of which this guide is a step; who leads one that fits no more is told by"
            " the event `once.bundle.stale`",
        ),
    },
)
