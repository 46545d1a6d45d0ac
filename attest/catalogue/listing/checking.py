# SPDX-License-Identifier: Apache-2.0
"""Guide check (指南体检): what in a list burdens people, breaks the law's limits or cannot be acted on. Pure.

It reads rows, not items: a list that is too faulty to become an item is the one that needs checking most.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from attest.catalogue.listing.check_texts import FINDINGS, finding_next, finding_sentence
from attest.catalogue.listing.columns import UNIT_WORDS
from attest.catalogue.listing.doubles import asked_twice, many_names
from attest.catalogue.listing.making import IMPORTED
from attest.catalogue.listing.model import ERROR, NOTE, SEVERITIES
from attest.catalogue.listing.names import type_named
from attest.catalogue.listing.reading import grouped
from attest.catalogue.listing.table import parts
from attest.codes import Scheme, is_valid
from attest.examples.model import is_form

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from attest.catalogue.listing.model import Fault, Row
    from attest.catalogue.model import MaterialType, MaterialTypes
    from ledger.canonical import Json

_CATCH_ALL: Final = re.compile(
    r"(其他|其它|别的)[^，；（）]{0,14}(材料|证明|文件|资料|手续|证件)|(相关|有关)(的)?(材料|证明|文件|资料|手续|证件)"
    r"|等(相关|有关|其他|其它|的)?(材料|资料)|(视情况|必要时|需要时)[^，；]{0,8}(提交|提供|补充)"
    r"|(要求|规定|需要)(提交|提供)?的(其他|其它)"
    r"|(机关|部门|机构|单位|窗口|上级|局)(要求|认为|认定|指定|规定)(有|还|另|应当|必须|需要|必要|确需|须|需|应)*"
    r"(提交|提供|补充|出具|补交)?的?(证明|补充|佐证)?(材料|证明|文件|资料|手续|证件)"
    r"|any other (document|paper|material)s?|etc\.?$"
    r"|(document|paper|material|proof)s? (that |which |as )?(the |an )?(authority|department|agency|office)"
    r" (may )?(requires?|requests?|deems?|considers?|thinks?)",
    re.IGNORECASE,
)
"""What leaves a list open, also where the department may think of more (机关认为需要提供的证明材料)."""
_OPEN: Final = re.compile(r"等(文件|证明|凭证|证件|手续)$|等$")
_UNSURE: Final = re.compile(r"\[(gen|imported)")
_LIMIT: Final = re.compile(r"[0-9]{1,4}\Z")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: stable code, the item and the cell concerned, what its sentences are filled with.

    `issuers` are codes of departments; a report shows their names where it knows them.
    """

    code: str
    item: str
    row: int
    column: str
    params: Mapping[str, Json]
    issuers: tuple[str, ...] = ()

    @property
    def severity(self) -> str:
        """`error`, `warning` or `note`."""
        return FINDINGS[self.code].severity

    def json(self, names: Mapping[str, Mapping[str, str]]) -> dict[str, Json]:
        """As a report says it; `names` are those of departments by code, in zh and en."""
        made: dict[str, Json] = {"code": self.code, "severity": self.severity, "item": self.item}
        made.update({"row": self.row, "column": self.column})
        for language, between in (("zh", "、"), ("en", ", ")):
            issuer = between.join(names.get(code, {}).get(language, code) for code in self.issuers)
            params = {**self.params, "issuer": issuer}
            made[language] = finding_sentence(self.code, params, language)
            made[f"next_{language}"] = finding_next(self.code, params, language)
        return made


def check_list(
    rows: Sequence[Row], types: MaterialTypes, examples: Collection[str] | None = None
) -> list[Finding]:
    """Everything the guide check finds in a list, by severity and then in the order of the rows.

    `examples` are the types of which a filled example is published; None: that is not looked at.
    """
    found: list[Finding] = []
    for code, several in grouped(rows, [], nameless=True):
        if not code and not found:
            zh, en = "没有写事项编码。", "No item code is stated."
            found.append(Finding("guide.unreadable", "", several[0].number, "item", {"zh": zh, "en": en}))
        said: set[tuple[str, str]] = set()
        for one in _item(several, types):
            if (one.code, str(one.params)) not in said:  # once a thing, however many alternatives ask for it
                found.append(Finding(one.code, code, one.row, one.column, one.params, tuple(one.issuers)))
            said.add((one.code, str(one.params)))
        found += _without_example(code, several, types, examples)
    for row, names, usual in many_names(rows, types):
        counted: dict[str, Json] = {"count": len(names), "names": "；".join(names), "name": usual}
        found.append(Finding("guide.many_names", row.get("item"), row.number, "requirement_zh", counted))
    return sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.row))


