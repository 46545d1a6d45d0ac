# SPDX-License-Identifier: Apache-2.0
"""Rate of the log's writer alone: leaves of 1 KB with six projection rows each, 64 waiting coroutines.

usage: python -m scripts.bench.writer [--waiters 64] [--leaves 30000] [--folder DIR]
Prints leaves a second, CPU microseconds a leaf (all threads), and waiting times in milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table

from ledger.commands import Decision, NewLeaf, RequestKey, Row, View
from ledger.hashing import sha256
from ledger.headmark import HeadMark
from ledger.note import NoteSigner
from ledger.startup import initialise
from ledger.store import Store
from ledger.writer import Writer

ORIGIN = "bench.example/log"
LEAF_BYTES = 1_000
metadata = MetaData()
projections = [
    Table(
        f"projection_{number}",
        metadata,
        Column("key", LargeBinary(16), primary_key=True),
        Column("idx", Integer, nullable=False),
        Column("content", LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    for number in range(6)
]


@dataclass(frozen=True, slots=True)
class Submission:
    """One entry as an acceptance makes it: an id, a request key, a look-up under the lock, six rows."""

    leaf: NewLeaf
    rows: tuple[tuple[bytes, bytes], ...]
    entry_id: bytes
    request: RequestKey
    reads: tuple[bytes, ...] = ()
    writes: tuple[bytes, ...] = ()

    def decide(self, view: View) -> Decision[int]:
        view.query_raw("SELECT idx FROM projection_0 WHERE key = ?", (self.rows[0][0],))
        index = view.next_index
        rows: list[Row] = [
            (table, (key, index, content))
            for table, (key, content) in zip(projections, self.rows, strict=True)
        ]
        return Decision([self.leaf], rows, answer=index)


def a_submission() -> Submission:
    """A submission of random bytes."""
    content = os.urandom(LEAF_BYTES)
    leaf = NewLeaf(sha256(content), content)
    rows = tuple((os.urandom(16), content[:60]) for _ in projections)
    return Submission(leaf, rows, leaf.entry_id, RequestKey(os.urandom(16), leaf.entry_id))


async def load(writer: Writer, submissions: list[Submission], waiters: int) -> list[float]:
    """Submit all from `waiters` coroutines; the waiting times in seconds, sorted."""
    times: list[float] = []

    async def wait() -> None:
        while submissions:
            one = submissions.pop()
            started = time.perf_counter()
            await writer.submit(one)
            times.append(time.perf_counter() - started)

    await asyncio.gather(*(wait() for _ in range(waiters)))
    return sorted(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiters", type=int, default=64)
    parser.add_argument("--leaves", type=int, default=30_000)
    parser.add_argument("--folder", default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        store = Store(f"sqlite:///{name}/ledger.db")
        store.create(metadata)
        mark = HeadMark.claim(Path(name) / "marks", NoteSigner(ORIGIN, Ed25519PrivateKey.generate()), ORIGIN)
        initialise(store, mark)
        writer = Writer(store, mark)
        writer.start()
        submissions = [a_submission() for _ in range(options.leaves)]
        started, cpu = time.perf_counter(), time.process_time()
        times = asyncio.run(load(writer, submissions, options.waiters))
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        writer.close()
        mark.close()
        store.close()
    count = options.leaves
    print(f"{count / seconds:,.0f} leaves/s, {cpu / count * 1e6:.0f} us of CPU a leaf")
    print(f"p50 {times[count // 2] * 1e3:.1f} ms, p99 {times[count * 99 // 100] * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
