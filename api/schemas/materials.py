# SPDX-License-Identifier: Apache-2.0
"""Schemas of cases, documents, acceptances, look-ups, reliances and evidence."""

from __future__ import annotations

from typing import Final

from api.schemas import examples
from api.schemas.log import created, plain_or_signed
from api.schemas.told import TOLD
from api.schemas.words import (
    ADDRESS,
    ANY_OBJECT,
    CASE_TEXT,
    CODE_TEXT,
    DAY,
    DEPARTMENT_TEXT,
    HASH,
    ID,
    INDEX,
    ISSUER_TEXT,
    ITEM_TEXT,
    ROLE_TEXT,
    TIME,
    TYPE_TEXT,
    Schema,
    described,
    items,
    one_of,
    or_null,
    pattern,
    record,
    ref,
    text,
    whole,
)
from attest.cases.model import CHANNELS
from attest.data_checks.unasked_texts import UNASKED
from attest.materials.commands import ISSUER, MEDIA, MOST_PAGES
from attest.materials.model import ASSURANCES, SUBMITTED
from attest.parties import ABOUT_KINDS, MOST_PARTIES
from attest.recognition.legal import SOURCES
from attest.recognition.model import WAIVERS
from attest.supersession.model import HOWS

VERDICTS: Final = ("recognised", "required", "cannot_tell")
MOST: Final = 500
SHOWN_MOST: Final = 500
CHECKS_MOST: Final = 100

