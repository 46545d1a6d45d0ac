# SPDX-License-Identifier: Apache-2.0
"""The outbox: a thread that follows the acknowledged head and keeps each new entry's events, exactly once.

What it keeps is derived from the log alone; how far it came is told by what it kept.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from api.events.derive import events_of, may_concern
from api.events.repository import event_rows, looked_at
from api.events.tables import event_marks
from attest.errors import AttestError
from ledger.commands import Decision
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from api.events.model import Event
    from attest.context import Context
    from ledger.commands import View
    from ledger.store import Store
    from ledger.writer import Writer

LOOK_SECONDS: Final = 0.1
PORTION: Final = 1024
"""Entries looked at in one go."""
SILENT: Final = 65_536
"""Entries without an event after which it is written down how far they were looked at."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Keep:
    """The command: events of entries below `stop`, but for what another process kept meanwhile."""

    stop: int
    events: Sequence[Event]
    entry_id: None = None
    request: None = None
    reads: ClassVar[Collection[bytes]] = (b"events",)
    writes: ClassVar[Collection[bytes]] = (b"events",)

    def decide(self, view: View) -> Decision[None]:
        """Rows of the events, or a mark where there are none."""
        done = looked_at(view)
        if done >= self.stop:
            return Decision()
        rows = event_rows(one for one in self.events if one.place.entry >= done)
        return Decision(rows=rows or [(event_marks, (self.stop,))])


class Outbox:
    """Follows one ledger's log; `version` grows whenever events were kept."""

    def __init__(self, store: Store, writer: Writer, context: Context) -> None:
        self._store, self._writer, self._context = store, writer, context
        self._at = 0
        self._quiet = 0
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self.version = 0
        self.closing = False
        """Whether streams should end: the process was told to."""

    def start(self) -> None:
        """Go on where the kept events end."""
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def end_streams(self) -> None:
        """Have every stream end: the process was told to."""
        self.closing = True

    def close(self) -> None:
        """End after the turn under way; nothing is lost by it."""
        self.closing = True
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        pause = LOOK_SECONDS
        begun = False
        while not self._stopped.wait(pause):
            try:
                if not begun:
                    self._at = self._quiet = looked_at(self._store)
                    begun = True
                while self.turn() and not self._stopped.is_set():
                    pass
                pause = LOOK_SECONDS
            except (LedgerError, AttestError, OSError) as error:
                _log.warning("events put off: %s", type(error).__name__)
                pause, begun = min(pause * 2, 10.0), False

    def turn(self) -> bool:
        """Look at the next entries and keep their events; False at the head."""
        start = self._at
        stop = min(self._writer.acknowledged.size, start + PORTION)
        if stop <= start:
            return False
        found: list[Event] = []
        for index, leaf in self._store.stored_leaves(start, stop):
            if may_concern(leaf):
                found += events_of(index, leaf, self._store, self._context)
        if found or stop - self._quiet >= SILENT:
            self._writer.submit_wait(_Keep(stop, found))
            self._quiet = stop
            self.version += 1
        self._at = stop
        return True
