# SPDX-License-Identifier: Apache-2.0
"""Tile paths, bundles and node addresses of c2sp.org/tlog-tiles."""

from __future__ import annotations

import pytest

from ledger.errors import FormatError
from ledger.tiles import (
    NodeAddress,
    Tile,
    bundle_path,
    encode_bundle,
    hash_in_tile,
    node_address,
    parse_bundle,
    parse_tile_path,
    partial_width,
    split_hashes,
    tile_path,
)


def test_paths_of_the_specification() -> None:
    """Index 1234067 is spelled as the specification spells it."""
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(1, 0, 12) == "tile/1/000.p/12"
    assert bundle_path(999, 255) == "tile/entries/999.p/255"
    assert bundle_path(1000) == "tile/entries/x001/000"
    assert parse_tile_path("tile/entries/x001/000") == Tile(None, 1000, 256)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/X001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000\n",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/x036/x028/x797/x018/x963/968",
        "tile/0/../000",
    ],
)
def test_other_spellings_are_refused(path: str) -> None:
    """A tile has one path; all else is no tile."""
    with pytest.raises(FormatError):
        parse_tile_path(path)


@pytest.mark.parametrize(
    ("level", "index", "width"), [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 2**55, 1), (0, 0, 0), (0, 0, 257)]
)
def test_no_path_of_what_cannot_be(level: int, index: int, width: int) -> None:
    """A tile that no log can have has no path."""
    with pytest.raises(ValueError, match="tile"):
        tile_path(level, index, width)


def test_widths_of_the_specification() -> None:
    """A tree of 70,000 leaves has partial tiles of widths 112, 17 and 1; one of 256 has one of width 1."""
    assert [partial_width(level, 70_000) for level in range(4)] == [112, 17, 1, 0]
    assert [partial_width(level, 256) for level in range(2)] == [0, 1]


def test_addresses() -> None:
    """A node is found in the tile of its eight levels, over as many hashes as its height says."""
    assert node_address(0, 300) == NodeAddress(0, 1, 44, 0)
    assert node_address(7, 3) == NodeAddress(0, 1, 128, 7)
    assert node_address(8, 255) == NodeAddress(1, 0, 255, 0)
    assert node_address(9, 128) == NodeAddress(1, 1, 0, 1)


def test_bundle_bytes() -> None:
    """Each entry follows its length as a big-endian uint16; an empty entry is an entry."""
    assert encode_bundle([b"one", b"", b"x" * 258]) == b"\x00\x03one\x00\x00\x01\x02" + b"x" * 258
    longest = b"x" * 65_535
    assert parse_bundle(encode_bundle([longest])) == [longest]


@pytest.mark.parametrize("content", [b"", b"\x00", b"\x00\x01", b"\x00\x01ab", b"\x00\x00" * 257])
def test_broken_bundles_are_refused(content: bytes) -> None:
    """A bundle that is empty, cut, overlong or of more than 256 entries is refused."""
    with pytest.raises(FormatError):
        parse_bundle(content)


@pytest.mark.parametrize("entries", [[], [b"x" * 65_536], [b""] * 257])
def test_impossible_bundles_are_refused(entries: list[bytes]) -> None:
    """No bundle is made of no entry, of a too long one, or of more than 256."""
    with pytest.raises(FormatError):
        encode_bundle(entries)


@pytest.mark.parametrize("length", [0, 31, 33, 8193, 8224])
def test_hash_tiles_are_whole_hashes(length: int) -> None:
    """A hash tile is 1 to 256 hashes of 32 bytes."""
    with pytest.raises(FormatError):
        split_hashes(bytes(length))


def test_no_hash_beyond_a_partial_tile() -> None:
    """A partial tile does not answer for hashes it does not have."""
    with pytest.raises(FormatError, match="does not reach hash 3"):
        hash_in_tile(bytes(96), 2, 1)
