# SPDX-License-Identifier: Apache-2.0
"""Which bundles and guides a next version of the material types, or of a data standard, leaves unfit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.bundles.repository import bundles_with
from attest.bundles.touched import misfit_of
from attest.catalogue.item_document import check_item
from attest.catalogue.reading import CatalogueError
from attest.catalogue.repository import list_versions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attest.catalogue.model import MaterialTypes, ServiceItem, Text
    from attest.catalogue.repository import Catalogue
    from attest.reading import Reader
    from attest.standards.model import Standard


@dataclass(frozen=True, slots=True)
class Unfit:
    """The newest version of a bundle or guide (`subject`: bundle, item) that fits now and would no more.

    `place`: the part of its document that does not fit; `authority` alone can renew it.
    """

    subject: str
    code: str
    version: int
    name: Text
    authority: str
    place: str


def unfit_with(
    types: MaterialTypes, earlier: MaterialTypes, catalogue: Catalogue, reader: Reader
) -> list[Unfit]:
    """What fits the earlier material types and not these: guides by code, then bundles."""
    found = []
    for item in _guides(catalogue, reader):
        place = _misfit(item, types)
        if place is not None and _misfit(item, earlier) is None:
            found.append(Unfit("item", item.code, item.version, item.name, item.authority, place))
    for bundle in bundles_with(None, reader):
        place = misfit_of(bundle, catalogue, reader, types=types)
        if place is not None and misfit_of(bundle, catalogue, reader, types=earlier) is None:
            found.append(Unfit("bundle", bundle.code, bundle.version, bundle.name, bundle.authority, place))
    return found


def unfit_by(standard: Standard, reader: Reader) -> list[Unfit]:
    """Bundles with a field on their form of which this version of the standard has no such field."""
    return [
        Unfit("bundle", one.code, one.version, one.name, one.authority, f"/fields/{number}/standard/field")
        for one in bundles_with(None, reader)
        for number, field in enumerate(one.fields)
        if field.use is not None
        and field.use.standard == standard.code
        and standard.field(field.use.field) is None
    ]


def _guides(catalogue: Catalogue, reader: Reader) -> Iterator[ServiceItem]:
    """The newest version of every guide, by code."""
    newest = {code: version for subject, code, version, _ in list_versions(reader) if subject == "item"}
    for code, version in sorted(newest.items()):
        yield catalogue.item(code, version, reader)[0]


def _misfit(item: ServiceItem, types: MaterialTypes) -> str | None:
    try:
        check_item(item, types)
    except CatalogueError as error:
        return error.path
    return None
