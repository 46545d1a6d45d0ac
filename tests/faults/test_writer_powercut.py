# SPDX-License-Identifier: Apache-2.0
"""A power cut under load: only what was fsynced remains, and that holds everything acknowledged.

kill -9 alone cannot show this, since the operating system's page cache outlives the program.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.startup import Action, compare, examine
from tests.builders import a_log, a_mark, a_store
from tests.faults.test_writer_kill import ENTRIES, ROOT, check, heads_of

SOURCE = Path(__file__).with_name("powercut.c")
CUTS = ("F8:2:kill", "F4:3:kill", "F9:2:kill", "F5:3:kill", "F17:2:kill", "F6:4:kill")
CONTROL = """
import os, signal, sqlite3, sys
database = sqlite3.connect(sys.argv[1] + "/a.db", isolation_level=None)
database.execute("PRAGMA journal_mode=WAL")
database.execute("PRAGMA synchronous=" + sys.argv[2])
database.execute("CREATE TABLE t (x)")
for number in range(20):
    database.execute("INSERT INTO t VALUES (?)", (number,))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled shim; skipped where there is no C compiler, a failure in CI."""
    compiler = shutil.which("cc")
    if compiler is None:
        if os.environ.get("CI") == "true":
            pytest.fail("a C compiler is missing, and CI must have it")
        pytest.skip("no C compiler")
    built = tmp_path_factory.mktemp("shim") / "powercut.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(built), str(SOURCE), "-ldl"], check=True)
    return built


def run(
    shim: Path, folder: Path, shadow: Path, *command: str, failpoint: str = "", eio_at: int = 0
) -> tuple[int, str]:
    """Run a program until it is killed, with `shadow` holding what a power cut would leave of `folder`."""
    shutil.copytree(folder, shadow)
    environment = {**os.environ, "LD_PRELOAD": str(shim), "POWERCUT_DIR": str(folder)}
    environment["POWERCUT_SHADOW"] = str(shadow)
    if eio_at:
        environment["POWERCUT_EIO_AT"] = str(eio_at)
    if failpoint:
        environment["ONCE_FAILPOINT"] = failpoint
    ended = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, check=False, timeout=60
    )
    return ended.returncode, ended.stdout.decode()


@pytest.mark.parametrize(("mode", "rows"), [("FULL", 20), ("NORMAL", 0)])
def test_the_shim_tells_durable_from_lucky(tmp_path: Path, shim: Path, mode: str, rows: int) -> None:
    """The test of the test: SQLite in WAL keeps all rows with FULL, and loses them with NORMAL."""
    folder, shadow = tmp_path / "live", tmp_path / "shadow"
    folder.mkdir()
    code, _ = run(shim, folder, shadow, "-c", CONTROL, str(folder), mode)
    assert code == -signal.SIGKILL
    count = subprocess.run(
        [sys.executable, "-c", _COUNT, str(shadow / "a.db")], capture_output=True, check=True
    ).stdout

    assert int(count) == rows


_COUNT = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
known = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
print(database.execute("SELECT count(*) FROM t").fetchone()[0] if known else 0)
"""


def test_a_power_cut_loses_nothing_that_was_acknowledged(tmp_path: Path, shim: Path) -> None:
    """Cut at any step, the log starts from the synced bytes and has every acknowledged entry."""
    indexes: dict[str, int] = {}
    heads: set[tuple[int, str]] = set()
    folder = tmp_path / "power-0"
    folder.mkdir()
    last = "first"
    for turn, failpoint in enumerate(CUTS):
        shadow = tmp_path / f"power-{turn + 1}"
        program = ("-m", "tests.faults.log_under_load", str(folder), str(ENTRIES), failpoint[:3], last)
        code, output = run(shim, folder, shadow, *program, failpoint=failpoint)
        assert code == -signal.SIGKILL
        answers = {key: answer for key, *answer in (line.split() for line in output.splitlines())}
        for key, answer in answers.items():
            if len(answer) == 3:
                assert indexes.setdefault(key, int(answer[0])) == int(answer[0]), f"{key} moved"
        heads |= heads_of(answers)
        folder, last = shadow, failpoint[:3]
        store, mark = a_store(folder), a_mark(folder)
        assert compare(examine(store, mark)).action in {Action.SERVE, Action.MARK_HEAD}
        check(store, indexes, heads)
        mark.close()
        store.close()

    assert len(indexes) > len(heads) > 6


@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5, 8])
def test_a_failed_fsync_ends_the_writer(tmp_path: Path, shim: Path, nth: int) -> None:
    """EIO at the nth fsync ends the writer; a restart finds everything that was acknowledged before."""
    folder = tmp_path / "live"
    folder.mkdir()
    a_log(folder).close()
    program = ("-m", "tests.faults.log_under_load", str(folder), str(ENTRIES), "one", "quiet")
    _, output = run(shim, folder, tmp_path / "shadow", *program, eio_at=nth)
    answers = {key: answer for key, *answer in (line.split() for line in output.splitlines())}
    codes = {answer[0] for answer in answers.values() if len(answer) == 1}
    assert codes == {"log.writer_failed", "log.read_only"}

    store, mark = a_store(folder), a_mark(folder)
    assert compare(examine(store, mark)).action in {Action.SERVE, Action.MARK_HEAD}
    check(store, {key: int(one[0]) for key, one in answers.items() if len(one) == 3}, heads_of(answers))
    mark.close()
    store.close()
