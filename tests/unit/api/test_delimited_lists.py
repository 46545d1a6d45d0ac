# SPDX-License-Identifier: Apache-2.0
"""Lists whose cells stand between commas, semicolons or tabs: one and the same list."""

from __future__ import annotations

import csv
import io
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.lists.delimited import SEPARATORS, read_delimited
from api.lists.errors import ListFileError
from api.lists.files import document_in_content, read_content
from attest.catalogue.listing.checking import unreadable
from attest.catalogue.listing.document_table import table_of
from attest.catalogue.listing.table import guarded, written
from attest.catalogue.listing.writing import rows_of
from tests.recognition_parts import catalogue_json, demo_item, demo_types

TYPES = demo_types()
OTHERS = tuple(one for one in SEPARATORS if one != ",")
cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


def typed(table: list[list[str]], separator: str, quoting: Literal[0, 1, 2, 3] = csv.QUOTE_MINIMAL) -> bytes:
    """As a spreadsheet saves it."""
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=separator, quoting=quoting).writerows(
        [guarded(c) for c in row] for row in table
    )
    return made.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("separator", OTHERS)
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_a_list_is_the_same_between_other_separators(
    language: str, separator: str, quoting: Literal[0, 1]
) -> None:
    """Rows as with commas, also where cells hold the other separators; the report says how they were read."""
    rows = rows_of([demo_item("SC-002"), demo_item("YC-004")], TYPES)
    table = written(rows, language)
    assert any("; " in cell for row in table for cell in row)
    usual = read_content("list", ".csv", typed(table, ",", quoting), TYPES)
    assert usual == (rows, [])
    found, notes = read_content("list", ".csv", typed(table, separator, quoting), TYPES)
    assert found == rows
    assert [(one.code, one.severity, one.row) for one in notes] == [("list.separator", "note", 1)]
    assert SEPARATORS[separator][1] in notes[0].en
    (told,) = unreadable(notes)
    assert (told.code, told.severity) == ("guide.read_so", "note")
    assert notes[0].zh in str(told.json({})["zh"])


@pytest.mark.parametrize("separator", OTHERS)
def test_a_table_of_places_too(separator: str) -> None:
    """Any other document as a table, between semicolons or tabs, in GB 18030 as well."""
    document = catalogue_json("availability/SC-002")
    for encoding in ("utf-8-sig", "gb18030"):
        content = typed(table_of(document, "zh"), separator).decode("utf-8-sig").encode(encoding)
        read = document_in_content("places", ".csv", content)
        assert read is not None
        assert (read[0], [one.code for one in read[1]]) == (document, ["list.separator"])


@pytest.mark.parametrize(
    ("header", "width"),
    [
        ("事项编码,事项名称;别的", 2),
        ("事项编码;事项名称,别的", 2),
        ("事项编码", 1),
        ("no;such;column", 1),
        ("", 0),
        ('"事项编码";"事项名称"', 2),
        ("事项编码\t事项名称;实施主体", 2),
    ],
)
def test_the_header_decides(header: str, width: int) -> None:
    """What makes most columns known; commas where nothing does."""
    table, _ = read_delimited(header.encode())
    assert [len(row) for row in table[:1]] == ([width] if header else [])


def test_what_is_no_table_is_still_refused() -> None:
    """A quote that never ends, an encoding that is none."""
    for content, code in ((b'"a;b', "not_csv"), (b"\xff\xff", "encoding")):
        with pytest.raises(ListFileError) as caught:
            read_delimited(content)
        assert caught.value.code == f"list_file.{code}"


@given(st.lists(st.lists(cells, min_size=2, max_size=2), max_size=4), st.sampled_from(sorted(SEPARATORS)))
def test_every_cell_comes_back(rows: list[list[str]], separator: str) -> None:
    """Whatever stands in the cells below a known header."""
    table = [["事项编码", "事项名称"], *rows]
    assert read_delimited(typed(table, separator, csv.QUOTE_ALL))[0] == table
