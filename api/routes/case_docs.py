# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of cases."""

from __future__ import annotations

from typing import Final

from api.schemas import examples, guidance, log, materials
from api.thin import RouteDoc

PURPOSE: Final = {
    "description": "why the private records are read; recorded / 查阅事由",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "example": examples.PURPOSE,
}
SITUATIONS: Final = (
    "situation.unanswered",
    "situation.unknown_question",
    "situation.unknown_option",
    "situation.other_item",
)

STEPS: Final = (
    "bundle.unknown",
    "bundle.version",
    "bundle.no_step",
    "bundle.no_such_case",
    "bundle.step_taken",
)

OPEN: Final = RouteDoc(
    "开立办件",
    "Open a case",
    "cases",
    examples.CASE_REQUEST,
    {
        201: (
            "opened, with its number and receipt",
            {
                **examples.CREATED,
                "case": examples.CASE,
                "item": "SC-002",
                "version": 1,
                "document": examples.HASH,
                "availability": guidance.OFFER_EXAMPLE,
                "receipt": examples.RECEIPT,
            },
        )
    },
    (
        "item.unknown",
        "holder.unknown",
        "case.exists",
        "case.number",
        "case.role",
        "about.unit_number",
        "catalogue.version",
        "code.invalid",
        *STEPS,
        *SITUATIONS,
    ),
    schema=materials.CASE_REQUEST,
    shapes={201: materials.CASE_ANSWER},
    notes="`availability` says whether the item is offered by that channel (or `place`) on the day, by what"
    " its authority has published: if not, why, to when and where instead. It warns and refuses nothing:"
    " whoever came has come. `bundle` makes the case a step of it: its guide then takes the bundle's joint"
    " form as well, and with `with`, the first case of the same application, the form that came in with any"
    " of its steps; for an application that began in an earlier version of the bundle give that `version`."
    " With `people`, a case of that application which your department decides or opened, nobody has to be"
    " named again: the opening holds who stands there, in the roles that `parties` does not name, and without"
    " `about` the thing that such a case names, where papers of this item are about one. `thing_missing`: the"
    " case names no thing of a kind without which some of its papers never count; open one that does.",
)
OPEN_PREPARE: Final = RouteDoc(
    "生成开立办件的待签内容",
    "What to sign to open a case",
    "cases",
    examples.CASE_REQUEST,
    {200: ("entry, private record, digest; nothing is stored", examples.PREPARED)},
    ("item.unknown", "about.unit_number", "catalogue.version", "bundle.unknown", "bundle.no_step"),
    schema=materials.CASE_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
_ADDED: Final = ("case.unknown", "case.role", "case.role_filled", "holder.unknown")
ADD: Final = RouteDoc(
    "补充办件的当事人",
    "Add parties to a case",
    "cases",
    examples.PARTIES_REQUEST,
    {201: ("added, with its receipt", {**examples.CREATED, "receipt": examples.RECEIPT})},
    _ADDED,
    schema=materials.PARTIES_BODY,
    shapes={201: materials.ADDED_ANSWER},
    notes="For a role that the guide knows and in which nobody stands yet, such as the staff of a kitchen."
    " Nobody is replaced. From then on look-ups of the case count their materials too.",
)
ADD_PREPARE: Final = RouteDoc(
    "生成补充当事人的待签内容",
    "What to sign to add parties",
    "cases",
    examples.PARTIES_REQUEST,
    {200: ("entry, private record, digest; nothing is stored", examples.PREPARED)},
    ("case.unknown",),
    schema=materials.PARTIES_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
TRACE: Final = RouteDoc(
    "办件全程留痕（含证明）",
    "Trace of a case, with proofs",
    "cases",
    answers={
        200: (
            "entries in order",
            {
                "case": examples.CASE,
                "read_at": 44,
                "changed": 42,
                "size": 45,
                "root": examples.HASH,
                "entries": [
                    {
                        "index": 42,
                        "id": examples.ENTRY_ID,
                        "kind": "material.accepted",
                        "issuer": "ZW",
                        "time": examples.TIME,
                        "key": examples.ADDRESS,
                        "body": examples.ENTRY["body"],
                        "record": {"case": examples.CASE, "type": "business_licence"},
                        "receipt": examples.ANCHORED,
                    }
                ],
                "fallen": [{"of": 42, "how": "denied", "index": 43, "by": "SC", "reason": "cancelled"}],
            },
        )
    },
    problems=("case.unknown", "lookup.purpose_missing"),
    query={"purpose": PURPOSE},
    shapes={200: materials.TRACE},
    notes="`ETag` names the case's last entry that is no look (`changed`). Sent as `If-Match` with a"
    " request that writes in the case (parties, acceptances, retractions, reliances, requests, claims,"
    " mandates, consents, answers of disputes), it is refused with `precondition.failed` if anything came"
    " since.",
)
