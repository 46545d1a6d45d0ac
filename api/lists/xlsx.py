# SPDX-License-Identifier: Apache-2.0
"""XLSX as tables of texts, by openpyxl: looked over as a zip before any of it is parsed."""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from api.lists.errors import ListFileError
from attest.catalogue.listing.model import Fault
from attest.catalogue.listing.table import MOST_ROWS, guarded, unguarded

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_UNPACKED: Final = 64 << 20
"""Bytes of all members of the zip together, unpacked."""
MOST_MEMBERS: Final = 256
MOST_COLUMNS: Final = 256
MOST_MARKED_ROWS: Final = 100_000
"""Rows of one member, also empty ones and such as stand there twice: each costs time before it is seen."""
MOST_MARKS: Final = 5_000_000
"""Beginnings and ends of elements in one member."""
MOST_TOKEN: Final = 1 << 18
"""Bytes without a mark: the parser begins such a piece again with every 16 KiB, twice of this at most."""
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)
"""What reading a member of a damaged, encrypted or foreign archive may raise."""
_CHUNK: Final = 1 << 16
_UNWRITABLE: Final = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
"""What no XML can hold: one such character makes the whole workbook unreadable."""
_ROW: Final = re.compile(rb"[<:]row[\s/>]")
_UNTIL: Final = ((b"<!--", b"-->"), (b"<?", b"?>"))
_DECLARED: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def read_xlsx(content: bytes) -> tuple[list[list[str]], list[Fault]]:
    """The first sheet as texts, and the cells that are no plain values."""
    _look_over(content)
    import openpyxl  # noqa: PLC0415  # only these commands load it

    faults: list[Fault] = []
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            sheet = book.worksheets[0]
            rows = islice(sheet.iter_rows(max_col=MOST_COLUMNS), MOST_ROWS + 2)
            table = [
                [_text(cell, number, column, faults) for column, cell in enumerate(cells, 1)]
                for number, cells in enumerate(rows, 1)
            ]
        finally:
            book.close()
    except Exception as error:  # openpyxl lets through whatever its XML, zip and number readers raise
        zh = f"不能读作 XLSX（{type(error).__name__}）。"
        raise ListFileError("not_xlsx", zh, f"Cannot be read as XLSX ({type(error).__name__}).") from error
    return [_trimmed(cells) for cells in table], faults


def _look_over(content: bytes) -> None:
    """Refuse what is no zip, unpacks to too much, declares entities, or takes a parser too long."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            left = MOST_UNPACKED
            if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > left:
                raise _too_much()
            for member in members:
                pieces = []
                with archive.open(member) as stream:
                    while piece := stream.read(_CHUNK):
                        left -= len(piece)
                        if left < 0:
                            raise _too_much()
                        pieces.append(piece.replace(b"\0", b""))  # UTF-16 reads as UTF-8 then
                _look_through(b"".join(pieces))
    except _DAMAGED as error:
        zh, en = "不是 XLSX 文件，或者已加密、已损坏。", "Not an XLSX file, or an encrypted or damaged one."
        raise ListFileError("not_xlsx", zh, en) from error


def _look_through(member: bytes) -> None:
    if _DECLARED.search(member):
        raise ListFileError(
            "declares", "文件中有文档类型声明，不予读取。", "The file declares a document type."
        )
    if not member.lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n").startswith(b"<"):
        return  # no XML: a picture, which nobody opens
    if len(_ROW.findall(member)) > MOST_MARKED_ROWS:
        zh = f"一张表超过 {MOST_MARKED_ROWS} 行（空行也算）：请删去空行。"
        en = f"A sheet has more than {MOST_MARKED_ROWS} rows, empty ones among them: delete those."
        raise ListFileError("too_large", zh, en)
    if member.count(b"<") > MOST_MARKS or _has_long_token(member):
        zh = "文件内部的标记太多或者太长：请另存为 CSV。"
        raise ListFileError("too_large", zh, "The file's markup is too much or too long: save it as CSV.")


def _has_long_token(member: bytes) -> bool:
    """Whether some piece of markup is too long to be parsed soon; linear, whatever stands there."""
    blocks = range(0, len(member) - MOST_TOKEN + 1, MOST_TOKEN)
    if any(member.find(b"<", at, at + MOST_TOKEN) < 0 for at in blocks):
        return True
    for beginning, end in _UNTIL:  # these may hold marks
        at = member.find(beginning)
        while at >= 0:
            until = member.find(end, at)
            if (len(member) if until < 0 else until) - at > MOST_TOKEN:
                return True
            at = member.find(beginning, until) if until >= 0 else -1
    return False


def _too_much() -> ListFileError:
    zh = f"展开后超过 {MOST_UNPACKED >> 20} MiB。"
    return ListFileError("too_large", zh, f"It unpacks to more than {MOST_UNPACKED >> 20} MiB.")


def _text(cell: Any, row: int, column: int, faults: list[Fault]) -> str:
    """The cell's value as text; a formula or an error value is a fault."""
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if value is None:
        return ""
    if kind in ("f", "e"):
        where = _letters(column)
        zh, en = (
            f"{where} 列是公式或者错误值，请改为文字。",
            f"Column {where} holds a formula or an error value.",
        )
        faults.append(Fault("list.formula", row, where, zh, en))
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return unguarded(str(value))


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def write_xlsx(table: Sequence[Sequence[str]], title: str, widths: Sequence[int]) -> bytes:
    """One sheet, its header bold and fixed; every cell is text."""
    import openpyxl  # noqa: PLC0415  # only these commands load it
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for number, row in enumerate(table):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=guarded(_UNWRITABLE.sub("\ufffd", text)) or None)
            cell.number_format = "@"
            if number == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
