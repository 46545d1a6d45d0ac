# SPDX-License-Identifier: Apache-2.0
"""Lists as text: UTF-8 or GB 18030, cells between commas, semicolons or tabs, as the header row says.

A spreadsheet in a language whose decimals have a comma saves "CSV" with semicolons.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from api.lists.errors import ListFileError
from attest.catalogue.listing.columns import column_of
from attest.catalogue.listing.document_table import HEADERS
from attest.catalogue.listing.model import NOTE, Fault
from attest.catalogue.listing.table import unguarded

if TYPE_CHECKING:
    from collections.abc import Iterator

SEPARATORS: Final = {
    ",": ("逗号", "commas"),
    ";": ("分号", "semicolons"),
    "\t": ("制表符", "tabs"),
}
"""What may stand between cells, the usual one first, in words."""
_PLACES: Final = frozenset(word for pair in HEADERS for word in pair)


def read_delimited(content: bytes) -> tuple[list[list[str]], list[Fault]]:
    """The table, and a note where other than commas stand between its cells (ListFileError: no table)."""
    text = _text(content)
    separator = max(SEPARATORS, key=lambda one: _known_headers(text, one))
    try:
        table = [[unguarded(cell) for cell in row] for row in _rows(text, separator)]
    except csv.Error as error:
        zh, en = f"CSV 有误：{error}。", f"The CSV is wrong: {error}."
        raise ListFileError("not_csv", zh, en) from error
    if separator == ",":
        return table, []
    zh, en = SEPARATORS[separator]
    zh, en = f"列之间是{zh}，已按此读取。", f"Cells stand between {en}, and were read so."
    return table, [Fault("list.separator", 1, "", zh, en, NOTE)]


def _known_headers(text: str, separator: str) -> int:
    """How many columns of the first row are known where this separates them."""
    try:
        header = next(_rows(text, separator), [])
    except csv.Error:
        return 0
    return sum(
        column_of(unguarded(cell)) is not None or cell.strip().casefold() in _PLACES for cell in header
    )


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _text(content: bytes) -> str:
    """UTF-8, or what Chinese spreadsheets save as CSV: GB 18030."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError as error:
            zh, en = "不是 UTF-8，也不是 GB 18030 编码。", "Neither UTF-8 nor GB 18030."
            raise ListFileError("encoding", zh, en) from error
