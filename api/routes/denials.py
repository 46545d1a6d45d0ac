# SPDX-License-Identifier: Apache-2.0
"""`denials`: an issuer says by itself, in no case, that a paper of its own stands no more."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from api.acting import Asked
from api.auth import DEPARTMENT
from api.problems import Problem
from api.routes.denial_docs import DENY, DENY_PREPARE
from api.thin import ThinRoute
from attest.data_checks.commands import Deny, check_denial
from attest.data_checks.model import DENIALS, Denial
from attest.days import day_of
from attest.fields import CODE
from attest.parties import read_parties

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest, ThinResponse
    from attest.fields import Fields


class DenialRoutes:
    """`POST denials`, `:prepare`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._act = Deny(ledger.catalogue)

    def _read(self, fields: Fields, department: str) -> Asked[Denial]:
        since = fields.optional_day("since")
        if since is None:
            raise Problem("field.missing", "a day YYYY-MM-DD", path="/since")
        denial = Denial(
            None,
            None,
            fields.text("type", 64, CODE),
            department,
            fields.text("number", 64),
            read_parties(fields),
            fields.choice("reason", DENIALS),
            since,
        )
        fields.done()
        return Asked(denial)

    def _to_sign(self, fields: Fields, department: str) -> Asked[Denial]:
        """As `_read`, but that nobody is given to sign what the writer would refuse."""
        asked, ledger = self._read(fields, department), self._ledger
        check_denial(asked.record, ledger.catalogue, ledger.store, day_of(int(time.time())))
        return asked

    async def deny(self, request: ThinRequest) -> ThinResponse:
        """Say it; the answer is the same whether or not anybody has such a paper."""
        department = request.department

        def admits(denial: Denial) -> None:
            if denial.case_no is not None:  # an answer in a case is asked for by the ledger
                raise Problem("statement.mismatch")

        outcome = await self._ledger.acting.submit(
            request, self._act, department, lambda fields: self._read(fields, department), admits
        )
        return self._ledger.acting.created(outcome)

    async def prepare(self, request: ThinRequest) -> ThinResponse:
        """What the issuer itself would sign."""
        department = request.department
        return await self._ledger.acting.prepare(
            request, self._act, department, lambda fields: self._to_sign(fields, department)
        )

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        department, base = frozenset({DEPARTMENT}), "/api/v1/denials"
        return [
            ThinRoute("POST", base, self.deny, DENY, department, write=True),
            ThinRoute("POST", f"{base}:prepare", self.prepare, DENY_PREPARE, department),
        ]
