# SPDX-License-Identifier: Apache-2.0
"""`catalogue.published`: a guide or the list of material types, in a version that every case can pin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attest.catalogue.repository import latest_version
from attest.fields import ITEM, Fields
from attest.registry.model import GOVERNANCE
from attest.tables import catalogue
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.context import Context
    from ledger.canonical import Json
    from ledger.commands import Row, View

SUBJECTS: Final = ("item", "types")


@dataclass(frozen=True, slots=True)
class Publication:
    """A document of the catalogue, named by digest; `code` is the item's code, or `types`."""

    subject: str
    code: str
    version: int
    document: bytes


class Publish:
    """The act; an item is published by its authority, the material types by governance."""

    kind = "catalogue.published"
    public = True

    def parse(self, fields: Fields) -> Publication:
        publication = Publication(
            fields.choice("subject", SUBJECTS),
            fields.text("code", 50, ITEM),
            fields.integer("version", 1, 1_000_000),
            fields.octets("document", 32),
        )
        fields.done()
        return publication

    def record(self, record: Publication) -> dict[str, Json]:
        return {
            "subject": record.subject,
            "code": record.code,
            "version": record.version,
            "document": record.document.hex(),
        }

    def body(self, record: Publication) -> dict[str, Json]:
        return self.record(record)

    def facts(self, record: Publication) -> tuple[Collection[bytes], Collection[bytes]]:
        name = f"catalogue/{record.subject}/{record.code}".encode()
        return (name,), (name,)

    def check(self, record: Publication, issuer: str, view: View, context: Context) -> None:
        if (record.subject == "types") != (issuer == GOVERNANCE):
            raise CommandRejected("issuer.mismatch", "items come from their authority, types from governance")
        latest = latest_version(record.subject, record.code, view)
        if latest is not None and latest.department != issuer:
            raise CommandRejected("issuer.mismatch", "this item belongs to another authority")
        if record.version != (latest.version if latest else 0) + 1:
            raise CommandRejected(
                "catalogue.version", f"the next version is {(latest.version if latest else 0) + 1}"
            )

    def rows(self, record: Publication, placed: Placed, context: Context) -> list[Row]:
        return [
            (
                catalogue,
                (
                    record.subject,
                    record.code,
                    record.version,
                    placed.index,
                    record.document,
                    placed.entry.issuer,
                ),
            )
        ]
