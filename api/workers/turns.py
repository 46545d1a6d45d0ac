# SPDX-License-Identifier: Apache-2.0
"""What a serving process does again and again, from a thread of its own."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod

from attest.errors import AttestError
from ledger.errors import LedgerError

_log = logging.getLogger(__name__)


class Turns(ABC):
    """A thread that takes turns until it is closed; one that fails is put off to the next."""

    def __init__(self, name: str, first: float, interval: float) -> None:
        """`first` and `interval`: seconds before the first turn, and between two."""
        self._name, self._pauses = name, (first, interval)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @abstractmethod
    def turn(self) -> object:
        """One turn, for whoever cannot wait too."""

    def start(self) -> None:
        """Begin to take turns."""
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End after the step under way; nothing is lost by it."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        pause, interval = self._pauses
        while not self._stopped.wait(pause):
            pause = interval
            try:
                self.turn()
            except (AttestError, LedgerError, OSError) as error:
                _log.warning("%s put off: %s", self._name, type(error).__name__)
