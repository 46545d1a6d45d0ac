# SPDX-License-Identifier: Apache-2.0
"""The watch over look-ups: a thread that follows the log and raises the alarms of the rules, once each.

What was raised stands in the log; on a start the days that the rules still need are read again, and an alarm
that stands already is not raised twice, by whichever process.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from api.workers.turns import Turns
from attest.acts import Custodial
from attest.days import day_of
from attest.errors import AttestError, UnknownVersionError
from attest.registry.model import SERVICE
from attest.statements import Envelope
from attest.supervision.commands import RaiseAlarm
from attest.supervision.model import Alarm
from attest.supervision.rules import Watch, midnight
from attest.supervision.sight import Sight, is_look
from ledger.errors import CommandRejected, FormatError, LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from attest.context import Context
    from attest.data_check_requests.rules import Calendar
    from attest.supervision.model import Finding
    from attest.supervision.rules import Thresholds
    from ledger.store import Store
    from ledger.writer import Writer

LOOK_SECONDS: Final = 5.0
PORTION: Final = 1024

_log = logging.getLogger(__name__)


class Watching(Turns):
    """Watches one ledger."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        context: Context,
        thresholds: Thresholds,
        calendar: Calendar,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._writer, self._context, self._clock = store, writer, context, clock
        self._days = timedelta(days=thresholds.idle_days + 2)
        self._rules = (thresholds, calendar)
        self._sight = Sight(store, context)
        self._act = RaiseAlarm()
        self._watch: Watch | None = None
        self._at = 0
        self._turn = threading.Lock()
        super().__init__("watching", LOOK_SECONDS, LOOK_SECONDS)

    def turn(self) -> int:
        """Follow to the acknowledged head and judge days that are over; how many alarms were raised."""
        with self._turn:
            try:
                return self._follow()
            except (AttestError, LedgerError, OSError):
                self._watch = None  # days begun are read again
                raise

    def _follow(self) -> int:
        raised = 0
        if self._watch is None:
            self._watch = Watch(*self._rules)
            self._at = self._first(midnight(day_of(int(self._clock())) - self._days))
        while self._at < self._writer.acknowledged.size and not self._stopped.is_set():
            stop = min(self._writer.acknowledged.size, self._at + PORTION)
            found: list[Finding] = []
            for index, leaf in self._store.stored_leaves(self._at, stop):
                look = self._sight.look(index, leaf) if is_look(leaf) else None
                if look is not None:
                    found += self._watch.feed(look)
            raised += self._raise(found)
            self._at = stop
        return raised + self._raise(self._watch.close(int(self._clock()), self._sight.continued))

    def _raise(self, found: Sequence[Finding]) -> int:
        raised = 0
        if found:
            self._context.keys.signer(SERVICE)  # opened before the lock is held
        for one in found:
            alarm = Alarm(one, self._context.random(32))
            with suppress(CommandRejected):  # raised before, by this or another process
                self._writer.submit_wait(Custodial(self._act, alarm, SERVICE, self._context))
                raised += 1
                _log.warning("alarm %s about look-ups of department %s", one.rule, one.department)
        return raised

    def _first(self, since: int) -> int:
        """The first entry from a time on (Unix seconds), by halving: times rise with indexes."""
        low, high = 0, self._writer.acknowledged.size
        while low < high:
            middle = (low + high) // 2
            if self._time(middle) < since:
                low = middle + 1
            else:
                high = middle
        return low

    def _time(self, index: int) -> int:
        """When an entry was made; of one that cannot be read the far future, so that none is left out."""
        try:
            return Envelope.parse(self._store.leaf(index)).entry.time
        except (UnknownVersionError, FormatError):
            return 2**53
