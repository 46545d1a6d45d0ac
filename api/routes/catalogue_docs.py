# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of the catalogue."""

from __future__ import annotations

from typing import Final

from api.schemas import catalogue, examples, log, publication
from api.schemas.paging import FOLLOW, paged
from api.schemas.words import INDEX
from api.thin import RouteDoc

_REQUEST: Final = {"subject": "item", "document": examples.ITEM}

PUBLISH: Final = RouteDoc(
    "发布办事指南、一件事、采信政策、数据标准或材料类型的新版本",
    "Publish a version of a guide, a bundle, a recognition policy, a data standard or the material types",
    "catalogue",
    _REQUEST,
    {
        201: (
            "published, with its receipt",
            {
                **examples.CREATED,
                "subject": "item",
                "code": "SC-099",
                "version": 1,
                "document": examples.HASH,
                "bundles": [
                    {
                        "code": "restaurant",
                        "version": 1,
                        "authority": "ZW",
                        "pinned": None,
                        "fits": False,
                        "place": "/members/0/asks",
                    }
                ],
                "receipt": examples.RECEIPT,
            },
        )
    },
    ("catalogue.version", "catalogue.invalid", "types.unknown", "item.unknown", "standard.drops"),
    schema={"oneOf": [*publication.PUBLISH["oneOf"], {"$ref": "#/components/schemas/SignedAct"}]},
    shapes={201: publication.PUBLISHED},
    notes="An item's guide, a bundle (一件事) and a recognition policy (采信政策) are published by their"
    " authority, the material types by the operator (governance). A bundle has to fit its members' guides."
    " A policy may be stricter than guides and types, never looser, and is refused where it is."
    " A data standard (数据标准) comes from a department or from the operator; from version 2 on it says to"
    " which day the version before is accepted as well, and what has to be changed. `overtakes` warns of"
    " earlier versions of a guide or policy that waited for a day to come and now never hold, `drops` of"
    " fields that material types in force still use and that this version of the standard has no more,"
    " `unfit` of guides and bundles that it leaves unfit. A standard that drops what is in use is refused"
    " (`standard.drops`) unless it comes with `despite: drops`; who signs elsewhere says so at `:prepare`."
    " `bundles` are those of which the guide is a step; one with `fits: false` gives no list until whoever"
    " leads it publishes its next version.",
)
PUBLISH_PREPARE: Final = RouteDoc(
    "生成发布版本的待签内容",
    "What to sign to publish a version",
    "catalogue",
    _REQUEST,
    {200: ("entry, document, digest; nothing is stored", {**examples.PREPARED_PUBLIC, "document": {}})},
    (
        "catalogue.invalid",
        "catalogue.version",
        "issuer.mismatch",
        "types.unknown",
        "item.unknown",
        "standard.drops",
    ),
    schema=publication.PUBLISH,
    shapes={200: log.PREPARED_ANSWER},
)
VERSIONS: Final = RouteDoc(
    "已发布的全部版本",
    "All published versions",
    "catalogue",
    answers={
        200: (
            "in order of publication",
            {
                "versions": [
                    {"subject": "item", "code": "SC-002", "version": 1, "department": "SC", "index": 12}
                ],
                "next": None,
            },
        )
    },
    query=paged("versions", INDEX, 12),
    shapes={200: catalogue.VERSIONS},
    notes=FOLLOW,
)
VERSION: Final = RouteDoc(
    "一个版本的原文",
    "One version, as published",
    "catalogue",
    answers={200: ("the document, byte for byte what its digest in the log names", examples.ITEM)},
    shapes={200: catalogue.VERSION},
    notes="A policy's code is its department; `policy/default/0` is what holds where none is published.",
)
