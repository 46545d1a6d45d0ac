# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of departments, keys and holders."""

from __future__ import annotations

from typing import Final

from api.schemas import examples, log, registry
from api.schemas.paging import FOLLOW, paged
from api.schemas.words import ADDRESS
from api.thin import RouteDoc

_OWN: Final = {**examples.DEPARTMENT, "key": {"custody": "department", "address": examples.ADDRESS}}
_ADD: Final = {"department": "SC", "address": examples.ADDRESS, "custody": "department"}
_RETIRE: Final = {"department": "SC", "address": examples.ADDRESS, "reason": "key_lost"}
_RECEIPT: Final = {201: ("the entry's receipt", {**examples.CREATED, "receipt": examples.RECEIPT})}
_PREPARED: Final = {200: ("entry and digest; nothing is stored", examples.PREPARED_PUBLIC)}
_KNOWN: Final = ("key.known", "key.unknown", "key.retired", "department.unknown")

REGISTER: Final = RouteDoc(
    "登记部门及其签名密钥",
    "Register a department with its signing key",
    "departments",
    examples.DEPARTMENT,
    {
        201: (
            "registered, with its receipt",
            {
                **examples.CREATED,
                "department": "SW",
                "key": examples.ADDRESS,
                "custody": "service",
                "receipt": examples.RECEIPT,
            },
        )
    },
    ("department.exists", "key.known"),
    schema=registry.DEPARTMENT_REQUEST,
    shapes={201: registry.DEPARTMENT_ANSWER},
)
REGISTER_PREPARE: Final = RouteDoc(
    "生成登记部门的待签内容",
    "What to sign to register a department",
    "departments",
    _OWN,
    {200: ("entry, document, digest; nothing is stored", {**examples.PREPARED_PUBLIC, "document": {}})},
    schema=registry.DEPARTMENT_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
NAME_HOLDER: Final = RouteDoc(
    "指认持有主体（人或企业）",
    "Name a holder (a person or an enterprise)",
    "holders",
    {"id_type": "111", "number": "990101197605120033", "name": "样例"},
    {201: ("the holder's id", {"holder": examples.HOLDER, "index": 7})},
    ("code.invalid", "person.unknown"),
    schema=registry.HOLDER_REQUEST,
    shapes={201: registry.HOLDER_ANSWER},
    notes="One person is one id, whoever asks and under whatever name: the answer tells neither whether the"
    " number was known nor by which name. With `compare` a number that is on record under another name is"
    " refused, as at the counter: a slip would act on somebody else. Such a naming counts as a look-up, and"
    " each refusal is an entry that the holder can see.",
)
LIST: Final = RouteDoc(
    "各部门签名密钥及其有效区间",
    "Signing keys of departments and where in the log they are valid",
    "departments",
    answers={
        200: (
            "keys in order of registration",
            {
                "keys": [
                    {
                        "department": "SC",
                        "address": examples.ADDRESS,
                        "custody": "service",
                        "added": 4,
                        "retired": None,
                        "compromised_since": None,
                    }
                ],
                "next": None,
            },
        )
    },
    query=paged("keys", ADDRESS, examples.ADDRESS),
    shapes={200: registry.KEYS},
    notes=FOLLOW,
)
ADD: Final = RouteDoc(
    "增加部门密钥",
    "Add a department's key",
    "departments",
    _ADD,
    _RECEIPT,
    _KNOWN,
    schema=registry.KEY_REQUEST,
    shapes={201: registry.KEY_ANSWER},
)
ADD_PREPARE: Final = RouteDoc(
    "生成增加密钥的待签内容",
    "What to sign to add a key",
    "departments",
    _ADD,
    _PREPARED,
    schema=registry.KEY_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
RETIRE: Final = RouteDoc(
    "停用部门密钥",
    "Retire a department's key",
    "departments",
    _RETIRE,
    _RECEIPT,
    _KNOWN,
    schema=registry.RETIRE_REQUEST,
    shapes={201: registry.KEY_ANSWER},
)
RETIRE_PREPARE: Final = RouteDoc(
    "生成停用密钥的待签内容",
    "What to sign to retire a key",
    "departments",
    _RETIRE,
    _PREPARED,
    schema=registry.RETIRE_PLAIN,
    shapes={200: log.PREPARED_ANSWER},
)
