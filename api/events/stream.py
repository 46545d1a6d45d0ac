# SPDX-License-Identifier: Apache-2.0
"""Server-sent events (HTML Living Standard 9.2): one department's events, resumed exactly, bounded.

At most one page is held for a consumer; one who takes none for `STALLED_SECONDS` is cut off and resumes by
Last-Event-ID, as does everybody after `LONGEST_SECONDS`.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import orjson
from starlette.concurrency import run_in_threadpool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence

    from api.events.model import Event, Place

PAGE: Final = 100
LOOK_SECONDS: Final = 0.2
UNTOLD_SECONDS: Final = 2.0
"""How often the database is asked without a sign: another process may have kept events."""
HEARTBEAT_SECONDS: Final = 15.0
STALLED_SECONDS: Final = 30.0
LONGEST_SECONDS: Final = 600.0
RETRY: Final = b"retry: 1000\n\n"
HEARTBEAT: Final = b":\n\n"


def written(event: Event, log: str) -> bytes:
    """One event on the wire."""
    body = event.cloud_event(log)
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (
        str(event.place).encode(),
        str(body["type"]).encode(),
        orjson.dumps(body),
    )


class Stream:
    """One consumer's stream; `version` tells when there may be more, `closing` and `gone` when to end."""

    def __init__(
        self,
        fetch: Callable[[Place], Sequence[Event]],
        log: str,
        version: Callable[[], int],
        closing: Callable[[], bool],
        gone: Callable[[], Coroutine[None, None, None]],
        stalled: float = STALLED_SECONDS,
    ) -> None:
        self._fetch, self._log, self._stalled = fetch, log, stalled
        self._version, self._closing, self._gone = version, closing, gone

    async def chunks(self, after: Place, wait: float = LONGEST_SECONDS) -> AsyncIterator[bytes]:
        """What to send; ends when the client or the process goes, or no event came for `wait` seconds."""
        left = asyncio.ensure_future(self._gone())
        began = heard = sent = time.monotonic()
        try:
            with _impatient(self._stalled):
                yield RETRY
            while not (left.done() or self._closing()):
                seen, asked = self._version(), time.monotonic()
                while page := await run_in_threadpool(self._fetch, after):
                    with _impatient(self._stalled):
                        yield b"".join(written(one, self._log) for one in page)
                    after, heard = page[-1].place, time.monotonic()
                    sent = heard
                while self._version() == seen and time.monotonic() - asked < UNTOLD_SECONDS:
                    now = time.monotonic()
                    if now - heard >= wait or now - began >= LONGEST_SECONDS:
                        return
                    if now - sent >= HEARTBEAT_SECONDS:
                        with _impatient(self._stalled):
                            yield HEARTBEAT
                        sent = now
                    await asyncio.wait({left}, timeout=min(LOOK_SECONDS, wait))
                    if left.done() or self._closing():
                        return
        finally:
            left.cancel()


@contextmanager
def _impatient(seconds: float) -> Iterator[None]:
    """Cancel the request if what is sent now is not taken in time: the connection is then closed."""
    task = asyncio.current_task()
    if task is None:
        yield
        return
    timer = asyncio.get_running_loop().call_later(seconds, task.cancel)
    try:
        yield
    finally:
        timer.cancel()
