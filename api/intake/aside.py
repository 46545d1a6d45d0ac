# SPDX-License-Identifier: Apache-2.0
"""Have a file looked at in a process aside, with little memory and time of its own.

The media type and the file go in on stdin, one line of JSON comes back. A hostile file can end that process
and nothing else; neither side writes anything down.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool

from api.cli.child import bare_environment
from api.intake.findings import TOO_HEAVY, Paper
from api.problems import Problem

if TYPE_CHECKING:
    from asyncio.events import AbstractEventLoop

    from attest.vault import VaultReader

AT_ONCE: Final = 2
"""Processes aside at the same time."""
SECONDS: Final = 30.0
"""How long one file may take; its process has 20 seconds of CPU."""
WAIT_SECONDS: Final = 15.0
_RUN: Final = "from api.intake.papers import answer; answer()"

_free: Final[WeakKeyDictionary[AbstractEventLoop, asyncio.Semaphore]] = WeakKeyDictionary()


async def looked_at(media: str, reader: VaultReader) -> Paper:
    """What the look at a stored file finds.

    Problem `document.unreadable|encrypted|blank|too_heavy` where it cannot be taken, `document.busy` where
    nobody can tell now.
    """
    slot = _free.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await slot.acquire()
    except TimeoutError:
        raise Problem("document.busy") from None
    try:
        content = await run_in_threadpool(b"".join, reader)
        said = await _run(media.encode() + b"\n" + content)
    finally:
        slot.release()
    if "refused" in said:
        raise Problem(str(said["refused"]))
    return Paper(**said)


async def _run(asked: bytes) -> dict[str, Any]:
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-c",
            _RUN,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=bare_environment(),
        )
    except OSError:
        raise Problem("document.busy") from None
    try:
        async with asyncio.timeout(SECONDS):
            line, _ = await child.communicate(asked)
    except TimeoutError:
        raise Problem(TOO_HEAVY) from None
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    if child.returncode != 0 or not line:
        raise Problem(TOO_HEAVY)
    said: dict[str, Any] = json.loads(line)
    return said
