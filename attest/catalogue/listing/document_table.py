# SPDX-License-Identifier: Apache-2.0
"""Any document of the catalogue as a table, a value a row: `document_of(table_of(d)) == d`. Pure.

A place is the way to a value, `lists/#1/codes/#2/code`: after `#` stands any word for one object of a list.
The objects stand in the order in which the table first names them: rows put in between need no numbers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from attest.catalogue.listing.model import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ledger.canonical import Json

HEADERS: Final = (("位置", "place"), ("类型", "kind"), ("值", "value"))
TEXT, NUMBER, FLAG, NONE_LISTED, NONE_INSIDE = range(5)
_KINDS: Final = (
    ("文字", "text"),
    ("数", "number"),
    ("是否", "yes or no"),
    ("空表", "empty list"),
    ("空", "nothing inside"),
)
_FLAGS: Final = {"是": True, "yes": True, "true": True, "否": False, "no": False, "false": False}
_STEP: Final = re.compile(r"#?[A-Za-z0-9_.-]{1,64}\Z")
_WHOLE: Final = re.compile(r"-?[0-9]{1,16}\Z")
MOST_DEPTH: Final = 16


def is_document_table(table: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is the header of such a table."""
    header = {cell.strip().casefold() for cell in table[0]} if table else set()
    return all(header & set(pair) for pair in (HEADERS[0], HEADERS[2]))


def table_of(document: Json, language: str) -> list[list[str]]:
    """The table of a document, header first; not guarded."""
    en = language == "en"
    return [[pair[en] for pair in HEADERS], *(_row(one, en=en) for one in _values(document, ""))]


def _row(one: tuple[str, int, str], *, en: bool) -> list[str]:
    place, kind, value = one
    said = _word(value, en=en) if kind == FLAG else value
    return [place, _KINDS[kind][en], said]


def _word(value: str, *, en: bool) -> str:
    return ("yes" if en else "是") if value == "true" else ("no" if en else "否")


def _values(value: Any, place: str) -> Iterator[tuple[str, int, str]]:
    if isinstance(value, dict):
        if not value:
            yield place, NONE_INSIDE, ""
        for name, inner in value.items():
            yield from _values(inner, f"{place}/{name}" if place else name)
    elif isinstance(value, list):
        if not value:
            yield place, NONE_LISTED, ""
        for number, inner in enumerate(value, 1):
            yield from _values(inner, f"{place}/#{number}")
    elif isinstance(value, bool):
        yield place, FLAG, "true" if value else "false"
    elif isinstance(value, int):
        yield place, NUMBER, str(value)
    else:
        yield place, TEXT, str(value)


class _Listed(dict[str, Any]):
    """The objects of a list by the words after `#`, in the order in which they came."""


def document_of(table: Sequence[Sequence[str]]) -> tuple[Any, list[Fault]]:
    """The document of a table whose first row is its header, and what cannot be read of it."""
    names = [cell.strip().casefold() for cell in table[0]]
    columns = [next((n for n, name in enumerate(names) if name in pair), None) for pair in HEADERS]
    root: dict[str, Any] = {}
    faults: list[Fault] = []
    for number, cells in enumerate(table[1:], 2):
        place, kind, value = (
            cells[column].strip() if column is not None and column < len(cells) else "" for column in columns
        )
        if not place:
            continue
        try:
            _set(root, place.split("/"), _read(kind, value))
        except ValueError as error:
            zh, en = str(error).split("|")
            faults.append(Fault("list.place", number, "", zh, en))
    return _whole(root), faults


def _read(kind: str, value: str) -> Any:
    code = next((n for n, pair in enumerate(_KINDS) if kind.casefold() in pair), None if kind else TEXT)
    if code == TEXT:
        return value
    if code == NUMBER and _WHOLE.match(value):
        return int(value)
    if code == FLAG and value.casefold() in _FLAGS:
        return _FLAGS[value.casefold()]
    if code == NONE_LISTED:
        return _Listed()
    if code == NONE_INSIDE:
        return {}
    raise ValueError("类型与值不相符。|The kind and the value do not fit.")


def _set(root: dict[str, Any], steps: list[str], value: Any) -> None:
    """Put a value at its place; ValueError where something else stands there, or it is no place."""
    if len(steps) > MOST_DEPTH or any(_STEP.match(step) is None for step in steps) or steps[0][0] == "#":
        raise ValueError("位置写得不对。|The place is not written as it must be.")
    at: Any = root
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if isinstance(at, _Listed) != step.startswith("#") or not isinstance(at, dict):
            raise ValueError("这一位置与前面的行冲突。|The place does not fit the rows before it.")
        if following is None:
            if step in at:
                raise ValueError("这一位置出现两次。|The place stands twice.")
            at[step] = value
        else:
            at = at.setdefault(step, _Listed() if following.startswith("#") else {})


def _whole(value: Any) -> Any:
    if isinstance(value, _Listed):
        return [_whole(one) for one in value.values()]
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items()}
    return value
