# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of consents recorded by departments."""

from __future__ import annotations

from typing import Final

from api.schemas import consents, examples, log
from api.thin import RouteDoc

_ASKED: Final = ("case.unknown",)

RECORD: Final = RouteDoc(
    "记录本人当场同意",
    "Record a consent that was given at the window",
    "consents",
    consents.EXAMPLE,
    {
        201: (
            "recorded: the requirement's look-ups count it from now on",
            {**examples.CREATED, "until": consents.UNTIL, "receipt": examples.RECEIPT},
        )
    },
    (*_ASKED, "consent.given", "consent.not_asked", "consent.until", "holder.unknown", "requirement.unknown"),
    schema=consents.REQUEST,
    shapes={201: consents.ANSWER},
    notes="Only where the guide names a law that asks for consent (`consent` of the requirement); anywhere"
    " else it is refused, since nobody may be asked for it. The department answers for who was present."
    " Whoever signs in gives, and takes back, consents themselves.",
)
PREPARE: Final = RouteDoc(
    "生成记录同意的待签内容",
    "What to sign to record a consent",
    "consents",
    consents.EXAMPLE,
    {200: ("entry, private record, digest; nothing is stored", examples.PREPARED)},
    _ASKED,
    schema=consents.PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
END: Final = RouteDoc(
    "记录本人撤回同意",
    "Record that a consent was withdrawn",
    "consents",
    consents.END_EXAMPLE,
    {
        201: (
            "withdrawn: nothing more is relied on under it, and who did is told",
            {**examples.CREATED, "consent": examples.ENTRY_ID, "receipt": examples.RECEIPT},
        )
    },
    ("consent.expired", "consent.unknown", "consent.withdrawn"),
    schema=consents.END_REQUEST,
    shapes={201: consents.END_ANSWER},
    notes="Of a consent for a case of the department. What was relied on before stays true as of then.",
)
END_PREPARE: Final = RouteDoc(
    "生成撤回同意的待签内容",
    "What to sign to record a withdrawal",
    "consents",
    consents.END_EXAMPLE,
    {200: ("entry, private record, digest; nothing is stored", examples.PREPARED)},
    ("consent.unknown",),
    schema=consents.END_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