def _without_example(
    item: str, rows: Sequence[Row], types: MaterialTypes, examples: Collection[str] | None
) -> Iterator[Finding]:
    """Forms that the item asks for and nobody shows how to fill in, each once."""
    seen: set[str] = set(examples or ())
    for row in rows if examples is not None else ():
        kind = types.get(row.get("type")) or type_named(row.get("requirement_zh"), types)
        if kind is not None and kind.code not in seen and is_form(kind):
            seen.add(kind.code)
            named: dict[str, Json] = {"name": kind.name.zh}
            yield Finding("guide.form_without_example", item, row.number, "type", named)


READ_SO: Final = "guide.read_so"
"""How a list was read: nobody has to change anything."""


def unreadable(faults: Sequence[Fault]) -> list[Finding]:
    """Faults of reading as findings: what a list cannot say at all, the check cannot look at.

    A note says how the list was read.
    """
    codes = {ERROR: "guide.unreadable", NOTE: READ_SO}
    return [
        Finding(codes[fault.severity], "", fault.row, fault.column, {"zh": fault.zh, "en": fault.en})
        for fault in faults
        if fault.severity in codes
    ]


class _Found(NamedTuple):
    row: int
    column: str
    code: str
    params: Mapping[str, Json]
    issuers: Sequence[str] = ()


def _item(rows: list[Row], types: MaterialTypes) -> Iterator[_Found]:
    first = rows[0]
    for column, scheme, zh, en in (
        ("basic_code", Scheme.ITEM_BASIC, "基本编码", "basic code"),
        ("impl_code", Scheme.ITEM_IMPLEMENTATION, "实施编码", "implementation code"),
        ("handling_code", Scheme.ITEM_HANDLING, "业务办理项编码", "handling code"),
    ):
        stated = next((row for row in rows if row.get(column)), None)
        if stated is None:
            continue
        impl = next((row.get("impl_code") for row in rows if row.get("impl_code")), "")
        apart = column == "handling_code" and impl and not stated.get(column).startswith(impl)
        if apart or not is_valid(scheme, stated.get(column)):
            said: dict[str, Json] = {"which": zh, "which_en": en, "value": stated.get(column)[:40]}
            yield _Found(stated.number, column, "guide.wrong_code", said)
    yield from _limits(rows)
    for row in rows:
        if row.has("requirement_zh", "type", "type_name"):
            yield from _material(row, types)
    for row, other in asked_twice(rows, types):
        pair: dict[str, Json] = {"name": _name(row), "other": _name(other), "row": other.number}
        pair["where"] = "" if other.file else f"（第 {other.number} 行）"
        pair["where_en"] = "" if other.file else f" (row {other.number})"
        yield _Found(row.number, "requirement_zh", "guide.asked_twice", pair)
    yield from _questions(rows)
    unsure = {
        (key, row.get("requirement") if key == "requirement_mark" else row.number)
        for row in rows
        for key, text in row.cells.items()
        if (key == "mark" or key.endswith("_mark")) and _UNSURE.match(text)
    }
    if unsure:
        yield _Found(first.number, "item", "guide.ground_unsure", {"count": len(unsure)})


def _limits(rows: list[Row]) -> Iterator[_Found]:
    clocks = [row for row in rows if row.has("statutory", "promised", "unit", "profile")]
    for row in clocks or rows[:1]:
        statutory, promised, unit = (row.get(key) for key in ("statutory", "promised", "unit"))
        for text, column, which, which_en in (
            (statutory, "statutory", "法定时限", "statutory limit"),
            (promised, "promised", "承诺时限", "promised limit"),
        ):
            if not text:
                yield _Found(
                    row.number, column, "guide.limit_missing", {"which": which, "which_en": which_en}
                )
        if (statutory or promised) and not unit:
            yield _Found(row.number, "unit", "guide.limit_without_unit", {})
        if _LIMIT.match(statutory) and _LIMIT.match(promised) and int(promised) > int(statutory):
            named = UNIT_WORDS.get(unit, (unit, unit))[0]
            said: dict[str, Json] = {"promised": promised, "statutory": statutory, "unit": named or "—"}
            yield _Found(row.number, "promised", "guide.promise_above_statutory", said)
        if statutory and row.get("statutory_mark") in ("", IMPORTED):
            yield _Found(row.number, "statutory_ground", "guide.limit_without_ground", {})


