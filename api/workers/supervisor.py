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
from api.settings import ENV_PREFIX
from api.workers.warm import SPARE
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

    def ending(self) -> str:
        """How it ended, in words for the log; empty while that is not known."""

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

    def leave(self) -> None:
        """Start the child no more; returns at once."""
        self._stopped.set()

    def stop(self) -> None:
        """End the child and its care."""
        self.leave()
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
            ending = self._child.ending() or "is not running"
            _log.warning("%s %s; starting it again in %.1f s", self._child.name, ending, pause)
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

    def ending(self) -> str:
        """The chain's program does not tell."""
        return ""

    def stop(self) -> None:
        """End it in order, so that it keeps its state."""
        if self._engine is not None:
            self._engine.stop()


class ProgramChild:
    """A program of ours that the kernel ends when the thread that started it ends."""

    def __init__(
        self,
        settings: Settings,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        arguments: Sequence[str] | None = None,
        *,
        output: int = subprocess.DEVNULL,
        descriptors: Sequence[int] = (),
        stop_seconds: float = STOP_SECONDS,
    ) -> None:
        """`arguments` of `once` are those that a waiting spare is told, where the program is one.

        `output` takes its stdout, `descriptors` stay open in it, SIGTERM gives it `stop_seconds`.
        """
        self.name = name
        self._arguments = arguments
        self._output, self._descriptors, self._stop_seconds = output, tuple(descriptors), stop_seconds
        self._settings = settings
        self._command = [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), *command]
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; its errors go where ours go. A worker that has loaded already is it the first time."""
        self._process = self._spare() or subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            pass_fds=self._descriptors,
            start_new_session=True,
        )
        note_process(self._settings, self.name, self._process.pid)

    def _spare(self) -> subprocess.Popen[bytes] | None:
        if self._arguments is None:
            return None
        stated = {name: text for name, text in self._environment.items() if name.startswith(ENV_PREFIX)}
        return SPARE.take(self._arguments, stated)

    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def ending(self) -> str:
        """Its exit code, or the signal that ended it."""
        code = None if self._process is None else self._process.poll()
        if code is None:
            return ""
        return f"ended with exit code {code}" if code >= 0 else f"was ended by {_signal_name(-code)}"

    @property
    def running(self) -> subprocess.Popen[bytes] | None:
        """The process that was started last."""
        return self._process

    def ask_to_end(self) -> None:
        """SIGTERM, without waiting."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """SIGTERM, and SIGKILL when its time is over."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        self.ask_to_end()
        try:
            process.wait(self._stop_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def note_process(settings: Settings, name: str, number: int) -> None:
    """Leave a child's process id in `chain/NAME.pid`, for operators."""
    settings.chain_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    spare = settings.chain_folder / f".{name}.pid"
    spare.write_text(f"{number}\n", encoding="ascii")
    spare.replace(settings.chain_folder / f"{name}.pid")
