# SPDX-License-Identifier: Apache-2.0
"""Whom a published document concerns, and whose bundle fits no more by it: as of the entry's own place.

Not everybody is told of every guide: in a city a list of thousands comes in at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.events.model import BUNDLE_STALE, PUBLISHED, Concern
from attest.bundles.document import parse_bundle
from attest.bundles.repository import bundles_with
from attest.bundles.touched import made_stale
from attest.catalogue.item_document import parse_item
from attest.catalogue.repository import document_of, latest_version
from attest.registry.repository import departments_before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attest.reading import Reader
    from attest.statements import Entry

_GUIDES: Final = ("item", "availability")


def published(entry: Entry, index: int, reader: Reader) -> Iterator[Concern]:
    """Everybody whom it concerns but for who published it; and who leads a bundle that fits no more."""
    subject, code = str(entry.body["subject"]), str(entry.body["code"])
    said: dict[str, Any] = {"published": {"subject": subject, "code": code, "version": entry.body["version"]}}
    for department in sorted(_concerned(entry, index, reader) - {entry.issuer}):
        yield Concern(department, PUBLISHED, about=said)
    if subject in ("item", "types"):
        for one in made_stale(code if subject == "item" else None, index, reader):
            bundle = {"code": one.code, "version": one.version}
            yield Concern(one.authority, BUNDLE_STALE, about={**said, "bundle": bundle})


def _concerned(entry: Entry, index: int, reader: Reader) -> set[str]:
    """Of a guide, and of where it is offered: who receives for it and who leads a bundle with it; of a bundle
    the authorities of its steps; of types, standards, policies and samples every department.
    """
    subject = str(entry.body["subject"])
    if subject == "bundle":
        document = document_of(bytes.fromhex(str(entry.body["document"])), reader)
        return _authorities([one.item for one in parse_bundle(document).members], index, reader)
    if subject not in _GUIDES:
        return departments_before(index, reader)
    item = str(entry.body["code"])
    leads = {one.authority for one in bundles_with(item, reader, index)}
    newest = latest_version("item", item, reader, index + 1)
    if newest is None:
        return leads
    return leads | set(parse_item(document_of(newest.digest, reader)).receivers)


def _authorities(items: list[str], index: int, reader: Reader) -> set[str]:
    found = [latest_version("item", one, reader, index) for one in items]
    return {one.department for one in found if one is not None}
