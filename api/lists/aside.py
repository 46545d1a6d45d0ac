# SPDX-License-Identifier: Apache-2.0
"""Work on list files for a serving process, in a process aside with little memory and time of its own.

Asked on stdin, answered on stdout: one line of JSON, then a file. A hostile workbook can end this process and
nothing else; neither side writes anything down.
"""

from __future__ import annotations

import json
import resource
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from api.lists.errors import ListFileError
from api.lists.files import (
    document_bytes,
    document_in_content,
    list_bytes,
    read_content,
    table_bytes,
)
from attest.catalogue.item_document import parse_item
from attest.catalogue.item_format import format_item
from attest.catalogue.listing.checking import READ_SO, check_list, unreadable
from attest.catalogue.listing.columns import BY_KEY
from attest.catalogue.listing.model import NOTE, SEVERITIES
from attest.catalogue.listing.reading import items_of
from attest.catalogue.listing.writing import rows_of
from attest.catalogue.types_document import parse_types

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attest.catalogue.listing.model import Fault, Row
    from attest.catalogue.model import MaterialTypes

MEMORY: Final = 1 << 30
CPU_SECONDS: Final = 30
MOST_ITEMS: Final = 200
"""Items that a list to be drafted from may hold."""
MOST_SHOWN: Final = 500
"""Findings, and faults, that an answer holds; all are counted, and all stand in the report as a file."""
HEADERS: Final = (
    ("程度", "severity"),
    ("实施主体", "authority"),
    ("事项编码", "item code"),
    ("行", "row"),
    ("列", "column"),
    ("代码", "code"),
    ("情况", "finding"),
    ("怎么改", "what to do"),
)
WIDTHS: Final = (10, 22, 12, 8, 16, 26, 60, 60)
_SEVERITY: Final = {"error": ("必须改", "error"), "warning": ("建议改", "warning"), "note": ("说明", "note")}


def confine() -> None:
    """Bounds of this process from now on."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answered(asked: bytes) -> bytes:
    """The answer to a line of JSON and a file; `{"refused": {code, zh, en}}` for what is no list."""
    line, _, content = asked.partition(b"\n")
    head = json.loads(line)
    try:
        said, file = _TASKS[head["task"]](head, content)
    except ListFileError as error:
        said, file = {"refused": {"code": error.code, "zh": error.zh, "en": error.en}}, b""
    return json.dumps(said, ensure_ascii=False).encode() + b"\n" + file


def _look(head: Mapping[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """The guide check over a list: all counted, the first shown."""
    rows, found = _checked(head, content)
    by = Counter((one["authority"], one["severity"], one["code"]) for one in found if one["code"] != READ_SO)
    return {
        "rows": len(rows),
        "items": len({row.get("item") for row in rows if row.get("item")}),
        "counts": {name: sum(one["severity"] == name for one in found) for name in SEVERITIES},
        "tally": [[*key, count] for key, count in by.items()],
        "findings": found[:MOST_SHOWN],
    }, b""


def _report(head: Mapping[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """The guide check over a list as a file, every finding a row."""
    language, names = head["language"], head["names"]
    en = language == "en"
    table = [[pair[en] for pair in HEADERS]]
    for one in _checked(head, content)[1]:
        column = BY_KEY.get(one["column"])
        table.append(
            [
                _SEVERITY[one["severity"]][en],
                names.get(one["authority"], {}).get(language, one["authority"]),
                one["item"],
                str(one["row"] or ""),
                column.header(language) if column else str(one["column"]),
                one["code"],
                one[language],
                one[f"next_{language}"],
            ]
        )
    return {}, table_bytes(table, head["as"], "指南体检", WIDTHS)


def _checked(head: Mapping[str, Any], content: bytes) -> tuple[list[Row], list[dict[str, Any]]]:
    types = parse_types(head["types"])
    rows, faults = read_content(head["name"], head["ending"], content, types)
    _require_some(rows, faults)
    authorities: dict[str, str] = {}
    for row in rows:
        if row.get("authority"):
            authorities.setdefault(row.get("item"), row.get("authority"))
    placed = {row.number: row for row in rows}
    found = []
    for one in [*unreadable(faults), *check_list(rows, types, head.get("examples"))]:
        said: dict[str, Any] = one.json(head["names"])
        if one.row in placed:  # a row that was made of a document nobody ever saw
            at = placed[one.row]
            said.update({"row": 0 if at.file else one.row, "item": one.item or at.get("item")})
        found.append({**said, "authority": authorities.get(str(said["item"]), "")})
    return rows, found


def _read(head: Mapping[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """The items of a list with what is wrong in it by row, and which of them state their version."""
    types = parse_types(head["types"])
    rows, faults = read_content(head["name"], head["ending"], content, types)
    _require_some(rows, faults)
    items, more = items_of(rows, types) if rows else ([], [])
    if len(items) > MOST_ITEMS:
        zh, en = f"超过 {MOST_ITEMS} 个事项，请分成几份。", f"More than {MOST_ITEMS} items: split the list."
        raise ListFileError("too_large", zh, en)
    found = [fault.json() for fault in [*faults, *more]]
    return {
        "rows": len(rows),
        "items": [format_item(one) for one in items],
        "stated": sorted({row.get("item") for row in rows if row.get("version")}),
        "sound": bool(items) and not any(one["severity"] == "error" for one in found),
        "faults": found[:MOST_SHOWN],
        "more": max(0, len(found) - MOST_SHOWN),
    }, b""


def _document(head: Mapping[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """The document of a file that is no guide: as JSON, or as a table of places."""
    found = document_in_content(head["name"], head["ending"], content)
    if found is None:
        zh = "不是目录文件：须是带 format 的 JSON，或者有“位置”“值”两列的表。"
        en = "No document of the catalogue: JSON with a format, or a table with the columns place and value."
        raise ListFileError("no_document", zh, en)
    value, faults = found
    said = [fault.json() for fault in faults]
    return {"document": value, "faults": said[:MOST_SHOWN], "more": max(0, len(said) - MOST_SHOWN)}, b""


def _table(head: Mapping[str, Any], _: bytes) -> tuple[dict[str, Any], bytes]:
    """A document as a file."""
    return {}, document_bytes(head["document"], head["as"], head["language"])


def _write(head: Mapping[str, Any], _: bytes) -> tuple[dict[str, Any], bytes]:
    """Items as a list."""
    types: MaterialTypes = parse_types(head["types"])
    items = [parse_item(one) for one in head["items"]]
    return {}, list_bytes(rows_of(items, types), head["as"], head["language"])


def _require_some(rows: Sequence[Row], faults: Sequence[Fault]) -> None:
    if not rows and all(one.severity == NOTE for one in faults):
        zh, en = "文件中没有任何事项，什么也没有检查。", "The file holds no item: nothing was looked at."
        raise ListFileError("empty", zh, en)


_TASKS: Final = {
    "look": _look,
    "report": _report,
    "read": _read,
    "write": _write,
    "document": _document,
    "table": _table,
}
