# SPDX-License-Identifier: Apache-2.0
"""Recoverable secp256k1 signatures as Ethereum writes them: r ‖ s ‖ v, 65 bytes, v 27 or 28, low s.

A signature is never an identity: whoever holds one can compute its high-s twin, which is refused here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from coincurve import PrivateKey, PublicKey

from ledger.errors import FormatError, SignatureError
from ledger.keccak import keccak

ADDRESS_SIZE: Final = 20
DIGEST_SIZE: Final = 32
SIGNATURE_SIZE: Final = 65

_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_HALF_ORDER: Final = (_ORDER // 2).to_bytes(32, "big")
_V_OFFSET: Final = 27


@lru_cache(maxsize=4096)
def address_of(public_key: bytes) -> bytes:
    """Address (20 bytes) of an uncompressed public key (65 bytes, 0x04 first); few keys sign often."""
    return keccak(public_key[1:])[12:]


class Secp256k1Signer:
    """Signs 32-byte digests with one secret key of 32 bytes."""

    __slots__ = ("_key", "address")

    def __init__(self, secret: bytes) -> None:
        """FormatError unless `secret` is 32 bytes between 1 and the order of the curve."""
        if len(secret) != 32 or not 1 <= int.from_bytes(secret, "big") < _ORDER:
            raise FormatError("a secp256k1 secret is 32 bytes, not zero and below the order of the curve")
        self._key = PrivateKey(secret)
        self.address = address_of(self._key.public_key.format(compressed=False))

    def __repr__(self) -> str:
        """The address only; the secret never reaches a log or a traceback."""
        return f"Secp256k1Signer(0x{self.address.hex()})"

    def sign(self, digest: bytes) -> bytes:
        """Deterministic (RFC 6979) low-s signature of a 32-byte digest: r ‖ s ‖ v."""
        if len(digest) != DIGEST_SIZE:
            raise ValueError(f"a digest has 32 bytes, not {len(digest)}")
        signature: bytes = self._key.sign_recoverable(digest, hasher=None)
        return signature[:64] + bytes((signature[64] + _V_OFFSET,))


@lru_cache(maxsize=4096)
def recover(digest: bytes, signature: bytes) -> bytes:
    """Address (20 bytes) of the key that signed `digest`; SignatureError if no key can have.

    Refused: other lengths (so also EIP-2098), high s, v other than 27 and 28, r or s out of range.
    """
    if len(digest) != DIGEST_SIZE:
        raise SignatureError(f"a digest has 32 bytes, not {len(digest)}")
    if len(signature) != SIGNATURE_SIZE:
        raise SignatureError(f"a signature has 65 bytes, not {len(signature)}")
    parity = signature[64] - _V_OFFSET
    if parity not in {0, 1}:
        raise SignatureError(f"v is 27 or 28, not {signature[64]}")
    if signature[32:64] > _HALF_ORDER:
        raise SignatureError("s is in the upper half of the order: a malleated signature")
    try:
        key = PublicKey.from_signature_and_message(signature[:64] + bytes((parity,)), digest, hasher=None)
    except Exception as error:  # the library raises bare Exception and ValueError for r or s out of range
        raise SignatureError("no key can have made this signature") from error
    return address_of(key.format(compressed=False))
