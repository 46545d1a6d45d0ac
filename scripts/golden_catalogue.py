# SPDX-License-Identifier: Apache-2.0
"""A data standard, places of an item and a filled example of the golden vectors: made-up, one of each."""

from __future__ import annotations

from datetime import date
from typing import Final

from attest.availability.document import format_availability
from attest.availability.model import Availability, Closure, Place
from attest.catalogue.model import Citation, Text
from attest.examples.document import format_example
from attest.examples.model import Example, FilledField
from attest.standards.document import format_standard
from attest.standards.model import (
    CodeList,
    DataField,
    ListedCode,
    Migration,
    MigrationNote,
    QualityRule,
    Standard,
)
from ledger.canonical import dump
from ledger.hashing import sha256

_CITED: Final = Citation("样例", "[gen]")
_NAME: Final = Text("名称", "Name")
STANDARD: Final = Standard(
    code="subjects",
    version=2,
    name=_NAME,
    authority="governance",
    in_force=date(2026, 1, 1),
    expires=date(2030, 12, 31),
    lists=(CodeList("kind", _NAME, (ListedCode("01", _NAME), ListedCode("02", _NAME)), _CITED),),
    fields=(
        DataField("number", _NAME, "code", _CITED, scheme="citizen_number"),
        DataField("born", _NAME, "day", _CITED),
        DataField("kind", _NAME, "listed", _CITED, list="kind"),
        DataField("note", _NAME, "text", _CITED, longest=200),
        DataField("count", _NAME, "whole", _CITED, least=0, most=99),
    ),
    rules=(
        QualityRule("born_in_number", _NAME, "part", "number", _CITED, other="born", first=7, last=14),
        QualityRule("born_before", _NAME, "not_future", "born", _CITED),
    ),
    migration=Migration(date(2026, 12, 31), (MigrationNote(_NAME, "kind"),)),
    sources=(_CITED,),
)
AVAILABILITY: Final = Availability(
    code="SC-002",
    version=1,
    authority="SC",
    places=(
        Place("web", "web", _NAME, None, None, "https://one.example/", None, None, (), None),
        Place(
            "hall",
            "window",
            _NAME,
            _NAME,
            _NAME,
            None,
            date(2026, 1, 1),
            date(2029, 12, 31),
            (Closure(date(2026, 5, 1), date(2026, 5, 5), _NAME),),
            "web",
        ),
    ),
    sources=(_CITED,),
)
EXAMPLE: Final = Example(
    code="food_application",
    version=1,
    authority="SC",
    name=_NAME,
    fields=(FilledField("name", _NAME, _NAME, _NAME), FilledField("area", _NAME, Text("86", "86"))),
    sources=(_CITED,),
)


def catalogue_vectors() -> dict[str, str]:
    """Each document as its JCS, and the digest by which its entry names it."""
    found: dict[str, str] = {}
    for name, document in (
        ("standard", format_standard(STANDARD)),
        ("availability", format_availability(AVAILABILITY)),
        ("example", format_example(EXAMPLE)),
    ):
        body = dump(document)
        found[name] = body.decode()
        found[f"{name}_digest"] = sha256(body).hex()
    return found
