# SPDX-License-Identifier: Apache-2.0
"""Recoverable signatures: known answers and every spelling that is refused (T37, T40)."""

from __future__ import annotations

import pytest
from eth_hash.auto import keccak

from ledger.errors import FormatError, SignatureError
from ledger.secp256k1 import Secp256k1Signer, recover

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
DIGEST = keccak(b"digest")
SIGNER = Secp256k1Signer(b"\x46" * 32)
SIGNATURE = SIGNER.sign(DIGEST)
R, S, V = SIGNATURE[:32], SIGNATURE[32:64], SIGNATURE[64:]
HIGH_S = (ORDER - int.from_bytes(S, "big")).to_bytes(32, "big")


def test_known_addresses() -> None:
    """Secret 1 and the secret of EIP-155's example lead to their published addresses."""
    one = Secp256k1Signer((1).to_bytes(32, "big"))
    assert one.address.hex() == "7e5f4552091a69125d5dfcb7b8c2659029395bdf"
    assert SIGNER.address.hex() == "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"


def test_round_trip() -> None:
    """A signature leads back to its signer, is 65 bytes, low in s, and the same each time."""
    assert recover(DIGEST, SIGNATURE) == SIGNER.address
    assert len(SIGNATURE) == 65
    assert V in {b"\x1b", b"\x1c"}
    assert int.from_bytes(S, "big") <= ORDER // 2
    assert SIGNER.sign(DIGEST) == SIGNATURE
    assert recover(keccak(b"other"), SIGNATURE) != SIGNER.address


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        R + S,
        SIGNATURE + b"\0",
        SIGNATURE[:64],
        R + S + b"\x00",
        R + S + b"\x01",
        R + S + b"\x1d",
        R + S + b"\x1e",
        R + S + b"\x25",
        R + HIGH_S + V,
        R + HIGH_S + (b"\x1b" if V == b"\x1c" else b"\x1c"),
        bytes(32) + S + V,
        R + bytes(32) + V,
        bytes(64) + V,
        ORDER.to_bytes(32, "big") + S + V,
        R + ORDER.to_bytes(32, "big") + V,
        b"\xff" * 64 + V,
    ],
)
def test_other_spellings_are_refused(signature: bytes) -> None:
    """Compact, malleated, other v, and values out of range are no signatures."""
    with pytest.raises(SignatureError):
        recover(DIGEST, signature)


def test_half_of_the_order_is_the_last_low_s() -> None:
    """The order is odd: its half, rounded down, is low, and the next number is high."""
    half = ORDER // 2
    assert len(recover(DIGEST, R + half.to_bytes(32, "big") + V)) == 20
    with pytest.raises(SignatureError, match="upper half"):
        recover(DIGEST, R + (half + 1).to_bytes(32, "big") + V)


@pytest.mark.parametrize("length", [0, 20, 31, 33, 64])
def test_digests_have_32_bytes(length: int) -> None:
    """A shortened or lengthened digest is neither signed nor recovered from."""
    with pytest.raises(SignatureError):
        recover(bytes(length), SIGNATURE)
    with pytest.raises(ValueError, match="32 bytes"):
        SIGNER.sign(bytes(length))


@pytest.mark.parametrize("secret", [b"", bytes(32), b"\1" * 31, ORDER.to_bytes(32, "big"), b"\xff" * 32])
def test_impossible_secrets_are_refused(secret: bytes) -> None:
    """A secret is 32 bytes, not zero and below the order."""
    with pytest.raises(FormatError):
        Secp256k1Signer(secret)


def test_secret_is_not_shown() -> None:
    """What a log or traceback prints of a signer is its address."""
    assert repr(SIGNER) == "Secp256k1Signer(0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f)"