_PARTY: Final = record({"role": ROLE_TEXT, "holder": described(ID, "answer of POST holders")})
PARTIES: Final = items(ref("Party"), 1, MOST_PARTIES)
_ABOUT: Final = record(
    {
        "kind": one_of(ABOUT_KINDS),
        "id": text(64, "of a real-estate unit the 28 characters of GB/T 37346, without spaces"),
    },
    about="The thing it is about.",
)
_MEDIA: Final = pattern(MEDIA, 64)
_DOCUMENT: Final[Schema] = {
    "oneOf": [
        record({"sha256": HASH}, {"kept": {"const": "vault"}}, "a file that was uploaded by PUT documents"),
        record(
            {"sha256": HASH, "kept": {"const": "department"}, "size": whole(), "media": _MEDIA},
            {"pages": whole(1, MOST_PAGES)},
            about="the department keeps the file (hash only)",
        ),
    ]
}
_ACCEPTANCE: Final = record(
    {
        "case": CASE_TEXT,
        "type": TYPE_TEXT,
        "document": _DOCUMENT,
        "issuer": pattern(ISSUER, None, "the department that issued it, `own` or `third_party`"),
        "parties": PARTIES,
        "assurance": one_of(ASSURANCES, "how the original was checked"),
    },
    {
        "number": text(64, "number printed on it; of the national code that its type names, if any"),
        "issued": DAY,
        "valid_from": DAY,
        "valid_until": DAY,
        "about": ref("About"),
        "checked_by": text(64, "the clerk, in the department's own terms"),
        "submitted": one_of(SUBMITTED, "handed in by the applicant's own choice: nobody asked for it"),
        "channel": one_of(CHANNELS, "how the paper came; the case's own where it is absent"),
        "supersedes": record(
            {
                "acceptance": described(ID, "an acceptance of the same type with a common party"),
                "how": one_of(HOWS, "a better copy of the same paper, or the paper itself renewed"),
            },
            about="The earlier acceptance that this one supersedes.",
        ),
    },
    "A material accepted in a case (核验入库).",
)
_RELIANCE: Final = record(
    {"case": CASE_TEXT, "requirement": CODE_TEXT, "acceptance": ID},
    {
        "ground": one_of(WAIVERS, "the waiver ground (免提交依据); by default that of what is cited"),
        "policy": described(
            HASH, "that the check named: refused if another is in force; else the one that is"
        ),
    },
)
RELIANCE_ROW: Final = record(
    {
        "id": ID,
        "index": INDEX,
        "department": DEPARTMENT_TEXT,
        "requirement": CODE_TEXT,
        "ground": one_of(WAIVERS),
        "time": TIME,
    }
)
_PRESENTED: Final = record(
    {"type": TYPE_TEXT},
    {
        "issuer": text(32),
        "number": text(64),
        "digest": described(HASH, "SHA-256 of the file"),
        "role": ROLE_TEXT,
    },
    "A paper that the applicant shows.",
)
_CITED: Final = record(
    {
        "id": ID,
        "index": INDEX,
        "leaf": HASH,
        "type": TYPE_TEXT,
        "authority": DEPARTMENT_TEXT,
        "received_by": or_null(DEPARTMENT_TEXT),
        "accepted_at": TIME,
        "assurance": one_of(ASSURANCES),
        "valid_until": or_null(DAY),
    },
    about="An acceptance that meets a requirement.",
)
_RESULT: Final = record(
    {
        "requirement": CODE_TEXT,
        "verdict": one_of(VERDICTS),
        "reason": {"type": "string", "pattern": "^[a-z_]+\\.[a-z_]+$", "description": "stable; branch on it"},
        "text": {"type": "string", "description": "what is so, in the language asked for"},
        "next": {"type": "string", "description": "what to do; empty where nothing is"},
    },
    {
        "acceptance": described(ref("CitedAcceptance"), "where recognised: rely on this one"),
        "acceptances": items(ref("CitedAcceptance")),
        "mandate": described(INDEX, "where a mandate on record meets it (`mandate.standing`): its entry"),
        "valid_until": or_null(DAY),
        "not_asked": items(
            record(
                {
                    "type": TYPE_TEXT,
                    "reason": one_of(UNASKED, "stable; branch on it"),
                    "text": {"type": "string"},
                }
            ),
            about="papers about which the policy lets an issuer answer, and why no question was put",
        ),
    },
)
_APPLIED: Final = record(
    {
        "authority": described(DEPARTMENT_TEXT, "the department that decides the case"),
        "version": whole(0, about="0: it has published none, and the stated default holds"),
        "digest": HASH,
        "index": or_null(described(INDEX, "the entry that published it")),
        "in_force": or_null(DAY),
    },
    about="The recognition policy by which this was decided.",
)
_STEP_WITH: Final = described(CASE_TEXT, "the case that began the application")
_STEP: Final = {"version": whole(1, about="the newest where it is absent"), "with": _STEP_WITH}
_BUNDLE_ABOUT: Final = "The bundle (一件事) of which the case is a step, found by item and answers."
_CASE_MORE: Final[dict[str, Schema]] = {
    "version": whole(1, about="of the guide; the newest where it is absent"),
    "case": described(CASE_TEXT, "the number of your own platform; made where it is absent"),
    "answers": {
        "type": "object",
        "maxProperties": 16,
        "propertyNames": CODE_TEXT,
        "additionalProperties": CODE_TEXT,
        "description": "situation question of the guide → option",
    },
    "about": ref("About"),
    "place": described(CODE_TEXT, "a place of the channel, by its published availability; not recorded"),
}
_CASE_TO_SIGN: Final = record(
    {"item": ITEM_TEXT, "channel": one_of(CHANNELS), "parties": PARTIES},
    {
        **_CASE_MORE,
        "bundle": {
            **record({"code": ITEM_TEXT}, _STEP, _BUNDLE_ABOUT),
            "examples": [{"code": "restaurant"}, {"code": "restaurant", "with": examples.CASE}],
        },
    },
)
_PEOPLE: Final = described(CASE_TEXT, "a case of the application that you see, whose people come in")
_CASE: Final = {
    **record(
        {"item": ITEM_TEXT, "channel": one_of(CHANNELS)},
        {
            **_CASE_MORE,
            "parties": PARTIES,
            "bundle": {
                **record({"code": ITEM_TEXT}, {**_STEP, "people": _PEOPLE}, _BUNDLE_ABOUT),
                "dependentRequired": {"people": ["with"]},
                "examples": [
                    {"code": "restaurant"},
                    {"code": "restaurant", "with": examples.CASE, "people": examples.CASE},
                ],
            },
        },
    ),
    "anyOf": [
        {"required": ["parties"]},
        {"required": ["bundle"], "properties": {"bundle": {"required": ["people"]}}},
    ],
}
_ADDITION: Final = record({"case": CASE_TEXT, "parties": PARTIES})
_LEGAL: Final = items(
    record(
        {
            "of": one_of(
                SOURCES, "`requirement`, `item`: why it may be asked for; others: why it need not be"
            ),
            "text": text(500),
            "certainty": {"type": "string"},
        },
        {"says": described(ref("BilingualText"), "of a ground for not asking: what it says")},
    ),
    about="legal grounds as the catalogue named them when it was signed",
)
_TRACE_ENTRY: Final = record(
    {
        "index": INDEX,
        "id": ID,
        "kind": {"type": "string"},
        "issuer": ISSUER_TEXT,
        "time": TIME,
        "key": ADDRESS,
        "body": ANY_OBJECT,
        "record": or_null(ANY_OBJECT),
        "receipt": ref("Receipt"),
    },
    {"legal": described(_LEGAL, "of a reliance: what it rests on in law, as of its index")},
)

_TRACE_FALLEN: Final = record(
    {
        "of": described(INDEX, "the entry of this case that accepted or relied on the paper"),
        "how": one_of(("retracted", "rectified", "denied")),
        "index": described(INDEX, "the entry that says so"),
        "by": ISSUER_TEXT,
        "reason": CODE_TEXT,
    },
    about="What became since of a paper of this case: taken back, corrected, or denied by its issuer.",
)

