# SPDX-License-Identifier: Apache-2.0
"""A document that is to be published against what the log holds: one table of all kinds of documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from attest.bundles.document import parse_bundle
from attest.bundles.fitting import check_bundle
from attest.bundles.repository import guides_of
from attest.catalogue.item_document import check_item, parse_item
from attest.catalogue.reading import CatalogueError
from attest.catalogue.types_document import parse_types
from attest.days import day_of
from attest.policies.document import parse_policy
from attest.policies.fitting import require_fitting
from attest.standards.document import parse_standard
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
    guides = guides_of(bundle, place.known, place.reader)
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
    """A standard whose days follow those of the version before it, and that keeps what the types name."""
    standard = parse_standard(document)
    _own(standard.authority, place)
    earlier = place.known.standards(standard.code, place.reader)
    first = standard.in_force or day_of(place.now)
    if standard.migration is not None and standard.migration.until < first:
        raise CatalogueError("/migration/until", "no earlier than the first day of this version")
    if earlier and earlier[0][0].in_force is not None and first < earlier[0][0].in_force:
        raise CatalogueError("/in_force", "no earlier than the first day of the version before")
    return standard.code, standard.version


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
}
SUBJECTS: Final = tuple(_KINDS)
