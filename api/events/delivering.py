# SPDX-License-Identifier: Apache-2.0
"""Deliveries: one thread, a task a webhook, in order; what waits and what was tried stands in the database.

A department has some of the places, and a webhook gives its place back after a while: slow receivers hold up
no other department, and one's own for a turn.

At least once, with stable ids. After a failure the next attempt waits 1 s, 2 s, 4 s … an hour, less up to a
half by chance; an event that was tried for three days is given up on, and the next has its turn.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

import orjson

from api.events.addresses import ForbiddenTargetError, addresses_of, parse_target
from api.events.hook_queries import DEAD, DELIVERED, secret_versions, standing
from api.events.hooks import secret_place
from api.events.lookups import Lookups
from api.events.sending import Result, post, request_bytes, signatures
from api.events.tables import webhook_attempts, webhook_outcomes, webhook_replays
from api.events.turns import due, next_attempt
from attest.errors import AttestError
from ledger.commands import Decision
from ledger.errors import LedgerError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Collection, Sequence

    from api.events.hook_queries import Due, Webhook
    from attest.sealing import Sealer
    from ledger.commands import View
    from ledger.store import Store
    from ledger.writer import Writer

LOOK_SECONDS: Final = 0.2
DEAD_SECONDS: Final = 3 * 24 * 3600
"""An event whose first attempt lies this far back is given up on."""
OVERLAP_SECONDS: Final = 24 * 3600
"""How long the secret before the newest still signs."""
AT_A_TIME: Final = 32
OF_DEPARTMENT: Final = 8
"""Webhooks of one department that are sent to at a time."""
TURN_SECONDS: Final = 5.0
"""After these a webhook gives its place to the one that was served longest ago."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Note:
    """The command: an attempt was made, and settled the event or not."""

    due: Due
    result: Result
    state: str | None
    entry_id: None = None
    request: None = None
    reads: ClassVar[Collection[bytes]] = ()

    @property
    def writes(self) -> Collection[bytes]:
        """What is known of this webhook's deliveries."""
        return (b"deliveries/" + self.due.webhook.id,)

    def decide(self, view: View) -> Decision[None]:
        """One row for the attempt, one for the outcome if it has one; what was sent again waits no longer."""
        one = self.due
        place = (one.webhook.id, one.replay, *one.event.place)
        attempt = (*place, len(one.attempts) + 1, self.result.cause, self.result.status, view.now)
        outcome = [(webhook_outcomes, (*place, self.state, view.now))] if self.state else []
        sent = [(webhook_replays, (*place, 0))] if self.state and one.replay else []
        return Decision(rows=[(webhook_attempts, attempt), *outcome], removed=sent)


class Deliveries:
    """Delivers one ledger's events; of several processes of one machine, the one that holds the lock."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        sealer: Sealer,
        log: str,
        *,
        demo: bool,
        lock: str,
        clock: Callable[[], float] = time.time,
        find: Callable[[str, int], Sequence[str]] = addresses_of,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """`log` is the log's id in hex; `lock` a file that says which process delivers; `find` waits."""
        self._store, self._writer, self._sealer, self._log_id = store, writer, sealer, log
        self._demo, self._lock_file, self._clock = demo, lock, clock
        self._lookups, self._context = Lookups(find), context
        self._busy: dict[Webhook, asyncio.Task[None]] = {}
        self._served: dict[bytes, float] = {}
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Go on where the kept outcomes end."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="webhooks", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Give up what is under way (it is sent again later) and end."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    async def _run(self) -> None:
        lock = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            pause = LOOK_SECONDS
            while not self._stopped.is_set():
                await asyncio.sleep(pause)
                try:
                    if not _holds(lock):
                        pause = 2.0
                        continue
                    self._begin_due()
                    pause = LOOK_SECONDS
                except (LedgerError, AttestError, OSError) as error:
                    _log.warning("webhooks put off: %s", type(error).__name__)
                    pause = min(pause * 2, 10.0)
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)
            os.close(lock)

    def _begin_due(self) -> None:
        """Start a task for each webhook that has something to be sent now, while there are places.

        First those of whom fewest of the same department are being sent to, then who was served longest ago.
        """
        self._busy = {one: task for one, task in self._busy.items() if not task.done()}
        busy, found = Counter(one.department for one in self._busy), standing(self._store)
        self._served = {one.id: self._served.get(one.id, 0.0) for one in found}
        for webhook in sorted(found, key=lambda one: (busy[one.department], self._served[one.id])):
            if len(self._busy) >= AT_A_TIME:
                return
            if webhook in self._busy or busy[webhook.department] >= OF_DEPARTMENT:
                continue
            one = due(webhook, self._clock(), self._store)
            if one is not None and next_attempt(one) <= self._clock():
                self._busy[webhook] = asyncio.ensure_future(self._deliver(webhook))
                self._served[webhook.id] = time.monotonic()
                busy[webhook.department] += 1

    async def _deliver(self, webhook: Webhook) -> None:
        """Send what waits, one after the other, until one fails, nothing waits or the turn is over."""
        end = time.monotonic() + TURN_SECONDS
        try:
            while not self._stopped.is_set() and time.monotonic() < end:
                one = due(webhook, self._clock(), self._store)
                if one is None or next_attempt(one) > self._clock():
                    return
                result = await self._send(one)
                await asyncio.to_thread(
                    self._writer.submit_wait, _Note(one, result, self._state(one, result))
                )
                if not result.taken:
                    return
        except (LedgerError, AttestError, OSError) as error:
            _log.warning("a delivery put off: %s", type(error).__name__)

    def _state(self, one: Due, result: Result) -> str | None:
        """`delivered`, `dead` after three days, None while it is to be tried again. 410 Gone ends it too."""
        if result.taken:
            return DELIVERED
        first = one.attempts[0].time if one.attempts else self._clock()
        return DEAD if self._clock() - first >= DEAD_SECONDS or result.status == 410 else None  # RFC 9110

    async def _send(self, one: Due) -> Result:
        try:
            target = parse_target(one.webhook.url, demo=self._demo)
        except ForbiddenTargetError:
            return Result("forbidden")
        now = int(self._clock())
        message = f"{one.event.department}-{one.event.place}"
        body = orjson.dumps(one.event.cloud_event(self._log_id))
        signature = signatures(self._secrets(one.webhook, now), message, now, body)
        request = request_bytes(target, message, now, signature, body)
        lookup = partial(self._lookups.addresses, one.webhook.department)
        return await post(target, request, demo=self._demo, lookup=lookup, context=self._context)

    def _secrets(self, webhook: Webhook, now: int) -> list[bytes]:
        """The newest secret, and the one before it for a day after the change."""
        versions = secret_versions(webhook.id, self._store)
        used = versions[-2:] if now - versions[-1][2] < OVERLAP_SECONDS else versions[-1:]
        return [
            self._sealer.open(sealed, secret_place(webhook.id, version))
            for version, sealed, _ in reversed(used)
        ]


def _holds(lock: int) -> bool:
    """Whether this process delivers; the kernel gives the lock back when a process ends."""
    import fcntl  # noqa: PLC0415  # POSIX only, like the head mark's

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
