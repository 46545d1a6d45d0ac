# SPDX-License-Identifier: Apache-2.0
"""Schema and examples of a bundle's plan."""

from __future__ import annotations

from typing import Any, Final

from api.schemas.words import (
    CASE_TEXT,
    CODE_TEXT,
    DAY,
    DEPARTMENT_TEXT,
    HASH,
    INDEX,
    ITEM_TEXT,
    ROLE_TEXT,
    TIME,
    TYPE_TEXT,
    Schema,
    described,
    items,
    one_of,
    record,
    ref,
    text,
    whole,
)
from attest.bundles.plan import GROUNDS
from attest.catalogue.model import CLOCK_PROFILES, LIMIT_UNITS

_LIMIT: Final = record({"n": whole(0, 1000), "unit": one_of(LIMIT_UNITS)})
_PAPER: Final[dict[str, Schema]] = {
    "type": TYPE_TEXT,
    "name": ref("BilingualText"),
    "parties": {
        "type": "object",
        "propertyNames": ROLE_TEXT,
        "additionalProperties": {"type": "string"},
        "description": "role of the paper → role of the bundle, or `type.role` of another paper",
    },
    "for": items(
        record({"step": CODE_TEXT, "requirement": CODE_TEXT, "type": TYPE_TEXT}),
        1,
        about="every requirement that it serves, with the type that the step itself asks for",
    ),
    "text": ref("BilingualText"),
}

PLAN_REQUEST: Final[Schema] = record(
    {},
    {
        "answers": {
            "type": "object",
            "propertyNames": CODE_TEXT,
            "additionalProperties": CODE_TEXT,
            "maxProperties": 16,
            "description": "question of the bundle → option",
        },
        "version": described(whole(1), "the newest where absent; with a case, that of its application"),
        "case": described(CASE_TEXT, "of the application, that the department may look up; with `purpose`"),
        "purpose": text(200, "why; it is recorded, and the people looked at read it"),
    },
)
_WHY: Final = record(
    {"step": CODE_TEXT, "requirement": CODE_TEXT, "reason": {"type": "string"}, "text": ref("BilingualText")}
)
NOTICE: Final[Schema] = record(
    {
        "bundle": ITEM_TEXT,
        "version": whole(1),
        "document": described(HASH, "guide hash of the bundle's version"),
        "name": ref("BilingualText"),
        "notice": text(500),
        "summary": described(ref("BilingualText"), "what the bundle saves"),
        "counts": record(
            {
                "one_by_one": described(whole(0), "papers of the joint list, asked step by step"),
                "papers": described(whole(0), "of these to bring"),
                "kinds": whole(0),
                "may_follow": whole(0),
                "besides": described(whole(0), "asked by the guides of single steps beyond the joint list"),
                "show": described(whole(0), "kinds that are brought to be shown, and not kept"),
                "recognised": described(whole(0), "on file already for the people looked at"),
            }
        ),
        "conditions": items(record({"text": ref("BilingualText"), "citation": ref("Citation")})),
        "steps": items(
            record(
                {
                    "step": CODE_TEXT,
                    "item": ITEM_TEXT,
                    "version": whole(1),
                    "guide": described(HASH, "guide hash of this version"),
                    "name": ref("BilingualText"),
                    "authority": DEPARTMENT_TEXT,
                    "after": items(CODE_TEXT, about="steps whose results it needs"),
                    "clock": record(
                        {
                            "profile": one_of(CLOCK_PROFILES),
                            "promised": _LIMIT,
                            "statutory": _LIMIT,
                            "text": ref("BilingualText"),
                        }
                    ),
                },
                {
                    "looked": described({"type": "boolean"}, "whether it was looked what is on file for it"),
                    "case": described(CASE_TEXT, "the step's case, where the department may look it up"),
                },
            ),
            about="in an order in which they can be done",
        ),
        "bring": items(
            record(
                {
                    **_PAPER,
                    "each": described({"type": "boolean"}, "one for each person in the role"),
                    "may_follow": {"type": "boolean"},
                    "joint": described({"type": "boolean"}, "whether the joint list covers it"),
                },
                {"why": items(_WHY, 1, about="with a case: what was found on file for each use")},
            )
        ),
        "show": items(
            record(_PAPER, {"citation": ref("Citation")}),
            about="brought to be shown; nobody hands them in, and none of them counts among `papers`",
        ),
        "spared": items(
            record(
                {**_PAPER, "ground": one_of(GROUNDS)},
                {
                    "by": described(text(64), "department, or step; none where a mandate on record stands"),
                    "citation": ref("Citation"),
                    "reason": described({"type": "string"}, "of what is recognised, as in a check"),
                    "entries": items(INDEX, 1, about="the entries on which it rests"),
                    "accepted_at": TIME,
                    "received_by": DEPARTMENT_TEXT,
                    "valid_until": DAY,
                },
            )
        ),
        "unsure": items(
            record(
                {
                    "step": CODE_TEXT,
                    "requirement": CODE_TEXT,
                    "name": described(ref("BilingualText"), "what the requirement is called"),
                    "reason": {"type": "string"},
                    "text": ref("BilingualText"),
                    "next": ref("BilingualText"),
                }
            ),
            about="on which nothing can be told now",
        ),
        "fields": items(
            record({"code": CODE_TEXT, "text": ref("BilingualText"), "steps": items(CODE_TEXT, 1)}),
            about="said once in the form, no papers",
        ),
    },
    {
        "as_of": TIME,
        "index": described(INDEX, "with a case: the entry that records this look-up"),
        "case": CASE_TEXT,
        "answers": {
            "type": "object",
            "additionalProperties": CODE_TEXT,
            "description": "with a case: all answers, those that its cases have given among them",
        },
    },
    about="The one-time notice (一次性告知单) of a bundle.",
)

