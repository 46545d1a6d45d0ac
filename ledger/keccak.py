# SPDX-License-Identifier: Apache-2.0
"""Keccak-256 as Ethereum uses it (the padding before SHA-3), by pycryptodome through eth-hash."""

from __future__ import annotations

from eth_hash.backends.pycryptodome import keccak256


def keccak(octets: bytes) -> bytes:
    """32 bytes."""
    digest: bytes = keccak256(octets)
    return digest
