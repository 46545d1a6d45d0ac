# SPDX-License-Identifier: Apache-2.0
"""Reads of private records at the doors: each is an entry, and so is each refusal of a known principal."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, NoReturn

from api.auth import AUDITOR, Principal
from api.identity.quota import REFUSALS_A_DAY, DayQuota
from api.problems import Problem
from attest.fields import is_plain
from attest.oversight.commands import Read, Refused, UseCommand
from attest.oversight.model import Use
from attest.registry.model import SERVICE
from ledger.errors import BusyError, ReadOnlyError, WriterFailedError

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest

NO_DEPARTMENT = "AUDITOR"
"""How a use names an auditor who acts for no department."""
NOBODYS = "PUBLIC"
"""How a use names an operator or a citizen, who act for none."""


def department_of(principal: Principal) -> str:
    """The department a use is recorded under."""
    return principal.department or (NO_DEPARTMENT if AUDITOR in principal.scopes else NOBODYS)


class Oversight:
    """Records uses for one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.refusals: Final = DayQuota(REFUSALS_A_DAY)

    async def read(
        self, asker: ThinRequest | Principal, route: str, case_no: str | None, purpose: str, count: int
    ) -> int:
        """Record that private records were shown; the index of the entry."""
        return await self._record(Read(), _principal(asker), route, case_no, purpose, count, ())

    async def refuse(
        self,
        asker: ThinRequest | Principal,
        route: str,
        rule: str,
        case_no: str | None = None,
        purpose: str | None = None,
    ) -> NoReturn:
        """Record the refusal, then refuse with its rule, and its index within the day's quota."""
        index = await self.record_refusal(asker, route, rule, case_no, purpose)
        if index is None:
            raise Problem(rule)
        raise Problem(rule, index=index)

    async def record_refusal(
        self,
        asker: ThinRequest | Principal,
        route: str,
        rule: str,
        case_no: str | None = None,
        purpose: str | None = None,
    ) -> int | None:
        """The index of the refusal's entry; None, and a count alone, beyond the day's quota."""
        principal = _principal(asker)
        self._ledger.metrics.refused(rule)
        if not self.refusals.admits(principal.key_id):
            return None
        with suppress(ReadOnlyError, BusyError, WriterFailedError):  # it is refused either way
            return await self._record(Refused(), principal, route, case_no, purpose, 0, (rule,))
        return None

    async def purpose(self, request: ThinRequest, route: str, case_no: str | None, *others: str) -> str:
        """The query parameter `purpose` (1 to 200 characters), without which nothing private is shown.

        `others` are parameters that the route takes beside it.
        """
        purpose = request.query("purpose", *others).get("purpose", "")
        if not 0 < len(purpose) <= 200 or not is_plain(purpose):
            await self.refuse(request, route, "lookup.purpose_missing", case_no, None)
        return purpose

    async def _record(
        self,
        act: Read | Refused,
        principal: Principal,
        route: str,
        case_no: str | None,
        purpose: str | None,
        count: int,
        outcome: tuple[str, ...],
    ) -> int:
        random = self._ledger.context.random
        case_no = _fit(case_no)
        use = Use(
            department=department_of(principal),
            case_no=case_no,
            case_salt=random(32),
            purpose=purpose,
            purpose_salt=random(32),
            route=route,
            key_id=principal.key_id,
            count=count,
            outcome=outcome,
        )
        await self._ledger.acting.open_key(SERVICE)
        done = await self._ledger.writer.submit(UseCommand(act, use, self._ledger.context))
        if done.index is None:
            raise Problem("internal.error")
        return done.index


def _principal(asker: ThinRequest | Principal) -> Principal:
    return asker if isinstance(asker, Principal) else asker.principal


def _fit(case_no: str | None) -> str | None:
    """The case named in the address, unless no record could hold it: the refusal is an entry either way."""
    return case_no if case_no is not None and 0 < len(case_no) <= 50 and is_plain(case_no) else None


def is_auditor(principal: Principal) -> bool:
    """Whether the key may read across departments (and leaves an entry each time)."""
    return AUDITOR in principal.scopes
