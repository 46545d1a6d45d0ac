# SPDX-License-Identifier: Apache-2.0
"""Accounts that send transactions: fresh keys without funds, since permissioned chains ask no price."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ledger.errors import ChainPinError, FormatError
from ledger.secp256k1 import Secp256k1Signer
from ledger.wellknown import WELL_KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable


class ChainAccount:
    """A secp256k1 key that sends transactions; prints as its address."""

    __slots__ = ("_secret", "address", "signer")

    def __init__(self, secret: bytes) -> None:
        """FormatError unless `secret` is a valid 32-byte key."""
        self.signer = Secp256k1Signer(secret)
        self.address = self.signer.address
        self._secret = secret

    @classmethod
    def fresh(cls, random: Callable[[int], bytes] = os.urandom) -> ChainAccount:
        """A new key from 32 random bytes."""
        while True:
            try:
                return cls(random(32))
            except FormatError:  # one chance in 2**128
                continue

    def secret(self) -> bytes:
        """The key's 32 bytes, for a keystore or a signing library."""
        return self._secret

    def __repr__(self) -> str:
        """The address; never the key."""
        return f"ChainAccount(0x{self.address.hex()})"


def refuse_well_known(address: bytes, profile: str) -> None:
    """ChainPinError if everybody knows the key of `address` and the profile is not `demo`."""
    if address in WELL_KNOWN and profile != "demo":
        raise ChainPinError(f"0x{address.hex()} is a development account: everybody knows its key")
