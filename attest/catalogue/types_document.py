# SPDX-License-Identifier: Apache-2.0
"""The document of all material types, published as its JCS: `parse_types(format_types(t)) == t`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from attest.catalogue.certificates import HOLDER_CODES, Certificate, is_member, is_type_code
from attest.catalogue.model import (
    AGENT,
    HANDLINGS,
    NUMBERS,
    RELATIONS,
    REUSES,
    SOURCES,
    THINGS,
    VALIDITIES,
    Archive,
    Citation,
    FieldUse,
    MaterialType,
    MaterialTypes,
    Representation,
    Retention,
    Text,
    Validity,
    Waiver,
)
from attest.catalogue.reading import Document, one_error
from attest.catalogue.waivers import read_waivers
from attest.fields import CODE, DEPARTMENT, ITEM

if TYPE_CHECKING:
    from ledger.canonical import Json

TYPES_FORMAT: Final = "once/types/1"
TYPE_CODE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\Z")
MOST_FIELDS: Final = 64
CERTIFICATE_CODE: Final = re.compile(r"[0-9A-Z]{21}\Z")
CERTIFICATE_MEMBER: Final = re.compile(r"[A-Z][A-Z0-9_]{0,31}\Z")
ROLE: Final = re.compile(r"[a-z][a-z_]{0,31}\Z")


def parse_types(value: object) -> MaterialTypes:
    """Read the `types` document strictly (raises CatalogueError)."""
    with one_error():
        document = Document(value)
        document.choice("format", (TYPES_FORMAT,))
        version = document.integer("version", 1)
        types: dict[str, MaterialType] = {}
        for one in document.documents("types", 1, 512):
            read = _type(one)
            if read.code in types:
                one.fail("code", "a code that no earlier type has")
            types[read.code] = read
        waivers = read_waivers(document, types)
        document.done()
    return MaterialTypes(version, types, waivers)


def _type(one: Document) -> MaterialType:
    source = one.choice("source", SOURCES)
    read = MaterialType(
        code=one.text("code", 64, TYPE_CODE),
        name=one.both("name"),
        source=cast("Any", source),
        issuers=one.texts("issuers", 32, DEPARTMENT),
        handling=cast("Any", one.choice("handling", HANDLINGS)),
        reuse=cast("Any", one.choice("reuse", REUSES)),
        validity=_validity(one.document("validity")),
        roles=one.texts("roles", 8, ROLE),
        owner=one.text("owner", 32, DEPARTMENT),
        citation=one.citation("citation"),
        about=one.choice("about", THINGS) if one.has("about") else None,
        printed=one.prose("printed", 16) if one.has("printed") else None,
        fields=tuple(map(field_use, one.documents("fields", 1, MOST_FIELDS))) if one.has("fields") else (),
        retention=_retention(one.document("retention")) if one.has("retention") else None,
        represents=_representation(one.document("represents")) if one.has("represents") else None,
        number=one.choice("number", NUMBERS) if one.has("number") else None,
        certificate=_certificate(one.document("certificate")) if one.has("certificate") else None,
        archive=_archive(one.document("archive")) if one.has("archive") else None,
    )
    if len({use.code for use in read.fields}) != len(read.fields):
        one.fail("fields", "each code once")
    if source == "own" and read.issuers:
        one.fail("issuers", "none, since the applicant makes it")
    if source == "issued" and not read.issuers:
        one.fail("issuers", "at least one department")
    if read.reuse == "same_thing" and read.about is None:
        one.fail("about", "the kind of thing that must be the same")
    if not read.roles or len(set(read.roles)) != len(read.roles):
        one.fail("roles", "at least one role, each once")
    if read.certificate is not None and source != "issued":
        one.fail("certificate", "none, since no department issues it")
    shown = read.represents
    if shown is not None and not {shown.principal, *shown.by} <= set(read.roles):
        one.fail("represents", "roles of this type")
    one.done()
    return read


def field_use(one: Document) -> FieldUse:
    """Read a field with the field of a data standard that it names."""
    use = FieldUse(
        code=one.text("code", 64, CODE),
        standard=one.text("standard", 50, ITEM),
        field=one.text("field", 64, CODE),
        required=one.mark("required"),
    )
    one.done()
    return use


def field_use_json(one: FieldUse) -> dict[str, Json]:
    """The field as a document says it."""
    made: dict[str, Json] = {"code": one.code, "standard": one.standard, "field": one.field}
    if one.required:
        made["required"] = True
    return made


def _validity(one: Document) -> Validity:
    rule = one.choice("rule", VALIDITIES)
    days = one.integer("days", 1, 36_500) if rule == "max_age" else None
    one.done()
    return Validity(cast("Any", rule), days)


def _retention(one: Document) -> Retention:
    years = one.integer("years", 1, 100) if one.has("years") else None
    read = Retention(years, one.citation("citation"))
    one.done()
    return read


def _certificate(one: Document) -> Certificate:
    read = Certificate(
        one.text("type_code", 21, CERTIFICATE_CODE),
        one.texts("metadata", MOST_FIELDS, CERTIFICATE_MEMBER),
        one.citation("citation"),
        one.choice("holder_code_type", HOLDER_CODES) if one.has("holder_code_type") else None,
        one.mark("sample"),
    )
    if not is_type_code(read.type_code):
        one.fail("type_code", "a credit code of 18 characters, and three digits")
    if not all(map(is_member, read.metadata)) or len(set(read.metadata)) != len(read.metadata):
        one.fail("metadata", "members of GB/T 36903 or extensions KZ_…, each once")
    one.done()
    return read


def _archive(one: Document) -> Archive:
    kept_by = one.text("kept_by", 32, DEPARTMENT) if one.has("kept_by") else None
    read = Archive(kept_by, one.citation("citation"))
    one.done()
    return read


def _representation(one: Document) -> Representation:
    relation = one.choice("relation", RELATIONS)
    read = Representation(
        cast("Any", relation),
        one.text("principal", 32, ROLE),
        one.texts("by", 8, ROLE),
        one.citation("citation"),
        one.mark("adults"),
    )
    if not read.by or len(set(read.by)) != len(read.by):
        one.fail("by", "at least one role, each once")
    if read.adults and relation == AGENT:
        one.fail("adults", "of a guardian alone")
    one.done()
    return read


def format_types(types: MaterialTypes) -> dict[str, Json]:
    """The document of these types."""
    made: dict[str, Json] = {
        "format": TYPES_FORMAT,
        "version": types.version,
        "types": [_type_json(one) for one in types.types.values()],
    }
    if types.waivers:
        made["waivers"] = [_waiver_json(one) for one in types.waivers]
    return made


def _type_json(one: MaterialType) -> dict[str, Json]:
    made: dict[str, Json] = {
        "code": one.code,
        "name": text_json(one.name),
        "source": one.source,
        "issuers": list(one.issuers),
        "handling": one.handling,
        "reuse": one.reuse,
        "validity": {"rule": one.validity.rule},
        "roles": list(one.roles),
        "owner": one.owner,
        "citation": citation_json(one.citation),
    }
    if one.validity.days is not None:
        made["validity"] = {"rule": one.validity.rule, "days": one.validity.days}
    if one.about is not None:
        made["about"] = one.about
    if one.printed is not None:
        made["printed"] = one.printed
    if one.fields:
        made["fields"] = [field_use_json(use) for use in one.fields]
    if one.retention is not None:
        kept: dict[str, Json] = {"citation": citation_json(one.retention.citation)}
        if one.retention.years is not None:
            kept["years"] = one.retention.years
        made["retention"] = kept
    if one.archive is not None:
        copy: dict[str, Json] = {"citation": citation_json(one.archive.citation)}
        made["archive"] = copy | ({} if one.archive.kept_by is None else {"kept_by": one.archive.kept_by})
    if one.number is not None:
        made["number"] = one.number
    if one.certificate is not None:
        made["certificate"] = _certificate_json(one.certificate)
    if one.represents is not None:
        shown = one.represents
        made["represents"] = {
            "relation": shown.relation,
            "principal": shown.principal,
            "by": list(shown.by),
            "citation": citation_json(shown.citation),
            **({"adults": True} if shown.adults else {}),
        }
    return made


def _certificate_json(one: Certificate) -> dict[str, Json]:
    made: dict[str, Json] = {
        "type_code": one.type_code,
        "metadata": list(one.metadata),
        "citation": citation_json(one.citation),
    }
    if one.holder_code_type is not None:
        made["holder_code_type"] = one.holder_code_type
    if one.sample:
        made["sample"] = True
    return made


def _waiver_json(one: Waiver) -> dict[str, Json]:
    made: dict[str, Json] = {
        "code": one.code,
        "text": text_json(one.text),
        "citation": citation_json(one.citation),
    }
    lists = {"grounds": one.grounds, "kinds": one.kinds, "items": one.items, "types": one.types}
    made |= {name: list(words) for name, words in lists.items() if words}
    if one.lower:
        made["lower"] = True
    return made


def text_json(text: Text) -> dict[str, Json]:
    """`{zh, en}`."""
    return {"zh": text.zh, "en": text.en}


def citation_json(citation: Citation) -> dict[str, Json]:
    """`{text, certainty}`."""
    return {"text": citation.text, "certainty": citation.certainty}
