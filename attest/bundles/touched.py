# SPDX-License-Identifier: Apache-2.0
"""Which bundles a guide or the material types touch, and which fit no more, as the log stood at a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.bundles.fitting import check_bundle
from attest.bundles.repository import bundles_with, guides_of
from attest.catalogue.reading import CatalogueError
from attest.catalogue.repository import Catalogue
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from attest.bundles.model import Bundle
    from attest.catalogue.model import MaterialTypes, ServiceItem, Text
    from attest.reading import Reader


@dataclass(frozen=True, slots=True)
class Touched:
    """A bundle with the item among its steps; `authority` leads it, and alone can renew it.

    `pinned`: the version that it names, None where it takes the newest. `misfit`: the part of the bundle's
    document that does not fit the newest guide, None where it fits.
    """

    bundle: str
    version: int
    name: Text
    authority: str
    pinned: int | None
    misfit: str | None


def touched_by(item: ServiceItem, catalogue: Catalogue, reader: Reader) -> list[Touched]:
    """The bundles of which the item is a step, each as it will be with `item` as the newest guide."""
    found = []
    for bundle in bundles_with(item.code, reader):
        pins = [one.version for one in bundle.members if one.item == item.code]
        misfit = misfit_of(bundle, catalogue, reader, instead=item)
        found.append(Touched(bundle.code, bundle.version, bundle.name, bundle.authority, pins[0], misfit))
    return found


def stale_bundles(authority: str, catalogue: Catalogue, reader: Reader) -> list[Bundle]:
    """The bundles that a department leads and that fit the guides no more."""
    return [
        one
        for one in bundles_with(None, reader)
        if one.authority == authority and misfit_of(one, catalogue, reader) is not None
    ]


def made_stale(item: str | None, index: int, reader: Reader) -> list[Bundle]:
    """The bundles that fitted until the entry at `index` and do no more: it published a guide of `item`, or,
    for None, the material types.
    """
    known = Catalogue()
    return [
        bundle
        for bundle in bundles_with(item, reader, index)
        if misfit_of(bundle, known, reader, index) is None
        and misfit_of(bundle, known, reader, index + 1) is not None
    ]


def misfit_of(
    bundle: Bundle,
    catalogue: Catalogue,
    reader: Reader,
    before: int | None = None,
    instead: ServiceItem | None = None,
    types: MaterialTypes | None = None,
) -> str | None:
    """Where a bundle does not fit its guides and the types: a path in its document, None where it fits.

    `types` count instead of those in force.
    """
    try:
        guides = guides_of(bundle, catalogue, reader, before, instead)
        check_bundle(bundle, guides, types or catalogue.types(reader, before))
    except CatalogueError as error:
        return error.path
    except CommandRejected:  # a guide, or the types, are not there yet
        return "/members"
    return None
