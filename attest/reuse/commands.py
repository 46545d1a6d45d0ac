# SPDX-License-Identifier: Apache-2.0
"""`reuse.removed` and `reuse.restored`: the service signs them for a party of the material.

Recognition in other cases reads it from the next entry on; the case that the material came with keeps it, and
reliances that were signed before stay true as of their index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.acts import Act
from attest.citations import cites, read_citation, write_citation
from attest.commitments import commit
from attest.fields import DEPARTMENT, Fields
from attest.materials.repository import (
    RETRACTIONS_FACT,
    acceptance_fact,
    cited_acceptance,
    is_party,
)
from attest.registry.model import SERVICE
from attest.reuse.model import ReuseChoice
from attest.reuse.repository import removals_of
from attest.tables import case_entries, reuse_choices
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.context import Context
    from ledger.canonical import Json
    from ledger.commands import Row, View


class _Choice(Act[ReuseChoice]):
    """What both kinds share: one record, one open body, which names neither person nor department."""

    kind = "reuse"
    public = False
    removes: bool

    def parse(self, fields: Fields) -> ReuseChoice:
        choice = ReuseChoice(
            read_citation(fields, "acceptance"),
            fields.text("case", 50),
            fields.octets("case_salt", 32),
            fields.text("authority", 32, DEPARTMENT),
            fields.text("accepted_by", 32, DEPARTMENT),
            fields.octets("holder", 16),
        )
        fields.done()
        return choice

    def record(self, record: ReuseChoice) -> dict[str, Json]:
        return {
            "acceptance": write_citation(record.acceptance),
            "case": record.case_no,
            "case_salt": record.case_salt.hex(),
            "authority": record.authority,
            "accepted_by": record.accepted_by,
            "holder": record.holder.hex(),
        }

    def body(self, record: ReuseChoice) -> dict[str, Json]:
        return {
            "case": commit("case", record.case_salt, record.case_no.encode()).hex(),
            "cites": cites(record.acceptance),
        }

    def facts(self, record: ReuseChoice) -> tuple[Collection[bytes], Collection[bytes]]:
        name = acceptance_fact(record.acceptance.id)
        return (name,), (name, RETRACTIONS_FACT)

    def check(self, record: ReuseChoice, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records what holders choose")
        accepted = cited_acceptance(record.acceptance, view)
        if accepted is None or not is_party(record.holder, accepted.id, view):
            raise CommandRejected("acceptance.unknown", "no such acceptance of this holder")
        said = (record.authority, record.accepted_by, record.case_no)
        if said != (accepted.authority, accepted.accepted_by, accepted.case_no):
            raise CommandRejected("statement.mismatch", "the acceptance says otherwise")
        removed = record.holder in removals_of(accepted.id, view)
        if self.removes and removed:
            raise CommandRejected("reuse.removed", "this holder has removed it already")
        if self.removes and accepted.fallen is not None:
            raise CommandRejected("reuse.fallen", "it counts no more", at=accepted.fallen[1])
        if not self.removes and not removed:
            raise CommandRejected("reuse.not_removed", "no removal of this holder stands")

    def rows(self, record: ReuseChoice, placed: Placed, context: Context) -> list[Row]:
        accepted = record.acceptance.id
        row = (accepted, placed.index, record.holder, int(self.removes), placed.entry.time)
        return [(reuse_choices, row), (case_entries, (record.case_no, placed.index))]


class RemoveFromReuse(_Choice):
    """A party keeps a material out of every other case."""

    kind = "reuse.removed"
    removes = True


class RestoreToReuse(_Choice):
    """The party that removed it puts it back."""

    kind = "reuse.restored"
    removes = False
