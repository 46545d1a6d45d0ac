# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says of uploads, entries, proofs and evidence files."""

from __future__ import annotations

from typing import Final

from api.routes.case_docs import PURPOSE
from api.schemas import examples, files, log
from api.thin import RouteDoc

UPLOAD: Final = RouteDoc(
    "上传文件（加密入库）",
    "Upload a file into the vault",
    "documents",
    examples.FILE,
    {
        201: (
            "stored, sealed",
            {
                "sha256": examples.FILE_HASH,
                "size": examples.FILE_SIZE,
                "media": "application/pdf",
                "pages": 1,
            },
        )
    },
    (
        "digest.mismatch",
        "document.blank",
        "document.busy",
        "document.empty",
        "document.encrypted",
        "document.kept_elsewhere",
        "document.too_heavy",
        "document.unreadable",
        "media.mismatch",
        "media.unsupported",
        "vault.invalid",
    ),
    schema={"type": "string", "contentMediaType": "application/octet-stream"},
    media=files.FILE_MEDIA,
    shapes={201: files.UPLOAD_ANSWER},
    notes="The body is the file itself, at most 64 MiB; the path is the SHA-256 of its bytes. "
    "It is looked at before it is taken: by its content it must be of the type that the header names, open"
    " without a password, and not be blank. `pages` is stored and enters the acceptance.",
)
ENTRY: Final = RouteDoc(
    "日志中的一条记录",
    "One entry of the log",
    "log",
    answers={
        200: (
            "the envelope and its receipt",
            {
                "index": 42,
                "leaf": examples.HASH,
                "envelope": examples.ENVELOPE,
                "receipt": examples.ANCHORED,
            },
        )
    },
    shapes={200: log.ENTRY_ANSWER},
    notes="For its issuer and for auditors; to others it is not found.",
)
PROOF: Final = RouteDoc(
    "一条记录的存证证明",
    "Proof of one entry",
    "log",
    answers={200: ("c2sp.org/tlog-proof@v1", examples.PROOF)},
    shapes={200: log.PROOF_ANSWER},
    answer_media="text/plain; charset=utf-8",
)
EVIDENCE: Final = RouteDoc(
    "可离线核验的证据文件",
    "Evidence file that verifies offline",
    "log",
    answers={
        200: (
            "evidence, for `once verify`",
            {
                "v": 1,
                "kind": "once.evidence",
                "log": examples.HASH,
                "origin": "ledger.example/once",
                "subject": 0,
                "entries": [],
                "openings": [],
                "private": [],
                "statements": [],
                "anchor": None,
            },
        )
    },
    problems=("evidence.unknown", "lookup.purpose_missing"),
    query={"purpose": PURPOSE},
    shapes={200: files.EVIDENCE},
)
