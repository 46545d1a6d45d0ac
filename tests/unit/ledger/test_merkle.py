# SPDX-License-Identifier: Apache-2.0
"""Roots and proofs of small trees against the published ones of Certificate Transparency."""

from __future__ import annotations

import pytest

from ledger.errors import ProofError
from ledger.hashing import EMPTY_ROOT, leaf_hash
from ledger.merkle import (
    Frontier,
    Node,
    consistency_proof,
    inclusion_proof,
    root_at,
    root_of,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def _nodes() -> dict[tuple[int, int], bytes]:
    completed: list[Node] = []
    frontier = Frontier()
    for leaf in LEAVES:
        frontier.append(leaf_hash(leaf), completed)
    nodes = {(level, index): value for level, index, value in completed}
    return nodes | {(0, index): leaf_hash(leaf) for index, leaf in enumerate(LEAVES)}


def test_published_roots() -> None:
    """The roots of the eight published leaves are the published ones, at every size."""
    nodes = _nodes()
    for size, root in ROOTS.items():
        assert root_of(leaf_hash(leaf) for leaf in LEAVES[:size]).hex() == root
        assert root_at(size, lambda level, index: nodes[level, index]).hex() == root


def test_completed_nodes_come_lowest_first() -> None:
    """Appending the leaf that completes subtrees names each of them, from the lowest up."""
    frontier = Frontier()
    frontier.extend(leaf_hash(leaf) for leaf in LEAVES[:7])
    completed: list[Node] = []
    frontier.append(leaf_hash(LEAVES[7]), completed)
    assert [(level, index) for level, index, _ in completed] == [(1, 3), (2, 1), (3, 0)]
    assert completed[-1][2].hex() == ROOTS[8]


@pytest.mark.parametrize(("size", "count"), [(0, 1), (1, 0), (3, 1), (7, 2), (-1, 0), (2**63, 1)])
def test_frontier_demands_its_nodes(size: int, count: int) -> None:
    """A frontier cannot be made of another number of nodes than its size has set bits."""
    with pytest.raises(ValueError, match="cannot cover"):
        Frontier(size, [EMPTY_ROOT] * count)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (8, 8), (-1, 8), (0, 2**63)])
def test_no_proof_of_a_leaf_outside(index: int, size: int) -> None:
    """An index outside the tree has no proof, and none is believed."""
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, size, lambda _level, _index: EMPTY_ROOT)
    with pytest.raises(ProofError, match="no leaf"):
        verify_inclusion(EMPTY_ROOT, index, size, [], EMPTY_ROOT)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 8), (5, 4), (-1, 3), (1, 2**63)])
def test_no_consistency_from_nothing_or_backwards(old: int, new: int) -> None:
    """The empty tree is consistent with nothing, and a log never shrinks."""
    with pytest.raises(ValueError, match="no consistency proof"):
        consistency_proof(old, new, lambda _level, _index: EMPTY_ROOT)
    with pytest.raises(ProofError, match="no consistency"):
        verify_consistency(old, EMPTY_ROOT, new, EMPTY_ROOT, [])


def test_duplicated_last_leaf_is_another_tree() -> None:
    """Repeating the last leaf changes the root (the tree does not pad)."""
    hashes = [leaf_hash(leaf) for leaf in LEAVES[:3]]
    assert root_of(hashes) != root_of([*hashes, hashes[-1]])


def test_messages_say_expected_and_got() -> None:
    """A proof of wrong length says how many hashes there are and how many there must be."""
    with pytest.raises(ProofError, match="proof has 0 hashes, leaf 1 of 3 needs 2"):
        verify_inclusion(EMPTY_ROOT, 1, 3, [], EMPTY_ROOT)
    with pytest.raises(ProofError, match="proof has 0 hashes, 3 to 7 leaves needs 4"):
        verify_consistency(3, EMPTY_ROOT, 7, EMPTY_ROOT, [])


def test_longer_proofs_are_refused_for_their_length() -> None:
    """A proof with a hash too many is refused before anything is hashed."""
    with pytest.raises(ProofError, match="proof has 3 hashes, leaf 1 of 3 needs 2"):
        verify_inclusion(EMPTY_ROOT, 1, 3, [EMPTY_ROOT] * 3, EMPTY_ROOT)
    with pytest.raises(ProofError, match="proof has 5 hashes, 3 to 7 leaves needs 4"):
        verify_consistency(3, EMPTY_ROOT, 7, EMPTY_ROOT, [EMPTY_ROOT] * 5)


@pytest.mark.parametrize("length", [0, 20, 31, 33, 64])
def test_hashes_have_32_bytes(length: int) -> None:
    """A shortened or lengthened hash is refused as such, wherever it stands (T40)."""
    other = bytes(length)
    for leaf, root, sibling in (
        (other, EMPTY_ROOT, EMPTY_ROOT),
        (EMPTY_ROOT, other, EMPTY_ROOT),
        (EMPTY_ROOT, EMPTY_ROOT, other),
    ):
        with pytest.raises(ProofError, match=f"a hash has {length} bytes"):
            verify_inclusion(leaf, 0, 2, [sibling], root)
        with pytest.raises(ProofError, match=f"a hash has {length} bytes"):
            verify_consistency(1, leaf, 2, root, [sibling])


def test_bytes_cannot_move_between_siblings() -> None:
    """A leaf hash that lends its last byte to its sibling hashes alike, and is refused."""
    left, right = leaf_hash(b"left"), leaf_hash(b"right")
    root = root_of([left, right])
    verify_inclusion(left, 0, 2, [right], root)
    with pytest.raises(ProofError):
        verify_inclusion(left[:-1], 0, 2, [left[-1:] + right], root)
