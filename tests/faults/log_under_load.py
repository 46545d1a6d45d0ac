# SPDX-License-Identifier: Apache-2.0
"""A program to be killed: eight threads submit to the log in a folder and print what was acknowledged.

usage: python -m tests.faults.log_under_load FOLDER ENTRIES ROUND...
Rounds that were run before are repeats; the word `quiet` among them means: publish no checkpoints.
Each line on stdout: key, index, size, root (hex), or key and the code of an error.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from ledger.commands import RequestKey
from ledger.errors import LedgerError
from ledger.hashing import sha256
from ledger.headmark import HeadMark
from tests.builders import ORIGIN, Append, Log, a_leaf, a_log, a_publisher, a_signer

THREADS = 8


def content_of(key: str) -> bytes:
    """The leaf that belongs to a key, from 10 to 3,000 bytes."""
    return (key * (1 + sha256(key.encode())[0] * 8)).encode()[:3_000]


def submit(log: Log, key: str) -> None:
    """Submit one key's entry and print the answer in one write."""
    leaf = a_leaf(content_of(key))
    request = RequestKey(sha256(key.encode())[:16], sha256(leaf.leaf))
    try:
        outcome = log.writer.submit_wait(Append([leaf], entry_id=leaf.entry_id, request=request))
        line = f"{key} {outcome.index} {outcome.head.size} {outcome.head.root.hex()}\n"
    except LedgerError as error:
        line = f"{key} {error.code}\n"
    os.write(1, line.encode())


def main() -> None:
    folder, entries, *words = sys.argv[1:]
    quiet, rounds = "quiet" in words, [one for one in words if one != "quiet"]
    mark = HeadMark.claim(Path(folder) / "marks", a_signer(), ORIGIN)
    with a_log(Path(folder), mark=mark) as log:
        publisher = a_publisher(log)
        done, published = threading.Event(), threading.Event()

        def publish_once() -> None:
            try:
                if publisher.publish_once() is not None:
                    published.set()
            except LedgerError as error:
                os.write(2, f"{error}\n".encode())

        def publish() -> None:
            while not done.wait(0.005):
                publish_once()
            publish_once()

        def load(thread: int) -> None:
            for at, round_ in enumerate(rounds):
                for number in range(int(entries)):
                    submit(log, f"{round_}-{thread}-{number}")
                    if (at, number) == (0, 0) and not quiet:
                        published.wait(
                            2
                        )  # what comes after it is a further checkpoint, however quick the disk

        threads = [threading.Thread(target=load, args=(thread,)) for thread in range(THREADS)]
        background = threading.Thread(target=publish)
        for one in threads if quiet else (*threads, background):
            one.start()
        for one in threads:
            one.join()
        done.set()
        if not quiet:
            background.join()


if __name__ == "__main__":
    main()
