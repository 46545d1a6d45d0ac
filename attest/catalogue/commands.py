# SPDX-License-Identifier: Apache-2.0
"""`catalogue.published`: a guide or the list of material types, in a version that every case can pin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attest.acts import Act, require_text
from attest.catalogue.item_document import check_item, parse_item
from attest.catalogue.repository import TYPES_FACT, Catalogue, item_fact, latest_version
from attest.catalogue.types_document import parse_types
from attest.fields import ITEM, Fields
from attest.registry.model import GOVERNANCE
from attest.tables import catalogue
from ledger.canonical import read_json
from ledger.errors import CommandRejected, FormatError

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed, Texts
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


class Publish(Act[Publication]):
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
        name = item_fact(record.code) if record.subject == "item" else TYPES_FACT
        return (name, TYPES_FACT), (name,)

    def check(self, record: Publication, issuer: str, view: View, context: Context) -> None:
        if (record.subject == "types") != (issuer == GOVERNANCE):
            raise CommandRejected("issuer.mismatch", "items come from their authority, types from governance")
        if record.subject == "types" and record.code != "types":
            raise CommandRejected("catalogue.invalid", "the material types have the code `types`")
        latest = latest_version(record.subject, record.code, view)
        if latest is not None and latest.department != issuer:
            raise CommandRejected("issuer.mismatch", "this item belongs to another authority")
        if record.version != (latest.version if latest else 0) + 1:
            raise CommandRejected(
                "catalogue.version", f"the next version is {(latest.version if latest else 0) + 1}"
            )

    def check_texts(self, record: Publication, issuer: str, texts: Texts, view: View) -> None:
        body = require_text(record.document, texts)
        try:
            document = read_json(body, max_bytes=len(body))
            if record.subject == "types":
                said: tuple[str, int] = ("types", parse_types(document).version)
            else:
                item = parse_item(document)
                check_item(item, Catalogue().types(view))
                if item.authority != issuer:
                    raise CommandRejected("issuer.mismatch", "the guide names another authority")
                said = (item.code, item.version)
        except FormatError as error:
            raise CommandRejected("catalogue.invalid", "not a document of the catalogue") from error
        if said != (record.code, record.version):
            raise CommandRejected("catalogue.invalid", "the document says another code or version")

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
