# SPDX-License-Identifier: Apache-2.0
"""Tiles: paths and bundles round-trip, noise raises FormatError alone, tiles hold the tree's nodes."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import FormatError
from ledger.hashing import sha256
from ledger.merkle import root_of
from ledger.tiles import (
    Tile,
    encode_bundle,
    hash_in_tile,
    node_address,
    parse_bundle,
    parse_tile_path,
    split_hashes,
    unpack_tile,
)

tiles = st.builds(
    Tile,
    level=st.none() | st.integers(0, 63),
    index=st.integers(0, 5000) | st.integers(0, 2**55 - 1),
    width=st.integers(1, 256),
)


@given(tiles)
def test_path_round_trip(tile: Tile) -> None:
    """A tile is read back from its path."""
    assert parse_tile_path(tile.path()) == tile


@given(
    st.text()
    | st.from_regex(r"tile/(entries|[0-9]{1,2})/(x[0-9]{3}/){0,6}[0-9]{3}(\.p/[0-9]{1,3})?", fullmatch=True)
)
def test_path_noise(path: str) -> None:
    """Any text raises FormatError and nothing else, or is the one spelling of a tile."""
    with contextlib.suppress(FormatError):
        assert parse_tile_path(path).path() == path


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundle_round_trip(entries: list[bytes]) -> None:
    """Entries are read back from their bundle."""
    assert parse_bundle(encode_bundle(entries)) == entries


@given(st.binary(max_size=600))
def test_bundle_noise(content: bytes) -> None:
    """Any bytes raise FormatError and nothing else, or are exactly a bundle."""
    with contextlib.suppress(FormatError):
        assert encode_bundle(parse_bundle(content)) == content


@given(st.binary(max_size=600))
def test_hashes_noise(content: bytes) -> None:
    """Any bytes raise FormatError and nothing else, or are whole hashes."""
    with contextlib.suppress(FormatError):
        assert b"".join(split_hashes(content)) == content


@given(width=st.integers(1, 256), level=st.integers(0, 40), at=st.integers(0, 2**20))
def test_nodes_in_a_tile(width: int, level: int, at: int) -> None:
    """Every complete subtree of a tile has the root of its hashes, read singly or unpacked."""
    address = node_address(level, at)
    assert (address.tile_level * 8 + address.height, address.tile_level) == (level, level // 8)
    assert (address.tile_index * 256 + address.offset) >> address.height == at
    row = [sha256(number.to_bytes(2, "big")) for number in range(width)]
    content = b"".join(row)
    stop = address.offset + (1 << address.height)
    if stop <= width:
        expected = root_of(row[address.offset : stop])
        assert hash_in_tile(content, address.offset, address.height) == expected
        assert unpack_tile(content)[address.height][address.offset >> address.height] == expected
    else:
        with contextlib.suppress(FormatError):
            hash_in_tile(content, address.offset, address.height)
            raise AssertionError("a node beyond the tile was read")
