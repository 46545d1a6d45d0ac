# SPDX-License-Identifier: Apache-2.0
"""`submission.chosen` and `submission.released`: the service signs them for a party of the case.

While one stands, what other cases brought counts for that requirement neither for nor against the department.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attest.acts import Act
from attest.cases.repository import case_by_no, case_fact, cases_of
from attest.cases.speaking import applies, speaks_for
from attest.catalogue.repository import TYPES_FACT
from attest.citations import cites, read_citation, write_citation
from attest.commitments import commit
from attest.fields import CODE, Fields
from attest.holders.repository import ids_of
from attest.mandates.standing import acting_facts, check_acting
from attest.reask.repository import relied_in_case
from attest.recognition.decision import opening_of
from attest.registry.model import SERVICE
from attest.submission.model import SubmissionChoice
from attest.submission.repository import choosers
from attest.submission.rules import is_shown
from attest.tables import case_entries, submission_choices
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.acts import Placed
    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from ledger.canonical import Json
    from ledger.commands import Row, View


class _Choice(Act[SubmissionChoice]):
    """What both kinds share; the open body names neither the person nor the requirement."""

    kind = "submission"
    public = False
    chooses: bool

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def parse(self, fields: Fields) -> SubmissionChoice:
        choice = SubmissionChoice(
            fields.text("case", 50),
            fields.octets("case_salt", 32),
            fields.text("requirement", 64, CODE),
            fields.octets("holder", 16),
            read_citation(fields, "mandate") if fields.has("mandate") else None,
        )
        fields.done()
        return choice

    def record(self, record: SubmissionChoice) -> dict[str, Json]:
        plain: dict[str, Json] = {
            "case": record.case_no,
            "case_salt": record.case_salt.hex(),
            "requirement": record.requirement,
            "holder": record.holder.hex(),
        }
        if record.mandate is not None:
            plain["mandate"] = write_citation(record.mandate)
        return plain

    def body(self, record: SubmissionChoice) -> dict[str, Json]:
        body: dict[str, Json] = {"case": commit("case", record.case_salt, record.case_no.encode()).hex()}
        if record.mandate is not None:
            body["mandate"] = cites(record.mandate)
        return body

    def facts(self, record: SubmissionChoice) -> tuple[Collection[bytes], Collection[bytes]]:
        name = case_fact(record.case_no)
        return (name, TYPES_FACT, *acting_facts(record.mandate)), (name,)

    def check(self, record: SubmissionChoice, issuer: str, view: View, context: Context) -> None:
        if issuer != SERVICE:
            raise CommandRejected("issuer.mismatch", "the service records what applicants choose")
        case = case_by_no(record.case_no, view)
        if case is None or record.case_no not in cases_of(record.holder, view):
            raise CommandRejected("case.unknown", "no such case of this holder")
        item, _ = self._catalogue.guide(case, view)
        wanted = item.requirement(record.requirement)
        if wanted is None:
            raise CommandRejected("requirement.unknown", "the case's guide has no such requirement")
        parties = opening_of(case, self._catalogue, view, context).parties
        own = ids_of(record.holder, view)
        if not speaks_for(own, parties, wanted):
            raise CommandRejected("case.not_applicant", "the applicant says it, or whose paper it is")
        if record.mandate is not None:
            row = check_acting(record.mandate, wanted, case, view, context)
            if row.principal not in own:
                raise CommandRejected("mandate.unknown", "another's mandate")
        if self.chooses and is_shown(wanted, self._catalogue.types(view).types):
            raise CommandRejected("submission.shown_only", "it is shown or checked, and nothing is handed in")
        chosen = choosers(record.case_no, view).get(record.requirement, frozenset())
        stands = record.holder in chosen
        if self.chooses and stands:
            raise CommandRejected("submission.chosen", "this holder has chosen it already")
        if self.chooses and relied_in_case(record.case_no, record.requirement, None, view):
            raise CommandRejected("submission.late", "an acceptance was relied on already")
        if not self.chooses and not stands and not (chosen and applies(own, parties)):
            raise CommandRejected("submission.not_chosen", "no choice stands that this holder releases")

    def rows(self, record: SubmissionChoice, placed: Placed, context: Context) -> list[Row]:
        row = (
            record.case_no,
            placed.index,
            record.requirement,
            record.holder,
            int(self.chooses),
            placed.entry.time,
        )
        return [(submission_choices, row), (case_entries, (record.case_no, placed.index))]


class ChooseSubmission(_Choice):
    """A party hands this in themselves: the department takes nothing up from the log for it."""

    kind = "submission.chosen"
    chooses = True


class ReleaseSubmission(_Choice):
    """The party that chose so, or the applicant for all who did, lets the log serve again."""

    kind = "submission.released"
    chooses = False
