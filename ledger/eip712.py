# SPDX-License-Identifier: Apache-2.0
"""EIP-712 digests of the structs the log signs, encoded by hand: fixed words, one keccak each.

The domain holds the log id as salt and no chain id or contract, so signatures outlive a migration.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from ledger.keccak import keccak

DOMAIN_NAME: Final = "Once Ledger"
DOMAIN_VERSION: Final = "1"
DOMAIN_TYPE: Final = "EIP712Domain(string name,string version,bytes32 salt)"
CHECKPOINT_TYPE: Final = "Checkpoint(uint64 size,bytes32 root)"

_DOMAIN_HEAD: Final = (
    keccak(DOMAIN_TYPE.encode()) + keccak(DOMAIN_NAME.encode()) + keccak(DOMAIN_VERSION.encode())
)
_CHECKPOINT_TYPEHASH: Final = keccak(CHECKPOINT_TYPE.encode())


@lru_cache(maxsize=64)
def domain_separator(log_id: bytes) -> bytes:
    """Hash of the domain `{name: "Once Ledger", version: "1", salt: log_id}`; `log_id` is 32 bytes."""
    return keccak(_DOMAIN_HEAD + _word(log_id))


def typed_digest(separator: bytes, struct_hash: bytes) -> bytes:
    """What is signed: keccak256(0x19 ‖ 0x01 ‖ domain separator ‖ hash of the struct)."""
    return keccak(b"\x19\x01" + _word(separator) + _word(struct_hash))


def checkpoint_digest(log_id: bytes, size: int, root: bytes) -> bytes:
    """Digest of `Checkpoint(uint64 size, bytes32 root)` in the domain of `log_id`."""
    if not 0 <= size < 2**64:
        raise ValueError(f"{size} is not a uint64")
    struct_hash = keccak(_CHECKPOINT_TYPEHASH + size.to_bytes(32, "big") + _word(root))
    return typed_digest(domain_separator(log_id), struct_hash)


def _word(value: bytes) -> bytes:
    if len(value) != 32:
        raise ValueError(f"a bytes32 has 32 bytes, not {len(value)}")
    return value
