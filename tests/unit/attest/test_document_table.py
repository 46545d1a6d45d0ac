# SPDX-License-Identifier: Apache-2.0
"""A document of the catalogue as a table, and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.demo import samples
from attest.catalogue.documents import read_document
from attest.catalogue.listing.document_table import document_of, is_document_table, table_of
from attest.catalogue.reading import CatalogueError

DOCUMENTS = [*samples.standards(), samples.types(), *samples.bundles(), *samples.policies(), *samples.items()]
NAMES = st.text("abz_.09", min_size=1, max_size=6)
VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(-(10**15), 10**15), st.text("文a=+ ", max_size=4).map(str.strip)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=12,
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_document_comes_back(language: str) -> None:
    """Each sample document, written as a table and read again, is the same and still of its kind."""
    for one in DOCUMENTS:
        table = table_of(one, language)
        assert is_document_table(table)
        assert document_of(table) == (one, [])
        assert read_document(one).version == one["version"]


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4))
def test_any_object_comes_back(value: dict[str, Any]) -> None:
    """No value is lost, turned or moved."""
    assert document_of(table_of(value, "zh")) == (value, [])


def test_a_row_put_in_between_needs_no_number() -> None:
    """Objects of a list stand in the order in which rows first name them, by whatever word."""
    table = [["place", "value"], ["a/#1/code", "x"], ["a/#new/code", "y"], ["a/#2/code", "z"]]
    assert document_of(table) == ({"a": [{"code": "x"}, {"code": "y"}, {"code": "z"}]}, [])


WRONG: dict[str, list[list[str]]] = {
    "twice": [["a", "text", "1"], ["a", "text", "2"]],
    "an object and a text": [["a", "text", "1"], ["a/b", "text", "2"]],
    "a list and an object": [["a/#1", "text", "1"], ["a/b", "text", "2"]],
    "no place": [["a//b", "text", "1"]],
    "no whole number": [["a", "number", "1e3"]],
    "no kind": [["a", "other", "1"]],
    "neither yes nor no": [["a", "yes or no", "maybe"]],
    "too deep": [["/".join(["a"] * 17), "text", "1"]],
    "a list as the whole": [["#1", "text", "1"]],
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_place_is_named_by_its_row(name: str) -> None:
    """One fault at the last row, and no exception."""
    table = [["place", "kind", "value"], *WRONG[name]]
    _, faults = document_of(table)
    assert [(one.code, one.row) for one in faults] == [("list.place", len(table))]


@pytest.mark.parametrize("value", [None, [], "x", {}, {"format": "once/other/1"}, {"format": 7}])
def test_what_is_no_document_is_refused(value: object) -> None:
    """Nothing but the known formats reads as a document."""
    with pytest.raises(CatalogueError):
        read_document(value)
