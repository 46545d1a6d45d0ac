# SPDX-License-Identifier: Apache-2.0
"""A table of texts and rows: headers in either language, words for codes, formulas kept harmless. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from attest.catalogue.listing.columns import BY_KEY, COLUMNS, Column, code_of, column_of, word_of
from attest.catalogue.listing.model import WARNING, Fault, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ROWS: Final = 20_000
MOST_CELL: Final = 4_000
"""Characters of one cell."""
_GUARDED: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_BETWEEN: Final = re.compile(r"[;；、,，\n]")


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet might take it for a formula."""
    return f"'{text}" if _GUARDED.match(text) else text


def unguarded(text: str) -> str:
    """The text without the apostrophe that `guarded` gave it."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text


def parts(text: str) -> list[str]:
    """What stands in a cell of several, between semicolons or commas of either language."""
    return [one.strip() for one in _BETWEEN.split(text) if one.strip()]


def written(rows: Sequence[Row], language: str) -> list[list[str]]:
    """The table of these rows, header first, with the words of one language; not guarded."""
    table = [[column.header(language) for column in COLUMNS]]
    table += [[_shown(column, row.get(column.key), language) for column in COLUMNS] for row in rows]
    return table


def _shown(column: Column, text: str, language: str) -> str:
    if not column.words or not text:
        return text
    codes = parts(text) if column.many else [text]
    return "; ".join(word_of(column, code, language) for code in codes)


def read(table: Sequence[Sequence[str]]) -> tuple[list[Row], list[Fault]]:
    """The rows of a table whose first row is its header; empty rows are left out."""
    if not table or not any(cell.strip() for cell in table[0]):
        return [], [Fault("list.empty", 1, "", "文件中没有表头。", "The file has no header.")]
    faults: list[Fault] = []
    keys = _keys(table[0], faults)
    if len(table) - 1 > MOST_ROWS:
        zh, en = f"超过 {MOST_ROWS} 行。", f"There are more than {MOST_ROWS} rows."
        return [], [Fault("list.too_long", len(table), "", zh, en)]
    rows = []
    for number, cells in enumerate(table[1:], 2):
        found: dict[str, str] = {}
        for key, text in zip(keys, cells, strict=False):
            said = text.strip()
            if key is not None and said:
                found[key] = _code(BY_KEY[key], said, number, faults)
        if any(text.strip() for text in cells[len(table[0]) :]):
            zh, en = "这一行的单元格比表头多。", "This row has more cells than the header."
            faults.append(Fault("list.ragged", number, "", zh, en))
        if found:
            rows.append(Row(number, found))
    return rows, faults


def _keys(header: Sequence[str], faults: list[Fault]) -> list[str | None]:
    keys: list[str | None] = []
    for text in header:
        key = column_of(text)
        name = _plain(text)
        if key is None and text.strip():
            zh, en = f"不认识的列“{name}”，未读取。", f"The column “{name}” is unknown and was not read."
            faults.append(Fault("list.unknown_column", 1, name, zh, en, WARNING))
        elif key is not None and key in keys:
            zh, en = f"列“{name}”出现两次。", f"The column “{name}” stands twice."
            faults.append(Fault("list.column_twice", 1, name, zh, en))
        keys.append(key)
    while keys and keys[-1] is None:
        keys.pop()
    if "item" not in keys:
        zh, en = "缺少“事项编码”列。", "The column “item code” is missing."
        faults.append(Fault("list.missing_column", 1, "item", zh, en))
    return keys


def _code(column: Column, text: str, number: int, faults: list[Fault]) -> str:
    """The cell with codes for words; a word that is none is reported and left as it is."""
    if len(text) > MOST_CELL:
        zh, en = f"超过 {MOST_CELL} 个字符。", f"The cell has more than {MOST_CELL} characters."
        faults.append(Fault("list.long_cell", number, column.key, zh, en))
        return text[:MOST_CELL]
    if not column.words:
        return text
    codes = []
    for word in parts(text) if column.many else [text]:
        code = code_of(column, word)
        if code is None:
            options = "、".join(zh for zh, _ in column.words.values())
            known = ", ".join(en for _, en in column.words.values())
            zh, en = f"“{_plain(word)}”不在可填的词中：{options}。", f"“{_plain(word)}” is none of: {known}."
            faults.append(Fault("list.unknown_word", number, column.key, zh, en))
        codes.append(code or word)
    return "; ".join(codes)


def _plain(text: str) -> str:
    """A short piece of foreign text, fit to be shown in a report."""
    kept = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    return kept[:40]
