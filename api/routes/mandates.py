# SPDX-License-Identifier: Apache-2.0
"""Mandates and guardians on the ground of an accepted paper: recorded, and ended, by its department."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.acting import Asked
from api.auth import DEPARTMENT
from api.problems import Problem
from api.routes.mandate_docs import END, END_PREPARE, PREPARE, RECORD
from api.thin import ThinRoute
from attest.cases.repository import case_by_no, own_case
from attest.days import DAY, first_second
from attest.mandates.commands import AGENT_TYPES, read_scope
from attest.mandates.model import END_REASONS, Ending, Mandate, Recording
from attest.mandates.recording import EndMandate, RecordMandate, check_reach
from attest.mandates.repository import mandate_by_id
from attest.materials.model import Citation
from attest.materials.repository import acceptance_by_id
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest, ThinResponse
    from attest.fields import Fields


class MandateRoutes:
    """`POST mandates`, `mandates/{id}:end`, each with `:prepare`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._record, self._end = RecordMandate(ledger.catalogue), EndMandate()

    def read(self, fields: Fields, department: str) -> Asked[Recording]:
        """A plain request to record a mandate, as the department's record."""
        ledger, random = self._ledger, self._ledger.context.random
        case = own_case(fields.text("case", 50), department, ledger.store)
        row = acceptance_by_id(fields.octets("acceptance", 16), ledger.store)
        if row is None or row.case_no != case.case_no:
            raise CommandRejected("acceptance.unknown")
        kind = ledger.catalogue.types(ledger.store).get(row.type)
        if kind is None or kind.represents is None:
            raise CommandRejected("mandate.not_proof")
        principal, agent = fields.octets("principal", 16), fields.fields("agent")
        last = fields.optional_day("last_day")
        if last is None:
            fields.fail("last_day", "a day YYYY-MM-DD")
        mandate = Mandate(
            principal=principal,
            principal_salt=random(32),
            agent_type=agent.choice("id_type", AGENT_TYPES),
            agent_number=agent.text("number", 32),
            agent_salt=random(32),
            scope=read_scope(fields.fields("scope")),
            until=first_second(last) + DAY,
        )
        agent.done()
        fields.done()
        check_reach(kind, mandate.scope, case.case_no)
        cited = Citation(row.id, row.index, row.leaf, random(32))
        return Asked(Recording(mandate, kind.represents.relation, cited, case.case_no, random(32)))

    async def record(self, request: ThinRequest) -> ThinResponse:
        """Record an agent or a guardian."""
        department, acting = request.department, self._ledger.acting
        outcome = await acting.submit(
            request, self._record, department, lambda fields: self.read(fields, department)
        )
        recorded = self._record.parse(acting.record_of(outcome))
        return acting.created(outcome, relation=recorded.relation, until=recorded.mandate.until)

    async def prepare(self, request: ThinRequest) -> ThinResponse:
        """What the department itself would sign to record one."""
        department = request.department
        return await self._ledger.acting.prepare(
            request, self._record, department, lambda fields: self.read(fields, department)
        )

    def read_end(self, fields: Fields, wanted: bytes, department: str) -> Asked[Ending]:
        """A plain request to end a mandate that a case of the department records."""
        store, random = self._ledger.store, self._ledger.context.random
        row = mandate_by_id(wanted, store)
        case = None if row is None or row.ground is None else case_by_no(row.ground.case_no, store)
        if row is None or case is None or department not in (case.authority, case.opened_by):
            raise CommandRejected("mandate.unknown")
        ending = Ending(
            mandate=Citation(row.id, row.index, row.leaf, random(32)),
            case_no=case.case_no,
            case_salt=random(32),
            reason=fields.choice("reason", END_REASONS),
            text=fields.optional_text("text", 500),
        )
        fields.done()
        return Asked(ending)

    async def end(self, request: ThinRequest) -> ThinResponse:
        """End it; from this entry on nobody acts by it."""
        wanted, department = bytes.fromhex(request.params["id"]), request.department

        def admits(ending: Ending) -> None:
            if ending.mandate.id != wanted:
                raise Problem("statement.mismatch")

        outcome = await self._ledger.acting.submit(
            request, self._end, department, lambda fields: self.read_end(fields, wanted, department), admits
        )
        return self._ledger.acting.created(outcome, mandate=wanted.hex())

    async def prepare_end(self, request: ThinRequest) -> ThinResponse:
        """What the department itself would sign to end it."""
        wanted, department = bytes.fromhex(request.params["id"]), request.department
        return await self._ledger.acting.prepare(
            request, self._end, department, lambda fields: self.read_end(fields, wanted, department)
        )

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        department, base = frozenset({DEPARTMENT}), "/api/v1/mandates"
        one = base + "/{id:hex32}:end"
        return [
            ThinRoute("POST", base, self.record, RECORD, department, write=True),
            ThinRoute("POST", f"{base}:prepare", self.prepare, PREPARE, department),
            ThinRoute("POST", one, self.end, END, department, write=True),
            ThinRoute("POST", f"{one}:prepare", self.prepare_end, END_PREPARE, department),
        ]
