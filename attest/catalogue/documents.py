# SPDX-License-Identifier: Apache-2.0
"""Any document of the catalogue by its `format`: strict reading, and what it says of itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from attest.availability.document import AVAILABILITY_FORMAT, parse_availability
from attest.bundles.document import BUNDLE_FORMAT, parse_bundle
from attest.catalogue.item_document import ITEM_FORMAT, parse_item
from attest.catalogue.reading import CatalogueError
from attest.catalogue.types_document import TYPES_FORMAT, parse_types
from attest.examples.document import EXAMPLE_FORMAT, parse_example
from attest.policies.document import POLICY_FORMAT, parse_policy
from attest.registry.model import GOVERNANCE
from attest.standards.document import STANDARD_FORMAT, parse_standard

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Named:
    """What a document is: its subject, code, version and whoever publishes it."""

    subject: str
    code: str
    version: int
    authority: str


def _coded(subject: str, parse: Callable[[Any], Any]) -> Callable[[Any], Named]:
    def read(value: object) -> Named:
        one = parse(value)
        return Named(subject, one.code, one.version, one.authority)

    return read


def _types(value: object) -> Named:
    return Named("types", "types", parse_types(value).version, GOVERNANCE)


def _policy(value: object) -> Named:
    one = parse_policy(value)
    return Named("policy", one.authority, one.version, one.authority)


_FORMATS: Final[dict[str, Callable[[Any], Named]]] = {
    ITEM_FORMAT: _coded("item", parse_item),
    TYPES_FORMAT: _types,
    BUNDLE_FORMAT: _coded("bundle", parse_bundle),
    POLICY_FORMAT: _policy,
    STANDARD_FORMAT: _coded("standard", parse_standard),
    AVAILABILITY_FORMAT: _coded("availability", parse_availability),
    EXAMPLE_FORMAT: _coded("example", parse_example),
}
FORMATS: Final = tuple(_FORMATS)


def read_document(value: object) -> Named:
    """What a document says of itself (CatalogueError where it does not read)."""
    format_ = value.get("format") if isinstance(value, dict) else None
    if not isinstance(format_, str) or format_ not in _FORMATS:
        raise CatalogueError("/format", "one of " + ", ".join(FORMATS))
    return _FORMATS[format_](value)
