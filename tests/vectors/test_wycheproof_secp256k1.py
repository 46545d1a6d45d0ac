# SPDX-License-Identifier: Apache-2.0
"""Wycheproof ECDSA over secp256k1, through key recovery.

Recovery has no public key to compare with, so a vector counts as accepted when v 27 or 28 recovers the
vector's own key. Stricter than ECDSA, and by design: high s is refused, and so is an r that stands for
an x-coordinate above the order (v would be 29 or 30).
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from ledger.errors import SignatureError
from ledger.secp256k1 import address_of, recover

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

FIELD = 2**256 - 2**32 - 977


def _vectors(vectors: Path, name: str) -> Iterator[tuple[int, bytes, bytes, bytes, bool]]:
    """Test number, address of the key, digest, signature bytes, valid."""
    document = json.loads((vectors / "wycheproof" / "testvectors_v1" / name).read_bytes())
    for group in document["testGroups"]:
        address = address_of(bytes.fromhex(group["publicKey"]["uncompressed"]))
        for test in group["tests"]:
            digest = sha256(bytes.fromhex(test["msg"])).digest()
            yield test["tcId"], address, digest, bytes.fromhex(test["sig"]), test["result"] == "valid"


def _recovered(digest: bytes, signature: bytes) -> set[bytes]:
    """Addresses that v 27 and 28 lead to; refusals lead nowhere."""
    found = set()
    for v in (b"\x1b", b"\x1c"):
        try:
            found.add(recover(digest, signature + v))
        except SignatureError:
            continue
    return found


def _judge(address: bytes, digest: bytes, r: int, s: int, *, valid: bool) -> bool:
    """False if a valid signature of low s, or the low twin of one, is refused for its r alone."""
    if not (0 <= r < 2**256 and 0 <= s < 2**256):
        assert not valid
        return True
    found = _recovered(digest, r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    if not valid:
        assert address not in found
        return True
    if s > ORDER // 2:
        assert found == set()
        found = _recovered(digest, r.to_bytes(32, "big") + (ORDER - s).to_bytes(32, "big"))
    if address not in found:
        assert r + ORDER < FIELD  # only here can the x-coordinate have been above the order
        return False
    return True


def test_p1363(vectors: Path) -> None:
    """252 fixed-size signatures: the key comes back from every valid one of low s and from no other."""
    count = 0
    beyond = set()
    for number, address, digest, signature, valid in _vectors(
        vectors, "ecdsa_secp256k1_sha256_p1363_test.json"
    ):
        count += 1
        if len(signature) != 64:
            assert not valid, number
            assert _recovered(digest, signature) == set(), number
            continue
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if not _judge(address, digest, r, s, valid=valid):
            beyond.add(number)
    assert count == 252
    assert beyond == {115, 247}


def test_der(vectors: Path) -> None:
    """476 DER signatures: refused as they stand, judged like the others once decoded strictly."""
    count = 0
    beyond = set()
    for number, address, digest, signature, valid in _vectors(vectors, "ecdsa_secp256k1_sha256_test.json"):
        count += 1
        with pytest.raises(SignatureError):
            recover(digest, signature)
        try:
            r, s = decode_dss_signature(signature)
        except ValueError:
            assert not valid, number
            continue
        if not _judge(address, digest, r, s, valid=valid):
            beyond.add(number)
    assert count == 476
    assert beyond == {350, 471}