COMPONENTS: Final[dict[str, Schema]] = {
    "Party": _PARTY,
    "About": _ABOUT,
    "AcceptanceRequest": _ACCEPTANCE,
    "CaseRequest": _CASE,
    "CaseToSign": _CASE_TO_SIGN,
    "PartiesRequest": _ADDITION,
    "RelianceRequest": _RELIANCE,
    "PresentedPaper": _PRESENTED,
    "CitedAcceptance": _CITED,
    "RequirementResult": _RESULT,
    "AppliedPolicy": _APPLIED,
}

CASE_PLAIN: Final = ref("CaseToSign")
CASE_REQUEST: Final = plain_or_signed(ref("CaseRequest"))
CASE_ANSWER: Final = created(
    {
        "case": CASE_TEXT,
        "item": ITEM_TEXT,
        "version": whole(1),
        "document": described(HASH, "the guide's"),
        "availability": ref("Offer"),
    },
    {
        "bundle": record(
            {"code": ITEM_TEXT, "version": whole(1), "step": CODE_TEXT, "with": _STEP_WITH},
            about="of a case that is a step of one",
        ),
        "thing_missing": described(
            one_of(ABOUT_KINDS), "papers about such a thing never count in this case: it names none"
        ),
    },
)
PARTIES_PLAIN: Final = ref("PartiesRequest")
PARTIES_BODY: Final = plain_or_signed(ref("PartiesRequest"))
ADDED_ANSWER: Final = created({})
TRACE: Final = record(
    {
        "case": CASE_TEXT,
        "read_at": described(INDEX, "the entry that records this very look"),
        "changed": described(INDEX, "the last entry that is no look: what `ETag` names"),
        "size": whole(1),
        "root": HASH,
        "entries": items(_TRACE_ENTRY),
        "fallen": items(_TRACE_FALLEN),
    }
)
ACCEPTANCE_PLAIN: Final = ref("AcceptanceRequest")
ACCEPTANCE_REQUEST: Final = plain_or_signed(ref("AcceptanceRequest"))
ACCEPTANCE_ANSWER: Final = created({}, TOLD)
FALLEN: Final = record(
    {"status": whole(400, 599), "problem": ref("Problem")},
    {"retry_at": described(TIME, "when to send it again, as Retry-After says of one that comes alone")},
)
BATCH_REQUEST: Final = record({"acceptances": items(ACCEPTANCE_REQUEST, 1, MOST)})
BATCH_ANSWER: Final = record(
    {
        "results": items(
            {
                "oneOf": [
                    record({"status": {"const": 201}, "id": ID, "receipt": ref("Receipt")}, TOLD),
                    FALLEN,
                ]
            },
            1,
            MOST,
        )
    }
)
CHECK_REQUEST: Final = record(
    {"case": CASE_TEXT, "purpose": text(200, "why you ask; recorded")},
    {
        "requirements": items(CODE_TEXT, 0, MOST, "of the case's guide; all of them where absent"),
        "presented": items(ref("PresentedPaper"), 0, SHOWN_MOST),
    },
)
CHECK_ANSWER: Final = record(
    {
        "as_of": TIME,
        "index": described(INDEX, "the entry that records this look-up"),
        "item": ITEM_TEXT,
        "version": whole(1, about="of the guide that the case pins, by which it is answered"),
        "guide": described(HASH, "guide hash of this version"),
        "policy": ref("AppliedPolicy"),
        "results": items(ref("RequirementResult"), 0, MOST),
        "ask": items(
            record(
                {
                    "requirement": CODE_TEXT,
                    "type": TYPE_TEXT,
                    "roles": items(ROLE_TEXT),
                    "reason": {"type": "string"},
                }
            ),
            about="the smallest set of papers still to ask for",
        ),
    }
)
CHECK_BATCH_REQUEST: Final = record({"checks": items(CHECK_REQUEST, 1, CHECKS_MOST)})
CHECK_BATCH_ANSWER: Final = record(
    {
        "results": items(
            {
                "oneOf": [
                    record({"status": {"const": 200}, "answer": CHECK_ANSWER}),
                    FALLEN,
                ]
            },
            1,
            CHECKS_MOST,
        )
    }
)
RELIANCE_PLAIN: Final = ref("RelianceRequest")
RELIANCE_REQUEST: Final = plain_or_signed(ref("RelianceRequest"))
RELIANCE_ANSWER: Final = created(
    {
        "case": CASE_TEXT,
        "requirement": CODE_TEXT,
        "acceptance": ID,
        "ground": one_of(WAIVERS),
        "guide": described(HASH, "the guide that was applied"),
        "policy": described(HASH, "the recognition policy that was applied"),
        "consents": items(
            record({"id": ID, "index": INDEX}),
            0,
            8,
            "under which it serves, where the guide names such a law",
        ),
        "legal": _LEGAL,
    }
)
