# SPDX-License-Identifier: Apache-2.0
"""A program that a fork started is a process like any other: what it says, how it ends, what it is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests import warm

if TYPE_CHECKING:
    from pathlib import Path

SAYS = """
import os, sys
print(os.environ.get("WORD"), os.getcwd(), *sys.argv[1:], sys.stdin.read())
print("beside", file=sys.stderr)
sys.exit(7)
"""
WAITS = "import sys, time; print('here', flush=True); time.sleep(60)"


def test_it_hears_and_says_what_it_should(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arguments, environment, folder and input go in; both outputs and the exit code come out."""
    monkeypatch.chdir(tmp_path)
    done = warm.run(("one", "two"), {**os.environ, "WORD": "墨"}, program=SAYS, given="三\n")
    assert done.stdout == f"墨 {tmp_path} one two 三\n\n"
    assert (done.returncode, done.stderr) == (7, "beside\n")


def test_how_it_ends_is_heard_by_all_who_ask() -> None:
    """Threads that ask at once, some waiting, hear the same end; what has ended is not signalled."""
    process = warm.start((), os.environ, program=WAITS)
    assert isinstance(process, warm.Started)
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "here\n"
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.01)
    with ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(process.wait, 30) for _ in range(15)]
        polled = pool.submit(lambda: [process.poll() for _ in range(1000)])
        process.kill()
        assert {one.result() for one in asked} == {-signal.SIGKILL}
        assert set(polled.result()) <= {None, -signal.SIGKILL}
    process.terminate()
    assert process.returncode == -signal.SIGKILL


def test_what_is_read_at_the_start_of_an_interpreter_is_so() -> None:
    """Another setting of Python's gets an interpreter from nothing; an armed failpoint loads modules anew."""
    told = {**os.environ, "PYTHONOPTIMIZE": "1"}
    assert warm.run((), told, program="import sys; print(sys.flags.optimize)").stdout == "1\n"
    program = "from ledger.failpoints import is_armed; print(is_armed())"
    for failpoint, armed in (("F1:1:kill", True), ("", False)):
        stated = {"ONCE_FAILPOINT": failpoint} if failpoint else {}
        assert warm.run((), {**os.environ, **stated}, program=program).stdout == f"{armed}\n"


def test_it_keeps_no_file_of_another() -> None:
    """Only standard input, output and error are open in it."""
    program = "import os; print(sorted(map(int, os.listdir('/proc/self/fd')))[:4])"
    with tempfile.TemporaryFile():
        done = warm.run((), os.environ, program=program)
    assert done.stdout == "[0, 1, 2, 3]\n"  # 3: the folder that is being read
    assert sys.executable in done.args
