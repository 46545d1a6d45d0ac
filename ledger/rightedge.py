# SPDX-License-Identifier: Apache-2.0
"""The right edge of the tree in memory: the partial tile of every level, with its inner nodes. Pure.

Tile level L holds the tree's level 8L; tile N of it covers the hashes 256N to 256N+255.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.errors import StoreError
from ledger.hashing import HASH_SIZE, node_hash
from ledger.merkle import Frontier, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WIDTH_BITS: Final = 8
WIDTH: Final = 1 << WIDTH_BITS


class FullTile(NamedTuple):
    """A tile with all its 256 hashes: tile level, tile number, 8,192 bytes."""

    level: int
    number: int
    hashes: bytes


class UnpackedTile:
    """A full tile with its inner nodes, so that any node of it is one slice away."""

    __slots__ = ("_rows",)

    def __init__(self, hashes: bytes) -> None:
        """Take the 256 hashes of a full tile and compute the 254 nodes below its root."""
        if len(hashes) != WIDTH * HASH_SIZE:
            raise StoreError(f"a full tile has {len(hashes)} bytes instead of {WIDTH * HASH_SIZE}")
        self._rows = [hashes]
        for _ in range(1, WIDTH_BITS):
            below = self._rows[-1]
            self._rows.append(
                b"".join(
                    node_hash(below[at : at + HASH_SIZE], below[at + HASH_SIZE : at + 2 * HASH_SIZE])
                    for at in range(0, len(below), 2 * HASH_SIZE)
                )
            )

    def node(self, level: int, offset: int) -> bytes:
        """Hash number `offset` of the tile's inner level (0 is its lowest row, 7 has two hashes)."""
        return self._rows[level][offset * HASH_SIZE : (offset + 1) * HASH_SIZE]

    def root(self) -> bytes:
        """Hash of the whole tile: one entry of the tile level above."""
        return node_hash(self.node(WIDTH_BITS - 1, 0), self.node(WIDTH_BITS - 1, 1))


class RightEdge:
    """A tree of `size` leaves as its partial tiles; grows by leaf hashes and hands out full tiles.

    A published edge is never changed again: the writer grows a `copy()` and forgets it on failure.
    """

    __slots__ = ("_frontier", "_rows", "size")

    def __init__(self, frontier: Frontier, rows: dict[int, list[bytes]]) -> None:
        self._frontier = frontier
        self._rows = rows
        self.size = frontier.size

    @classmethod
    def empty(cls) -> RightEdge:
        """The edge of the empty tree."""
        return cls(Frontier(), {})

    @classmethod
    def load(cls, size: int, partial: Mapping[int, bytes]) -> RightEdge:
        """Rebuild from stored partial tiles (`tile level -> hashes`); StoreError if a width is wrong."""
        rows: dict[int, list[bytes]] = {}
        for level in range(tile_levels(size)):
            hashes = partial.get(level, b"")
            width = partial_width(size, level)
            if len(hashes) != width * HASH_SIZE:
                raise StoreError(
                    f"edge of level {level} has {len(hashes)} bytes, size {size} needs {width} hashes"
                )
            row = [hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)]
            for inner in range(WIDTH_BITS):
                rows[level * WIDTH_BITS + inner] = row
                row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        edge = cls(Frontier(), rows)
        edge.size = size
        edge._frontier = Frontier.load(size, edge.node)  # built in two steps, by itself
        return edge

    def copy(self) -> RightEdge:
        """An independent edge of the same tree."""
        return RightEdge(self._frontier.copy(), {level: row[:] for level, row in self._rows.items()})

    def frontier(self) -> Frontier:
        """An independent frontier of the same tree."""
        return self._frontier.copy()

    def root(self) -> bytes:
        """RFC 6962 root of the whole tree."""
        return self._frontier.root()

    def extend(self, leaf_hashes: Iterable[bytes]) -> list[FullTile]:
        """Append leaves; the tiles they fill are returned once and leave the edge."""
        full: list[FullTile] = []
        rows = self._rows
        frontier = self._frontier
        leaves = rows.setdefault(0, [])
        completed: list[Node] = []
        for leaf in leaf_hashes:
            frontier.append(leaf, completed)
            leaves.append(leaf)
            for level, _, value in completed:
                row = rows.get(level)
                if row is None:
                    row = rows[level] = []
                row.append(value)
            completed.clear()
            if len(leaves) == WIDTH:
                self.size = frontier.size
                self._take_full(full)
        self.size = frontier.size
        return full

    def _take_full(self, full: list[FullTile]) -> None:
        """Move every level whose tile is full out of the edge."""
        level = 0
        while len(row := self._rows.get(level, [])) == WIDTH:
            number = (self.size >> (level + WIDTH_BITS)) - 1
            full.append(FullTile(level // WIDTH_BITS, number, b"".join(row)))
            for inner in range(level, level + WIDTH_BITS):
                self._rows[inner].clear()
            level += WIDTH_BITS

    def hashes(self, level: int) -> bytes:
        """The partial tile of tile level `level`, 0 to 255 hashes."""
        return b"".join(self._rows.get(level * WIDTH_BITS, ()))

    def changed_since(self, size: int) -> Iterable[tuple[int, bytes]]:
        """`(tile level, partial tile)` of every level that differs from the tree of `size` leaves."""
        for level in range(tile_levels(self.size)):
            if size >> (level * WIDTH_BITS) != self.size >> (level * WIDTH_BITS):
                yield level, self.hashes(level)

    def tile_number(self, level: int) -> int:
        """Number of the partial tile of tile level `level`."""
        return self.size >> ((level + 1) * WIDTH_BITS)

    def rows(self) -> list[tuple[int, list[bytes]]]:
        """For each of 64 tree levels: index of the first node in the partial tile, and the nodes there.

        What is before them is in a full tile, what is after them is not complete.
        """
        return [(self._start(level), self._rows.get(level, [])) for level in range(64)]

    def _start(self, level: int) -> int:
        tile, inner = divmod(level, WIDTH_BITS)
        return self.tile_number(tile) << (WIDTH_BITS - inner)

    def find(self, level: int, index: int) -> bytes | None:
        """Hash of the complete subtree `(level, index)` if its tile is the partial one, else None."""
        row = self._rows.get(level, [])
        at = index - self._start(level)
        return row[at] if 0 <= at < len(row) else None

    def node(self, level: int, index: int) -> bytes:
        """As `find`; StoreError if the node is elsewhere."""
        found = self.find(level, index)
        if found is None:
            raise StoreError(f"node {level}/{index} is not on the edge of {self.size} leaves")
        return found


def tile_levels(size: int) -> int:
    """How many tile levels a tree of `size` leaves has hashes on."""
    return (size.bit_length() + WIDTH_BITS - 1) // WIDTH_BITS


def partial_width(size: int, level: int) -> int:
    """How many hashes the partial tile of tile level `level` holds, 0 to 255."""
    return (size >> (level * WIDTH_BITS)) % WIDTH
