# SPDX-License-Identifier: Apache-2.0
"""Alarms about look-ups, for a department's system and for auditors; people acknowledge them on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool

from api.auth import AUDITOR, DEPARTMENT
from api.keyset import limit_of, page_of
from api.oversight import is_auditor
from api.requests import ThinResponse, bad_query, query_number
from api.routes.lookup_alarm_docs import LIST
from api.supervision.opening import opened
from api.thin import ThinRoute
from attest.supervision.repository import alarms_before

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest
    from api.supervision.opening import Opened

STATES: Final = ("open", "acknowledged")
_NEWEST: Final = 2**53 - 1


class LookupAlarmRoutes:
    """`GET lookup-alarms`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def page(self, request: ThinRequest) -> ThinResponse:
        """Alarms below an index, the newest first; each page is a read of private records, and an entry."""
        ledger, names = self._ledger, ("state", "before", "limit")
        purpose = await ledger.oversight.purpose(request, "lookup.alarms", None, *names)
        query = request.query("purpose", *names)
        state = query.get("state", "open")
        if state not in STATES:
            raise bad_query("open or acknowledged", "state")
        before = query_number(query.get("before"), 0, _NEWEST, _NEWEST, "before")
        limit = limit_of(query)
        department = None if is_auditor(request.principal) else request.department

        def look() -> tuple[list[Opened], int | None]:
            ended = state == "acknowledged"
            found = alarms_before(department, before, limit + 1, ledger.store, ended=ended)
            rows = found[:limit]
            more = rows[-1].index if len(found) > limit else None
            return [opened(one, ledger) for one in rows], more

        alarms, more = await run_in_threadpool(look)
        await ledger.oversight.read(request, "lookup.alarms", None, purpose, len(alarms))
        return page_of(request, {"alarms": [_row(one) for one in alarms]}, more, "before")

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        readers = frozenset({DEPARTMENT, AUDITOR})
        return [ThinRoute("GET", "/api/v1/lookup-alarms", self.page, LIST, readers)]


def _row(one: Opened) -> dict[str, Any]:
    row, end = one.row, one.row.end
    acknowledged = None
    if end is not None:
        acknowledged = {
            "index": end.index,
            "department": end.department,
            "by": end.key_id,
            "reason": end.reason,
            "text": one.text,
            "time": end.time,
        }
    return {
        "id": row.id.hex(),
        "index": row.index,
        "department": row.department,
        "rule": row.rule,
        "user": row.key_id,
        "since": row.since,
        "until": row.until,
        "count": row.count,
        "most": row.most,
        "entries": list(one.entries),
        "time": row.time,
        "acknowledged": acknowledged,
    }