PLAN_EXAMPLE: Final[dict[str, Any]] = {
    "answers": {
        "procedure": "check",
        "premises": "owned",
        "tobacco": "yes",
        "residence": "local",
        "applicant": "self",
    }
}
NOTICE_EXAMPLE: Final[dict[str, Any]] = {
    "bundle": "restaurant",
    "version": 1,
    "document": "1" * 64,
    "name": {"zh": "开办餐饮店一件事", "en": "Opening a restaurant"},
    "notice": "样例数据，依公开办事指南整理，非正式文本",
    "summary": {
        "zh": "逐项办理需 17 份材料，联办只需交 7 份（7 种）。",
        "en": "17 papers one by one become 7 to hand in (7 kinds).",
    },
    "counts": {
        "one_by_one": 17,
        "papers": 7,
        "kinds": 7,
        "may_follow": 3,
        "besides": 2,
        "show": 0,
        "recognised": 0,
    },
    "conditions": [],
    "steps": [
        {
            "step": "fire",
            "item": "XF-001",
            "version": 1,
            "guide": "0" * 64,
            "name": {"zh": "消防安全检查", "en": "Fire safety check"},
            "authority": "XF",
            "after": [],
            "clock": {
                "profile": "fire_check",
                "promised": {"n": 13, "unit": "WD"},
                "statutory": {"n": 13, "unit": "WD"},
                "text": {
                    "zh": "承诺 13 个工作日，法定 13 个工作日。",
                    "en": "Promised: 13 working days; by law: 13 working days.",
                },
            },
        }
    ],
    "bring": [
        {
            "type": "fire_drawings",
            "name": {"zh": "场所平面布置图", "en": "Floor plan"},
            "parties": {"holder": "applicant"},
            "for": [{"step": "fire", "requirement": "drawings", "type": "fire_drawings"}],
            "text": {"zh": "用于消防安全检查（平面图）。", "en": "For Fire safety check (Floor plan)."},
            "each": False,
            "may_follow": True,
            "joint": True,
        }
    ],
    "show": [],
    "spared": [
        {
            "type": "business_licence",
            "name": {"zh": "营业执照", "en": "Business licence"},
            "parties": {"holder": "applicant"},
            "for": [{"step": "fire", "requirement": "licence", "type": "business_licence"}],
            "text": {
                "zh": "由市场监督管理局以数据核验，不用带。",
                "en": "Market Regulation Bureau answers by data: do not bring it.",
            },
            "ground": "checked",
            "by": "SC",
            "citation": {
                "text": "共享可得的信息不得要求提交",
                "certainty": "[read L 在线政务服务若干规定 7]",
            },
        }
    ],
    "unsure": [],
    "fields": [],
}
