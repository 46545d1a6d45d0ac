# SPDX-License-Identifier: Apache-2.0
"""Consents before a clerk: given and taken back by whoever stands there, recorded by their department."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.acting import Asked
from api.auth import DEPARTMENT
from api.problems import Problem
from api.routes.consent_docs import END, END_PREPARE, PREPARE, RECORD
from api.thin import ThinRoute
from attest.cases.repository import case_by_no, own_case
from attest.consents.commands import GiveConsent, WithdrawConsent
from attest.consents.model import PRESENT, Consent, Withdrawal
from attest.consents.repository import consent_by_id
from attest.days import DAY, first_second
from attest.fields import CODE
from attest.materials.model import Citation
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest, ThinResponse
    from attest.fields import Fields


class ConsentRoutes:
    """`POST consents`, `consents/{id}:withdraw`, each with `:prepare`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._give, self._withdraw = GiveConsent(ledger.catalogue), WithdrawConsent()

    def read(self, fields: Fields, department: str) -> Asked[Consent]:
        """A plain request to record a consent, as the department's record."""
        ledger, random = self._ledger, self._ledger.context.random
        case = own_case(fields.text("case", 50), department, ledger.store)
        requirement, holder = fields.text("requirement", 64, CODE), fields.octets("holder", 16)
        present, last = fields.choice("present", PRESENT), fields.optional_day("last_day")
        if last is None:
            fields.fail("last_day", "a day YYYY-MM-DD")
        fields.done()
        until = first_second(last) + DAY
        return Asked(
            Consent(
                holder, random(32), case.item, requirement, until, case.case_no, random(32), present=present
            )
        )

    async def record(self, request: ThinRequest) -> ThinResponse:
        """Record what whoever is present said."""
        department, acting = request.department, self._ledger.acting
        outcome = await acting.submit(
            request, self._give, department, lambda fields: self.read(fields, department)
        )
        return acting.created(outcome, until=self._give.parse(acting.record_of(outcome)).until)

    async def prepare(self, request: ThinRequest) -> ThinResponse:
        """What the department itself would sign to record one."""
        department = request.department
        return await self._ledger.acting.prepare(
            request, self._give, department, lambda fields: self.read(fields, department)
        )

    def read_end(self, fields: Fields, wanted: bytes, department: str) -> Asked[Withdrawal]:
        """A plain request to take back a consent for a case of the department."""
        store, random = self._ledger.store, self._ledger.context.random
        row = consent_by_id(wanted, store)
        case = None if row is None or row.case_no is None else case_by_no(row.case_no, store)
        if row is None or case is None or department not in (case.authority, case.opened_by):
            raise CommandRejected("consent.unknown")
        present = fields.choice("present", PRESENT)
        fields.done()
        cited = Citation(row.id, row.index, row.leaf, random(32))
        return Asked(Withdrawal(cited, row.holder, random(32), case.case_no, random(32), present))

    async def withdraw(self, request: ThinRequest) -> ThinResponse:
        """Take it back; from this entry on nothing is relied on under it."""
        wanted, department = bytes.fromhex(request.params["id"]), request.department

        def admits(withdrawal: Withdrawal) -> None:
            if withdrawal.consent.id != wanted:
                raise Problem("statement.mismatch")

        outcome = await self._ledger.acting.submit(
            request,
            self._withdraw,
            department,
            lambda fields: self.read_end(fields, wanted, department),
            admits,
        )
        return self._ledger.acting.created(outcome, consent=wanted.hex())

    async def prepare_end(self, request: ThinRequest) -> ThinResponse:
        """What the department itself would sign to take it back."""
        wanted, department = bytes.fromhex(request.params["id"]), request.department
        return await self._ledger.acting.prepare(
            request, self._withdraw, department, lambda fields: self.read_end(fields, wanted, department)
        )

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        department, base = frozenset({DEPARTMENT}), "/api/v1/consents"
        one = base + "/{id:hex32}:withdraw"
        return [
            ThinRoute("POST", base, self.record, RECORD, department, write=True),
            ThinRoute("POST", f"{base}:prepare", self.prepare, PREPARE, department),
            ThinRoute("POST", one, self.withdraw, END, department, write=True),
            ThinRoute("POST", f"{one}:prepare", self.prepare_end, END_PREPARE, department),
        ]
