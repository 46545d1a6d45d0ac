# SPDX-License-Identifier: Apache-2.0
"""The JSON profile: what is one document, and what is refused (T38)."""

from __future__ import annotations

import enum
import time
from typing import TYPE_CHECKING

import pytest

from ledger.canonical import dump, read_canonical, read_json
from ledger.errors import FormatError

if TYPE_CHECKING:
    from ledger.canonical import Json

LIMIT = 1 << 20


@pytest.mark.parametrize(
    ("value", "content"),
    [
        (None, b"null"),
        ({}, b"{}"),
        ({"b": 1, "a": [True, False, None], "": ""}, b'{"":"","a":[true,false,null],"b":1}'),
        ({"B": 1, "a": 2, "A": 3, "_": 4, "1": 5}, b'{"1":5,"A":3,"B":1,"_":4,"a":2}'),
        (-(2**53) + 1, b"-9007199254740991"),
        ('\x00\x08\t\n\x0c\r\x1f"\\/\x7f', b'"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\/\x7f"'),
        ("证照\u2028😀", '"证照\u2028😀"'.encode()),
    ],
)
def test_canonical_bytes(value: Json, content: bytes) -> None:
    """Keys sorted, no layout, only the escapes that RFC 8785 names."""
    assert dump(value) == content
    assert read_canonical(content) == value


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" ",
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a":1,"\\u0061":2}',
        b'[{"b":{"a":1,"c":2,"a":3}}]',
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"[NaN]",
        b"1.0",
        b"1e0",
        b"-0.0",
        b"1E2",
        b"9007199254740992",
        b"-9007199254740992",
        b"18446744073709551616",
        b"[" + b"9" * 100_000 + b"]",
        b"01",
        b"+1",
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        b'"\xc0\x80"',
        b'{"k\\ud800":1}',
        '{"é":1}'.encode(),
        b"{'a':1}",
        b"[1,]",
        b"{}{}",
        b"{} x",
        b"// comment\n{}",
        b'"\t"',
        b"[" * 17 + b"]" * 17,
        b'{"a":' * 17 + b"1" + b"}" * 17,
        b" " + b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_outside_the_profile(content: bytes) -> None:
    """A text with two meanings, or outside the profile, is refused, canonical or not."""
    with pytest.raises(FormatError):
        read_json(content, max_bytes=LIMIT)
    with pytest.raises(FormatError):
        read_canonical(content, max_bytes=LIMIT)


def test_depth_and_length_are_limits() -> None:
    """Sixteen open containers and exactly the allowed bytes are read, one more is not."""
    deep = b"[" * 16 + b"]" * 16
    read_json(deep, max_bytes=32)
    read_json(b"[" + b" " * 3 + b'"]]]]"]', max_bytes=32, max_depth=1)
    for limits in ({"max_bytes": 31}, {"max_bytes": 32, "max_depth": 15}):
        with pytest.raises(FormatError):
            read_json(deep, **limits)


def test_layouts_of_one_value() -> None:
    """Key order, spaces, escapes and minus zero do not matter to a reader; a signed text has one spelling."""
    canonical = b'{"a":"A","b":0}'
    for content in (b'{"b":0,"a":"A"}', b' {"a": "A",\r\n\t"b": 0} ', b'{"a":"\\u0041","b":-0}'):
        assert dump(read_json(content, max_bytes=64)) == canonical
        with pytest.raises(FormatError):
            read_canonical(content)


def test_composed_and_decomposed_characters_stay_apart() -> None:
    """The bytes decide: é in one code point and in two are different values, and neither is altered."""
    composed, decomposed = dump("\u00e9"), dump("e\u0301")
    assert composed != decomposed
    assert read_canonical(composed) == "\u00e9"
    assert read_canonical(decomposed) == "e\u0301"


class _Name(enum.StrEnum):
    CASE = "case"


class _Level(enum.IntEnum):
    ONE = 1


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        b"bytes",
        (1,),
        {1},
        {1: 2},
        {None: 1},
        {"é": 1},
        "\ud800",
        {"a": "\udc00"},
        {_Name.CASE: 1},
        {b"bytes": 1},
        _Name.CASE,
        _Level.ONE,
        [1.5],
        {"a": (1,)},
        [object()],
    ],
)
def test_values_outside_the_profile(value: Json) -> None:
    """Only exact JSON types are written: no fraction, tuple, enumeration or half a character."""
    with pytest.raises(FormatError):
        dump(value)


def test_a_value_that_holds_itself() -> None:
    """A cycle is too deep, not endless."""
    cycle: list[Json] = []
    cycle.append(cycle)
    with pytest.raises(FormatError, match="too deep"):
        dump(cycle)


@pytest.mark.parametrize(
    ("value", "printable"),
    [
        ("plain ~", True),
        ('"\\', True),
        ("\\n", True),
        ("\n", False),
        ("\x7f", False),
        ("é", False),
        ("\\\n", False),
    ],
)
def test_printable_ascii(value: str, *, printable: bool) -> None:
    """Printable ASCII may hold quotes and backslashes, and no control character however it is escaped."""
    if printable:
        assert read_canonical(dump(value, ascii_only=True), ascii_only=True) == value
        return
    with pytest.raises(FormatError):
        dump({value: 1}, ascii_only=True)
    with pytest.raises(FormatError):
        read_canonical(dump([value]), ascii_only=True)


@pytest.mark.parametrize(
    "content",
    [b'"' + b'\\"' * 500_000, b'{"a":1,' * 100_000, b'"' * 500_001, b"[" + b'"\\', b"\\" * 500_000],
    ids=["escaped quotes", "open objects", "quotes", "half an escape", "backslashes"],
)
def test_hostile_texts_cost_linear_time(content: bytes) -> None:
    """A megabyte made to confuse the depth scan is refused in well under a second of CPU."""
    began = time.process_time()
    with pytest.raises(FormatError):
        read_json(content, max_bytes=2 * LIMIT)
    assert time.process_time() - began < 2


def test_many_keys_one_twice() -> None:
    """The key that stands twice among 50,000 is found without comparing each with each."""
    content = b"{" + b",".join(b'"k%d":1' % number for number in range(50_000)) + b',"k49999":1}'
    with pytest.raises(FormatError, match="k49999"):
        read_json(content, max_bytes=LIMIT)
