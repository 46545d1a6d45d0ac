# SPDX-License-Identifier: Apache-2.0
"""Keccak-256 as Ethereum uses it (the padding before SHA-3), by the extended Keccak code package in C.

A short input keeps the interpreter's lock: a call of 2 us instead of 20, and no other thread in between.
"""

from __future__ import annotations

from sha3 import keccak_256


def keccak(octets: bytes) -> bytes:
    """32 bytes."""
    digest: bytes = keccak_256(octets).digest()
    return digest
