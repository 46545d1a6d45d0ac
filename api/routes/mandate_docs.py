# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of mandates and guardians recorded by departments."""

from __future__ import annotations

from typing import Final

from api.schemas import examples, log, mandates
from api.thin import RouteDoc

_ASKED: Final = ("acceptance.unknown", "case.unknown", "mandate.beyond_case", "mandate.not_proof")
_REFUSALS: Final = (
    *_ASKED,
    "holder.unknown",
    "mandate.agent",
    "mandate.disputed",
    "mandate.fallen",
    "mandate.item",
    "mandate.minor",
    "mandate.not_named",
    "mandate.not_person",
    "mandate.of_age",
    "mandate.recorded",
    "mandate.scan",
    "mandate.self",
    "mandate.taken_back",
    "mandate.until",
)

RECORD: Final = RouteDoc(
    "记录代理人或者监护人",
    "Record an agent or a guardian",
    "mandates",
    mandates.EXAMPLE,
    {
        201: (
            "recorded; it falls with the acceptance that it rests on",
            {
                **examples.CREATED,
                "relation": "agent",
                "until": mandates.UNTIL,
                "receipt": examples.RECEIPT,
            },
        )
    },
    _REFUSALS,
    schema=mandates.REQUEST,
    shapes={201: mandates.ANSWER},
    notes="The ground is an acceptance in this case of a type whose `represents` says in which roles such a"
    " paper names both. A paper that counts in its own case alone needs `scope.case`. A minor's guardian is"
    " recorded until the 18th birthday at the latest, everybody else for 366 days at most.",
)
PREPARE: Final = RouteDoc(
    "生成记录代理人或者监护人的待签内容",
    "What to sign to record an agent or a guardian",
    "mandates",
    mandates.EXAMPLE,
    {200: ("entry, private record, digest; nothing is stored", examples.PREPARED)},
    _ASKED,
    schema=mandates.PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
END: Final = RouteDoc(
    "终止已记录的代理或者监护",
    "End what was recorded",
    "mandates",
    mandates.END_EXAMPLE,
    {
        201: (
            "ended: nobody acts by it from this entry on",
            {**examples.CREATED, "mandate": examples.ENTRY_ID, "receipt": examples.RECEIPT},
        )
    },
    ("mandate.ended", "mandate.unknown"),
    schema=mandates.END_REQUEST,
    shapes={201: mandates.END_ANSWER},
)
END_PREPARE: Final = RouteDoc(
    "生成终止代理或者监护的待签内容",
    "What to sign to end what was recorded",
    "mandates",
    mandates.END_EXAMPLE,
    {200: ("entry, private record, digest; nothing is stored", examples.PREPARED)},
    ("mandate.unknown",),
    schema=mandates.END_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
