# SPDX-License-Identifier: Apache-2.0
"""Wycheproof Ed25519, through the verifier of notes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ledger.errors import SignatureError
from ledger.note import NoteVerifier

if TYPE_CHECKING:
    from pathlib import Path


def test_signatures(vectors: Path) -> None:
    """151 signatures over arbitrary bytes are accepted or refused as their authors say."""
    document = json.loads((vectors / "wycheproof" / "testvectors_v1" / "ed25519_test.json").read_bytes())
    count = 0
    for group in document["testGroups"]:
        verifier = NoteVerifier("example.com/log", bytes.fromhex(group["publicKey"]["pk"]))
        for test in group["tests"]:
            count += 1
            signature, message = bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"])
            try:
                verifier.check(signature, message)
            except SignatureError:
                assert test["result"] == "invalid", test["tcId"]
            else:
                assert test["result"] == "valid", test["tcId"]
    assert count == 151
