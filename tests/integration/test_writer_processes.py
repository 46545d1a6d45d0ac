# SPDX-License-Identifier: Apache-2.0
"""Several processes write one log: the database's lock orders them, each has its own head mark."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from ledger.audit import audit
from ledger.errors import BusyError
from ledger.hashing import sha256
from ledger.headmark import read_folder
from tests.builders import ORIGIN, a_log, a_signer, a_store, an_append
from tests.faults.log_under_load import THREADS, content_of

ROOT = Path(__file__).resolve().parent.parent.parent
ENTRIES = 20
PROCESSES = 3


def test_processes_share_a_log_without_gap_or_double(folder: Path) -> None:
    """Three processes submit their own and common entries at once: one log, each entry once, all sound."""
    a_log(folder).close()
    command = [sys.executable, "-m", "tests.faults.log_under_load", str(folder), str(ENTRIES), "common"]
    running = [
        subprocess.Popen([*command, f"own{number}"], cwd=ROOT, stdout=subprocess.PIPE)
        for number in range(PROCESSES)
    ]
    indexes: dict[str, set[int]] = {}
    for one in running:
        for line in one.communicate(timeout=60)[0].decode().splitlines():
            key, index, *_ = line.split()
            indexes.setdefault(key, set()).add(int(index))
        assert one.returncode == 0

    store = a_store(folder)
    head = store.head()
    assert head.size == (PROCESSES + 1) * THREADS * ENTRIES == len(indexes)
    for key, found in indexes.items():
        assert found == {store.index_of(sha256(content_of(key)))}
    marks = [path for path in (folder / "marks").iterdir() if path.stat().st_size]
    assert len(marks) > 1  # those that ran at once had each its own
    assert audit(store, a_signer().verifier(), ORIGIN, entry_id_of=sha256).findings == ()
    largest = read_folder(folder / "marks", [a_signer().verifier()], ORIGIN).checkpoint
    assert largest is not None
    assert (largest.size, largest.root) == (head.size, head.root)
    store.close()


def test_a_locked_log_is_busy_and_then_serves(folder: Path) -> None:
    """While another process holds the lock for too long the answer is "busy", nothing is written."""
    with a_log(folder) as log:
        code = (
            "import sys; from pathlib import Path; from tests.builders import a_store\n"
            "with a_store(Path(sys.argv[1])).transaction(): print('held', flush=True); sys.stdin.read()"
        )
        command = [sys.executable, "-c", code, str(folder)]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            started = time.monotonic()
            with pytest.raises(BusyError):
                log.writer.submit_wait(an_append(b"a"))
            assert time.monotonic() - started > 4
            holder.communicate()

        assert log.writer.submit_wait(an_append(b"a")).index == 0
