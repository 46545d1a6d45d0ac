# SPDX-License-Identifier: Apache-2.0
"""Hashes of RFC 6962, section 2.1."""

from __future__ import annotations

from ledger.hashing import EMPTY_ROOT, leaf_hash, node_hash, sha256


def test_known_answers() -> None:
    """Empty root, the empty leaf and a node equal the published values of Certificate Transparency."""
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert (
        node_hash(b"N123", b"N456").hex()
        == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )


def test_leaf_and_node_differ() -> None:
    """No content hashes alike as leaf and as node: a leaf cannot pass for an inner node."""
    left, right = sha256(b"left"), sha256(b"right")
    assert leaf_hash(left + right) != node_hash(left, right)
    assert leaf_hash(b"\x01" + left + right) != node_hash(left, right)
    assert node_hash(left, right) != node_hash(right, left)
