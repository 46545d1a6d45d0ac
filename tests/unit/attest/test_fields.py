# SPDX-License-Identifier: Apache-2.0
"""The reader of JSON objects: typed, bounded, nothing left over, errors that never repeat a value."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.fields import CODE, FieldError, Fields

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)

READERS: list[Callable[[Fields], object]] = [
    lambda fields: fields.text("m"),
    lambda fields: fields.text("m", 4, CODE),
    lambda fields: fields.optional_text("m"),
    lambda fields: fields.choice("m", ("a", "b")),
    lambda fields: fields.octets("m", 2),
    lambda fields: fields.integer("m", 1, 9),
    lambda fields: fields.optional_day("m"),
    lambda fields: fields.fields("m"),
    lambda fields: list(fields.objects("m", 1, 2)),
    lambda fields: fields.texts("m", 2),
    lambda fields: fields.words("m", 2),
]


@pytest.mark.parametrize(
    ("reader", "value", "read"),
    [
        (0, "x", "x"),
        (0, "某", "某"),
        (1, "a_b1", "a_b1"),
        (2, "x", "x"),
        (3, "b", "b"),
        (4, "00ff", b"\x00\xff"),
        (5, 9, 9),
        (6, "2024-02-29", date(2024, 2, 29)),
        (9, ["a", "b"], ("a", "b")),
        (10, {"a": "b"}, {"a": "b"}),
    ],
)
def test_members_are_read(reader: int, value: object, read: object) -> None:
    """A member of its type is read as its type."""
    fields = Fields({"m": value})
    assert READERS[reader](fields) == read
    fields.done()


BAD: dict[int, list[Any]] = {
    0: ["", "x" * 201, "a\nb", "a\u200bb", 1, ["x"], True],
    1: ["A", "abcde", "a\n", "1a"],
    3: ["c", ["a"], 1],
    4: ["00FF", "00f", "00ff00", "００", b"00ff"],
    5: [0, 10, True, 1.0, "1"],
    6: ["2023-02-29", "2024-2-9", "20240229", "2024-02-29T00", "٢٠٢٤-٠١-٠١", 1],
    7: [[], "x", 1],
    8: [[], [{}, {}, {}], [1], {}, "x"],
    9: [["A"], ["a", "b", "c"], "a", [1]],
    10: [{"A": "b"}, {"a": "B"}, {"a": 1}, {"a": "b", "c": "d", "e": "f"}, []],
}
"""Values by the number of the reader that must refuse them; all refuse null."""


@pytest.mark.parametrize(
    ("reader", "value"),
    [(number, value) for number in range(len(READERS)) for value in (None, *BAD.get(number, []))],
)
def test_other_values_are_refused(reader: int, value: object) -> None:
    """A member of another type or out of bounds is refused by path and without its value."""
    with pytest.raises(FieldError) as refused:
        READERS[reader](Fields({"m": value}, "/outer"))
    assert refused.value.code == "field.invalid"
    assert refused.value.path.startswith("/outer/m")


def test_missing_and_unknown_members_are_named() -> None:
    """What is not there and what nobody reads are told apart."""
    with pytest.raises(FieldError) as refused:
        Fields({}).text("m")
    assert (refused.value.code, refused.value.path) == ("field.missing", "/m")
    with pytest.raises(FieldError) as refused:
        Fields({"m": 1, "b" * 90: 2, "c": 3}).done()
    assert (refused.value.code, refused.value.path) == ("field.unknown", "/" + "b" * 64)
    with pytest.raises(FieldError):
        Fields([])
    assert Fields({}).optional_text("m") is None
    assert Fields({}).optional_day("m") is None


@given(json_values, st.sampled_from(range(len(READERS))))
def test_nothing_but_field_errors(value: Any, reader: int) -> None:
    """Whatever stands in a member, it is read or refused as a field; no error repeats a long text."""
    said = ""
    with suppress(FieldError):
        try:
            READERS[reader](Fields({"m": value}))
        except FieldError as error:
            said = str(error)
            raise
    assert not (isinstance(value, str) and len(value) > 8 and value in said)


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "a\nb", "a\x7f", "\u202eabc", "a\u2028", "e\u0301", "\u2066x\u2069", "a\u200bb", "\ufeffa"],
)
def test_text_is_what_it_looks_like(text: str) -> None:
    """Control and invisible characters, bidirectional overrides and text that is not NFC are refused."""
    with pytest.raises(FieldError, match=r"field\.invalid"):
        Fields({"m": text}).text("m")


@pytest.mark.parametrize("text", ["张三\u3000丰", "𰻝𰻝", "买买提\u00b7艾力", "\ue863", "O'Brien é"])
def test_any_name_may_stand(text: str) -> None:
    """Wide spaces, rare and private-use characters, points and accents of names are taken."""
    assert Fields({"m": text}).text("m") == text
