# SPDX-License-Identifier: Apache-2.0
"""Wycheproof on the AES-GCM primitive that seals and stores; its use is tested in unit/attest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from pathlib import Path


def test_the_aes_gcm_we_stand_on_passes_wycheproof(vectors: Path) -> None:
    """All cases of our sizes (keys 256, nonces 96, tags 128 bits): the valid open and are made alike."""
    document = json.loads((vectors / "wycheproof" / "testvectors_v1" / "aes_gcm_test.json").read_bytes())
    cases = [
        case
        for group in document["testGroups"]
        if (group["keySize"], group["ivSize"], group["tagSize"]) == (256, 96, 128)
        for case in group["tests"]
    ]
    assert len(cases) >= 60
    assert {case["result"] for case in cases} == {"valid", "invalid"}
    for case in cases:
        key, nonce, aad, plain, sealed, tag = (
            bytes.fromhex(case[member]) for member in ("key", "iv", "aad", "msg", "ct", "tag")
        )
        if case["result"] == "valid":
            assert AESGCM(key).encrypt(nonce, plain, aad) == sealed + tag, case["tcId"]
            assert AESGCM(key).decrypt(nonce, sealed + tag, aad) == plain, case["tcId"]
        else:
            with pytest.raises(InvalidTag):
                AESGCM(key).decrypt(nonce, sealed + tag, aad)
