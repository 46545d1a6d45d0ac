# SPDX-License-Identifier: Apache-2.0
"""`supersession.recorded`: what the owner of a type renewed without naming it, as the service found it.

It is decided under the writer's lock and is the entry right after the owner's acceptance, in one transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attest.acts import Act
from attest.citations import cites, read_citation, write_citation
from attest.commitments import commit
from attest.fields import DEPARTMENT, Fields
from attest.materials.repository import RETRACTIONS_FACT, acceptance_fact
from attest.registry.model import SERVICE
from attest.supersession.model import RENEWED, Recorded
from attest.tables import case_entries, supersessions
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.context import Context
    from ledger.canonical import Json
    from ledger.commands import Row, View

MOST: Final = 1024
"""Acceptances of one paper that a record names; each was a department's that took it in."""


class RecordSupersession(Act[Recorded]):
    """The service says which acceptances are of the paper as it was; `how` is always `renewed`."""

    kind = "supersession.recorded"
    public = False

    def parse(self, fields: Fields) -> Recorded:
        recorded = Recorded(
            fields.text("case", 50),
            fields.octets("case_salt", 32),
            fields.text("authority", 32, DEPARTMENT),
            read_citation(fields, "acceptance"),
            tuple(_older(one) for one in fields.objects("superseded", 1, MOST)),
        )
        fields.done()
        return recorded

    def record(self, record: Recorded) -> dict[str, Json]:
        return {
            "case": record.case_no,
            "case_salt": record.case_salt.hex(),
            "authority": record.authority,
            "acceptance": write_citation(record.acceptance),
            "superseded": [{"id": id_.hex(), "index": index} for id_, index in record.superseded],
        }

    def body(self, record: Recorded) -> dict[str, Json]:
        return {
            "authority": record.authority,
            "case": commit("case", record.case_salt, record.case_no.encode()).hex(),
            "cites": cites(record.acceptance),
            "how": RENEWED,
        }

    def facts(self, record: Recorded) -> tuple[Collection[bytes], Collection[bytes]]:
        return (), (*(acceptance_fact(id_) for id_, _ in record.superseded), RETRACTIONS_FACT)

    def check(self, record: Recorded, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records what the owner did not name")

    def rows(self, record: Recorded, placed: Placed, context: Context) -> list[Row]:
        newer = record.acceptance.id
        older = [id_ for id_, _ in record.superseded]
        made: list[Row] = [(supersessions, (one, placed.index, newer, RENEWED)) for one in older]
        return [*made, (case_entries, (record.case_no, placed.index))]


def _older(one: Fields) -> tuple[bytes, int]:
    read = (one.octets("id", 16), one.integer("index"))
    one.done()
    return read
