# SPDX-License-Identifier: Apache-2.0
"""Merkle proofs: true ones verify, and real trees damaged in every known way are refused."""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import ProofError
from ledger.hashing import EMPTY_ROOT, leaf_hash, node_hash
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

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

LARGEST = 130


def _reference_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, as the recursion it is defined by."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = _reference_root(leaves[:k]), _reference_root(leaves[k:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def _reference_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if index < k:
        return [*_reference_path(index, leaves[:k]), _reference_root(leaves[k:])]
    return [*_reference_path(index - k, leaves[k:]), _reference_root(leaves[:k])]


def _reference_subproof(size: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, section 2.1.2."""
    if size == len(leaves):
        return [] if whole else [_reference_root(leaves)]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if size <= k:
        return [*_reference_subproof(size, leaves[:k], whole=whole), _reference_root(leaves[k:])]
    return [*_reference_subproof(size - k, leaves[k:], whole=False), _reference_root(leaves[:k])]


class _Tree:
    """A real tree over numbered leaves, every complete node at hand."""

    def __init__(self, size: int) -> None:
        self.leaves = [f"leaf {number}".encode() for number in range(size)]
        self.hashes = [leaf_hash(leaf) for leaf in self.leaves]
        completed: list[Node] = []
        frontier = Frontier()
        self.roots = [EMPTY_ROOT]
        for value in self.hashes:
            frontier.append(value, completed)
            self.roots.append(frontier.root())
        self.nodes = {(0, index): value for index, value in enumerate(self.hashes)}
        self.nodes.update({(level, index): value for level, index, value in completed})

    def read(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]


@functools.cache
def _tree() -> _Tree:
    return _Tree(LARGEST)


sizes = st.integers(1, LARGEST)


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_root(leaves: list[bytes]) -> None:
    """The root equals RFC 6962's recursive definition, whatever the leaves."""
    assert root_of(leaf_hash(leaf) for leaf in leaves) == _reference_root(leaves)


def test_every_proof_of_small_trees() -> None:
    """All proofs of trees up to 33 leaves equal RFC 6962's recursive definitions, and verify."""
    tree = _tree()
    for size in range(1, 34):
        leaves = tree.leaves[:size]
        for index in range(size):
            path = inclusion_proof(index, size, tree.read)
            assert path == _reference_path(index, leaves)
            verify_inclusion(tree.hashes[index], index, size, path, tree.roots[size])
        for old in range(1, size + 1):
            proof = consistency_proof(old, size, tree.read)
            assert proof == _reference_subproof(old, leaves, whole=True)
            verify_consistency(old, tree.roots[old], size, tree.roots[size], proof)


@settings(max_examples=30, deadline=None)
@given(size=sizes, draw=st.randoms(use_true_random=False))
def test_pymerkle_agrees(size: int, draw: random.Random) -> None:
    """Roots at any size and inclusion paths equal those of pymerkle, written by others.

    Its consistency proofs have a shape of their own (more nodes, other order) and are not compared.
    """
    from pymerkle import InmemoryTree

    tree, theirs = _tree(), InmemoryTree(algorithm="sha256")
    for leaf in tree.leaves[:size]:
        theirs.append_entry(leaf)
    assert theirs.get_root() == tree.roots[size]
    index, old = draw.randrange(size), draw.randint(1, size)
    path = [bytes.fromhex(value) for value in theirs.prove_inclusion(index + 1).serialize()["path"]]
    assert path[1:] == inclusion_proof(index, size, tree.read)
    assert theirs.get_root(old) == root_at(old, tree.read)


@given(size=st.integers(0, LARGEST), more=st.integers(0, LARGEST))
def test_frontier(size: int, more: int) -> None:
    """A frontier loaded at any size goes on to the same roots as one that began with nothing."""
    tree = _tree()
    frontier = Frontier.load(size, tree.read)
    assert frontier.root() == tree.roots[size]
    kept = frontier.copy()
    stop = min(LARGEST, size + more)
    frontier.extend(tree.hashes[size:stop])
    assert (frontier.size, frontier.root()) == (stop, tree.roots[stop])
    assert (kept.size, kept.root()) == (size, tree.roots[size])


def _flip(value: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(value))
    return value[:at] + bytes([value[at] ^ 1 << draw.randrange(8)]) + value[at + 1 :]


def _damaged_paths(proof: list[bytes], draw: random.Random) -> Iterator[list[bytes]]:
    """Each kind of damage to a list of hashes, where it changes something."""
    for at in range(len(proof)):
        yield [*proof[:at], _flip(proof[at], draw), *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
        yield [*proof[:at], proof[at], *proof[at:]]
        yield [*proof[:at], proof[at][:-1], *proof[at + 1 :]]
        yield [*proof[:at], proof[at] + b"\0", *proof[at + 1 :]]
        yield [*proof[:at], b"", *proof[at + 1 :]]
    yield [*proof, draw.randbytes(32)]
    yield [draw.randbytes(32), *proof]
    yield [*proof, EMPTY_ROOT]
    if len(proof) > 1:
        yield proof[::-1]
        yield sorted(proof) if sorted(proof) != proof else proof[1:]
        yield []


def _refused(verify: Callable[..., None], *arguments: object) -> None:
    with pytest.raises(ProofError):
        verify(*arguments)


@settings(max_examples=150, deadline=None)
@given(size=sizes, draw=st.randoms(use_true_random=False))
def test_damaged_inclusion_is_refused(size: int, draw: random.Random) -> None:
    """No path, leaf, index, size or root but the true ones verifies."""
    tree = _tree()
    index = draw.randrange(size)
    leaf, root = tree.hashes[index], tree.roots[size]
    proof = inclusion_proof(index, size, tree.read)
    verify_inclusion(leaf, index, size, proof, root)
    for path in _damaged_paths(proof, draw):
        _refused(verify_inclusion, leaf, index, size, path, root)
    for wrong in {draw.randrange(size) for _ in range(8)} - {index} | {-1, size, size + 1, 2**63, 2**64}:
        _refused(verify_inclusion, leaf, wrong, size, proof, root)
    for wrong in {0, -1, index, 2**63, 2**64 + size}:
        _refused(verify_inclusion, leaf, index, wrong, proof, root)
    for value in (_flip(leaf, draw), leaf[:31], b"", tree.leaves[index], root + b"\0"):
        _refused(verify_inclusion, value, index, size, proof, root)
    for value in (_flip(root, draw), root[:31], b"", EMPTY_ROOT, node_hash(root, root)):
        _refused(verify_inclusion, leaf, index, size, proof, value)
    if size > 1:  # an inner node passed off as a leaf, by its hash and by its 64 bytes
        parent = node_hash(proof[0], leaf) if index & 1 else node_hash(leaf, proof[0])
        content = proof[0] + leaf if index & 1 else leaf + proof[0]
        _refused(verify_inclusion, parent, index >> 1, (size + 1) >> 1, proof[1:], _flip(root, draw))
        _refused(verify_inclusion, leaf_hash(content), index >> 1, (size + 1) >> 1, proof[1:], root)


@settings(max_examples=150, deadline=None)
@given(sizes=st.tuples(sizes, sizes).map(sorted), draw=st.randoms(use_true_random=False))
def test_damaged_consistency_is_refused(sizes: list[int], draw: random.Random) -> None:
    """No proof, size or root but the true ones shows consistency."""
    tree = _tree()
    old, new = sizes
    roots = tree.roots[old], tree.roots[new]
    proof = consistency_proof(old, new, tree.read)
    verify_consistency(old, roots[0], new, roots[1], proof)
    for path in _damaged_paths(proof, draw):
        _refused(verify_consistency, old, roots[0], new, roots[1], path)
    for wrong in {0, -1, new + 1, 2**63, 2**64}:
        _refused(verify_consistency, wrong, roots[0], new, roots[1], proof)
    for wrong in {0, -1, old - 1, 2**63, 2**64 + new}:
        _refused(verify_consistency, old, roots[0], wrong, roots[1], proof)
    for value in (_flip(roots[0], draw), roots[0][:31], b"", EMPTY_ROOT, draw.randbytes(32)):
        _refused(verify_consistency, old, value, new, roots[1], proof)
    for value in (_flip(roots[1], draw), roots[1][:31], b"", EMPTY_ROOT, draw.randbytes(32)):
        _refused(verify_consistency, old, roots[0], new, value, proof)
    if old != new:
        _refused(verify_consistency, old, roots[1], new, roots[0], proof)
        _refused(verify_consistency, new, roots[1], old, roots[0], proof)
        _refused(verify_consistency, old, roots[0], new, roots[0], proof)


@settings(max_examples=150, deadline=None)
@given(sizes=st.tuples(sizes, sizes).map(sorted), draw=st.randoms(use_true_random=False))
def test_rewritten_history_is_refused(sizes: list[int], draw: random.Random) -> None:
    """A tree that changed one old leaf cannot be shown to continue the old one, even by its own proofs."""
    old, new = sizes
    tree = _tree()
    hashes = tree.hashes[:new]
    hashes[draw.randrange(old)] = draw.randbytes(32)
    nodes = {(0, index): value for index, value in enumerate(hashes)}
    completed: list[Node] = []
    forged = Frontier()
    for value in hashes:
        forged.append(value, completed)
    nodes.update({(level, index): value for level, index, value in completed})
    proof = consistency_proof(old, new, lambda level, index: nodes[level, index])
    _refused(verify_consistency, old, tree.roots[old], new, forged.root(), proof)


@given(
    leaf=st.binary(max_size=40),
    index=st.integers(-(2**65), 2**65),
    size=st.integers(-(2**65), 2**65),
    proof=st.lists(st.binary(max_size=40), max_size=70),
    root=st.binary(max_size=40),
)
def test_noise_is_refused(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> None:
    """Whatever the arguments, a verifier raises ProofError and nothing else."""
    _refused(verify_inclusion, leaf, index, size, proof, root)
    if (index, leaf, proof) != (size, root, []):
        _refused(verify_consistency, index, leaf, size, root, proof)
