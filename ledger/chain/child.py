# SPDX-License-Identifier: Apache-2.0
"""A child program on a loopback port that cannot outlive this one."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.errors import ChainEngineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LEASH = Path(__file__).resolve().parent / "_leash.py"
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.02
_SETTLE_SECONDS = 0.05


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def occupied(port: int) -> bool:
    """Whether somebody listens on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def answers(port: int, seconds: float = 1.0) -> bool:
    """Whether a JSON-RPC server on this loopback port says its chain id."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    question = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []})
    try:
        connection.request("POST", "/", question, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
    return isinstance(answer, dict) and "result" in answer


class ChildServer:
    """One run of a program: started, answering, still alive after it answered; then stopped or killed."""

    def __init__(
        self, command: Sequence[str], port: int, log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self._command = [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), *command]
        self._port = port
        self._log = log
        self._environment = None if environment is None else dict(environment)
        self._started = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._failure: OSError | None = None
        self._thread = threading.Thread(target=self._live, name="chain-child", daemon=True)

    def _live(self) -> None:
        """Start the child and wait for it: the kernel ties its life to this thread."""
        try:
            with self._log.open("ab") as log:
                self._child = subprocess.Popen(
                    self._command,
                    cwd=self._log.parent,
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            self._failure = error
            return
        finally:
            self._started.set()
        self._child.wait()

    def start(self) -> None:
        """Return when it answers; ChainEngineError if it ends or stays silent for 30 s."""
        if occupied(self._port):  # else a stranger's answers would pass for our child's
            raise ChainEngineError(f"port {self._port} is taken by another program")
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            raise ChainEngineError(f"the local chain did not start: {self._failure}")
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if not self.alive():
                raise ChainEngineError(f"the local chain ended at once: {self._last_words()}")
            if answers(self._port):
                # It must still live after that: a stranger may have been faster to the port.
                time.sleep(_SETTLE_SECONDS)
                if self.alive():
                    return
                continue
            time.sleep(_POLL_SECONDS)
        self.kill()
        raise ChainEngineError(f"the local chain said nothing for {_START_SECONDS:.0f} s")

    @property
    def pid(self) -> int:
        """Process id of the child."""
        if self._child is None:
            raise ChainEngineError("the local chain was never started")
        return self._child.pid

    def alive(self) -> bool:
        """Whether the child still runs."""
        return self._child is not None and self._thread.is_alive() and self._child.returncode is None

    def stop(self) -> None:
        """SIGTERM (it keeps its state), and SIGKILL after 10 s."""
        self._signal(signal.SIGTERM)
        self._thread.join(_STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """SIGKILL; what it had not yet written is lost."""
        self._signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        if self._thread.ident is not None:
            self._thread.join(_STOP_SECONDS)

    def _signal(self, number: int) -> None:
        if self._child is not None and self.alive():
            self._child.send_signal(number)

    def _last_words(self) -> str:
        try:
            return " ".join(self._log.read_text(errors="replace").split())[-300:] or "no output"
        except OSError:
            return "no output"
