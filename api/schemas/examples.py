# SPDX-License-Identifier: Apache-2.0
"""Examples of the OpenAPI document. Each is a request that works once its ids are those of your ledger.

A test sends every one of them with the ids below put in the place of what a seeded ledger knows.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

CASE: Final = "990101202601010000019"
HOLDER: Final = "6f1d1c0b9e8f4a7d8c2b3a495867e0f1"
ACCEPTANCE: Final = "2b7e151628aed2a6abf7158809cf4f3c"
ENTRY_ID: Final = "8e73b0f7da0e6452c810f32b809079e5"
HASH: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
ADDRESS: Final = "7e5f4552091a69125d5dfcb7b8c2659029395bdf"
SIGNATURE: Final = "11" * 64 + "1b"
TIME: Final = 1767225600
PURPOSE: Final = "受理审查"
FILE: Final = (
    "%PDF-1.7\n"
    "1 0 obj<</Type/Catalog/Pages 2 0 R>> endobj\n"
    "2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>> endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>> endobj\n"
    "4 0 obj<</Length 12>>stream\n"
    "0 0 9 4 re f\n"
    "endstream endobj\n"
    "xref\n"
    "0 5\n"
    "0000000000 65535 f \n"
    "0000000009 00000 n \n"
    "0000000053 00000 n \n"
    "0000000103 00000 n \n"
    "0000000178 00000 n \n"
    "trailer<</Size 5/Root 1 0 R>>\n"
    "startxref\n"
    "236\n"
    "%%EOF\n"
)
FILE_HASH: Final = sha256(FILE.encode()).hexdigest()
FILE_SIZE: Final = len(FILE)

WAIVER: Final = {
    "of": "waiver",
    "text": "国务院关于在线政务服务的若干规定（国务院令第716号）第七条",
    "certainty": "[read L 在线政务服务若干规定]",
    "says": {
        "zh": "能够通过数据共享取得的，不得要求申请人提供。",
        "en": "What departments can get by sharing may not be asked of the applicant.",
    },
}
PARTIES: Final = [{"role": "holder", "holder": HOLDER}]
_PROOF: Final = (
    "c2sp.org/tlog-proof@v1\nindex 42\n2jmj7l5rSw0yVb/vlWAYkK/YBwk=\n\nledger.example/once\n43\n"
    "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=\n\n— ledger.example/once 4tBq…\n"
)
RECEIPT: Final[dict[str, Any]] = {
    "index": 42,
    "leaf": HASH,
    "proof": _PROOF,
    "stage": "sequenced",
    "anchor": None,
}
ANCHORED: Final[dict[str, Any]] = {
    **RECEIPT,
    "stage": "anchored",
    "anchor": {
        "size": 43,
        "root": HASH,
        "contract": ADDRESS,
        "tx": HASH,
        "block": 17,
        "block_hash": HASH,
        "time": TIME,
    },
}
CREATED: Final[dict[str, Any]] = {"id": ENTRY_ID, "index": 42, "leaf": HASH}
ENTRY: Final[dict[str, Any]] = {
    "v": 1,
    "suite": "secp256k1-eip712",
    "id": ENTRY_ID,
    "kind": "material.accepted",
    "log": HASH,
    "issuer": "ZW",
    "time": TIME,
    "body": {
        "assurance": "original",
        "authority": "XF",
        "case": HASH,
        "document": HASH,
        "type": "business_licence",
    },
    "private": HASH,
}
PREPARED: Final[dict[str, Any]] = {
    "digest": HASH,
    "entry": ENTRY,
    "private": {"salt": HASH, "record": {"case": CASE, "type": "business_licence"}},
}
PREPARED_PUBLIC: Final[dict[str, Any]] = {
    "digest": HASH,
    "entry": {
        **{name: value for name, value in ENTRY.items() if name != "private"},
        "kind": "department.key.added",
        "issuer": "governance",
        "body": {"department": "SC", "address": ADDRESS, "custody": "department"},
    },
}
ENVELOPE: Final[dict[str, Any]] = {"entry": ENTRY, "key": ADDRESS, "sig": SIGNATURE}
PROOF: Final = _PROOF

DEPARTMENT: Final[dict[str, Any]] = {
    "code": "SW",
    "level": "county",
    "name": {"zh": "税务局", "en": "Tax office"},
    "key": {"custody": "service"},
}
ITEM: Final[dict[str, Any]] = {
    "format": "once/item/1",
    "code": "SC-099",
    "version": 1,
    "name": {"zh": "样例事项", "en": "A sample item"},
    "basic_code": "990131099000",
    "impl_code": "11990101MA0A00014B4990131099000",
    "handling_code": "11990101MA0A00014B499013109900001",
    "authority": "SC",
    "level": "county",
    "receivers": ["ZW"],
    "case_type": "promised",
    "clocks": [
        {
            "profile": "days",
            "statutory_limit": {"n": 20, "unit": "WD", "citation": {"text": "样例", "certainty": "[gen]"}},
            "promised_limit": {"n": 5, "unit": "WD", "citation": {"text": "样例", "certainty": "[gen]"}},
        }
    ],
    "result": {
        "type": "business_licence",
        "term": "none",
        "citation": {"text": "样例", "certainty": "[gen]"},
    },
    "notice": "样例数据，依公开办事指南整理，非正式文本",
    "sources": [{"text": "样例", "certainty": "[gen]"}],
    "roles": ["applicant"],
    "questions": [],
    "requirements": [
        {
            "code": "licence",
            "text": {"zh": "营业执照", "en": "Business licence"},
            "necessity": "always",
            "alternatives": [
                {"evidence": [{"type": "business_licence", "role": {"holder": "applicant"}, "valid": True}]}
            ],
        }
    ],
}
CASE_REQUEST: Final[dict[str, Any]] = {
    "item": "SC-002",
    "channel": "window",
    "parties": [{"role": "applicant", "holder": HOLDER}],
    "answers": {"prepacked": "no", "catering": "no", "applicant": "self"},
}
PARTIES_REQUEST: Final[dict[str, Any]] = {
    "case": CASE,
    "parties": [{"role": "employee", "holder": HOLDER}],
}
ACCEPTANCE_REQUEST: Final[dict[str, Any]] = {
    "case": CASE,
    "type": "business_licence",
    "document": {"sha256": FILE_HASH},
    "issuer": "SC",
    "number": "92990101MA99D4417N",
    "issued": "2025-03-01",
    "parties": PARTIES,
    "assurance": "original",
}
CHECK: Final[dict[str, Any]] = {
    "case": CASE,
    "purpose": PURPOSE,
    "requirements": ["licence"],
    "presented": [{"type": "business_licence", "issuer": "SC", "number": "92990101MA99D4417N"}],
}
_CITED: Final[dict[str, Any]] = {
    "id": ACCEPTANCE,
    "index": 31,
    "leaf": HASH,
    "type": "business_licence",
    "authority": "XF",
    "received_by": "ZW",
    "accepted_at": TIME,
    "assurance": "original",
    "valid_until": None,
}
CHECKED: Final[dict[str, Any]] = {
    "as_of": TIME,
    "index": 43,
    "item": "SC-002",
    "version": 1,
    "guide": HASH,
    "policy": {"authority": "SC", "version": 1, "digest": HASH, "index": 21, "in_force": None},
    "results": [
        {
            "requirement": "licence",
            "verdict": "recognised",
            "reason": "matched.number",
            "text": "Accepted by the fire and rescue service on 1 January 2026.",
            "next": "Rely on it; do not ask for it again.",
            "acceptance": _CITED,
            "acceptances": [_CITED],
            "valid_until": None,
        }
    ],
    "ask": [],
}
RELIANCE: Final[dict[str, Any]] = {"case": CASE, "requirement": "licence", "acceptance": ACCEPTANCE}
RELIED: Final[dict[str, Any]] = {
    "id": ENTRY_ID,
    "index": 44,
    "department": "SC",
    "requirement": "licence",
    "ground": "recognition",
    "time": TIME,
}
