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


def test_processes_share_a_log_without_gap_or_double(tmp_path: Path) -> None:
    """Three processes submit their own and common entries at once: one log, each entry once, all sound."""
    a_log(tmp_path).close()
    command = [sys.executable, "-m", "tests.faults.log_under_load", str(tmp_path), str(ENTRIES), "common"]
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

    store = a_store(tmp_path)
    head = store.head()
    assert head.size == (PROCESSES + 1) * THREADS * ENTRIES == len(indexes)
    for key, found in indexes.items():
        assert found == {store.index_of(sha256(content_of(key)))}
    assert audit(store, a_signer().verifier(), ORIGIN, entry_id_of=sha256).findings == ()
    largest = read_folder(tmp_path / "marks", [a_signer().verifier()], ORIGIN).checkpoint
    assert largest is not None
    assert (largest.size, largest.root) == (head.size, head.root)
    store.close()


def test_a_locked_database_is_busy_and_then_serves(tmp_path: Path) -> None:
    """While another process holds the lock for too long the answer is "busy", nothing is written."""
    with a_log(tmp_path) as log:
        code = (
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
            " c.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()"
        )
        command = [sys.executable, "-c", code, str(tmp_path / "ledger.db")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            started = time.monotonic()
            with pytest.raises(BusyError):
                log.writer.submit_wait(an_append(b"a"))
            assert time.monotonic() - started > 4
            holder.communicate()

        assert log.writer.submit_wait(an_append(b"a")).index == 0
