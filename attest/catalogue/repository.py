# SPDX-License-Identifier: Apache-2.0
"""Queries over published versions; a version never changes, so parsed ones are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from attest.catalogue.item_document import parse_item
from attest.catalogue.situations import material_types_of
from attest.catalogue.types_document import parse_types
from attest.reading import Prepared
from attest.registry.repository import text_of
from attest.tables import catalogue
from ledger.canonical import read_json
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from attest.catalogue.model import MaterialTypes, ServiceItem
    from attest.reading import Reader
    from ledger.canonical import Json

_LATEST = Prepared(
    select(catalogue.c.version, catalogue.c.digest, catalogue.c.department, catalogue.c.idx)
    .where(catalogue.c.subject == bindparam("subject"), catalogue.c.code == bindparam("code"))
    .order_by(catalogue.c.version.desc())
    .limit(1)
)
_ONE = Prepared(
    select(catalogue.c.version, catalogue.c.digest, catalogue.c.department, catalogue.c.idx).where(
        catalogue.c.subject == bindparam("subject"),
        catalogue.c.code == bindparam("code"),
        catalogue.c.version == bindparam("version"),
    )
)
_ALL = Prepared(
    select(catalogue.c.subject, catalogue.c.code, catalogue.c.version, catalogue.c.department).order_by(
        catalogue.c.idx
    )
)


TYPES_FACT: Final = b"catalogue/types/types"
"""Name of the fact "which material types are in force", for the writer's batches."""


def item_fact(code: str) -> bytes:
    """Name of the fact "which guide of this item is in force", for the writer's batches."""
    return b"catalogue/item/" + code.encode()


@dataclass(frozen=True, slots=True)
class Published:
    """A version in the log: its number, the digest of its document, who published it and where."""

    version: int
    digest: bytes
    department: str
    index: int


def latest_version(subject: str, code: str, reader: Reader) -> Published | None:
    """The newest version of an item or of the types."""
    found = _LATEST.rows(reader, subject=subject, code=code)
    return Published(found[0][0], bytes(found[0][1]), found[0][2], found[0][3]) if found else None


def version_of(subject: str, code: str, version: int, reader: Reader) -> Published | None:
    """One version of an item or of the types."""
    found = _ONE.rows(reader, subject=subject, code=code, version=version)
    return Published(found[0][0], bytes(found[0][1]), found[0][2], found[0][3]) if found else None


def list_versions(reader: Reader) -> list[tuple[str, str, int, str]]:
    """Subject, code, version and department of everything published, in order."""
    return [(subject, code, version, department) for subject, code, version, department in _ALL.rows(reader)]


class Catalogue:
    """Parsed versions, read once: what a version says cannot change."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, int], tuple[ServiceItem, Published]] = {}
        self._types: dict[bytes, MaterialTypes] = {}
        self._listed: dict[tuple[str, int], frozenset[str]] = {}

    def item(self, code: str, version: int, reader: Reader) -> tuple[ServiceItem, Published]:
        """An item's version with its place in the log (CommandRejected `item.unknown`)."""
        known = self._items.get((code, version))
        if known is None:
            published = version_of("item", code, version, reader)
            if published is None:
                raise CommandRejected("item.unknown", "no such version of an item is published")
            known = (parse_item(document_of(published.digest, reader)), published)
            self._items[(code, version)] = known
        return known

    def listed(self, code: str, version: int, reader: Reader) -> frozenset[str]:
        """Every material type that the item's version asks for in any situation."""
        known = self._listed.get((code, version))
        if known is None:
            item, _ = self.item(code, version, reader)
            known = self._listed[(code, version)] = material_types_of(item.requirements)
        return known

    def types(self, reader: Reader) -> MaterialTypes:
        """The newest list of material types (CommandRejected `types.unknown` before the first)."""
        published = latest_version("types", "types", reader)
        if published is None:
            raise CommandRejected("types.unknown", "no material types are published yet")
        known = self._types.get(published.digest)
        if known is None:
            known = self._types[published.digest] = parse_types(document_of(published.digest, reader))
        return known


def document_of(digest: bytes, reader: Reader) -> Json:
    """A published document by its digest."""
    body = text_of(digest, reader)
    if body is None:
        raise LookupError(f"text {digest.hex()} is not in the database")
    return read_json(body, max_bytes=len(body))
