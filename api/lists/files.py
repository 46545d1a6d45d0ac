# SPDX-License-Identifier: Apache-2.0
"""Guide lists in files by their ending: `.xlsx`, `.csv`, `.json`; a folder of item documents for reading."""

from __future__ import annotations

import csv
import io
import json
import secrets
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from api.lists.delimited import read_delimited
from api.lists.errors import ListFileError
from api.lists.xlsx import MOST_COLUMNS, read_xlsx, write_xlsx
from attest.catalogue.documents import FORMATS
from attest.catalogue.expectations import fault_words
from attest.catalogue.item_document import ITEM_FORMAT, check_item, parse_item
from attest.catalogue.item_format import format_item
from attest.catalogue.listing.columns import COLUMNS
from attest.catalogue.listing.document_table import document_of, is_document_table, table_of
from attest.catalogue.listing.model import Fault, Row
from attest.catalogue.listing.table import guarded, read, written
from attest.catalogue.listing.writing import rows_of
from attest.catalogue.reading import CatalogueError
from attest.catalogue.types_document import parse_types
from ledger.durable import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from attest.catalogue.model import MaterialTypes, ServiceItem

LIST_FORMAT: Final = "once/guide-list/1"
"""`{"format", "rows": [{header: text}]}`: the same cells as in a spreadsheet, unguarded."""
MOST_BYTES: Final = 10 << 20
MOST_ITEMS: Final = 1_000
ENDINGS: Final = (".xlsx", ".csv", ".json")

_WIDE: Final = {"requirement_zh": 40, "requirement_en": 40, "item_zh": 36, "item_en": 36}

_Table = tuple[list[list[str]], list[Fault]]


def read_list(path: Path, types: MaterialTypes) -> tuple[list[Row], list[Fault]]:
    """The rows of a list or of item documents, and what is wrong in it (ListFileError: not a list at all)."""
    if path.is_dir():
        files = sorted(path.glob("*.json"))[:MOST_ITEMS]
        if not files:
            zh, en = f"{path} 里没有 .json 事项文件。", f"{path} holds no item document (.json)."
            raise ListFileError("empty", zh, en)
        return _documents([(one.name, _json(one.name, _content(one))) for one in files], types)
    if not path.exists():
        raise _missing(path)
    if path.suffix.lower() not in ENDINGS:
        raise _ending()
    return read_content(path.name, path.suffix.lower(), _content(path), types)


def read_content(
    name: str, ending: str, content: bytes, types: MaterialTypes
) -> tuple[list[Row], list[Fault]]:
    """As `read_list`, of a file that was sent: `ending` says what it is, `name` is shown, if any."""
    if len(content) > MOST_BYTES:
        raise _too_large()
    if ending == ".json":
        value = _json(name, content)
        if isinstance(value, dict) and value.get("format") == LIST_FORMAT:
            return _rows(_json_table(value))
        several = value if isinstance(value, list) else [value]
        return _documents([(name, one) for one in several], types)
    if ending == ".csv":
        return _rows(read_delimited(content))
    if ending == ".xlsx":
        return _rows(read_xlsx(content))
    raise _ending()


def _ending() -> ListFileError:
    zh, en = "只读 .xlsx、.csv、.json；旧的 .xls 请另存为 .xlsx。", "Only .xlsx, .csv and .json are read."
    return ListFileError("ending", zh, en)


def read_types(path: Path) -> MaterialTypes:
    """A document of material types."""
    try:
        return parse_types(_json(path.name, _content(path)))
    except CatalogueError as error:
        zh, en = fault_words(error).sentence
        zh, en = f"材料类型文件有误：{zh}", f"The document of material types is wrong: {en}"
        raise ListFileError("types", zh, en) from error


def read_items(folder: Path) -> list[ServiceItem]:
    """The item documents of a folder (ListFileError where there is none, or one is wrong)."""
    found = []
    for path in sorted(folder.glob("*.json"))[:MOST_ITEMS]:
        try:
            found.append(parse_item(_json(path.name, _content(path))))
        except CatalogueError as error:
            zh, en = fault_words(error).sentence
            zh = f"事项文件 {path.name} 有误：{zh}"
            en = f"The item document {path.name} is wrong: {en}"
            raise ListFileError("item", zh, en) from error
    if not found:
        zh, en = f"{folder} 里没有 .json 事项文件。", f"{folder} holds no item document (.json)."
        raise ListFileError("empty", zh, en)
    return found


def document_in(path: Path) -> tuple[Any, list[Fault]] | None:
    """The document of a file that is one but no item, as JSON or as a table of places; else None."""
    if path.suffix.lower() not in ENDINGS or not path.is_file():
        return None
    return document_in_content(path.name, path.suffix.lower(), _content(path))


def document_in_content(name: str, ending: str, content: bytes) -> tuple[Any, list[Fault]] | None:
    """As `document_in`, of a file that was sent (ListFileError where it is not even a table)."""
    if len(content) > MOST_BYTES:
        raise _too_large()
    if ending == ".json":
        value = _json(name, content)
        format_ = value.get("format") if isinstance(value, dict) else None
        return (value, []) if format_ in FORMATS and format_ != ITEM_FORMAT else None
    table, faults = read_xlsx(content) if ending == ".xlsx" else read_delimited(content)
    if not is_document_table(table):
        return None
    value, more = document_of(table)
    return value, [*faults, *more]


