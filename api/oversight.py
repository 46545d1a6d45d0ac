# SPDX-License-Identifier: Apache-2.0
"""Reads of private records at the doors: each is an entry, and so is each refusal of a known principal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from api.auth import AUDITOR
from api.problems import Problem
from attest.fields import is_plain
from attest.oversight.commands import Read, Refused, UseCommand
from attest.oversight.model import Use

if TYPE_CHECKING:
    from api.auth import Principal
    from api.requests import ThinRequest
    from api.wiring import Ledger

NO_DEPARTMENT = "AUDITOR"
"""How a use names an auditor whose key acts for no department."""


def department_of(principal: Principal) -> str:
    """The department a use is recorded under."""
    return principal.department or NO_DEPARTMENT


class Oversight:
    """Records uses for one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def read(
        self, request: ThinRequest, route: str, case_no: str | None, purpose: str, count: int
    ) -> int:
        """Record that private records were shown; the index of the entry."""
        return await self._record(Read(), request, route, case_no, purpose, count, ())

    async def refuse(
        self, request: ThinRequest, route: str, rule: str, case_no: str | None, purpose: str | None
    ) -> NoReturn:
        """Record the refusal, then refuse with its rule and index."""
        index = await self._record(Refused(), request, route, case_no, purpose, 0, (rule,))
        raise Problem(rule, index=index)

    async def purpose(self, request: ThinRequest, route: str, case_no: str | None) -> str:
        """The query parameter `purpose` (1 to 200 characters), without which nothing private is shown."""
        purpose = request.query("purpose").get("purpose", "")
        if not 0 < len(purpose) <= 200 or not is_plain(purpose):
            await self.refuse(request, route, "lookup.purpose_missing", case_no, None)
        return purpose

    async def _record(
        self,
        act: Read | Refused,
        request: ThinRequest,
        route: str,
        case_no: str | None,
        purpose: str | None,
        count: int,
        outcome: tuple[str, ...],
    ) -> int:
        random = self._ledger.context.random
        case_no = _fit(case_no)
        use = Use(
            department=department_of(request.principal),
            case_no=case_no,
            case_salt=random(32),
            purpose=purpose,
            purpose_salt=random(32),
            route=route,
            key_id=request.principal.key_id,
            count=count,
            outcome=outcome,
        )
        done = await self._ledger.writer.submit(UseCommand(act, use, self._ledger.context))
        if done.index is None:
            raise Problem("internal.error")
        return done.index


def _fit(case_no: str | None) -> str | None:
    """The case named in the address, unless no record could hold it: the refusal is an entry either way."""
    return case_no if case_no is not None and 0 < len(case_no) <= 50 and is_plain(case_no) else None


def is_auditor(principal: Principal) -> bool:
    """Whether the key may read across departments (and leaves an entry each time)."""
    return AUDITOR in principal.scopes
