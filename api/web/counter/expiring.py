# SPDX-License-Identifier: Apache-2.0
"""The counter's start page: what the department relied on and ends soon, and whose duty the next one is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response  # noqa: TC002  # read from annotations at run time
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.department_names import DepartmentNames
from api.events.expiries import START, MarkExpirySeen, expiries_after
from api.identity import CLERK, staff_in
from api.problems import Problem
from api.requests import request_key
from api.web.counter.recalled import requirement_named, type_named
from api.web.counter.rows import Words
from api.web.forms import read_form
from api.web.frame import language_for
from attest.days import day_of
from attest.fields import octets_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from api.core import Ledger
    from api.events.expiries import Expiry
    from api.identity import Staff

MOST: Final = 50
"""Notices on the page: those that end first."""
PURPOSE: Final = "窗口受理：查看临期提醒"
"""Why the list is opened; the holder reads it in the list of look-ups."""
_ROUTE: Final = "page.counter.expiries"


@dataclass(frozen=True, slots=True)
class ExpiryLine:
    """A notice in words; `id` its reliance in hex, `left` the days to go, `own` whether the duty is ours."""

    id: str
    material: str
    requirement: str
    duty: str
    own: bool
    case_no: str
    until: date
    left: int
    seen: int | None


class ExpiryLines:
    """The expiry notices of a department on its start page, and marking one as seen."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = DepartmentNames()

    async def told(self, request: Request, staff: Staff) -> dict[str, Any]:
        """What the page says of them: the open lines or those seen; showing any is an entry of the log."""
        ledger, principal = self._ledger, staff.principal()
        seen = request.query_params.get("expiries") == "seen"
        today, days = day_of(int(time.time())), ledger.settings.expiry_notice_days
        department = principal.acting_department()
        found, more = await run_in_threadpool(
            expiries_after,
            department,
            today,
            days,
            START,
            MOST,
            ledger.store,
            ledger.catalogue,
            seen=seen,
        )
        if found:
            await ledger.identity.count_lookup(principal, _ROUTE)
            await ledger.oversight.read(principal, _ROUTE, None, PURPOSE, len(found))
        words = Words(language_for(request), self._names(ledger.store))
        return {
            "expiries": await run_in_threadpool(self._lines, found, department, today, words),
            "expiries_more": more is not None,
            "expiries_seen": seen,
            "expiries_days": days,
        }

    def _lines(self, found: Iterable[Expiry], department: str, today: date, words: Words) -> list[ExpiryLine]:
        return [
            ExpiryLine(
                one.reliance.hex(),
                type_named(one.type, self._ledger, words),
                requirement_named(one.case_no, one.requirement, self._ledger, words),
                words.department(one.duty),
                one.duty == department,
                one.case_no,
                one.until,
                (one.until - today).days,
                one.seen,
            )
            for one in found
        ]

    async def mark(self, request: Request) -> Response:
        """It was seen: it leaves the start page; until the paper ends it stays under those that were."""
        staff = await staff_in(request, CLERK)
        principal = staff.principal()
        fields = await read_form(request)
        reliance = octets_of(fields.get("id", ""), 16)
        if reliance is None:
            raise Problem("expiry.unknown")
        key = request_key(principal.key_id, "POST", _ROUTE, reliance.hex(), fields.get("key", "")[:64], b"")
        await self._ledger.writer.submit(MarkExpirySeen(principal.acting_department(), reliance, key))
        return RedirectResponse("/counter", 303)

    def add_to(self, router: APIRouter) -> None:
        """The route of the mark; the list is part of the counter's own page."""
        router.add_api_route("/counter/expiries", self.mark, methods=["POST"])
