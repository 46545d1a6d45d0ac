# SPDX-License-Identifier: Apache-2.0
"""The list of erasures: what was written reads back, and what was changed, cut or moved is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.erasure.listed import (
    FIRST,
    ErasureListError,
    Listed,
    ListEnd,
    read_end,
    read_list,
    write_line,
)
from ledger.hashing import sha256
from tests.builders import ORIGIN, a_signer

_INDEX = st.integers(0, 2**53 - 1)
_HASH = st.binary(min_size=32, max_size=32)
_ITEMS = st.lists(
    st.builds(
        Listed,
        erasure=st.binary(min_size=16, max_size=16),
        index=_INDEX,
        time=_INDEX,
        department=st.sampled_from(("PUBLIC", "SC", "A-1_B")),
        entries=st.lists(st.tuples(_INDEX, _HASH), min_size=1, max_size=4).map(tuple),
        documents=st.lists(st.binary(min_size=16, max_size=16), max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=4,
)


def lines_of(items: list[Listed]) -> list[bytes]:
    """The signed lines of a list."""
    lines: list[bytes] = []
    for item in items:
        lines.append(write_line(item, sha256(lines[-1]) if lines else FIRST, a_signer(), ORIGIN))
    return lines


@given(_ITEMS)
def test_what_was_written_reads_back(items: list[Listed]) -> None:
    """Every item, in order."""
    assert read_list(lines_of(items), a_signer().verifier(), ORIGIN) == items


@given(_ITEMS, st.data())
def test_a_changed_byte_is_refused(items: list[Listed], data: st.DataObject) -> None:
    """Wherever it stands, in whichever line."""
    lines = lines_of(items)
    at = data.draw(st.integers(0, len(lines) - 1))
    place = data.draw(st.integers(0, len(lines[at]) - 1))
    changed = bytearray(lines[at])
    changed[place] ^= data.draw(st.integers(1, 255))
    lines[at] = bytes(changed)
    with pytest.raises(ErasureListError):
        read_list(lines, a_signer().verifier(), ORIGIN)


@given(_ITEMS, st.data())
def test_a_missing_or_moved_line_is_refused(items: list[Listed], data: st.DataObject) -> None:
    """Only the end may be missing: an older copy of a list is a list."""
    lines = lines_of([*items, *items])
    at = data.draw(st.integers(0, len(lines) - 2))
    for wrong in (lines[:at] + lines[at + 1 :], [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]):
        with pytest.raises(ErasureListError):
            read_list(wrong, a_signer().verifier(), ORIGIN)
    assert read_list(lines[:-1], a_signer().verifier(), ORIGIN) == [*items, *items][:-1]


def test_another_origin_or_key_is_refused() -> None:
    """A list of another ledger, or signed by nobody who counts."""
    item = Listed(bytes(16), 1, 2, "SC", ((0, bytes(32)),), ())
    (line,) = lines_of([item])
    with pytest.raises(ErasureListError):
        read_list([line], a_signer().verifier(), "other.test/once")
    with pytest.raises(ErasureListError):
        read_list([line.replace(b'"index":1', b'"index":3')], a_signer().verifier(), ORIGIN)


@given(_ITEMS, st.integers(0, 8))
def test_the_end_of_a_list_is_missed_where_it_was_cut(items: list[Listed], cut: int) -> None:
    """Whatever was appended later, and at no shorter or other list; what is signed reads back as it was."""
    lines = lines_of([*items, *items])
    end = ListEnd.of(lines[: len(items)])
    assert read_end(end.text(ORIGIN), ORIGIN) == end
    assert read_end(end.text(ORIGIN), "other.test/once") is None
    assert end.is_in(lines[:cut]) == (cut >= len(items))
    assert not end.is_in(lines[::-1])
    assert ListEnd.of([]).is_in(lines[:cut])
