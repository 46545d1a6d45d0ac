# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL goes away under load: what was acknowledged stays, what nobody knows is asked again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from ledger.errors import BusyError
from ledger.startup import Action, compare, examine
from tests.builders import a_log, a_mark, a_store, an_append
from tests.databases import Server, place, url_of
from tests.faults.log_under_load import THREADS
from tests.faults.test_writer_kill import check, heads_of, run

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
ENTRIES = 60
FULL = os.environ.get("ONCE_FAULTS") == "full"


@pytest.fixture
def own_server(postgres: Server) -> Iterator[Server]:
    """A server that nobody else uses."""
    del postgres  # it says whether there are programs for one
    with Server() as server:
        yield server


def begin(folder: Path, *rounds: str) -> subprocess.Popen[str]:
    """Start the load; its answers come through the pipe."""
    command = [sys.executable, "-m", "tests.faults.log_under_load", str(folder), str(ENTRIES), *rounds]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def answers_of(lines: list[str]) -> dict[str, list[str]]:
    """Answers by key."""
    return {key: answer for key, *answer in map(str.split, lines)}


def settle(folder: Path, answers: dict[str, list[str]], round_: str) -> None:
    """The log starts without hands, and the same round again is answered as before and without a gap."""
    store, mark = a_store(folder), a_mark(folder)
    assert compare(examine(store, mark)).action in {Action.SERVE, Action.MARK_HEAD}
    mark.close()
    store.close()
    code, again = run(folder, "", round_, entries=ENTRIES)
    assert code == 0
    for key, answer in answers.items():
        if len(answer) == 3:
            assert again[key][0] == answer[0], f"{key} moved"
    store = a_store(folder)
    assert store.head().size == THREADS * ENTRIES
    check(store, {key: int(one[0]) for key, one in again.items()}, heads_of(answers) | heads_of(again))
    store.close()


def test_a_crash_of_the_server_loses_nothing(own_server: Server, tmp_path: Path) -> None:
    """The server is stopped at once under load and started again: all that was acknowledged is there."""
    place(tmp_path, own_server)
    load = begin(tmp_path, "crash")
    assert load.stdout is not None
    seen = [load.stdout.readline() for _ in range(THREADS * 10)]
    own_server.stop("immediate")
    own_server.start()
    rest = load.communicate(timeout=120)[0].splitlines()
    answers = answers_of([*seen, *rest])
    codes = {answer[0] for answer in answers.values() if len(answer) == 1}
    assert codes <= {"log.busy", "log.writer_failed", "log.read_only"}

    settle(tmp_path, answers, "crash")


def test_connections_that_are_cut_lose_nothing(own_server: Server, tmp_path: Path) -> None:
    """Every connection is cut again and again under load: batches fail or are unknown, none is lost."""
    place(tmp_path, own_server)
    load = begin(tmp_path, "cut")
    assert load.stdout is not None
    seen = [load.stdout.readline() for _ in range(THREADS)]
    with psycopg.connect(own_server.url("postgres"), autocommit=True) as operator:
        for _ in range(10):
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'once' AND pid <> pg_backend_pid()"
            )
            time.sleep(0.05)
    answers = answers_of([*seen, *load.communicate(timeout=120)[0].splitlines()])

    settle(tmp_path, answers, "cut")


def test_reads_and_writes_go_on_after_a_restart_between_them(own_server: Server, tmp_path: Path) -> None:
    """A server that was restarted while nothing was under way is found again by itself."""
    with a_log(place(tmp_path, own_server), entries=3) as log:
        own_server.stop("fast")
        own_server.start()

        assert log.store.leaf(1) == b"entry 1"
        assert log.store.head().size == 3
        index = None
        for _ in range(2):  # the connection that lay idle is the first to be told
            with suppress(BusyError):
                index = log.writer.submit_wait(an_append(b"after")).index
        assert index == 3


@pytest.mark.skipif(not FULL, reason="waits ten seconds; ONCE_FAULTS=full")
def test_a_stopped_writer_gives_the_lock_back(postgres: Server, tmp_path: Path) -> None:
    """A writer that was stopped inside its transaction holds the others up for ten seconds, not for ever."""
    with a_log(place(tmp_path, postgres)) as log:
        code = (
            "import sys, time; from pathlib import Path; from tests.builders import a_store\n"
            "with a_store(Path(sys.argv[1])).transaction(): print('held', flush=True); time.sleep(60)"
        )
        command = [sys.executable, "-c", code, str(tmp_path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            os.kill(holder.pid, signal.SIGSTOP)
            deadline, index = time.monotonic() + 20, None
            while index is None and time.monotonic() < deadline:
                with suppress(BusyError):
                    index = log.writer.submit_wait(an_append(b"a")).index
            holder.kill()
        assert index == 0
    postgres.drop(url_of(tmp_path))
