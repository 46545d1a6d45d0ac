# SPDX-License-Identifier: Apache-2.0
"""Is it alive, is it ready, how busy is it: `/health/live`, `/health/ready`, `/metrics`.

Ready means that writes are taken and the database answers. A chain that is away is reported, not a
failure: intake and checks never wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from api.metrics import Gauge, Metrics

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Health:
    """The facts: sizes are entries; `anchor_age` is seconds since the newest anchor was seen, if any."""

    size: int
    published: int
    anchored: int | None = None
    anchor_age: float | None = None
    read_only: str | None = None
    """Why the log takes no entries, or None."""
    writer_failed: bool = False

    def reasons(self) -> list[str]:
        """Why it is not ready; empty when it is."""
        reasons = []
        if self.read_only is not None:
            reasons.append(f"log.read_only: {self.read_only}")
        if self.writer_failed:
            reasons.append("log.writer_failed")
        return reasons

    def anchoring(self) -> dict[str, object]:
        """How far the chain is behind, in entries and seconds."""
        lag = None if self.anchored is None else max(0, self.size - self.anchored)
        age = None if self.anchor_age is None else round(self.anchor_age, 1)
        return {"anchored": self.anchored, "lag": lag, "age": age}

    def gauges(self) -> list[Gauge]:
        """The same facts for the metrics page."""
        return [
            Gauge("once_log_size", "Entries committed.", self.size),
            Gauge("once_published_size", "Entries below the latest published checkpoint.", self.published),
            Gauge("once_anchored_size", "Entries below the newest root on the chain.", self.anchored),
            Gauge("once_anchor_age_seconds", "Seconds since the newest anchor.", self.anchor_age),
            Gauge("once_read_only", "1 when the log takes no entries.", float(self.read_only is not None)),
            Gauge("once_writer_failed", "1 when the writer stopped on a fault.", float(self.writer_failed)),
        ]


def health_router(read: Callable[[], Health], metrics: Metrics) -> APIRouter:
    """Routes over `read`, which may ask the database and runs in a worker thread."""
    router = APIRouter(tags=["health"])

    @router.get("/health/live", summary="The process answers")
    async def live() -> Response:
        return _json({"live": True})

    @router.get("/health/ready", summary="Writes are taken; 503 with reasons when not")
    async def ready() -> Response:
        health = await run_in_threadpool(read)
        reasons = health.reasons()
        answer = {
            "ready": not reasons,
            "reasons": reasons,
            "size": health.size,
            "published": health.published,
            "anchoring": health.anchoring(),
        }
        return _json(answer, 503 if reasons else 200)

    @router.get("/metrics", summary="Counters in Prometheus text format")
    async def page() -> Response:
        health = await run_in_threadpool(read)
        text = metrics.render(health.gauges())
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


def _json(answer: object, status: int = 200) -> Response:
    return Response(orjson.dumps(answer), status, media_type="application/json")
