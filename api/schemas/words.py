# SPDX-License-Identifier: Apache-2.0
"""JSON Schema words that the descriptions of all features share; enums and patterns come from the readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attest.catalogue.types_document import ROLE, TYPE_CODE
from attest.fields import CODE, DEPARTMENT, ITEM

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Mapping

Schema = dict[str, Any]


def pattern(expression: re.Pattern[str], most: int | None = None, text: str = "") -> Schema:
    """A string that a reader's expression takes, written for ECMA regular expressions."""
    schema: Schema = {
        "type": "string",
        "pattern": "^(?:" + expression.pattern.replace(r"\Z", "") + ")$",
    }
    if most is not None:
        schema["maxLength"] = most
    return described(schema, text)


def described(schema: Schema, text: str) -> Schema:
    """The schema with a description, where there is one."""
    return {**schema, "description": text} if text else schema


def text(most: int = 200, about: str = "") -> Schema:
    """Plain text (NFC, no control or invisible characters) of 1 to `most` characters."""
    return described({"type": "string", "minLength": 1, "maxLength": most}, about)


def one_of(among: Collection[str], about: str = "") -> Schema:
    """One of the named words."""
    return described({"type": "string", "enum": list(among)}, about)


def hexes(octets: int, about: str = "") -> Schema:
    """Bytes written as lower-case hex."""
    return described({"type": "string", "pattern": f"^[0-9a-f]{{{2 * octets}}}$"}, about)


def whole(least: int = 0, most: int = 2**53 - 1, about: str = "") -> Schema:
    """A whole number between the bounds."""
    return described({"type": "integer", "minimum": least, "maximum": most}, about)


def items(schema: Schema, least: int = 0, most: int | None = None, about: str = "") -> Schema:
    """A list."""
    made: Schema = {"type": "array", "items": schema, "minItems": least}
    if most is not None:
        made["maxItems"] = most
    return described(made, about)


def record(
    required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None, about: str = ""
) -> Schema:
    """An object with these members and no others."""
    made: Schema = {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }
    return described(made, about)


def ref(name: str) -> Schema:
    """A schema of `components/schemas`."""
    return {"$ref": f"#/components/schemas/{name}"}


def or_null(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


ANY_OBJECT: Final[Schema] = {"type": "object"}
INDEX: Final[Schema] = whole(about="index of an entry in the log")
TIME: Final[Schema] = whole(about="Unix seconds")
ID: Final[Schema] = hexes(16)
HASH: Final[Schema] = hexes(32)
ADDRESS: Final[Schema] = hexes(20, "a signing address: the last 20 bytes of Keccak-256 of the public key")
DAY: Final[Schema] = {"type": "string", "format": "date", "description": "YYYY-MM-DD"}
CODE_TEXT: Final[Schema] = pattern(CODE)
ROLE_TEXT: Final[Schema] = pattern(ROLE)
TYPE_TEXT: Final[Schema] = pattern(TYPE_CODE, 64, "a material type of the types document")
DEPARTMENT_TEXT: Final[Schema] = pattern(DEPARTMENT, None, "a department's code")
ITEM_TEXT: Final[Schema] = pattern(ITEM, None, "code of a service item")
CASE_TEXT: Final[Schema] = text(50, "a case number: division 6, day 8, sequence 6, check character")
ISSUER_TEXT: Final[Schema] = described(
    {"type": "string", "pattern": "^(?:[A-Z][A-Z0-9_-]{0,31}|governance|service)$"},
    "a department's code, `governance` or `service`",
)