def document_bytes(document: Any, ending: str, language: str) -> bytes:
    """A document as a file: indented JSON, or a table of places with formulas guarded."""
    if ending == ".json":
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    return table_bytes(table_of(document, language), ending, "目录文件", (48, 12, 60))


def _rows(table: _Table) -> tuple[list[Row], list[Fault]]:
    texts, faults = table
    if any(len(cells) > MOST_COLUMNS for cells in texts):
        zh, en = f"超过 {MOST_COLUMNS} 列。", f"The list has more than {MOST_COLUMNS} columns."
        raise ListFileError("too_large", zh, en)
    rows, more = read(texts)
    return rows, [*faults, *more]


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise _missing(path) from error
    except OSError as error:
        zh = f"打不开 {path.name}：{error.strerror}。"
        raise ListFileError("unreadable", zh, f"Cannot open {path.name}: {error.strerror}.") from error
    if len(content) > MOST_BYTES:
        raise _too_large()
    return content


def _too_large() -> ListFileError:
    zh = f"超过 {MOST_BYTES >> 20} MiB。"
    return ListFileError("too_large", zh, f"The file has more than {MOST_BYTES >> 20} MiB.")


def _missing(path: Path) -> ListFileError:
    return ListFileError("missing", f"没有 {path} 这个文件或文件夹。", f"There is no file or folder {path}.")


def _json(name: str, content: bytes) -> Any:
    try:
        value = json.loads(content)
        json.dumps(value, ensure_ascii=False).encode()  # half a pair of surrogates is no text
    except (ValueError, RecursionError) as error:
        zh, en = f"{name or '文件'} 不是 JSON。", f"{name or 'The file'} is not JSON."
        raise ListFileError("not_json", zh, en) from error
    return value


def _json_table(value: dict[str, Any]) -> _Table:
    rows = value.get("rows")
    flat = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    if not flat or any(not isinstance(text, str) for row in value["rows"] for text in row.values()):
        zh, en = "rows 须是对象的列表，单元格须是文字。", "`rows` is a list of objects whose cells are texts."
        raise ListFileError("not_rows", zh, en)
    headers = list(dict.fromkeys(header for row in value["rows"] for header in row))
    return [headers, *([row.get(header, "") for header in headers] for row in value["rows"])], []


def _documents(values: Sequence[tuple[str, Any]], types: MaterialTypes) -> tuple[list[Row], list[Fault]]:
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, (name, value) in enumerate(values, 1):
        if not isinstance(value, dict) or value.get("format") != ITEM_FORMAT:
            zh, en = (f"（{name}）", f" ({name})") if name else ("", "")
            zh, en = f"第 {number} 份{zh}不是事项文件。", f"Document {number}{en} is no item."
            faults.append(Fault("list.no_item", 0, "", zh, en))
            continue
        try:
            item = parse_item(value)
            check_item(item, types)
        except CatalogueError as error:
            code = str(value.get("code"))[:50]
            zh, en = fault_words(error).sentence
            lead_zh, lead_en = (f"{name}，", f"{name}, ") if name else ("", "")
            zh, en = f"{lead_zh}事项 {code}：{zh}", f"{lead_en}item {code}: {en}"
            faults.append(Fault("list.not_an_item", 0, error.path, zh, en))
            continue
        made = enumerate(rows_of([item], types), len(rows) + 2)
        rows += [replace(row, number=n, file=name) for n, row in made]
    return rows, faults


def list_bytes(rows: Sequence[Row], ending: str, language: str) -> bytes:
    """A list in the form that its file ending says; formulas are guarded in all but JSON."""
    table = written(rows, language)
    if ending != ".json":
        return table_bytes(table, ending, "办事指南清单", [_WIDE.get(column.key, 16) for column in COLUMNS])
    header = table[0]
    cells = [{name: text for name, text in zip(header, row, strict=True) if text} for row in table[1:]]
    return (json.dumps({"format": LIST_FORMAT, "rows": cells}, ensure_ascii=False, indent=1) + "\n").encode()


def table_bytes(table: Sequence[Sequence[str]], ending: str, title: str, widths: Sequence[int]) -> bytes:
    """A table of texts as `.xlsx` or `.csv`, formulas guarded.

    Each cell of a CSV stands in quotes: where a spreadsheet takes semicolons or tabs for separators too, none
    in a text begins a cell.
    """
    if ending == ".xlsx":
        return write_xlsx(table, title, widths)
    made = io.StringIO(newline="")
    csv.writer(made, quoting=csv.QUOTE_ALL).writerows([guarded(cell) for cell in row] for row in table)
    return made.getvalue().encode("utf-8-sig")


def write_items(folder: Path, items: Sequence[ServiceItem]) -> list[str]:
    """Each item's document in a new folder, which appears whole or not at all; the names of the files."""
    return write_documents(folder, {f"{one.code}.v{one.version}.json": format_item(one) for one in items})


def write_documents(folder: Path, documents: Mapping[str, Any]) -> list[str]:
    """Documents by file name in a new folder, which appears whole or not at all; the names."""
    aside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        aside.mkdir(parents=True)
        for name, document in documents.items():
            replace_file(aside / name, document_bytes(document, ".json", "zh"))
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return list(documents)
