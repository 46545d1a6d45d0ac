# SPDX-License-Identifier: Apache-2.0
"""The schema of the answer to an upload."""

from __future__ import annotations

from typing import Final

from api.schemas.words import HASH, described, one_of, record, whole

FILE_MEDIA: Final = ("application/pdf", "image/jpeg", "image/png")
UPLOAD_ANSWER: Final = record(
    {
        "sha256": HASH,
        "size": whole(1),
        "media": one_of(FILE_MEDIA),
        "pages": described(whole(1), "pages counted when it came in"),
    }
)
