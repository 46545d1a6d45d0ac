# SPDX-License-Identifier: Apache-2.0
"""Have a file looked at in a process aside, with little memory and time of its own.

An opener has the libraries loaded and forks for each file: that costs a tenth of loading them each time. The
media type and the file go to the fork, one line of JSON comes back. A hostile file can end that fork and
nothing else; nobody of the three writes anything down.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import socket
import subprocess
import sys
from collections import defaultdict
from contextlib import AsyncExitStack, suppress
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool

from api.cli.child import bare_environment
from api.intake.findings import SECONDS, TOO_HEAVY, Paper
from api.problems import Problem

if TYPE_CHECKING:
    from asyncio.events import AbstractEventLoop
    from collections.abc import Iterable

AT_ONCE: Final = 2
"""Forks at the same time."""
OF_ONE: Final = 1
"""Forks for one department: files that take long leave a place to everybody else."""
WAIT_SECONDS: Final = 15.0
_RUN: Final = "from api.intake.papers import answers; answers()"


class _Places:
    """Where files are looked at, of one event loop."""

    def __init__(self) -> None:
        self.all = asyncio.Semaphore(AT_ONCE)
        self.of: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(OF_ONE))


_places: Final[WeakKeyDictionary[AbstractEventLoop, _Places]] = WeakKeyDictionary()


async def looked_at(media: str, reader: Iterable[bytes], department: str) -> Paper:
    """What the look at a stored file of a department finds.

    Problem `document.unreadable|encrypted|blank|too_heavy` where it cannot be taken, `document.busy` where
    nobody can tell now.
    """
    places = _places.setdefault(asyncio.get_running_loop(), _Places())
    async with AsyncExitStack() as held:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await held.enter_async_context(places.of[department])
                await held.enter_async_context(places.all)
        except TimeoutError:
            raise Problem("document.busy") from None
        content = await run_in_threadpool(b"".join, reader)
        said = await _run(media.encode() + b"\n" + content)
    if "refused" in said:
        raise Problem(str(said["refused"]))
    return Paper(**said)


async def _run(asked: bytes) -> dict[str, Any]:
    try:
        reader, writer = await asyncio.open_unix_connection(sock=OPENER.fork())
    except OSError:
        raise Problem("document.busy") from None
    begun, line = b"", b""
    try:
        with suppress(OSError):  # a time that ran out among them
            async with asyncio.timeout(SECONDS):
                if begun := await reader.read(1):
                    writer.write(asked)
                    writer.write_eof()
                    line = await reader.readline()
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    if not begun:  # the opener went, or cannot fork
        raise Problem("document.busy")
    if not line:
        raise Problem(TOO_HEAVY)
    said: dict[str, Any] = json.loads(line)
    return said


class Opener:
    """The process that forks; it starts with the first file, and again where it is gone. For any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def fork(self) -> socket.socket:
        """A connection to a fork for one file; OSError where there can be none."""
        ours, theirs = socket.socketpair()
        try:
            with theirs, self._lock:
                if not self._pass(theirs):
                    self._begin()
                    if not self._pass(theirs):
                        raise BrokenPipeError
        except OSError:
            ours.close()
            raise
        return ours

    def _pass(self, one: socket.socket) -> bool:
        if self._control is None:
            return False
        try:
            socket.send_fds(self._control, [b"\n"], [one.fileno()])
        except ConnectionError:
            return False
        return True

    def _begin(self) -> None:
        self.end()
        ours, theirs = socket.socketpair()
        self._control = ours
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _RUN],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=bare_environment(),
                start_new_session=True,
            )

    def end(self) -> None:
        """Let it go: it ends at the end of its input, as it does when we are killed."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.wait()
            self._process = None


OPENER: Final = Opener()
atexit.register(OPENER.end)
