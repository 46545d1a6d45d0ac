# SPDX-License-Identifier: Apache-2.0
"""The digests encoded by hand equal those of eth-account's general EIP-712 encoder."""

from __future__ import annotations

import importlib

import pytest
from eth_hash.auto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.eip712 import checkpoint_digest, domain_separator

TYPES = {
    "EIP712Domain": [
        {"name": "name", "type": "string"},
        {"name": "version", "type": "string"},
        {"name": "salt", "type": "bytes32"},
    ],
    "Checkpoint": [{"name": "size", "type": "uint64"}, {"name": "root", "type": "bytes32"}],
}

words = st.binary(min_size=32, max_size=32)


@pytest.fixture(autouse=True, scope="module")
def _eth_account() -> None:
    """Loaded ahead of the drawn examples, since loading it raises the recursion limit they watch."""
    importlib.import_module("eth_account.messages")


@settings(max_examples=100, deadline=None)
@given(log_id=words, size=st.integers(0, 2**64 - 1), root=words)
def test_checkpoint_digest(log_id: bytes, size: int, root: bytes) -> None:
    """For any log id, size and root the digest is the one eth-account signs."""
    encode_typed_data = importlib.import_module("eth_account.messages").encode_typed_data
    signable = encode_typed_data(
        full_message={
            "types": TYPES,
            "primaryType": "Checkpoint",
            "domain": {"name": "Once Ledger", "version": "1", "salt": log_id},
            "message": {"size": size, "root": root},
        }
    )
    assert signable.header == domain_separator(log_id)
    assert checkpoint_digest(log_id, size, root) == keccak(b"\x19\x01" + signable.header + signable.body)


@settings(max_examples=25, deadline=None)
@given(secret=st.integers(1, 2**255).map(lambda number: number.to_bytes(32, "big")), digest=words)
def test_signature(secret: bytes, digest: bytes) -> None:
    """Signatures, addresses and recovery equal those of eth-keys, eth-account's backend."""
    from eth_keys.datatypes import PrivateKey

    from ledger.secp256k1 import Secp256k1Signer, recover

    signer = Secp256k1Signer(secret)
    theirs = PrivateKey(secret)
    assert signer.address == theirs.public_key.to_canonical_address()
    expected = theirs.sign_msg_hash(digest).to_bytes()
    assert signer.sign(digest) == expected[:64] + bytes([expected[64] + 27])
    assert recover(digest, signer.sign(digest)) == signer.address