def _material(row: Row, types: MaterialTypes) -> Iterator[_Found]:
    name = _name(row)
    catch_all, opened = _CATCH_ALL.search(name), _OPEN.search(name)
    if catch_all:
        yield _Found(row.number, "requirement_zh", "guide.catch_all", {"name": name, "words": catch_all[0]})
        return  # nothing else can be said of a thing that is not named
    if opened:
        yield _Found(row.number, "requirement_zh", "guide.open_list", {"name": name, "words": opened[0]})
    kind = kind_of(row, types)
    shown = row.get("type_name") or (kind.name.zh if kind else name)
    yield from _source(row, shown, kind)
    if not row.has("requirement_ground"):
        yield _Found(row.number, "requirement_ground", "guide.no_ground", {"name": name})
    if row.get("max_age_days") and not row.get("counted_at"):
        said: dict[str, Json] = {"name": shown, "days": row.get("max_age_days")}
        yield _Found(row.number, "counted_at", "guide.age_without_day", said)


def _source(row: Row, name: str, kind: MaterialType | None) -> Iterator[_Found]:
    source = row.get("source") or (kind.source if kind else "")
    handling = row.get("handling") or _handling(kind, row)
    issuers = parts(row.get("issuers")) or parts(row.get("issuer")) or list(kind.issuers if kind else ())
    issuer = list(kind.issuers) if kind and kind.issuers else issuers
    if not source:
        yield _Found(row.number, "source", "guide.no_source", {"name": name})
    if source == "issued" and not issuers:
        yield _Found(row.number, "issuer", "guide.no_issuer", {"name": name})
    elif source == "third_party" and kind is None and not issuers:  # of a known type it is known who makes it
        yield _Found(row.number, "issuer", "guide.no_maker", {"name": name})
    if kind is not None and kind.source == "issued" and source != "issued":
        yield _Found(row.number, "source", "guide.obtainable", {"name": name}, issuer)
    elif source == "issued" and handling == "keep" and row.get("surrender") != "yes" and issuers:
        yield _Found(row.number, "handling", "guide.obtainable_kept", {"name": name}, issuer)
    copies = row.get("copies")
    if copies and copies != "0":
        never_kept = kind is not None and kind.handling != "keep"
        said: dict[str, Json] = {"name": name, "copies": copies}
        if never_kept:
            yield _Found(row.number, "copies", "guide.copy_of_shown", said)
        elif source == "issued" or (kind is not None and kind.source == "issued"):
            yield _Found(row.number, "copies", "guide.copy_asked", said)


def _handling(kind: MaterialType | None, row: Row) -> str:
    """How a paper is handled of which the list does not say it: an original that is asked for is handed in.

    Else as its type has it, which may be printed to be checked; what is only shown is not handed in either.
    """
    asked = row.get("originals") not in ("", "0")
    if kind is None:
        return "keep" if asked else ""
    if kind.handling == "keep" and asked:
        return "keep"
    return "check" if kind.printed == "核" else kind.handling


def _questions(rows: list[Row]) -> Iterator[_Found]:
    used = Counter(
        part.partition("=")[0].strip()
        for row in rows
        for key in ("when", "clock_when")
        for part in parts(row.get(key))
    )
    seen: set[str] = set()
    leading = {row.get("question") for row in rows if row.has("instead_zh")}
    for row in rows:
        question = row.get("question")
        if question and question not in seen and not used[question] and question not in leading:
            said: dict[str, Json] = {"name": row.get("question_zh") or question}
            yield _Found(row.number, "question", "guide.idle_question", said)
        seen.add(question)


def kind_of(row: Row, types: MaterialTypes) -> MaterialType | None:
    """The type that a row means, by code or by name."""
    return types.get(row.get("type")) or type_named(row.get("type_name") or row.get("requirement_zh"), types)


def _name(row: Row) -> str:
    return row.get("requirement_zh") or row.get("type_name") or row.get("type")
