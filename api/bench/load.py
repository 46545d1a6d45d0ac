# SPDX-License-Identifier: Apache-2.0
"""A small HTTP/1.1 client that keeps many connections busy: ready-made requests out, answers counted."""

from __future__ import annotations

import asyncio
import os
import random
import re
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from api.bench.floors import Measured

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_END: Final = b"\r\n\r\n"
_TICKS: Final = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process: int) -> float:
    """User and system time of a process so far, all its threads, without children (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@dataclass(slots=True)
class Answered:
    """One answered request: when it was sent (monotonic seconds), how long it took, status and body."""

    sent: float
    seconds: float
    status: int
    body: bytes


@dataclass
class Load:
    """What a run saw inside its window of `seconds`."""

    answers: list[Answered] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0

    def measured(self, operations: int) -> Measured:
        """Rate and CPU an operation; latency of requests."""
        waits = sorted(one.seconds for one in self.answers)
        return {
            "operations": float(operations),
            "seconds": round(self.seconds, 2),
            "rate": round(operations / self.seconds, 1),
            "cpu_us": round(self.cpu / max(operations, 1) * 1e6, 1),
            "p50_ms": round(quantile(waits, 0.5) * 1000, 2),
            "p95_ms": round(quantile(waits, 0.95) * 1000, 2),
            "p99_ms": round(quantile(waits, 0.99) * 1000, 2),
        }


def quantile(ordered: Sequence[float], part: float) -> float:
    """The value below which `part` of the ordered values lie; 0 of none."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


class _Connection(asyncio.Protocol):
    """Sends the next request when one is answered, `pause` seconds after that one at the soonest."""

    def __init__(
        self,
        requests: Iterator[bytes],
        answers: list[Answered],
        done: asyncio.Future[None],
        pause: float,
        keep: Callable[[bytes], bytes],
    ) -> None:
        self._requests = requests
        self._answers = answers
        self._done = done
        self._pause = pause
        self._keep = keep
        self._due = 0.0
        self._received = b""
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream's transport
        # Paced connections begin spread over their first pause, as people do.
        self._due = time.monotonic() + random.random() * self._pause  # noqa: S311  # no secret
        self._later()

    def _later(self) -> None:
        wait = self._due - time.monotonic()
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self._next)
        else:
            self._next()

    def _next(self) -> None:
        transport, request = self._transport, next(self._requests, None)
        if transport is None or request is None:
            if transport is not None:
                transport.close()
            if not self._done.done():
                self._done.set_result(None)
            return
        self._sent = time.monotonic()
        self._due += self._pause
        transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(_END)
        if end < 0:
            return
        length = _LENGTH.search(self._received, 0, end + 2)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._received) < whole:
            return
        took, status = time.monotonic() - self._sent, int(self._received[9:12])
        self._answers.append(Answered(self._sent, took, status, self._keep(self._received[end + 4 : whole])))
        self._received = self._received[whole:]
        self._later()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))


async def drive(
    port: int,
    process: int,
    requests: Sequence[bytes],
    connections: int,
    warm: float,
    seconds: float,
    *,
    rate: float | None = None,
    keep: Callable[[bytes], bytes] = bytes,
) -> Load:
    """Keep `connections` busy for `warm` + `seconds`; what was answered after the warm-up, until the end.

    With a `rate` (1/s, of all connections) no faster than that; `keep` says what is kept of a body. Ends
    early when the requests are used up; the CPU is that of `process` in the same window.
    """
    loop = asyncio.get_running_loop()
    begin = time.monotonic()
    deadline = begin + warm + seconds
    answers: list[Answered] = []
    edges: list[tuple[float, float]] = []

    def take() -> Iterator[bytes]:
        for request in requests:
            now = time.monotonic()
            if not edges and now >= begin + warm:
                edges.append((now, cpu_seconds(process)))
            if now >= deadline:
                break
            yield request
        edges.append((time.monotonic(), cpu_seconds(process)))

    source = take()
    ends = [loop.create_future() for _ in range(connections)]
    pause = connections / rate if rate is not None else 0.0
    for end in ends:
        await loop.create_connection(
            partial(_Connection, source, answers, end, pause, keep), "127.0.0.1", port
        )
    await asyncio.gather(*ends)
    if len(edges) < 2:
        raise ValueError("the requests were used up in the warm-up")
    (since, before), (until, after) = edges[0], edges[-1]
    inside = [one for one in answers if since <= one.sent + one.seconds <= until]
    return Load(inside, until - since, after - before)
