# SPDX-License-Identifier: Apache-2.0
"""Several serving processes on one listening socket, each with its own writer and head mark.

This process serves nothing itself: it keeps the others running, and the one anchor worker beside them.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Final

from api.cli.child import once_command, once_environment
from api.serving import BACKLOG, GRACE_SECONDS, supervised
from api.settings import SettingsError
from api.workers.supervisor import ProgramChild, Supervisor
from ledger.errors import LedgerError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from api.settings import Settings

START_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 0.1
DRAIN_SECONDS: Final = GRACE_SECONDS + 5.0
"""How long a process may take to end in order: its requests, then what its writer still holds."""


class NotServingError(LedgerError):
    """A serving process ended before it served, or did not say in time that it does."""

    code = "serving.not_started"


class ServingChild(ProgramChild):
    """`once serve --listener FD`: started when it says READY."""

    def __init__(self, settings: Settings, number: int, listener: int) -> None:
        """Process `number` of the group; `listener` is the descriptor of the socket that all share."""
        command = once_command("serve", "--listener", str(listener))
        super().__init__(
            settings,
            f"serve-{number}",
            command,
            once_environment(settings),
            descriptors=(listener,),
            output=subprocess.PIPE,
            stop_seconds=DRAIN_SECONDS,
        )
        self.ready: Final = threading.Event()
        self.failed: Final = threading.Event()

    def start(self) -> None:
        """Return when it serves; NotServingError if it does not."""
        super().start()
        if self._says_ready():
            self.ready.set()
            return
        self.failed.set()
        self.stop()
        raise NotServingError("it ended before it served, or never said that it does")

    def _says_ready(self) -> bool:
        process = self.running
        if process is None or process.stdout is None:
            return False
        with process.stdout as pipe:
            said, deadline = b"", time.monotonic() + START_SECONDS
            while b"\n" not in said and time.monotonic() < deadline:
                if select.select([pipe], [], [], LOOK_SECONDS)[0]:
                    piece = os.read(pipe.fileno(), 4096)
                    if not piece:
                        return False
                    said += piece
        return said.startswith(b"READY")


def serve_group(
    settings: Settings, listener: socket.socket, workers: int, *, worker: bool, ready: Callable[[], None]
) -> None:
    """Serve with `workers` processes until SIGTERM or SIGINT; SettingsError if they do not come up at all."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    listener.listen(BACKLOG)  # who connects while a process is restarted waits for the others
    serving = [ServingChild(settings, number, listener.fileno()) for number in range(1, workers + 1)]
    keepers = [*map(Supervisor, serving), *supervised(settings, worker=worker)]
    for keeper in keepers:
        keeper.start()
    try:
        if _wait_for_all(serving, asked):
            ready()
            while not asked.wait(LOOK_SECONDS):
                pass
    finally:
        for keeper in keepers:
            keeper.leave()  # nobody is started again
        for child in serving:
            child.ask_to_end()  # all drain at once
        for keeper in keepers:
            keeper.stop()


def _wait_for_all(serving: list[ServingChild], asked: threading.Event) -> bool:
    """Whether all serve; False when asked to end meanwhile."""
    while not all(child.ready.is_set() for child in serving):
        if any(child.failed.is_set() and not child.ready.is_set() for child in serving):
            raise SettingsError("a serving process did not start; see the lines above")
        if asked.wait(LOOK_SECONDS):
            return False
    return True
