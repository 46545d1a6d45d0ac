# SPDX-License-Identifier: Apache-2.0
"""`material.expiring`: the service tells a department, once, that a paper of its cases ends soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.acts import Act
from attest.catalogue.repository import TYPES_FACT
from attest.citations import cites, read_citation, write_citation
from attest.expiry.model import EXPIRING, Notice
from attest.expiry.repository import duty_of, told_of
from attest.fields import DEPARTMENT, Fields
from attest.materials.repository import acceptance_fact, cited_acceptance
from attest.registry.model import SERVICE
from attest.tables import expiry_notices
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from ledger.canonical import Json
    from ledger.commands import Row, View


class TellExpiry(Act[Notice]):
    """Once for each acceptance and department, whichever process is first and however often it starts."""

    kind = EXPIRING
    public = False

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def parse(self, fields: Fields) -> Notice:
        notice = Notice(
            read_citation(fields, "acceptance"),
            fields.text("department", 32, DEPARTMENT),
            fields.text("duty", 32, DEPARTMENT),
        )
        fields.done()
        return notice

    def record(self, record: Notice) -> dict[str, Json]:
        return {
            "acceptance": write_citation(record.acceptance),
            "department": record.department,
            "duty": record.duty,
        }

    def body(self, record: Notice) -> dict[str, Json]:
        return {"cites": cites(record.acceptance), "department": record.department, "duty": record.duty}

    def facts(self, record: Notice) -> tuple[Collection[bytes], Collection[bytes]]:
        told = b"expiry/" + record.acceptance.id + record.department.encode()
        return (told, acceptance_fact(record.acceptance.id), TYPES_FACT), (told,)

    def check(self, record: Notice, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service counts the days")
        row = cited_acceptance(record.acceptance, view)
        if row is None or row.fallen is not None:
            raise CommandRejected("acceptance.unknown", "no such acceptance stands")
        if record.duty != duty_of(row.type, row.authority, self._catalogue.types(view)):
            raise CommandRejected("statement.mismatch", "the duty is that of the type's owner")
        if record.department in told_of(row.id, view):
            raise CommandRejected("expiry.known", "it was told before")

    def rows(self, record: Notice, placed: Placed, context: Context) -> list[Row]:
        return [(expiry_notices, (record.acceptance.id, record.department, placed.index, placed.entry.time))]
