# SPDX-License-Identifier: Apache-2.0
"""The Merkle tree of RFC 6962, section 2.1: roots, proofs, and their verification, over hashes alone.

A node is named by `(level, index)`: the complete subtree over the leaves
`index * 2**level` up to `(index + 1) * 2**level`, the last one not included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256 as _sha256
from typing import Final, Self, TypeAlias

from ledger.errors import ProofError
from ledger.hashing import EMPTY_ROOT, HASH_SIZE, node_hash

NodeReader = Callable[[int, int], bytes]
"""Reads the hash of the complete subtree `(level, index)`, 32 bytes."""

MAX_SIZE: Final = 2**63 - 1
"""The most leaves a log may have: what a signed 64-bit column and Go's tlog can count."""


Node: TypeAlias = tuple[int, int, bytes]
"""A complete subtree: level, index among its level, hash."""


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Root of the tree over `leaf_hashes` in their order; `EMPTY_ROOT` without any."""
    frontier = Frontier()
    frontier.extend(leaf_hashes)
    return frontier.root()


class Frontier:
    """The complete subtrees that cover a tree, one per set bit of its size, largest first.

    It is all that appending needs: `size` leaves are summed up in at most 63 hashes.
    """

    __slots__ = ("nodes", "size")

    def __init__(self, size: int = 0, nodes: Iterable[bytes] = ()) -> None:
        """Take `nodes` as the cover of `size` leaves; ValueError if their number does not fit."""
        self.size = size
        self.nodes = list(nodes)
        if not 0 <= size <= MAX_SIZE or len(self.nodes) != size.bit_count():
            raise ValueError(f"{len(self.nodes)} nodes cannot cover {size} leaves")

    @classmethod
    def load(cls, size: int, read: NodeReader) -> Self:
        """The frontier of the first `size` leaves, read node by node."""
        return cls(size, [read(level, index) for level, index in _cover(0, size)])

    def append(self, leaf_hash: bytes, completed: list[Node] | None = None) -> None:
        """Add one leaf; the inner nodes it completes are added to `completed`, lowest first."""
        nodes = self.nodes
        node, rest, level = leaf_hash, self.size, 0
        while rest & 1:
            node = _sha256(b"\x01" + nodes.pop() + node).digest()
            rest >>= 1
            level += 1
            if completed is not None:
                completed.append((level, rest, node))
        nodes.append(node)
        self.size += 1

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add leaves in their order."""
        for leaf_hash in leaf_hashes:
            self.append(leaf_hash)

    def root(self) -> bytes:
        """Root of the tree so far."""
        return _fold(self.nodes) if self.nodes else EMPTY_ROOT

    def copy(self) -> Frontier:
        """An independent frontier of the same tree."""
        return Frontier(self.size, self.nodes)


def root_at(size: int, read: NodeReader) -> bytes:
    """Root of the first `size` leaves."""
    return Frontier.load(size, read).root()


def inclusion_proof(index: int, size: int, read: NodeReader) -> list[bytes]:
    """Audit path of leaf `index` in the tree of `size` leaves, from the leaf upwards.

    RFC 6962, section 2.1.1. ValueError unless `0 <= index < size`.
    """
    if not 0 <= index < size <= MAX_SIZE:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    return _path(0, index, size, read)


