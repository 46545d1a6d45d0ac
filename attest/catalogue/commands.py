# SPDX-License-Identifier: Apache-2.0
"""`catalogue.published`: a document of the catalogue, in a version that can be pinned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attest.acts import Act, require_text
from attest.bundles.repository import bundle_fact
from attest.catalogue.fitting import SUBJECTS, require_sound
from attest.catalogue.repository import (
    POLICIES_FACT,
    TYPES_FACT,
    Catalogue,
    item_fact,
    latest_version,
    plain_fact,
)
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


@dataclass(frozen=True, slots=True)
class Publication:
    """A document of the catalogue, named by digest; `code` is the document's own, `types` for the material
    types, and of a policy its department.
    """

    subject: str
    code: str
    version: int
    document: bytes


def publication_fact(subject: str, code: str) -> bytes:
    """Name of the fact "which version of this is the newest", for the writer's batches."""
    names = {
        "item": item_fact(code),
        "bundle": bundle_fact(code),
        "policy": POLICIES_FACT,
        "types": TYPES_FACT,
    }
    return names.get(subject) or plain_fact(subject, code)


class Publish(Act[Publication]):
    """The act; types come from governance, standards from it or a department, all else from authorities."""

    kind = "catalogue.published"
    public = True

    def __init__(self) -> None:
        # Asked for types and standards alone: kept by digest, they outlast a batch that fails.
        self._known = Catalogue()

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
        name = publication_fact(record.subject, record.code)
        return (name, TYPES_FACT), (name,)

    def check(self, record: Publication, issuer: str, view: View, context: Context) -> None:
        if record.subject != "standard" and (record.subject == "types") != (issuer == GOVERNANCE):
            raise CommandRejected(
                "issuer.mismatch", "types come from governance, everything else from its authority"
            )
        if record.subject == "policy" and record.code != issuer:
            raise CommandRejected("issuer.mismatch", "a department's policy has its own code")
        if record.subject == "types" and record.code != "types":
            raise CommandRejected("catalogue.invalid", "the material types have the code `types`")
        latest = latest_version(record.subject, record.code, view)
        if latest is not None and latest.department != issuer:
            raise CommandRejected("issuer.mismatch", "it belongs to another authority")
        if record.version != (latest.version if latest else 0) + 1:
            raise CommandRejected(
                "catalogue.version", f"the next version is {(latest.version if latest else 0) + 1}"
            )

    def check_texts(self, record: Publication, issuer: str, texts: Texts, view: View) -> None:
        body = require_text(record.document, texts)
        try:
            document = read_json(body, max_bytes=len(body))
            # Guides are kept by version, so that those of a batch that fails may not outlast it.
            known = Catalogue() if record.subject in ("bundle", "policy") else self._known
            said = require_sound(record.subject, document, issuer, known, view.now, view)
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
