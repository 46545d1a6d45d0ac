# SPDX-License-Identifier: Apache-2.0
"""Reads of private records at the doors: each is an entry, and so is each refusal of a known principal."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from api.auth import AUDITOR, Principal
from api.identity.quota import DayQuota
from api.problems import Problem
from attest.fields import is_plain
from attest.oversight.commands import MeteredAct, Read, Refused, UseCommand
from attest.oversight.model import NO_DEPARTMENT, NOBODYS, Use
from attest.oversight.naming import ANOTHER_NAME, NameCompared, NamesCompared
from attest.oversight.quota import Limit, Limits, Meter, QuotaError
from attest.registry.model import SERVICE
from attest.statements import Envelope
from ledger.errors import BusyError, ReadOnlyError, WriterFailedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from api.core import Ledger
    from api.requests import ThinRequest
    from api.settings import Settings
    from attest.acts import Written
    from attest.holders.commands import NameHolderCommand
    from ledger.commands import Command, Outcome

AnswerT = TypeVar("AnswerT")


def department_of(principal: Principal) -> str:
    """The department a use is recorded under."""
    return principal.department or (NO_DEPARTMENT if AUDITOR in principal.scopes else NOBODYS)


class Oversight:
    """Records uses for one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.refusals: Final = DayQuota(ledger.settings.refusals_per_day)
        self.meter: Final = Meter(limits_of(ledger.settings))

    async def read(
        self,
        asker: ThinRequest | Principal,
        route: str,
        case_no: str | None,
        purpose: str,
        count: int,
        *,
        consulted: tuple[bytes, ...] = (),
    ) -> int:
        """Record that private records are shown; the index of the entry. `quota.*` beyond the quota.

        `consulted`: holders whom the look was about, beyond the parties of the case.
        """
        principal = _principal(asker)
        command = self._command(Read(), principal, route, case_no, purpose, count, (), consulted)
        await self._ledger.acting.open_key(SERVICE)
        done = await self.metered(command, principal, route, case_no, purpose)
        return done.index

    async def metered(
        self,
        command: Command[AnswerT],
        principal: Principal,
        route: str,
        case_no: str | None = None,
        purpose: str | None = None,
    ) -> AnswerT:
        """The answer of a look-up; one beyond a quota is refused with its rule, which is an entry too."""
        pending = self._ledger.writer.submit_soon(command)
        return await self.answered(pending, principal, route, case_no, purpose)

    async def answered(
        self,
        pending: Awaitable[Outcome[AnswerT]],
        principal: Principal,
        route: str,
        case_no: str | None = None,
        purpose: str | None = None,
    ) -> AnswerT:
        """As `metered`, of a look-up that the writer has already."""
        try:
            answer = (await pending).answer
        except QuotaError as error:
            await self.beyond(error, principal, route, case_no, purpose)
        if answer is None:
            raise Problem("internal.error")
        return answer

    async def beyond(
        self,
        error: QuotaError,
        principal: Principal,
        route: str,
        case_no: str | None,
        purpose: str | None,
    ) -> NoReturn:
        """Record and refuse what lies beyond a quota."""
        index = await self.record_refusal(principal, route, error.code, case_no, purpose)
        raise _beyond(error, index) from error

    def around(
        self, principal: Principal, route: str, case_no: str, purpose: str, inner: Command[Written]
    ) -> Command[Written]:
        """An act whose answer tells what is private, counted like a look-up and recorded as one."""
        use = self._use(principal, route, case_no, purpose, 0, (), ())
        return MeteredAct(inner, use, self._ledger.context, self.meter)

    async def compared(
        self,
        principal: Principal,
        route: str,
        namings: Sequence[tuple[NameHolderCommand, bool]],
        *,
        known_only: bool = False,
    ) -> tuple[int, ...]:
        """Places of those whose number and name do not belong together, each an entry; nobody is named.

        The second of each pair says that the name has changed, as `sure` of `named`.
        """
        use = self._use(principal, route, None, None, 0, (), ())
        await self._ledger.acting.open_key(SERVICE)
        command = NamesCompared(namings, use, self._ledger.context, self.meter, known_only=known_only)
        others = await self.metered(command, principal, route)
        for _ in others:
            self._ledger.metrics.refused(ANOTHER_NAME)
        return others

    async def named(
        self,
        principal: Principal,
        route: str,
        naming: NameHolderCommand,
        *,
        sure: bool,
        known_only: bool = False,
    ) -> bytes:
        """The holder of this number and name; refused, as an entry, where the two do not belong together.

        `known_only`: refused alike where the number is nobody's.
        """
        use = self._use(principal, route, None, None, 0, (), ())
        await self._ledger.acting.open_key(SERVICE)
        command = NameCompared(
            naming, use, self._ledger.context, self.meter, sure=sure, known_only=known_only
        )
        written, holder = await self.metered(command, principal, route)
        if holder is None:
            self._ledger.metrics.refused(ANOTHER_NAME)
            raise Problem(ANOTHER_NAME, index=written.index)
        return holder

    async def named_by(self, request: ThinRequest, route: str, naming: NameHolderCommand) -> int:
        """The entry of a naming that was compared; a repeat by the request's key is answered as the first."""
        principal = _principal(request)
        use = self._use(principal, route, None, None, 0, (), ())
        await self._ledger.acting.open_key(SERVICE)
        command = NameCompared(naming, use, self._ledger.context, self.meter, sure=False)
        try:
            outcome = await self._ledger.writer.submit(command)
        except QuotaError as error:
            await self.beyond(error, principal, route, None, None)
        if outcome.index is None:
            raise Problem("internal.error")
        if Envelope.parse(self._ledger.store.leaf(outcome.index)).entry.kind == Refused.kind:
            self._ledger.metrics.refused(ANOTHER_NAME)
            raise Problem(ANOTHER_NAME, index=outcome.index)
        return outcome.index

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
        problem = Problem(rule) if index is None else Problem(rule, index=index)
        problem.recorded = True
        raise problem

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
            await self._ledger.acting.open_key(SERVICE)
            command = self._command(Refused(), principal, route, case_no, purpose, 0, (rule,))
            return (await self._ledger.writer.submit(command)).index
        return None

    async def purpose(self, request: ThinRequest, route: str, case_no: str | None, *others: str) -> str:
        """The query parameter `purpose` (1 to 200 characters), without which nothing private is shown.

        `others` are parameters that the route takes beside it.
        """
        await self._ledger.identity.count_lookup(request.principal, route)
        purpose = request.query("purpose", *others).get("purpose", "")
        if not 0 < len(purpose) <= 200 or not is_plain(purpose):
            await self.refuse(request, route, "lookup.purpose_missing", case_no, None)
        return purpose

    def _command(
        self,
        act: Read | Refused,
        principal: Principal,
        route: str,
        case_no: str | None,
        purpose: str | None,
        count: int,
        outcome: tuple[str, ...],
        consulted: tuple[bytes, ...] = (),
    ) -> UseCommand:
        use = self._use(principal, route, case_no, purpose, count, outcome, consulted)
        meter = self.meter if isinstance(act, Read) else None
        return UseCommand(act, use, self._ledger.context, meter=meter)

    def _use(
        self,
        principal: Principal,
        route: str,
        case_no: str | None,
        purpose: str | None,
        count: int,
        outcome: tuple[str, ...],
        consulted: tuple[bytes, ...],
    ) -> Use:
        random = self._ledger.context.random
        return Use(
            department=department_of(principal),
            case_no=_fit(case_no),
            case_salt=random(32),
            purpose=purpose,
            purpose_salt=random(32),
            route=route,
            key_id=principal.key_id,
            count=count,
            outcome=outcome,
            consulted=consulted,
        )


def limits_of(settings: Settings) -> Limits:
    """The quotas of the settings."""
    return Limits(
        Limit(settings.lookups_per_hour, settings.lookups_per_day),
        Limit(settings.key_lookups_per_hour, settings.key_lookups_per_day),
        Limit(settings.department_lookups_per_hour, settings.department_lookups_per_day),
    )


def _beyond(error: QuotaError, index: int | None) -> Problem:
    """429 with the limit, when it ends and the seconds until then, and the entry of the refusal."""
    wait = max(1, error.retry_at - int(time.time()))
    problem = Problem(error.code, headers=((b"retry-after", str(wait).encode()),))
    problem.facts = dict(error.facts) if index is None else {**error.facts, "index": index}
    return problem


def _principal(asker: ThinRequest | Principal) -> Principal:
    return asker if isinstance(asker, Principal) else asker.principal


def _fit(case_no: str | None) -> str | None:
    """The case named in the address, unless no record could hold it: the refusal is an entry either way."""
    return case_no if case_no is not None and 0 < len(case_no) <= 50 and is_plain(case_no) else None


def is_auditor(principal: Principal) -> bool:
    """Whether the key may read across departments (and leaves an entry each time)."""
    return AUDITOR in principal.scopes
