# SPDX-License-Identifier: Apache-2.0
"""Events of the department that asks: a page at a time, or as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from api.auth import DEPARTMENT
from api.events.model import BEFORE_ALL, TYPES, Place, parse_place
from api.events.repository import events_after
from api.events.stream import LONGEST_SECONDS, PAGE, Stream
from api.keyset import limit_of, page_of
from api.problems import Problem
from api.requests import ThinResponse, query_number
from api.routes.event_docs import LIST, STREAM
from api.thin import ThinRoute

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from api.core import Ledger
    from api.events.model import Event
    from api.requests import ThinRequest

STREAMS: Final = 8
"""Streams of one API key at a time."""


class EventRoutes:
    """`GET events`, `GET events/stream`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._log = ledger.context.log_id.hex()
        self._open: dict[str, int] = {}

    async def page(self, request: ThinRequest) -> ThinResponse:
        """The department's events after the one named."""
        query = request.query("after", "limit")
        department = request.department
        after = _place(query.get("after"))
        limit = limit_of(query, PAGE)
        found = await run_in_threadpool(self._after, department, after, limit + 1)
        page = found[:limit]
        more = str(page[-1].place) if len(found) > limit else None
        return page_of(request, {"events": [one.cloud_event(self._log) for one in page]}, more)

    def _after(self, department: str, after: Place, most: int) -> list[Event]:
        return events_after(department, after, TYPES, most, self._ledger.store)

    async def stream(self, request: ThinRequest) -> ThinResponse:
        """The department's events after `Last-Event-ID` (or `after`), then each as it comes."""
        query = request.query("after", "wait")
        department, key = request.department, request.principal.key_id
        after = _place(request.header(b"last-event-id") or query.get("after"))
        wait = query_number(query.get("wait"), 0, int(LONGEST_SECONDS), int(LONGEST_SECONDS), "wait")
        if self._open.get(key, 0) >= STREAMS:
            raise Problem("quota.exceeded", "too many streams of one key", limit=STREAMS)
        outbox = self._ledger.outbox
        stream = Stream(
            lambda place: self._after(department, place, PAGE),
            self._log,
            lambda: outbox.version,
            lambda: outbox.closing,
            request.disconnected,
        )
        return ThinResponse(
            stream=self._counted(key, stream.chunks(after, wait)),
            media=b"text/event-stream",
            headers=((b"x-accel-buffering", b"no"),),
        )

    async def _counted(self, key: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        self._open[key] = self._open.get(key, 0) + 1
        try:
            async for chunk in chunks:
                yield chunk
        finally:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        department = frozenset({DEPARTMENT})
        return [
            ThinRoute("GET", "/api/v1/events", self.page, LIST, department),
            ThinRoute("GET", "/api/v1/events/stream", self.stream, STREAM, department),
        ]


def _place(text: str | None) -> Place:
    if text is None:
        return BEFORE_ALL
    place = parse_place(text)
    if place is None:
        raise Problem("query.invalid", "an event's id is INDEX-PART", parameter="after")
    return place
