# SPDX-License-Identifier: Apache-2.0
"""Sealed bytes: AES-256-GCM under a data key of their own, which is wrapped under the key encryption key.

    sealed  = wrapped key (63 bytes) , ciphertext
    wrapped key = 0x01 , KEK version (2) , nonce (12) , AES-256-GCM(KEK, data key) (48)
    ciphertext  = 0x01 , AES-256-GCM(data key, plain) , tag (16)

The two parts can be kept apart: whoever destroys the wrapped key has erased the plain bytes wherever the
ciphertext was copied. `aad` names the place (row id, column, version): bytes moved elsewhere do not open.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from attest.errors import VaultError

FORMAT: Final = 1
KEY_SIZE: Final = 32
NONCE_SIZE: Final = 12
TAG_SIZE: Final = 16
WRAPPED_SIZE: Final = 1 + 2 + NONCE_SIZE + KEY_SIZE + TAG_SIZE
_WRAP_LABEL: Final = b"once/wrap/1\n"
_SEAL_LABEL: Final = b"once/seal/1\n"
# A data key encrypts exactly one message, so its nonce may be constant.
_ONE_USE_NONCE: Final = bytes(NONCE_SIZE)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A wrapped key of 63 bytes and the ciphertext that it opens."""

    wrapped_key: bytes
    ciphertext: bytes

    def __bytes__(self) -> bytes:
        return self.wrapped_key + self.ciphertext

    @classmethod
    def parse(cls, sealed: bytes) -> Self:
        """Both parts of one byte string; VaultError when it is too short to hold them."""
        if len(sealed) < WRAPPED_SIZE + 1 + TAG_SIZE:
            raise VaultError("sealed bytes are cut short", code="vault.damaged")
        return cls(sealed[:WRAPPED_SIZE], sealed[WRAPPED_SIZE:])


class Sealer:
    """Seals under a key encryption key of 32 bytes, whose version (1 to 65,535) every wrapped key carries.

    Wrapping draws a random nonce of 96 bits: change the KEK before 2^32 wrapped keys.
    """

    def __init__(self, kek: bytes, version: int = 1) -> None:
        if len(kek) != KEY_SIZE:
            raise VaultError(f"a key encryption key has {KEY_SIZE} bytes, got {len(kek)}")
        self._kek = AESGCM(kek)
        self._head = bytes([FORMAT]) + version.to_bytes(2, "big")
        self.version = version

    def wrap(self, data_key: bytes, aad: bytes) -> bytes:
        """A data key of 32 bytes under the KEK, for one place: 63 bytes."""
        return self._wrap(data_key, os.urandom(NONCE_SIZE), aad)

    def _wrap(self, data_key: bytes, nonce: bytes, aad: bytes) -> bytes:
        return self._head + nonce + self._kek.encrypt(nonce, data_key, _WRAP_LABEL + self._head + aad)

    def unwrap(self, wrapped_key: bytes, aad: bytes) -> bytes:
        """The data key; VaultError for another place, KEK, KEK version or format."""
        if len(wrapped_key) != WRAPPED_SIZE or wrapped_key[0] != FORMAT:
            raise VaultError("not a wrapped key of this format", code="vault.format")
        head, nonce, wrapped = wrapped_key[:3], wrapped_key[3 : 3 + NONCE_SIZE], wrapped_key[3 + NONCE_SIZE :]
        if head != self._head:
            version = int.from_bytes(head[1:], "big")
            raise VaultError(
                f"wrapped under KEK version {version}, not {self.version}", code="vault.kek_version"
            )
        try:
            return self._kek.decrypt(nonce, wrapped, _WRAP_LABEL + head + aad)
        except InvalidTag:
            raise VaultError("a wrapped key of another place or KEK, or damaged", code="vault.key") from None

    def seal_parts(self, plain: bytes, aad: bytes) -> Sealed:
        """The plain bytes under a fresh data key, for the place that `aad` names."""
        drawn = os.urandom(KEY_SIZE + NONCE_SIZE)  # one call: the system is slower than the cipher
        data_key, nonce = drawn[:KEY_SIZE], drawn[KEY_SIZE:]
        sealed = AESGCM(data_key).encrypt(_ONE_USE_NONCE, plain, _SEAL_LABEL + aad)
        return Sealed(self._wrap(data_key, nonce, aad), bytes([FORMAT]) + sealed)

    def open_parts(self, sealed: Sealed, aad: bytes) -> bytes:
        """The plain bytes; VaultError for another place, another KEK or damage."""
        if sealed.ciphertext[:1] != bytes([FORMAT]):
            raise VaultError("not a ciphertext of this format", code="vault.format")
        data_key = self.unwrap(sealed.wrapped_key, aad)
        try:
            return AESGCM(data_key).decrypt(_ONE_USE_NONCE, sealed.ciphertext[1:], _SEAL_LABEL + aad)
        except InvalidTag:
            raise VaultError("the ciphertext is of another place or damaged", code="vault.damaged") from None

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """`seal_parts` as one byte string: 80 bytes longer than the plain bytes."""
        return bytes(self.seal_parts(plain, aad))

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """`open_parts` of one byte string."""
        return self.open_parts(Sealed.parse(sealed), aad)
