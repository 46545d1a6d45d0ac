# SPDX-License-Identifier: Apache-2.0
"""`once`, or another program of ours, by a fork of a process that has loaded all: loading is most of a start.

A fork has its own number, environment, signals and exit code, as any process has. It begins with our modules
loaded; where one reads the environment as it loads (`ONCE_FAILPOINT`), all are loaded anew. A test of what a
start loads, maps or costs starts it from nothing.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from api.cli import COMMANDS, loading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ONCE: Final = "import sys; from api.cli import main; sys.exit(main(sys.argv[1:]))"
"""The program: what an interpreter is given with `-c`."""
_OURS: Final = ("api", "attest", "ledger")
_AS_IT_STARTS: Final = ("PYTHON", "LC_", "LANG")
"""What an interpreter reads once, as it starts: who wants another value gets a process from nothing."""
_LIMIT: Final = 1 << 17
"""Bytes of one request, environment included."""


class Started:
    """A started process; what of `subprocess.Popen` the tests use."""

    def __init__(self, status: int, stdout: IO[str] | None) -> None:
        self._status = os.fdopen(status, "rb", buffering=0)
        self._asked = threading.Lock()
        self.pid = int(self._status.read(16))
        self.stdout = stdout
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code (`-n`: ended by signal n), None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code; subprocess.TimeoutExpired after `timeout` seconds."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"once, process {self.pid}", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """To a process that has not ended; what has ended is not told again."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def _ended(self, seconds: float | None) -> int | None:
        """The exit code once it was told, within `seconds`."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while (code := self._told()) is None:
            if deadline is not None and time.monotonic() >= deadline:
                return None
            time.sleep(0.005)
        return code

    def _told(self) -> int | None:
        """Threads may ask at once: one of them reads it."""
        with self._asked:
            if self.returncode is None and select.select([self._status], [], [], 0)[0]:
                self.returncode = os.waitstatus_to_exitcode(int(self._status.read(16)))
                self._status.close()
            return self.returncode


class _Warm:
    """The process that has loaded; one for this process, started by the first who needs it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._channel: socket.socket | None = None

    def ask(self, told: Mapping[str, Any], files: Sequence[int]) -> None:
        """One request: who is to be started, and its open files."""
        with self._lock:
            if self._channel is None:
                self._channel = self._begun()
            socket.send_fds(self._channel, [json.dumps(told).encode()], files)

    def _begun(self) -> socket.socket:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        root = Path(__file__).resolve().parent.parent
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ONCE_")}
        with its:
            process = subprocess.Popen(
                [sys.executable, "-c", "from tests.warm import main; main()", str(its.fileno())],
                env={**kept, "PYTHONPATH": str(root)},
                stdin=subprocess.DEVNULL,
                pass_fds=[its.fileno()],
            )

        def end() -> None:
            ours.close()
            process.wait(10)

        atexit.register(end)
        return ours


_WARM: Final = _Warm()


def start(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    program: str = ONCE,
    stdin: IO[bytes] | None = None,
    stdout: IO[bytes] | None = None,
    stderr: IO[Any] | None = None,
    from_nothing: bool = False,
) -> Started | subprocess.Popen[str]:
    """Start a program; without `stdout` a pipe whose end is `.stdout`. `from_nothing`: not by a fork."""
    if from_nothing or _other_interpreter(environment):
        return subprocess.Popen(
            _command(program, arguments),
            env=environment,
            stdin=stdin or subprocess.DEVNULL,
            stdout=stdout or subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    told = {"program": program, "arguments": list(arguments), "environment": dict(environment)}
    status, say = os.pipe()
    heard, said = (-1, stdout.fileno()) if stdout is not None else os.pipe()
    with Path(os.devnull).open("rb") as nothing:
        files = [(stdin or nothing).fileno(), said, (stderr or sys.__stderr__ or nothing).fileno(), say]
        _WARM.ask({**told, "in": str(Path.cwd())}, files)
    os.close(say)
    if stdout is None:
        os.close(said)
    return Started(status, os.fdopen(heard, encoding="utf-8") if stdout is None else None)


def run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    program: str = ONCE,
    given: str = "",
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, with `given` on standard input."""
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        stdin.write(given.encode())
        stdin.seek(0)
        process = start(arguments, environment, program=program, stdin=stdin, stdout=out, stderr=err)
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        for one in (out, err):
            one.seek(0)
        said, errors = out.read().decode(), err.read().decode()
    return subprocess.CompletedProcess(_command(program, arguments), code, said, errors)


def _command(program: str, arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-P", "-c", program, *arguments]


def _other_interpreter(environment: Mapping[str, str]) -> bool:
    def read(of: Mapping[str, str]) -> dict[str, str]:
        return {name: value for name, value in of.items() if name.startswith(_AS_IT_STARTS)}

    return {**read(environment), "PYTHONPATH": ""} != {**read(os.environ), "PYTHONPATH": ""}


def _load() -> None:
    """Everything that a command may load but the libraries of the chain, which serving has to do without."""
    with loading():
        for name in ("typer", "alembic.command", "api.app", *(one.module for one in COMMANDS.values())):
            import_module(name)


def _forked(channel: socket.socket) -> Mapping[str, Any] | None:
    """Fork for each request; in the fork, what it was told. None at the end of the requests."""
    while True:
        message, files, _, _ = socket.recv_fds(channel, _LIMIT, 4)
        if not message:
            return None
        waiting = os.fork()
        if not waiting:
            return _seen_to(json.loads(message), *files)
        for one in files:
            os.close(one)
        with suppress(ChildProcessError):  # nobody is left
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _seen_to(told: Mapping[str, Any], stdin: int, stdout: int, stderr: int, say: int) -> Mapping[str, Any]:
    """Fork once more: who stays behind tells how it ended."""
    child = os.fork()
    if child:
        for one in (0, 1, 2, stdin, stdout, stderr):
            os.close(one)
        os.write(say, b"%16d" % child)
        os.write(say, b"%16d" % os.waitpid(child, 0)[1])
        os._exit(0)
    for n, one in enumerate((stdin, stdout, stderr)):
        os.dup2(one, n)
    os.closerange(3, 256)
    return told


def main() -> None:
    """Load, fork; in a fork run the program that was asked for."""
    _load()
    told = _forked(socket.socket(fileno=int(sys.argv[1])))
    if told is None:
        return
    os.chdir(told["in"])
    os.environ.clear()
    os.environ.update(told["environment"])
    time.tzset()
    sys.argv = ["-c", *told["arguments"]]
    if "ONCE_FAILPOINT" in os.environ:
        for name in [one for one in sys.modules if one.partition(".")[0] in _OURS]:
            del sys.modules[name]
    exec(told["program"], {"__name__": "__main__"})  # noqa: S102  # a text of the tests, as -c takes it
