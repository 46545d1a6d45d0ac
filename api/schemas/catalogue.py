# SPDX-License-Identifier: Apache-2.0
"""Schemas of catalogue documents (items, bundles, policies, material types) and of their publication."""

from __future__ import annotations

from typing import Final

from api.schemas import guidance, standards
from api.schemas.material_types import TYPES
from api.schemas.words import (
    CODE_TEXT,
    DAY,
    DEPARTMENT_TEXT,
    INDEX,
    ITEM_TEXT,
    ROLE_TEXT,
    TYPE_TEXT,
    Schema,
    described,
    items,
    one_of,
    or_null,
    record,
    ref,
    text,
    whole,
)
from attest.bundles.document import BUNDLE_FORMAT, CURRENT
from attest.bundles.model import MAX_MEMBERS
from attest.catalogue.fitting import SUBJECTS
from attest.catalogue.item_document import ITEM_FORMAT
from attest.catalogue.model import (
    ASSURANCES,
    CASE_TYPES,
    CLOCK_PROFILES,
    COUNTED,
    COUNTED_FROM,
    LEVELS,
    LIMIT_UNITS,
    MAX_QUESTIONS,
    NECESSITIES,
    RESULT_TERMS,
)
from attest.policies.document import DEFAULT_DOCUMENT, MOST_DAYS, MOST_RULES, POLICY_FORMAT
from attest.policies.model import GROUNDS, MOST_VERSIONS
from ledger.canonical import read_json

