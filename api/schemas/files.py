# SPDX-License-Identifier: Apache-2.0
"""Schemas of files: what an upload is answered, an evidence file."""

from __future__ import annotations

from typing import Final

from api.schemas.words import HASH, Schema, described, one_of, record, text, whole

FILE_MEDIA: Final = ("application/pdf", "image/jpeg", "image/png")
UPLOAD_ANSWER: Final = record(
    {
        "sha256": HASH,
        "size": whole(1),
        "media": one_of(FILE_MEDIA),
        "pages": described(whole(1), "pages counted when it came in"),
    }
)
EVIDENCE: Final[Schema] = {
    "type": "object",
    "required": ["v", "kind", "log", "origin", "subject", "entries", "openings", "private", "statements"],
    "properties": {"v": {"const": 1}, "kind": {"const": "once.evidence"}, "log": HASH, "origin": text(255)},
    "description": "An evidence file; every member is fixed in docs/reference/formats.md.",
}
