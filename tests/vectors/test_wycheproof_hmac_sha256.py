# SPDX-License-Identifier: Apache-2.0
"""Wycheproof on the HMAC-SHA-256 under the look-up digests; their inputs are tested in unit/attest."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def test_the_hmac_we_stand_on_passes_wycheproof(vectors: Path) -> None:
    """Every valid tag, whole or cut to its stated size, is ours, and no invalid one is."""
    document = json.loads((vectors / "wycheproof" / "testvectors_v1" / "hmac_sha256_test.json").read_bytes())
    seen = 0
    for group in document["testGroups"]:
        for case in group["tests"]:
            key, message, tag = (bytes.fromhex(case[member]) for member in ("key", "msg", "tag"))
            ours = hmac.digest(key, message, "sha256")[: group["tagSize"] // 8]
            assert (ours == tag) == (case["result"] == "valid"), case["tcId"]
            seen += 1
    assert seen == document["numberOfTests"]
