# SPDX-License-Identifier: Apache-2.0
"""The document of a data standard, published as its JCS: `parse_standard(format_standard(s)) == s`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attest.catalogue.reading import Document, one_error
from attest.catalogue.types_document import citation_json, text_json
from attest.fields import CODE, ITEM
from attest.registry.model import GOVERNANCE
from attest.standards.model import (
    KINDS,
    MOST_TEXT,
    MOST_VERSIONS,
    RULES,
    SCHEMES,
    CodeList,
    DataField,
    ListedCode,
    Migration,
    MigrationNote,
    QualityRule,
    Standard,
)

if TYPE_CHECKING:
    from datetime import date

    from ledger.canonical import Json

STANDARD_FORMAT: Final = "once/standard/1"
ANY_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,63}\Z")
"""A code of a list as others have set it: `01`, `A2`, `other`."""
PUBLISHER: Final = re.compile(rf"(?:{GOVERNANCE}|[A-Z][A-Z0-9_-]{{0,31}})\Z")
MOST_CODES: Final = 2_000
MOST_FIELDS: Final = 256
MOST_CODE_LENGTH: Final = 100


def parse_standard(value: object) -> Standard:
    """Read a standard strictly (raises CatalogueError)."""
    with one_error():
        document = Document(value)
        document.choice("format", (STANDARD_FORMAT,))
        standard = Standard(
            code=document.text("code", 50, ITEM),
            version=document.integer("version", 1, MOST_VERSIONS),
            name=document.both("name"),
            authority=document.text("authority", 32, PUBLISHER),
            in_force=document.optional_day("in_force"),
            expires=document.optional_day("expires"),
            lists=tuple(_list(one) for one in document.documents("lists", 0, 64)),
            fields=tuple(_field(one) for one in document.documents("fields", 1, MOST_FIELDS)),
            rules=tuple(_rule(one) for one in document.documents("rules", 0, 128)),
            migration=_migration(document.document("migration")) if document.has("migration") else None,
            sources=document.citations("sources"),
        )
        _coherent(document, standard)
        document.done()
    return standard


def _list(one: Document) -> CodeList:
    codes = []
    for each in one.documents("codes", 1, MOST_CODES):
        codes.append(ListedCode(each.text("code", 64, ANY_CODE), each.both("text")))
        each.done()
    if len({each.code for each in codes}) != len(codes):
        one.fail("codes", "each code once")
    read = CodeList(one.text("code", 64, CODE), one.both("name"), tuple(codes), one.citation("citation"))
    one.done()
    return read


def _field(one: Document) -> DataField:
    kind = one.choice("kind", KINDS)
    field = DataField(
        code=one.text("code", 64, CODE),
        name=one.both("name"),
        kind=kind,
        citation=one.citation("citation"),
        longest=one.integer("longest", 1, MOST_TEXT) if kind == "text" else None,
        scheme=one.choice("scheme", SCHEMES) if kind == "code" else None,
        list=one.text("list", 64, CODE) if kind == "listed" else None,
        least=one.integer("least") if kind == "whole" else None,
        most=one.integer("most") if kind == "whole" else None,
    )
    if field.least is not None and field.most is not None and field.least > field.most:
        one.fail("most", "no less than `least`")
    one.done()
    return field


def _rule(one: Document) -> QualityRule:
    kind = one.choice("kind", RULES)
    rule = QualityRule(
        code=one.text("code", 64, CODE),
        text=one.both("text"),
        kind=kind,
        field=one.text("field", 64, CODE),
        citation=one.citation("citation"),
        other=one.text("other", 64, CODE) if kind != "not_future" else None,
        first=one.integer("first", 1, MOST_CODE_LENGTH) if kind == "part" else None,
        last=one.integer("last", 1, MOST_CODE_LENGTH) if kind == "part" else None,
    )
    if rule.first is not None and rule.last is not None and rule.first > rule.last:
        one.fail("last", "no less than `first`")
    if rule.other == rule.field:
        one.fail("other", "another field")
    one.done()
    return rule


def _migration(one: Document) -> Migration:
    until = one.optional_day("until")
    if until is None:
        one.fail("until", "the last day on which the version before is accepted")
    notes = []
    for each in one.documents("notes", 1, 64):
        notes.append(MigrationNote(each.both("text"), each.optional_text("field", 64, CODE)))
        each.done()
    one.done()
    return Migration(until, tuple(notes))


def _coherent(document: Document, standard: Standard) -> None:
    """What members say of each other: codes once, lists and fields that are there, days in order."""
    for name in ("lists", "fields", "rules"):
        codes = [one.code for one in getattr(standard, name)]
        if len(set(codes)) != len(codes):
            document.fail(name, "each code once")
    kinds = {one.code: one.kind for one in standard.fields}
    for n, field in enumerate(standard.fields):
        if field.list is not None and standard.list(field.list) is None:
            document.fail(f"fields/{n}/list", "a list of this standard")
    for n, rule in enumerate(standard.rules):
        for name, code in (("field", rule.field), ("other", rule.other)):
            if code is not None and code not in kinds:
                document.fail(f"rules/{n}/{name}", "a field of this standard")
            days = rule.kind in ("not_before", "not_future")
            if code is not None and days and kinds[code] != "day":
                document.fail(f"rules/{n}/{name}", "a field that is a day")
    if standard.expires and standard.in_force and standard.expires < standard.in_force:
        document.fail("expires", "no earlier than in_force")
    if (standard.version > 1) != (standard.migration is not None):
        document.fail("migration", "from version 2 on, and not in version 1")
    if standard.migration and standard.in_force and standard.migration.until < standard.in_force:
        document.fail("migration/until", "no earlier than in_force")


def format_standard(one: Standard) -> dict[str, Json]:
    """The document of this standard."""
    made: dict[str, Json] = {
        "format": STANDARD_FORMAT,
        "code": one.code,
        "version": one.version,
        "name": text_json(one.name),
        "authority": one.authority,
        "lists": [_list_json(each) for each in one.lists],
        "fields": [_field_json(each) for each in one.fields],
        "rules": [_rule_json(each) for each in one.rules],
        "sources": [citation_json(each) for each in one.sources],
    }
    _days(made, in_force=one.in_force, expires=one.expires)
    if one.migration is not None:
        made["migration"] = {
            "until": one.migration.until.isoformat(),
            "notes": [
                {"text": text_json(note.text), **({"field": note.field} if note.field else {})}
                for note in one.migration.notes
            ],
        }
    return made


def _days(made: dict[str, Json], **days: date | None) -> None:
    for name, day in days.items():
        if day is not None:
            made[name] = day.isoformat()


def _list_json(one: CodeList) -> dict[str, Json]:
    return {
        "code": one.code,
        "name": text_json(one.name),
        "codes": [{"code": each.code, "text": text_json(each.text)} for each in one.codes],
        "citation": citation_json(one.citation),
    }


def _field_json(one: DataField) -> dict[str, Json]:
    made: dict[str, Json] = {
        "code": one.code,
        "name": text_json(one.name),
        "kind": one.kind,
        "citation": citation_json(one.citation),
    }
    for name in ("longest", "scheme", "list", "least", "most"):
        value = getattr(one, name)
        if value is not None:
            made[name] = value
    return made


def _rule_json(one: QualityRule) -> dict[str, Json]:
    made: dict[str, Json] = {
        "code": one.code,
        "text": text_json(one.text),
        "kind": one.kind,
        "field": one.field,
        "citation": citation_json(one.citation),
    }
    for name in ("other", "first", "last"):
        value = getattr(one, name)
        if value is not None:
            made[name] = value
    return made