_BOTH: Final = record({"zh": text(500), "en": text(500)}, about="A text in Chinese and English.")
_CITATION: Final = record(
    {"text": text(500), "certainty": described({"type": "string", "pattern": "^\\[.*\\]$"}, "such as [gen]")},
    about="Where a statement comes from and how sure it is.",
)
_WHEN: Final[Schema] = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": CODE_TEXT,
    "additionalProperties": items(CODE_TEXT, 1, 64),
    "description": "question → options in which it applies",
}
_LIMIT: Final = record(
    {
        "n": whole(0, 1000),
        "unit": one_of(LIMIT_UNITS, "working days, natural days, working hours, natural hours"),
        "citation": ref("Citation"),
    }
)
_CLOCK: Final = record(
    {"profile": one_of(CLOCK_PROFILES), "statutory_limit": _LIMIT, "promised_limit": _LIMIT},
    {
        "when": _WHEN,
        "extension": described(_LIMIT, "what a special law allows beside the profile's own"),
        "counted_from": one_of(COUNTED_FROM, "where the limit begins, if not where its profile says"),
    },
)
_QUESTION: Final = record(
    {
        "code": CODE_TEXT,
        "text": ref("BilingualText"),
        "options": items(
            record(
                {"code": CODE_TEXT, "text": ref("BilingualText")},
                {"instead": described(_BOTH, "where this answer leads to another item: what to do")},
            ),
            2,
            16,
        ),
    }
)
EVIDENCE: Final = record(
    {
        "type": TYPE_TEXT,
        "role": {
            "type": "object",
            "propertyNames": ROLE_TEXT,
            "additionalProperties": {
                "anyOf": [ROLE_TEXT, record({"role_of": TYPE_TEXT, "role": ROLE_TEXT})],
            },
            "description": "role of the material → role of the case, or a role in another material",
        },
        "valid": {"type": "boolean"},
    },
    {
        "issuers": items(DEPARTMENT_TEXT, 1, 32),
        "assurance": items(one_of(ASSURANCES), 1, len(ASSURANCES)),
        "max_age_days": whole(1, 36_500),
        "counted_at": one_of(COUNTED),
        "each": {"const": True},
        "surrender": {"const": True},
        "originals": described(whole(0, 20), "原件份数"),
        "copies": described(whole(0, 20), "复印件份数"),
    },
)
_ASKED: Final = {"code": CODE_TEXT, "text": ref("BilingualText"), "necessity": one_of(NECESSITIES)}
_ASKED_MORE: Final = {
    "when": _WHEN,
    "citation": described(ref("Citation"), "the ground on which it is asked"),
    "consent": described(
        ref("Citation"),
        "the law by which what another accepted serves only with the consent of whose paper it is",
    ),
}
REQUIREMENT_HEAD: Final = record(_ASKED, _ASKED_MORE)
"""A requirement without its alternatives."""
_REQUIREMENT: Final = record(
    {**_ASKED, "alternatives": items(record({"evidence": items(EVIDENCE, 1, 8)}), 1, 16)}, _ASKED_MORE
)
_ITEM: Final = record(
    {
        "format": {"const": ITEM_FORMAT},
        "code": ITEM_TEXT,
        "version": whole(1),
        "name": ref("BilingualText"),
        "basic_code": {"type": "string", "pattern": "^[0-9]{12}$", "description": "基本编码"},
        "impl_code": {"type": "string", "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}[1-7][0-9]{12}$"},
        "authority": DEPARTMENT_TEXT,
        "level": one_of(LEVELS),
        "receivers": items(DEPARTMENT_TEXT, 0, 16),
        "case_type": one_of(CASE_TYPES),
        "clocks": items(_CLOCK, 1, 8),
        "result": record(
            {"type": TYPE_TEXT, "term": one_of(RESULT_TERMS), "citation": ref("Citation")},
            {"years": whole(1, 100), "also": items(TYPE_TEXT, 1, 8)},
        ),
        "notice": text(500),
        "sources": items(ref("Citation"), 1, 32),
        "roles": items(ROLE_TEXT, 0, 16),
        "questions": items(_QUESTION, 0, MAX_QUESTIONS),
        "requirements": items(_REQUIREMENT, 1, 64),
    },
    {
        "in_force": described(DAY, "first day of this version (施行日期); without it, its publication"),
        "handling_code": {
            "type": "string",
            "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}[1-7][0-9]{14}$",
            "description": "业务办理项编码: impl_code and two digits",
        },
    },
    about="A version of a service item's guide (办事指南).",
)
_ROLES: Final[Schema] = {"type": "object", "propertyNames": ROLE_TEXT, "additionalProperties": ROLE_TEXT}
_MEMBER: Final = record(
    {
        "step": CODE_TEXT,
        "item": ITEM_TEXT,
        "version": {"anyOf": [whole(1), {"const": CURRENT}]},
        "roles": described(_ROLES, "role of the item's case → role of the bundle"),
        "answers": {
            "type": "object",
            "propertyNames": CODE_TEXT,
            "additionalProperties": {"anyOf": [CODE_TEXT, record({"question": CODE_TEXT})]},
            "description": "question of the item → its option, or the bundle's question that decides it",
        },
    },
    {"asks": items(CODE_TEXT, 1, 64), "when": _WHEN},
    about="One step. `asks`: the requirements on the joint list, all where absent.",
)
_BUNDLE: Final = record(
    {
        "format": {"const": BUNDLE_FORMAT},
        "code": ITEM_TEXT,
        "version": whole(1),
        "name": ref("BilingualText"),
        "authority": DEPARTMENT_TEXT,
        "notice": text(500),
        "sources": items(ref("Citation"), 1, 32),
        "conditions": items(record({"text": ref("BilingualText"), "citation": ref("Citation")}), 0, 16),
        "roles": items(ROLE_TEXT, 0, 16),
        "questions": items(_QUESTION, 0, MAX_QUESTIONS),
        "fields": items(
            record(
                {
                    "code": CODE_TEXT,
                    "text": ref("BilingualText"),
                    "steps": items(CODE_TEXT, 1, MAX_MEMBERS),
                    "citation": ref("Citation"),
                },
                {"standard": record({"code": ITEM_TEXT, "field": CODE_TEXT})},
            ),
            0,
            32,
        ),
        "members": items(_MEMBER, 1, MAX_MEMBERS),
        "feeds": items(
            record(
                {
                    "from": CODE_TEXT,
                    "type": TYPE_TEXT,
                    "roles": _ROLES,
                    "to": items(CODE_TEXT, 1, MAX_MEMBERS),
                    "citation": ref("Citation"),
                },
                about="What a step ends in serves other steps, so that nobody brings it.",
            ),
            0,
            32,
        ),
        "forms": items(
            record(
                {
                    "type": TYPE_TEXT,
                    "roles": _ROLES,
                    "instead_of": items(TYPE_TEXT, 1, 16),
                    "citation": ref("Citation"),
                }
            ),
            0,
            8,
        ),
        "checked": items(
            record({"type": TYPE_TEXT, "issuer": DEPARTMENT_TEXT, "citation": ref("Citation")}), 0, 32
        ),
    },
    about="A version of a bundle of items applied for as one (一件事).",
)
_TERMS: Final[dict[str, Schema]] = {
    "accepted_by": items(DEPARTMENT_TEXT, 0, 64, "whose acceptances count beside its own; all where absent"),
    "max_age_days": described(whole(1, MOST_DAYS), "days for which an acceptance counts"),
    "assurance": one_of(ASSURANCES, "the weakest that counts; what the guide asks where absent"),
    "scans": {"const": False, "description": "no accepted scan where the issuer answers a data check"},
}
_POLICY: Final = record(
    {
        "format": {"const": POLICY_FORMAT},
        "authority": DEPARTMENT_TEXT,
        "version": whole(1, MOST_VERSIONS),
        "name": ref("BilingualText"),
        "grounds": items(one_of(GROUNDS), 4, 4, "the ground order, best first: each once"),
        "data_checks": items(
            record(
                {"issuer": DEPARTMENT_TEXT, "types": items(TYPE_TEXT, 1, 64), "citation": ref("Citation")},
                about="An issuer that answers this department about its papers of these types.",
            ),
            0,
            64,
        ),
        "rules": items(
            record(
                {"code": CODE_TEXT, "types": items(TYPE_TEXT, 1, 64), "citation": ref("Citation")},
                {"items": items(ITEM_TEXT, 1, 64, "of the department; all where absent"), **_TERMS},
                about="Terms for material types; one that names the item goes before one for all.",
            ),
            0,
            MOST_RULES,
        ),
        "otherwise": record({}, _TERMS, about="The terms of whatever no rule covers."),
        "sources": items(ref("Citation"), 1, 32),
    },
    {"in_force": described(DAY, "first day of this version; without it, its publication")},
    about="A version of a department's recognition policy (采信政策): stricter than guides, never looser.",
)
_DEFAULT_POLICY: Final = described(
    {"const": read_json(DEFAULT_DOCUMENT, max_bytes=len(DEFAULT_DOCUMENT))},
    "What holds for a department that has published no policy (`policy/default/0`).",
)
COMPONENTS: Final[dict[str, Schema]] = {
    "BilingualText": _BOTH,
    "Citation": _CITATION,
    "ServiceItem": _ITEM,
    "Bundle": _BUNDLE,
    "RecognitionPolicy": _POLICY,
    "MaterialTypes": TYPES,
    **standards.COMPONENTS,
    **guidance.COMPONENTS,
}

VERSIONS: Final = record(
    {
        "versions": items(
            record(
                {
                    "subject": one_of(SUBJECTS),
                    "code": ITEM_TEXT,
                    "version": whole(1),
                    "department": {"type": "string", "description": "who published it"},
                    "index": INDEX,
                }
            )
        ),
        "next": or_null(INDEX),
    }
)
VERSION: Final[Schema] = {
    "oneOf": [
        ref("ServiceItem"),
        ref("MaterialTypes"),
        ref("Bundle"),
        ref("RecognitionPolicy"),
        ref("DataStandard"),
        ref("Availability"),
        ref("FilledExample"),
        _DEFAULT_POLICY,
    ]
}
