# SPDX-License-Identifier: Apache-2.0
"""Rows as service items: every fault by row and column, and no item where one of its rows is wrong. Pure.

What an item's document says of its own faults by JSON pointer is brought back to the cell it came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attest.catalogue.expectations import fault_words
from attest.catalogue.item_document import ITEM_FORMAT, check_item, parse_item
from attest.catalogue.listing.columns import BY_KEY
from attest.catalogue.listing.making import IMPORTED, UNSAID, Making
from attest.catalogue.listing.materials import Materials
from attest.catalogue.listing.model import ERROR, Fault, Row
from attest.catalogue.listing.table import parts
from attest.catalogue.reading import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attest.catalogue.model import MaterialTypes, ServiceItem

NOTICE: Final = "由清单导入，以实施主体公布的正式文本为准"
_ITEM_COLUMNS: Final = (
    "version",
    "item_zh",
    "item_en",
    "basic_code",
    "impl_code",
    "handling_code",
    "authority",
    "level",
    "receivers",
    "case_type",
    "in_force",
    "case_roles",
    "result",
    "result_also",
    "result_term",
    "result_years",
    "result_ground",
    "result_mark",
    "notice",
)
_PLACES: Final = {
    "/name/zh": "item_zh",
    "/name/en": "item_en",
    "/code": "item",
    "/roles": "case_roles",
    "/result/type": "result",
    "/result/also": "result_also",
    "/result/term": "result_term",
    "/result/years": "result_years",
    "/result/citation/text": "result_ground",
    "/result/citation/certainty": "result_mark",
    "/result": "result",
}
_CLOCK_PLACES: Final = {
    "profile": "profile",
    "when": "clock_when",
    "counted_from": "counted_from",
    "statutory_limit/unit": "unit",
    "statutory_limit/citation": "statutory_mark",
    "promised_limit": "promised",
    "promised_limit/citation": "promised_mark",
    "extension": "extension",
    "extension/citation": "extension_mark",
}


def items_of(rows: Iterable[Row], types: MaterialTypes) -> tuple[list[ServiceItem], list[Fault]]:
    """The items of a list, and everything that is wrong in it; an item with an error is left out."""
    items: list[ServiceItem] = []
    faults: list[Fault] = []
    seen: set[tuple[str, int]] = set()
    for code, several in grouped(rows, faults):
        making = Making(code, several, types)
        item = _made(making)
        faults += making.faults
        if item is None:
            continue
        if (item.code, item.version) in seen:
            zh, en = (
                "这个事项的这一版本在前面已经出现。",
                "This version of the item stood further up already.",
            )
            faults.append(Fault("list.item_twice", several[0].number, "item", zh, en))
            continue
        seen.add((item.code, item.version))
        items.append(item)
    return items, sorted(faults, key=lambda one: one.row)


def grouped(
    rows: Iterable[Row], faults: list[Fault], *, nameless: bool = False
) -> list[tuple[str, list[Row]]]:
    """Rows by item in order: an empty code continues, another code or version begins.

    Rows before the first code are faults; `nameless`: items of no code, told apart by their names.
    """
    groups: list[tuple[str, list[Row]]] = []
    version = name = ""
    for row in rows:
        code, said = row.get("item"), row.get("version")
        first = not code and (not groups or not groups[-1][0])
        other = row.get("item_zh") not in ("", name)
        if first and not nameless:
            zh, en = "第一行须有事项编码。", "The first row needs an item code."
            faults.append(Fault("list.no_item", row.number, "item", zh, en))
        elif first and (not groups or other):
            groups.append(("", [row]))
            name = row.get("item_zh")
        elif not groups or (code and code != groups[-1][0]) or (said and version and said != version):
            groups.append((code or groups[-1][0], [row]))
            version = said
        else:
            groups[-1][1].append(row)
            version = version or said
    return groups


def _made(making: Making) -> ServiceItem | None:
    _head(making)
    _clocks(making)
    _grounds(making)
    _questions(making)
    Materials(making).fill()
    if any(fault.severity == ERROR for fault in making.faults):
        return None
    try:
        item = parse_item(making.document)
        check_item(item, making.types)
    except CatalogueError as error:
        row, column = _cell(making, error.path)
        said = BY_KEY[column] if error.path in making.places else None
        zh, en = fault_words(error, (said.zh, said.en) if said else None).sentence
        making.faults.append(Fault("list.not_an_item", row, column, zh, en))
        return None
    return item


def _cell(making: Making, pointer: str) -> tuple[int, str]:
    """The cell nearest to a pointer of the document."""
    path = pointer
    while path:
        found = making.places.get(path)
        if found is not None:
            return found
        path = path.rpartition("/")[0]
    return making.rows[0].number, "item"


def _head(making: Making) -> None:
    head: dict[str, str] = {}
    from_row: dict[str, Row] = {}
    for row in making.rows:
        for key in _ITEM_COLUMNS:
            text = row.get(key)
            if text and head.setdefault(key, text) != text:
                zh, en = "与本事项前面的行不一致。", "This differs from an earlier row of the item."
                making.fault("list.item_differs", row, key, zh, en)
            elif text:
                from_row.setdefault(key, row)
    first = making.rows[0]
    for key in (
        "item_zh",
        "item_en",
        "basic_code",
        "impl_code",
        "authority",
        "level",
        "result",
        "result_term",
    ):
        if key not in head:
            zh, en = "本事项缺少这一项。", "The item lacks this."
            making.fault("list.missing", first, key, zh, en)
    for key in _ITEM_COLUMNS:
        pointer = next((p for p, column in _PLACES.items() if column == key), f"/{key}")
        making.put(pointer, from_row.get(key, first), key)
    where = {key: from_row.get(key, first) for key in _ITEM_COLUMNS}
    result: dict[str, Any] = {
        "type": head.get("result", ""),
        "term": head.get("result_term", ""),
        "citation": {
            "text": head.get("result_ground", UNSAID),
            "certainty": head.get("result_mark", IMPORTED),
        },
    }
    if "result_years" in head:
        result["years"] = making.whole(where["result_years"], "result_years")
    if "handling_code" in head:
        making.document["handling_code"] = head["handling_code"]
    if "result_also" in head:
        result["also"] = parts(head["result_also"])
    making.document.update(
        {
            "format": ITEM_FORMAT,
            "code": making.code,
            "version": making.whole(where["version"], "version") if "version" in head else 1,
            "name": {"zh": head.get("item_zh", ""), "en": head.get("item_en", "")},
            "basic_code": head.get("basic_code", ""),
            "impl_code": head.get("impl_code", ""),
            "authority": head.get("authority", ""),
            "level": head.get("level", ""),
            "receivers": parts(head.get("receivers", "")),
            "case_type": head.get("case_type", "promised"),
            "result": result,
            "notice": head.get("notice", NOTICE),
            "roles": parts(head.get("case_roles", "applicant")),
        }
    )
    if "in_force" in head:
        making.document["in_force"] = head["in_force"]


def _clocks(making: Making) -> None:
    clocks: list[dict[str, Any]] = []
    for row in making.rows:
        if not row.has("clock_when", "profile", "statutory", "promised", "unit"):
            continue
        missing = [key for key in ("profile", "statutory", "promised", "unit") if not row.get(key)]
        for key in missing:
            making.fault("list.missing", row, key, "时限缺少这一项。", "The limit lacks this.")
        making.put(f"/clocks/{len(clocks)}", row, "statutory")
        for member, column in _CLOCK_PLACES.items():
            making.put(f"/clocks/{len(clocks)}/{member}", row, column)
        clock: dict[str, Any] = {"profile": row.get("profile")}
        for key in ("statutory", "promised", "extension"):
            number = making.whole(row, key)
            if number is not None:
                member = key if key == "extension" else f"{key}_limit"
                clock[member] = {"n": number, "unit": row.get("unit"), "citation": making.citation(row, key)}
        when = making.conditions(row, "clock_when")
        if when:
            clock["when"] = when
        if row.get("counted_from"):
            clock["counted_from"] = row.get("counted_from")
        clocks.append(clock)
    if not clocks:
        zh, en = "本事项没有时限。", "The item has no limit."
        making.fault("list.missing", making.rows[0], "statutory", zh, en)
    making.document["clocks"] = clocks


def _grounds(making: Making) -> None:
    found = [row for row in making.rows if row.has("ground", "mark")]
    for number, row in enumerate(found):
        making.put(f"/sources/{number}", row, "ground")
        making.put(f"/sources/{number}/certainty", row, "mark")
    grounds = [making.citation(row, "") for row in found]
    making.document["sources"] = grounds or [{"text": UNSAID, "certainty": IMPORTED}]


def _questions(making: Making) -> None:
    questions: dict[str, dict[str, Any]] = {}
    for row in making.rows:
        if not row.has("question", "question_zh", "option", "option_zh"):
            continue
        code = row.get("question") or (list(questions)[-1] if questions else "")
        asked = questions.setdefault(code, {"code": code, "text": {}, "options": []})
        place = f"/questions/{list(questions).index(code)}"
        making.put(place, row, "question")
        if row.has("question_zh", "question_en"):
            text = {"zh": row.get("question_zh"), "en": row.get("question_en")}
            if asked["text"] not in ({}, text):
                zh, en = "与本情形前面的行不一致。", "This differs from an earlier row of the question."
                making.fault("list.item_differs", row, "question_zh", zh, en)
            asked["text"] = text
        making.put(f"{place}/options/{len(asked['options'])}", row, "option")
        option: dict[str, Any] = {
            "code": row.get("option"),
            "text": {"zh": row.get("option_zh"), "en": row.get("option_en")},
        }
        if row.has("instead_zh", "instead_en"):
            option["instead"] = {"zh": row.get("instead_zh"), "en": row.get("instead_en")}
        asked["options"].append(option)
    making.document["questions"] = list(questions.values())
