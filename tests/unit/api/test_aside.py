# SPDX-License-Identifier: Apache-2.0
"""The opener of files: a fork for each, itself replaced when it is gone, and gone with who started it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import psutil
import pytest

from api.intake.aside import OPENER, Opener, _run, looked_at
from api.intake.findings import BLANK, TOO_HEAVY
from api.problems import Problem
from tests.papers import a_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

PDF = b"application/pdf\n"
STARTS = """
import time
from api.intake.aside import OPENER
with OPENER.fork() as one:
    one.recv(1)
print(OPENER._process.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def opener() -> Iterator[Opener]:
    """One of the test's own."""
    made = Opener()
    yield made
    made.end()


def test_forks_come_from_one_opener(opener: Opener) -> None:
    """Each connection is answered by a fork that is there, and the opener stays the same."""
    for _ in range(3):
        with closing(opener.fork()) as one:
            assert one.recv(1) == b"\n"
            first = opener._process
    assert opener._process is first
    assert first is not None
    assert first.poll() is None


def test_an_opener_that_was_killed_is_replaced(opener: Opener) -> None:
    """The next file is looked at all the same."""
    opener.fork().close()
    gone = opener._process
    assert gone is not None
    gone.kill()
    gone.wait()
    with closing(opener.fork()) as one:
        assert one.recv(1) == b"\n"
    assert opener._process is not gone


def test_a_fork_that_breaks_off_takes_nothing_with_it() -> None:
    """A fork that ends without an answer refuses its file; the next file is looked at."""

    async def asked() -> list[object]:
        several = [_run(b"\xff\n"), _run(PDF + a_pdf(pages=2)), _run(PDF + a_pdf(pages=3))]
        return [*await asyncio.gather(*several, return_exceptions=True)]

    broken, *others = asyncio.run(asked())
    assert isinstance(broken, Problem)
    assert broken.code == TOO_HEAVY
    assert others == [{"pages": 2}, {"pages": 3}]


def test_a_look_that_is_given_up_ends_at_once() -> None:
    """Its fork goes with whoever waited for it, long before its own bounds: a place that is free is free."""

    def at_work() -> list[psutil.Process]:
        forks: list[psutil.Process] = []
        while not forks:
            time.sleep(0.01)
            if OPENER._process is not None:
                forks = psutil.Process(OPENER._process.pid).children()
        while forks[0].cpu_times().user < 0.2:
            time.sleep(0.01)
        return forks

    async def given_up() -> list[psutil.Process]:
        look = asyncio.create_task(_run(PDF + a_pdf(pages=2_000, content=b" " * 200_000)))
        forks = await asyncio.to_thread(at_work)
        look.cancel()
        await asyncio.wait([look])
        return forks

    assert psutil.wait_procs(asyncio.run(given_up()), timeout=5)[1] == []


@pytest.mark.parametrize("begins", [b"( ", b"(\\(", b"(\\\n", b"< 0", b"(a"])
@pytest.mark.parametrize("times", [3_000, 400_000])
def test_strings_that_never_end_are_read_once(begins: bytes, times: int) -> None:
    """However many strings a page begins and ends none, it is looked at in its seconds of CPU, and is blank.

    Where each were followed to the end, 3,000 would take 20 seconds and 400,000 longer than anybody waits.
    """
    content = b"( ) Tj " + begins * times + b"aaaa" * (times // 3)
    assert asyncio.run(_run(PDF + a_pdf(content=content))) == {"refused": BLANK}


def test_slow_files_of_one_department_leave_a_place() -> None:
    """With files of one department that take seconds, another's is looked at before any of them is done."""

    async def asked() -> tuple[int, list[bool]]:
        slow = a_pdf(pages=2_000, content=b" " * 200_000)
        looks = [asyncio.create_task(_looked_at(slow, "A")) for _ in range(4)]
        await asyncio.sleep(0.5)
        found = await _looked_at(a_pdf(pages=2), "B")
        done = [one.done() for one in looks]
        for one in looks:
            one.cancel()
        await asyncio.wait(looks)
        return found, done

    assert asyncio.run(asked()) == (2, [False] * 4)


async def _looked_at(content: bytes, department: str) -> int:
    return (await looked_at("application/pdf", [content], department)).pages


def test_an_opener_ends_with_who_started_it() -> None:
    """SIGKILL of the process that serves leaves no opener behind."""
    with subprocess.Popen([sys.executable, "-c", STARTS], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        opener = psutil.Process(int(process.stdout.readline()))
        process.kill()
    assert psutil.wait_procs([opener], timeout=30)[1] == []