def consistency_proof(old: int, new: int, read: NodeReader) -> list[bytes]:
    """Proof that the tree of `new` leaves continues the one of `old`; empty where they are equal.

    RFC 6962, section 2.1.2. ValueError unless `1 <= old <= new`: the empty tree proves nothing.
    """
    if not 1 <= old <= new <= MAX_SIZE:
        raise ValueError(f"no consistency proof from {old} to {new} leaves")
    if old == new:
        return []
    level = _trailing_zeros(old)
    last = (old - 1) >> level
    # An old tree that is one complete subtree is known to the verifier: its root opens the path.
    seed = [] if last == 0 else [read(level, last)]
    return seed + _path(level, last, new, read)


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """ProofError unless `proof` leads from leaf `index` to the `root` of `size` leaves.

    RFC 6962, section 2.1.1; the length of the path must be exactly the one that index and size give.
    """
    if not 0 <= index < size <= MAX_SIZE:
        raise ProofError(f"no leaf {index} in a tree of {size}")
    _require_hashes(leaf_hash, root, *proof)
    inner, border = _shape(index, size)
    if len(proof) != inner + border:
        raise ProofError(f"proof has {len(proof)} hashes, leaf {index} of {size} needs {inner + border}")
    node = leaf_hash
    for level, sibling in enumerate(proof[:inner]):
        node = node_hash(sibling, node) if index >> level & 1 else node_hash(node, sibling)
    for sibling in proof[inner:]:
        node = node_hash(sibling, node)
    if node != root:
        raise ProofError(f"proof of leaf {index} leads to {node.hex()}, not to the root {root.hex()}")


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """ProofError unless `proof` shows that the tree of `new` leaves continues the one of `old`.

    RFC 6962, section 2.1.2. `old` = 0 is refused: from nothing any history would be "consistent".
    """
    if not 1 <= old <= new <= MAX_SIZE:
        raise ProofError(f"no consistency from {old} to {new} leaves")
    _require_hashes(old_root, new_root, *proof)
    if old == new:
        if proof:
            raise ProofError(f"proof between equal sizes has {len(proof)} hashes instead of none")
        if old_root != new_root:
            raise ProofError(f"two roots for {old} leaves: {old_root.hex()} and {new_root.hex()}")
        return
    level = _trailing_zeros(old)
    last = (old - 1) >> level
    inner, border = _shape(old - 1, new)
    inner -= level
    seeded = 0 if last == 0 else 1
    if len(proof) != seeded + inner + border:
        wanted = seeded + inner + border
        raise ProofError(f"proof has {len(proof)} hashes, {old} to {new} leaves needs {wanted}")
    before = after = proof[0] if seeded else old_root
    path = proof[seeded:]
    for step, sibling in enumerate(path[:inner]):
        if last >> step & 1:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
        else:
            after = node_hash(after, sibling)
    for sibling in path[inner:]:
        before, after = node_hash(sibling, before), node_hash(sibling, after)
    if before != old_root:
        raise ProofError(f"proof leads to {before.hex()}, not to the old root {old_root.hex()}")
    if after != new_root:
        raise ProofError(f"proof leads to {after.hex()}, not to the new root {new_root.hex()}")


def _require_hashes(*hashes: bytes) -> None:
    for value in hashes:
        if len(value) != HASH_SIZE:
            raise ProofError(f"a hash has {len(value)} bytes instead of {HASH_SIZE}")


def _shape(index: int, size: int) -> tuple[int, int]:
    """Length of a path from leaf `index`: up to where it meets the right edge, and along that edge."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _path(level: int, index: int, size: int, read: NodeReader) -> list[bytes]:
    """Siblings on the way from node `(level, index)` to the root of `size` leaves."""
    proof: list[bytes] = []
    last = (size - 1) >> level
    while last:
        if index & 1:
            proof.append(read(level, index - 1))
        elif index < last - 1 or (index == last - 1 and (last + 1) << level <= size):
            proof.append(read(level, index + 1))
        elif index == last - 1:  # the sibling is the right edge, and not complete
            proof.append(_fold([read(*node) for node in _cover(last << level, size)]))
        level += 1
        index >>= 1
        last >>= 1
    return proof


def _cover(start: int, stop: int) -> list[tuple[int, int]]:
    """Largest complete subtrees over leaves `start` to `stop`; `start` is aligned to the first."""
    cover = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        cover.append((level, start >> level))
        start += 1 << level
    return cover


def _fold(nodes: Sequence[bytes]) -> bytes:
    """Root over complete subtrees, largest first; at least one."""
    root = nodes[-1]
    for left in reversed(nodes[:-1]):
        root = node_hash(left, root)
    return root


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1
