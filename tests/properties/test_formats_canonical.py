# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON: equal to rfc8785, one value per text, and noise raises FormatError alone."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical import MAX_INTEGER, dump, read_canonical, read_json
from ledger.errors import FormatError

if TYPE_CHECKING:
    from ledger.canonical import Json

keys = st.text(st.characters(max_codepoint=0x7F))
strings = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | strings,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)
LIMIT = 1 << 20


@given(values)
def test_round_trip(value: Json) -> None:
    """A value is read back from its canonical bytes by each reader."""
    content = dump(value)
    assert read_canonical(content, max_bytes=LIMIT) == value
    assert read_json(content, max_bytes=LIMIT) == value


@given(values)
def test_rfc8785_agrees(value: Json) -> None:
    """The bytes are those of rfc8785, an independent JCS implementation."""
    import rfc8785

    assert dump(value) == rfc8785.dumps(value)


@given(values, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_any_layout(value: Json, indent: int | str | None, ascii_escapes: bool) -> None:  # noqa: FBT001  # drawn
    """Layout and escapes do not change what is read; only the canonical text is canonical (T38)."""
    content = json.dumps(value, indent=indent, ensure_ascii=ascii_escapes).encode()
    assert read_json(content, max_bytes=LIMIT) == value
    if content != dump(value):
        with pytest.raises(FormatError):
            read_canonical(content, max_bytes=LIMIT)


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_noise(content: bytes) -> None:
    """Any bytes raise FormatError and nothing else, or hold one value that can be written again."""
    with contextlib.suppress(FormatError):
        value = read_json(content, max_bytes=LIMIT)
        assert read_json(dump(value), max_bytes=LIMIT) == value
    with contextlib.suppress(FormatError):
        assert dump(read_canonical(content)) == content


@given(st.text(st.sampled_from('[]{}",:\\u0019dDeE.- \n\t"tn'), max_size=60).map(str.encode))
def test_json_like_noise(content: bytes) -> None:
    """Texts made of JSON's own characters raise FormatError alone, or mean what the standard reader reads."""
    with contextlib.suppress(FormatError):
        assert read_json(content, max_bytes=LIMIT) == json.loads(content)


@given(value=values, at=st.integers(0, 10_000), replacement=st.binary(max_size=2))
def test_edited(value: Json, at: int, replacement: bytes) -> None:
    """An edit of canonical bytes is refused, or is the canonical text of another value."""
    content = dump(value)
    at %= len(content)
    edited = content[:at] + replacement + content[at + 1 :]
    with contextlib.suppress(FormatError):
        other = read_canonical(edited, max_bytes=LIMIT)
        assert dump(other) == edited
        assert (json.dumps(other) == json.dumps(value)) <= (edited == content) or type(other) is dict


@given(strings)
def test_printable_only(text: str) -> None:
    """`ascii_only` lets a string through exactly if all its characters are printable ASCII."""
    printable = all(" " <= character <= "~" for character in text)
    shapes: tuple[Json, ...] = (text, [text], {"k": text})
    for value in shapes:
        if printable:
            assert read_canonical(dump(value, ascii_only=True), ascii_only=True, max_bytes=LIMIT) == value
        else:
            with pytest.raises(FormatError):
                dump(value, ascii_only=True)
            with pytest.raises(FormatError):
                read_canonical(dump(value), ascii_only=True, max_bytes=LIMIT)
