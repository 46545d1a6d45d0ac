# SPDX-License-Identifier: Apache-2.0
"""Keep a child running: start it, look, start it again with a growing pause when it ended."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import ledger.chain
from ledger.chain.child import free_port
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.settings import Settings
    from ledger.chain.engine import AnvilEngine, HardhatEngine

LOOK_SECONDS: Final = 0.1
FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 10.0
STEADY_SECONDS: Final = 10.0
"""A child that ran this long is started again without a growing pause."""
STOP_SECONDS: Final = 2.0
"""How long a program may take to end in order; those in our care may be killed anywhere."""
_LEASH: Final = Path(next(iter(ledger.chain.__path__))) / "_leash.py"

_log = logging.getLogger(__name__)


class Child(Protocol):
    """Something that can be started again and again."""

    name: str

    def start(self) -> None:
        """Start it; LedgerError or OSError when it cannot be now."""

    def alive(self) -> bool:
        """Whether it runs."""

    def stop(self) -> None:
        """End it in order; nothing if it does not run."""


class Supervisor:
    """One child in the care of one thread, which is also the thread that the child's life is tied to."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"keep-{child.name}", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End the child and its care."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        pause = 0.0
        while not self._stopped.wait(pause):
            began = time.monotonic()
            try:
                self._child.start()
                _log.info("%s runs", self._child.name)
                while self._child.alive() and not self._stopped.wait(LOOK_SECONDS):
                    pass
            except (LedgerError, OSError) as error:
                _log.warning("%s did not start: %s", self._child.name, error)
            if self._stopped.is_set():
                break
            steady = time.monotonic() - began >= STEADY_SECONDS
            pause = FIRST_PAUSE if steady or pause == 0.0 else min(pause * 2, LONGEST_PAUSE)
            _log.warning("%s is not running; starting it again in %.1f s", self._child.name, pause)
        self._child.stop()


class ChainChild:
    """The local chain on one port for as long as this process lives; its packages come at the first start."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.chain
        self.port = free_port()
        self._settings = settings
        self._engine: AnvilEngine | HardhatEngine | None = None

    @property
    def url(self) -> str:
        """Where it answers, once it runs."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it on its kept state; returns when it answers."""
        if self._engine is None:
            self._engine = self._make()
        self._engine.start()
        note_process(self._settings, self.name, self._engine.pid)
        (self._settings.chain_folder / "url").write_text(f"{self.url}\n", encoding="ascii")

    def _make(self) -> AnvilEngine | HardhatEngine:
        from ledger.chain.engine import AnvilEngine, HardhatEngine  # noqa: PLC0415  # only where one is ours
        from ledger.chain.packages import anvil_binary  # noqa: PLC0415

        folder = self._settings.chain_folder
        if self._settings.chain == "hardhat":
            return HardhatEngine(folder, port=self.port)
        return AnvilEngine(folder, port=self.port, binary=anvil_binary(self._settings.cache))

    def alive(self) -> bool:
        """Whether it runs."""
        return self._engine is not None and self._engine.alive()

    def stop(self) -> None:
        """End it in order, so that it keeps its state."""
        if self._engine is not None:
            self._engine.stop()


class ProgramChild:
    """A program of ours that the kernel ends when the thread that started it ends."""

    def __init__(
        self, settings: Settings, name: str, command: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self._settings = settings
        self._command = [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), *command]
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; its output goes where ours goes."""
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        note_process(self._settings, self.name, self._process.pid)

    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """SIGTERM, and SIGKILL after two seconds."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def note_process(settings: Settings, name: str, number: int) -> None:
    """Leave a child's process id in `chain/NAME.pid`, for operators."""
    settings.chain_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (settings.chain_folder / f"{name}.pid").write_text(f"{number}\n", encoding="ascii")
