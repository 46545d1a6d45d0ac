# SPDX-License-Identifier: Apache-2.0
"""The document of a filled example: `parse_example(format_example(e)) == e`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attest.catalogue.reading import Document, one_error
from attest.catalogue.types_document import TYPE_CODE, citation_json, text_json
from attest.examples.model import Example, FilledField, real_looking
from attest.fields import CODE, DEPARTMENT

if TYPE_CHECKING:
    from ledger.canonical import Json

EXAMPLE_FORMAT: Final = "once/example/1"
MOST_FIELDS: Final = 128


def parse_example(value: object) -> Example:
    """Read an example strictly (raises CatalogueError); a number that could be somebody's is refused."""
    with one_error():
        document = Document(value)
        document.choice("format", (EXAMPLE_FORMAT,))
        example = Example(
            code=document.text("code", 50, TYPE_CODE),
            version=document.integer("version", 1),
            authority=document.text("authority", 32, DEPARTMENT),
            name=document.both("name"),
            fields=tuple(_field(one) for one in document.documents("fields", 1, MOST_FIELDS)),
            sources=document.citations("sources"),
        )
        if len({one.code for one in example.fields}) != len(example.fields):
            document.fail("fields", "each code once")
        document.done()
    return example


def _field(one: Document) -> FilledField:
    field = FilledField(
        one.text("code", 64, CODE),
        one.both("label"),
        one.both("value"),
        one.both("hint") if one.has("hint") else None,
    )
    for text in (field.value.zh, field.value.en):
        for kind in real_looking(text):
            one.fail("value", f"invented values alone (division 99xxxx), not {kind}")
    one.done()
    return field


def format_example(example: Example) -> dict[str, Json]:
    """The document of this example."""
    return {
        "format": EXAMPLE_FORMAT,
        "code": example.code,
        "version": example.version,
        "authority": example.authority,
        "name": text_json(example.name),
        "fields": [_field_json(one) for one in example.fields],
        "sources": [citation_json(one) for one in example.sources],
    }


def _field_json(one: FilledField) -> dict[str, Json]:
    made: dict[str, Json] = {
        "code": one.code,
        "label": text_json(one.label),
        "value": text_json(one.value),
    }
    if one.hint is not None:
        made["hint"] = text_json(one.hint)
    return made
