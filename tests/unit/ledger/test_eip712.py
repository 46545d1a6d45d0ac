# SPDX-License-Identifier: Apache-2.0
"""EIP-712 digests: fixed answers, and what they are bound to (T37)."""

from __future__ import annotations

import pytest
from eth_hash.auto import keccak

from ledger.eip712 import checkpoint_digest, domain_separator, typed_digest

LOG = bytes(range(32))
ROOT = keccak(b"root")


def test_published_type_hash() -> None:
    """The example of EIP-712 itself: domain separator and struct hash give the digest it prints."""
    separator = bytes.fromhex("f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f")
    struct = bytes.fromhex("c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e")
    expected = "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"
    assert typed_digest(separator, struct).hex() == expected


def test_encoding_word_by_word() -> None:
    """The digest is keccak over the words that EIP-712 names, written out here once more."""
    domain = keccak(b"EIP712Domain(string name,string version,bytes32 salt)")
    separator = keccak(domain + keccak(b"Once Ledger") + keccak(b"1") + LOG)
    struct = keccak(keccak(b"Checkpoint(uint64 size,bytes32 root)") + (7).to_bytes(32, "big") + ROOT)
    assert domain_separator(LOG) == separator
    assert checkpoint_digest(LOG, 7, ROOT) == keccak(b"\x19\x01" + separator + struct)


def test_each_part_changes_the_digest() -> None:
    """Another log, size or root is another digest."""
    digests = {
        checkpoint_digest(LOG, 7, ROOT),
        checkpoint_digest(LOG[::-1], 7, ROOT),
        checkpoint_digest(LOG, 8, ROOT),
        checkpoint_digest(LOG, 7, ROOT[::-1]),
    }
    assert len(digests) == 4


@pytest.mark.parametrize(
    ("log_id", "size", "root"),
    [(LOG[:31], 7, ROOT), (LOG, -1, ROOT), (LOG, 2**64, ROOT), (LOG, 7, ROOT + b"\0"), (b"", 7, ROOT)],
)
def test_other_lengths_are_refused(log_id: bytes, size: int, root: bytes) -> None:
    """A bytes32 has 32 bytes and a uint64 fits 64 bits."""
    with pytest.raises(ValueError, match=r"bytes32|uint64"):
        checkpoint_digest(log_id, size, root)
