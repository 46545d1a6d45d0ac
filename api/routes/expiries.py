# SPDX-License-Identifier: Apache-2.0
"""Expiry notices: what the department relied on and will end soon, open until it says that it has seen it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from api.auth import DEPARTMENT
from api.events.expiries import (
    MOST_DAYS,
    START,
    Expiry,
    MarkExpirySeen,
    expiries_after,
    expiry_seen_at,
    parse_after,
)
from api.events.model import PREFIX
from api.keyset import limit_of, page_of
from api.requests import ThinResponse, bad_query, query_number
from api.routes.expiry_docs import LIST, SEEN
from api.thin import ThinRoute
from attest.days import day_of
from attest.expiry.model import EXPIRING

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest


class ExpiryRoutes:
    """`GET expiries`, `POST expiries/{id}:seen`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def page(self, request: ThinRequest) -> ThinResponse:
        """The department's notices, soonest first; each page is a read of records, and an entry."""
        ledger, department = self._ledger, request.department
        names = ("state", "days", "after", "limit")
        purpose = await ledger.oversight.purpose(request, "expiries", None, *names)
        query = request.query("purpose", *names)
        state = query.get("state", "open")
        if state not in ("open", "seen"):
            raise bad_query("open or seen", "state")
        days = query_number(query.get("days"), 0, MOST_DAYS, ledger.settings.expiry_notice_days, "days")
        limit = limit_of(query)
        after = parse_after(query["after"]) if "after" in query else START
        if after is None:
            raise bad_query("the `next` of a page", "after")
        today = day_of(int(time.time()))
        found, more = await run_in_threadpool(
            expiries_after,
            department,
            today,
            days,
            after,
            limit,
            ledger.store,
            ledger.catalogue,
            seen=state == "seen",
        )
        await ledger.oversight.read(request, "expiries", None, purpose, len(found))
        rows = [_row(one, (one.until - today).days) for one in found]
        return page_of(request, {"days": days, "expiries": rows}, str(more) if more is not None else None)

    async def seen(self, request: ThinRequest) -> ThinResponse:
        """Mark one as seen; it stays listed under `state=seen` until the paper ends."""
        reliance = bytes.fromhex(request.params["id"])
        raw = await request.no_body()
        command = MarkExpirySeen(request.department, reliance, request.request_key(raw))
        at = (await self._ledger.writer.submit(command)).answer
        if at is None:  # a repeat of the same request
            at = expiry_seen_at(reliance, self._ledger.store)
        return ThinResponse.of({"reliance": reliance.hex(), "seen": at})

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        department = frozenset({DEPARTMENT})
        base = "/api/v1/expiries"
        return [
            ThinRoute("GET", base, self.page, LIST, department),
            ThinRoute("POST", base + "/{id:hex32}:seen", self.seen, SEEN, department, write=True),
        ]


def _row(one: Expiry, left: int) -> dict[str, Any]:
    return {
        "type": PREFIX + EXPIRING,
        "reliance": one.reliance.hex(),
        "acceptance": one.acceptance.hex(),
        "material": one.type,
        "valid_until": one.until.isoformat(),
        "days_left": left,
        "case": one.case_no,
        "requirement": one.requirement,
        "duty": one.duty,
        "seen": one.seen,
    }
