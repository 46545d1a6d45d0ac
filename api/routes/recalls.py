# SPDX-License-Identifier: Apache-2.0
"""The department's recalls: what it relied on and fell, open until it says that it has seen it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from api.auth import DEPARTMENT
from api.events.model import BEFORE_ALL, Place, parse_place
from api.events.recalls import MarkSeen, Recall, recalls_after, seen_at
from api.keyset import limit_of, page_of
from api.problems import Problem
from api.requests import ThinResponse
from api.routes.recall_docs import LIST, SEEN
from api.thin import ThinRoute

if TYPE_CHECKING:
    from api.core import Ledger
    from api.requests import ThinRequest


class RecallRoutes:
    """`GET recalls`, `POST recalls/{id}:seen`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def page(self, request: ThinRequest) -> ThinResponse:
        """The department's recalls after the one named; each page is a read of records, and an entry."""
        ledger, department = self._ledger, request.department
        purpose = await ledger.oversight.purpose(request, "recalls", None, "state", "after", "limit")
        query = request.query("purpose", "state", "after", "limit")
        state = query.get("state", "open")
        if state not in ("open", "seen"):
            raise Problem("query.invalid", "open or seen", parameter="state")
        after, limit = _place(query.get("after")), limit_of(query)
        found = await run_in_threadpool(
            recalls_after, department, after, limit + 1, ledger.store, seen=state == "seen"
        )
        page = found[:limit]
        await ledger.oversight.read(request, "recalls", None, purpose, len(page))
        more = str(page[-1].place) if len(found) > limit else None
        return page_of(request, {"recalls": [_row(one) for one in page]}, more)

    async def seen(self, request: ThinRequest) -> ThinResponse:
        """Mark one as seen; it stays listed under `state=seen`."""
        place = parse_place(request.params["id"])
        if place is None:
            raise Problem("recall.unknown")
        raw = await request.no_body()
        command = MarkSeen(request.department, place, request.request_key(raw))
        outcome = await self._ledger.writer.submit(command)
        at = outcome.answer
        if at is None:  # a repeat of the same request
            at = seen_at(request.department, place, self._ledger.store)
        return ThinResponse.of({"id": str(place), "seen": at})

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        department = frozenset({DEPARTMENT})
        base = "/api/v1/recalls"
        return [
            ThinRoute("GET", base, self.page, LIST, department),
            ThinRoute("POST", base + "/{id}:seen", self.seen, SEEN, department, write=True),
        ]


def _row(one: Recall) -> dict[str, Any]:
    return {
        "id": str(one.place),
        "type": f"once.{one.type}",
        "by": one.by,
        "time": one.time,
        "acceptance": one.acceptance.hex(),
        "reliance": one.reliance.hex(),
        "case": one.case_no,
        "requirement": one.requirement,
        "relied_by": one.relied_by,
        "seen": one.seen,
        "due": one.due.isoformat() if one.due else None,
        "rectified_by": {"id": one.newer[0].hex(), "index": one.newer[1]} if one.newer else None,
    }


def _place(text: str | None) -> Place:
    place = BEFORE_ALL if text is None else parse_place(text)
    if place is None:
        raise Problem("query.invalid", "a recall's id is INDEX-PART", parameter="after")
    return place
