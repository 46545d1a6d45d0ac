# SPDX-License-Identifier: Apache-2.0
"""Tiles of a log (c2sp.org/tlog-tiles): 256 hashes wide, and bundles of up to 256 entries.

Hash `i` of tile `(level, index)` is the root of the complete subtree of `256**level` leaves
that is number `index * 256 + i` of its size.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.errors import FormatError
from ledger.hashing import HASH_SIZE, node_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
TILE_BYTES: Final = TILE_WIDTH * HASH_SIZE
MAX_ENTRY_BYTES: Final = 65_535
MAX_LEVEL: Final = 63

_MAX_INDEX: Final = 2**55  # tiles of level 0 in a log of 2**63 leaves
_PATH: Final = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)"
    r"/(?P<index>(?:x[0-9]{3}/){0,5}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Which tile is meant: of hashes at `level`, or of entries where `level` is None; `width` 1 to 256."""

    level: int | None
    index: int
    width: int = TILE_WIDTH

    def path(self) -> str:
        """Path below the log's prefix: `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`."""
        if self.level is None:
            return bundle_path(self.index, self.width)
        return tile_path(self.level, self.index, self.width)


class NodeAddress(NamedTuple):
    """Where a tree node is: in which hash tile, over `1 << height` of its hashes from `offset` on."""

    tile_level: int
    tile_index: int
    offset: int
    height: int


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Path of a hash tile below the log's prefix, such as `tile/0/x001/x234/067.p/12`."""
    if not 0 <= level <= MAX_LEVEL:
        raise ValueError(f"a tile level is 0 to {MAX_LEVEL}, not {level}")
    return f"tile/{level}/{_spell(index, width)}"


def bundle_path(index: int, width: int = TILE_WIDTH) -> str:
    """Path of an entry bundle below the log's prefix, such as `tile/entries/000.p/12`."""
    return f"tile/entries/{_spell(index, width)}"


def parse_tile_path(path: str) -> Tile:
    """Inverse of `tile_path` and `bundle_path`; FormatError for any other spelling."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise FormatError("a tile path is tile/<L>/<N> or tile/entries/<N>, with .p/<W> if partial")
    level = None if match["level"] == "entries" else int(match["level"])
    index = int(match["index"].replace("x", "").replace("/", ""))
    width = int(match["width"] or TILE_WIDTH)
    if (level or 0) > MAX_LEVEL or index >= _MAX_INDEX or (match["width"] and width >= TILE_WIDTH):
        raise FormatError("a tile path names a level, index or width that no log has")
    tile = Tile(level, index, width)
    if tile.path() != path:
        raise FormatError("a tile path has needless leading zeros")
    return tile


def partial_width(level: int, size: int) -> int:
    """Hashes in the right-most, partial tile of `level` in a log of `size` leaves; 0 if there is none."""
    return (size >> (TILE_HEIGHT * level)) % TILE_WIDTH


def node_address(level: int, index: int) -> NodeAddress:
    """The hash tile that holds tree node `(level, index)`: each tile knows 8 levels of the tree."""
    tile_level, height = divmod(level, TILE_HEIGHT)
    tile_index, offset = divmod(index << height, TILE_WIDTH)
    return NodeAddress(tile_level, tile_index, offset, height)


def hash_in_tile(hashes: bytes, offset: int, height: int) -> bytes:
    """Root of the `1 << height` hashes from `offset` in a tile's bytes; FormatError if it has fewer."""
    start, stop = offset * HASH_SIZE, (offset + (1 << height)) * HASH_SIZE
    if stop > len(hashes):
        raise FormatError(f"a tile of {len(hashes)} bytes does not reach hash {stop // HASH_SIZE - 1}")
    row = split_hashes(hashes[start:stop])
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def unpack_tile(hashes: bytes) -> list[list[bytes]]:
    """All complete subtrees of a tile, by height 0 to 8: what a cache holds, 255 hashings at most.

    Node `(level, index)` is `rows[height][offset >> height]` of its address.
    """
    rows = [split_hashes(hashes)]
    for _ in range(TILE_HEIGHT):
        below = rows[-1]
        rows.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return rows


def split_hashes(hashes: bytes) -> list[bytes]:
    """The hashes of a tile, 1 to 256; FormatError for another number of bytes."""
    if not 0 < len(hashes) <= TILE_BYTES or len(hashes) % HASH_SIZE:
        raise FormatError(
            f"a tile has 1 to {TILE_WIDTH} hashes of {HASH_SIZE} bytes, not {len(hashes)} bytes"
        )
    return [hashes[start : start + HASH_SIZE] for start in range(0, len(hashes), HASH_SIZE)]


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Entries, each after its length as a big-endian uint16; FormatError if one is too long."""
    parts: list[bytes] = []
    for count, entry in enumerate(entries):
        if len(entry) > MAX_ENTRY_BYTES or count >= TILE_WIDTH:
            raise FormatError(f"a bundle has {TILE_WIDTH} entries of {MAX_ENTRY_BYTES} bytes at most")
        parts += (len(entry).to_bytes(2, "big"), entry)
    if not parts:
        raise FormatError("an empty bundle is never served")
    return b"".join(parts)


def parse_bundle(content: bytes) -> list[bytes]:
    """Inverse of `encode_bundle`: 1 to 256 entries, and not a byte more; else FormatError."""
    entries: list[bytes] = []
    at = 0
    while at < len(content):
        start = at + 2
        at = start + int.from_bytes(content[at:start], "big")
        if start > len(content) or at > len(content) or len(entries) >= TILE_WIDTH:
            raise FormatError("a bundle is cut short or holds more than 256 entries")
        entries.append(content[start:at])
    if not entries:
        raise FormatError("an empty bundle is never served")
    return entries


def _spell(index: int, width: int) -> str:
    """`<N>[.p/<W>]`: three digits an element, all but the last begin with x."""
    if not 0 <= index < _MAX_INDEX or not 1 <= width <= TILE_WIDTH:
        raise ValueError(f"no tile {index} of width {width}")
    spelled = f"{index % 1000:03d}"
    while index >= 1000:
        index //= 1000
        spelled = f"x{index % 1000:03d}/{spelled}"
    return spelled if width == TILE_WIDTH else f"{spelled}.p/{width}"
