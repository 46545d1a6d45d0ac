# SPDX-License-Identifier: Apache-2.0
"""Hashes of the log's tree: SHA-256 with the leaf and node prefixes of RFC 6962, section 2.1."""

from __future__ import annotations

import hashlib
from typing import Final

HASH_SIZE: Final = 32

_LEAF_PREFIX: Final = b"\x00"
_NODE_PREFIX: Final = b"\x01"


def sha256(content: bytes) -> bytes:
    """SHA-256 of `content`, 32 bytes."""
    return hashlib.sha256(content).digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of one leaf: SHA-256(0x00 ‖ leaf)."""
    return hashlib.sha256(_LEAF_PREFIX + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 ‖ left ‖ right), both 32 bytes."""
    return hashlib.sha256(_NODE_PREFIX + left + right).digest()


EMPTY_ROOT: Final = sha256(b"")
"""Root of the tree without leaves: SHA-256 of nothing (RFC 6962, section 2.1)."""
