# SPDX-License-Identifier: Apache-2.0
"""A document that is to be published against what the log holds: one table of all kinds of documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from attest.availability.document import parse_availability
from attest.bundles.document import parse_bundle
from attest.bundles.fitting import check_bundle
from attest.bundles.repository import guides_of
from attest.catalogue.item_document import check_item, parse_item
from attest.catalogue.reading import CatalogueError
from attest.catalogue.repository import latest_version
from attest.catalogue.types_document import parse_types
from attest.days import day_of
from attest.examples.document import parse_example
from attest.policies.document import parse_policy
from attest.policies.fitting import require_fitting
from attest.standards.document import parse_standard
from attest.standards.rules import check_values
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Callable

    from attest.catalogue.model import FieldUse
    from attest.catalogue.repository import Catalogue
    from attest.reading import Reader


@dataclass(frozen=True, slots=True)
class _Place:
    """Who publishes, what is known, Unix seconds now, and the tables to look into."""

    issuer: str
    known: Catalogue
    now: int
    reader: Reader


def require_sound(
    subject: str, document: object, issuer: str, known: Catalogue, now: int, reader: Reader
) -> tuple[str, int]:
    """Code and version of a document that reads and fits.

    CatalogueError where it does not, CommandRejected `issuer.mismatch` where it is another authority's.
    """
    return _KINDS[subject](document, _Place(issuer, known, now, reader))


def _own(authority: str, place: _Place) -> None:
    if authority != place.issuer:
        raise CommandRejected("issuer.mismatch", "the document names another authority")


def _item(document: object, place: _Place) -> tuple[str, int]:
    item = parse_item(document)
    _own(item.authority, place)
    check_item(item, place.known.types(place.reader))
    return item.code, item.version


def _types(document: object, place: _Place) -> tuple[str, int]:
    types = parse_types(document)
    for number, kind in enumerate(types.types.values()):
        for n, use in enumerate(kind.fields):
            require_field(use, f"/types/{number}/fields/{n}/field", place.known, place.reader)
    return "types", types.version


def _bundle(document: object, place: _Place) -> tuple[str, int]:
    """A bundle that fits the guides in force; a later guide is checked with each plan."""
    bundle = parse_bundle(document)
    _own(bundle.authority, place)
    guides = guides_of(bundle, place.known, place.reader, day=day_of(place.now))
    check_bundle(bundle, guides, place.known.types(place.reader))
    for number, field in enumerate(bundle.fields):
        if field.use is not None:
            require_field(field.use, f"/fields/{number}/standard/field", place.known, place.reader)
    return bundle.code, bundle.version


def _policy(document: object, place: _Place) -> tuple[str, int]:
    policy = parse_policy(document)
    require_fitting(policy, place.issuer, place.known, place.now, place.reader)
    return policy.authority, policy.version


def _standard(document: object, place: _Place) -> tuple[str, int]:
    """A standard whose days follow those of the version before it; what it drops the doors have confirmed."""
    standard = parse_standard(document)
    _own(standard.authority, place)
    earlier = place.known.standards(standard.code, place.reader)
    first = standard.in_force or day_of(place.now)
    if standard.migration is not None and standard.migration.until < first:
        raise CatalogueError("/migration/until", "no earlier than the first day of this version")
    if earlier and earlier[0][0].in_force is not None and first < earlier[0][0].in_force:
        raise CatalogueError("/in_force", "no earlier than the first day of the version before")
    return standard.code, standard.version


def _availability(document: object, place: _Place) -> tuple[str, int]:
    """Where the authority's own item, which has a guide, is offered."""
    read = parse_availability(document)
    _own(read.authority, place)
    guide = latest_version("item", read.code, place.reader)
    if guide is None:
        raise CommandRejected("item.unknown", "no guide of this item is published")
    _own(guide.department, place)
    return read.code, read.version


def _example(document: object, place: _Place) -> tuple[str, int]:
    """An example of a type's owner, whose values meet the data standards that the type names."""
    read = parse_example(document)
    _own(read.authority, place)
    kind = place.known.types(place.reader).get(read.code)
    if kind is None or kind.owner != read.authority:
        raise CatalogueError("/code", "a material type that this department looks after")
    day = day_of(place.now)
    values = {one.code: one.value.zh for one in read.fields}
    windows = {use.standard: place.known.window(use.standard, day, place.reader) for use in kind.fields}
    uses = [use for use in kind.fields if use.code in values and windows[use.standard].current]
    known = {use.code: values[use.code] for use in uses}
    for fault in check_values(uses, known, {}, windows, day).faults:
        number = next(n for n, one in enumerate(read.fields) if one.code == fault.field)
        raise CatalogueError(f"/fields/{number}/value", "a value that meets the data standard")
    return read.code, read.version


def require_field(use: FieldUse, path: str, known: Catalogue, reader: Reader) -> None:
    """Refuse (CatalogueError) a field that no version of its standard has; the standard may be to come."""
    versions = known.standards(use.standard, reader)
    if versions and all(one.field(use.field) is None for one, _ in versions):
        raise CatalogueError(path, "a field of the standard")


_KINDS: Final[dict[str, Callable[[Any, _Place], tuple[str, int]]]] = {
    "item": _item,
    "types": _types,
    "bundle": _bundle,
    "policy": _policy,
    "standard": _standard,
    "availability": _availability,
    "example": _example,
}
SUBJECTS: Final = tuple(_KINDS)
