# SPDX-License-Identifier: Apache-2.0
"""Whatever is done to the bytes of a file, only what it truly says is ever valid."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.verify import Evidence, Trust
from attest.verify.model import CHECKS
from ledger.errors import FormatError
from tests.evidence_parts import Scene, a_scene, altered

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A ledger that nothing here changes."""
    made = a_scene(tmp_path_factory.mktemp("scene"))
    yield made
    made.ledger.close()


@pytest.fixture(scope="module")
def files(scene: Scene) -> tuple[bytes, bytes]:
    """Evidence of an acceptance and of a reliance."""
    return scene.evidence(scene.accepted.index).format(), scene.evidence(scene.relied.index).format()


def test_every_byte_counts(scene: Scene, files: tuple[bytes, bytes]) -> None:
    """One bit turned in any seventh byte, each in its turn, and the file is never valid."""
    for octets in files:
        for at in range(0, len(octets), 7):
            bent = bytearray(octets)
            bent[at] ^= 1 << (at // 7 % 8)
            assert scene.judge(bytes(bent)).verdict != "valid", (at, bytes(bent[max(0, at - 20) : at + 20]))


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_any_bit(scene: Scene, files: tuple[bytes, bytes], data: st.DataObject) -> None:
    """Any single bit turned is never valid."""
    octets = bytearray(data.draw(st.sampled_from(files)))
    bit = data.draw(st.integers(0, 8 * len(octets) - 1))
    octets[bit // 8] ^= 1 << bit % 8
    verdict = scene.judge(bytes(octets))
    assert verdict.verdict != "valid"
    assert tuple(one.name for one in verdict.checks) == CHECKS


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=400), st.integers(0, 10_000), st.integers(0, 400), st.integers(0, 1))
def test_any_splice(
    scene: Scene, files: tuple[bytes, bytes], more: bytes, start: int, length: int, which: int
) -> None:
    """Any run of bytes replaced by any other is not valid unless nothing changed."""
    octets = files[which]
    start %= len(octets)
    spliced = octets[:start] + more + octets[start + length :]
    if spliced != octets:
        assert scene.judge(spliced).verdict != "valid"


_SCALARS = st.none() | st.booleans() | st.integers(-1, 2**53) | st.text(max_size=5) | st.just("00" * 32)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [place for key, one in inner for place in _places(one, (*path, key))]


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_any_member(scene: Scene, files: tuple[bytes, bytes], data: st.DataObject) -> None:
    """Any member set to another value, or left out, is valid only where what is left is a smaller truth."""
    octets = data.draw(st.sampled_from(files))
    path = data.draw(st.sampled_from(_places(json.loads(octets))))
    value, remove = data.draw(_SCALARS), data.draw(st.booleans())

    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        if remove:
            del document[path[-1]]
        else:
            document[path[-1]] = value

    try:
        changed = altered(octets, change)
    except FormatError:
        return
    verdict = scene.judge(changed)
    if verdict.verdict == "valid" and changed != octets:
        # Leaving out what need not be shown keeps the meaning; nothing else may pass.
        assert remove
        assert path[0] in {"openings", "private"}
        kept, whole = Evidence.parse(changed), Evidence.parse(octets)
        assert kept.entries == whole.entries
        assert set(kept.openings) <= set(whole.openings)


@given(st.binary(max_size=200) | st.text(max_size=80).map(str.encode))
def test_no_bytes_crash(octets: bytes) -> None:
    """Any bytes at all give the one error of a parser, or are read."""
    for parse in (Evidence.parse, Trust.parse):
        with pytest.raises(FormatError):
            parse(octets)
