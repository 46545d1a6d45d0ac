# SPDX-License-Identifier: Apache-2.0
"""Schemas of catalogue documents (items, bundles, policies, material types) and of their publication."""

from __future__ import annotations

from typing import Final

from api.schemas import guidance, standards
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
    pattern,
    record,
    ref,
    text,
    whole,
)
from attest.bundles.document import BUNDLE_FORMAT, CURRENT
from attest.bundles.model import MAX_MEMBERS
from attest.catalogue.certificates import HOLDER_CODES, METADATA
from attest.catalogue.fitting import SUBJECTS
from attest.catalogue.item_document import ITEM_FORMAT
from attest.catalogue.model import (
    ASSURANCES,
    CASE_TYPES,
    CLOCK_PROFILES,
    COUNTED,
    COUNTED_FROM,
    HANDLINGS,
    LEVELS,
    LIMIT_UNITS,
    MAX_QUESTIONS,
    NECESSITIES,
    NUMBERS,
    RELATIONS,
    RESULT_TERMS,
    REUSES,
    SOURCES,
    THINGS,
    VALIDITIES,
)
from attest.catalogue.types_document import MOST_FIELDS, TYPES_FORMAT
from attest.catalogue.waivers import KIND, MOST_WAIVERS
from attest.policies.document import DEFAULT_DOCUMENT, MOST_DAYS, MOST_RULES, POLICY_FORMAT
from attest.policies.model import GROUNDS, MOST_VERSIONS
from attest.recognition.model import WAIVERS
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
            {"anyOf": [one_of(METADATA), {"type": "string", "pattern": "^KZ_[A-Z0-9][A-Z0-9_]{0,28}$"}]},
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
_TYPES: Final = record(
    {"format": {"const": TYPES_FORMAT}, "version": whole(1), "types": items(_TYPE, 1, 512)},
    {"waivers": items(_WAIVER, 1, MOST_WAIVERS, "why papers need not be asked for: on reliance receipts")},
    about="All material types in force.",
)

COMPONENTS: Final[dict[str, Schema]] = {
    "BilingualText": _BOTH,
    "Citation": _CITATION,
    "ServiceItem": _ITEM,
    "Bundle": _BUNDLE,
    "RecognitionPolicy": _POLICY,
    "MaterialTypes": _TYPES,
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
