# SPDX-License-Identifier: Apache-2.0
"""`case.party.added`: who stands in a role that the case left empty when it was opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.acts import Act
from attest.cases.joining import check_addition
from attest.cases.model import Addition
from attest.cases.repository import PEOPLE_FACT, case_fact, own_case
from attest.commitments import commit
from attest.holders.repository import unknown_holder
from attest.parties import read_parties, write_parties
from attest.recognition.decision import opening_of
from attest.tables import case_entries, party_additions
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.fields import Fields
    from ledger.canonical import Json
    from ledger.commands import Row, View


class AddParty(Act[Addition]):
    """The act; by the authority of the case or who opened it, for a role in which nobody stands yet.

    What was decided on stays: nobody is replaced, and nobody leaves.
    """

    kind = "case.party.added"
    public = False

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def parse(self, fields: Fields) -> Addition:
        addition = Addition(fields.text("case", 50), fields.octets("case_salt", 32), read_parties(fields))
        fields.done()
        return addition

    def record(self, record: Addition) -> dict[str, Json]:
        return {
            "case": record.case_no,
            "case_salt": record.case_salt.hex(),
            "parties": write_parties(record.parties),
        }

    def body(self, record: Addition) -> dict[str, Json]:
        return {"case": commit("case", record.case_salt, record.case_no.encode()).hex()}

    def facts(self, record: Addition) -> tuple[Collection[bytes], Collection[bytes]]:
        name = case_fact(record.case_no)
        return (name, PEOPLE_FACT), (name, PEOPLE_FACT)

    def check(self, record: Addition, issuer: str, view: View, context: Context) -> None:
        case = own_case(record.case_no, issuer, view)
        item, _ = self._catalogue.guide(case, view)
        roles = {role for role, _ in record.parties}
        if not roles <= set(item.roles):
            raise CommandRejected("case.role", f"roles of {item.code}: {', '.join(item.roles)}")
        parties = opening_of(case, self._catalogue, view, context).parties
        if roles & {role for role, _ in parties}:
            raise CommandRejected("case.role_filled", "somebody stands in that role already")
        if unknown_holder({holder for _, holder in record.parties}, view) is not None:
            raise CommandRejected("holder.unknown", "name the holder first")
        check_addition(case, (*parties, *record.parties), self._catalogue, view, context)

    def rows(self, record: Addition, placed: Placed, context: Context) -> list[Row]:
        return [
            *(
                (party_additions, (record.case_no, placed.index, holder))
                for holder in sorted({holder for _, holder in record.parties})
            ),
            (case_entries, (record.case_no, placed.index)),
        ]
