# SPDX-License-Identifier: Apache-2.0
"""The log is killed at every step under load: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger.audit import audit
from ledger.hashing import sha256
from ledger.merkle import verify_consistency
from ledger.startup import Action, compare, examine
from tests import warm
from tests.builders import ORIGIN, a_mark, a_signer, a_store
from tests.faults.log_under_load import THREADS, content_of

if TYPE_CHECKING:
    from ledger.store import Store
    from tests.databases import Server

ROOT = Path(__file__).resolve().parent.parent.parent
ENTRIES = 5
POINTS: dict[str, tuple[int, ...]] = {
    "F7": (1, 3),
    "F8": (1, 3),
    "F4": (1, 3),
    "F9": (1, 3),
    "F5": (1, 3),
    "F17": (1, 3),
    "F6": (1, 3),
}
PUBLISHER_POINTS: dict[str, tuple[int, ...]] = {"F10": (1, 2), "F11": (1, 2)}
FEWER: dict[str, tuple[int, ...]] = {
    "F7": (2,),
    "F8": (1,),
    "F4": (3,),
    "F9": (1,),
    "F5": (2,),
    "F17": (1,),
    "F10": (1,),
}
"""What a second kind of database is killed at, unless `ONCE_FAULTS=full` asks for all."""
LOAD = "from tests.faults.log_under_load import main; main()"


def points_of(server: Server | None) -> dict[str, tuple[int, ...]]:
    """At which hits of which failpoints to kill."""
    every = POINTS | PUBLISHER_POINTS
    return every if server is None or os.environ.get("ONCE_FAULTS") == "full" else FEWER


def run(
    folder: Path, failpoint: str, *rounds: str, entries: int = ENTRIES
) -> tuple[int, dict[str, list[str]]]:
    """Run the program until it ends; its exit code and the answers by key."""
    environment = {**os.environ, "ONCE_FAILPOINT": failpoint}
    if not failpoint:
        del environment["ONCE_FAILPOINT"]
    ended = warm.run((str(folder), str(entries), *rounds), environment, program=LOAD, timeout=60)
    lines = [line.split() for line in ended.stdout.splitlines()]
    return ended.returncode, {key: answer for key, *answer in lines}


def heads_of(answers: dict[str, list[str]]) -> set[tuple[int, str]]:
    """The acknowledged heads `(size, root)` among answers."""
    return {(int(answer[1]), answer[2]) for answer in answers.values() if len(answer) == 3}


def check(store: Store, indexes: dict[str, int], heads: set[tuple[int, str]]) -> None:
    """Everything acknowledged is at its index, once, and every acknowledged head is a prefix."""
    head = store.head()
    for key, index in indexes.items():
        leaf = content_of(key)
        assert store.leaf(index) == leaf, f"{key} was acknowledged with index {index}"
        assert store.index_of(sha256(leaf)) == index
    leaves = store.leaves(0, head.size)
    assert len(set(leaves)) == head.size
    for size, root in heads:
        proof = store.consistency(size, head.size)
        verify_consistency(size, bytes.fromhex(root), head.size, head.root, proof)
    report = audit(store, a_signer().verifier(), ORIGIN, entry_id_of=sha256)
    assert report.ok, report.findings


def test_a_kill_at_any_step_loses_and_doubles_nothing(folder: Path, server: Server | None) -> None:
    """After SIGKILL at each failpoint the log starts, holds every acknowledged entry, and goes on."""
    indexes: dict[str, int] = {}
    heads: set[tuple[int, str]] = set()
    last = "first"
    for name, hits in points_of(server).items():
        for hit in hits:
            round_ = f"{name}.{hit}"
            code, answers = run(folder, f"{name}:{hit}:kill", round_, last)
            assert code == -signal.SIGKILL, f"{round_} was not reached"
            acknowledged = {key: int(answer[0]) for key, answer in answers.items() if len(answer) == 3}
            for key, index in acknowledged.items():
                assert indexes.setdefault(key, index) == index, f"{key} moved"
            heads |= heads_of(answers)
            store, mark = a_store(folder), a_mark(folder)
            finding = compare(examine(store, mark))
            assert finding.action in {Action.SERVE, Action.MARK_HEAD}, finding
            if store.head().size:
                check(store, indexes, heads)
            mark.close()
            store.close()
            last = round_

    code, answers = run(folder, "", last, "after")
    assert code == 0
    assert len(answers) == 2 * THREADS * ENTRIES
    store = a_store(folder)
    check(
        store, indexes | {key: int(answer[0]) for key, answer in answers.items()}, heads | heads_of(answers)
    )
    store.close()


@pytest.mark.parametrize("name", ["F7", "F8", "F4"])
def test_a_fault_before_the_commit_fails_one_batch(folder: Path, name: str) -> None:
    """An exception before COMMIT rolls one batch back; all others are acknowledged and sound."""
    code, answers = run(folder, f"{name}:2:raise", "one", "quiet")

    assert code == 0
    failed = {answer[0] for answer in answers.values() if len(answer) == 1}
    assert failed == {"log.writer_failed"}
    assert any(len(answer) == 3 for answer in answers.values())
    store = a_store(folder)
    check(store, {key: int(one[0]) for key, one in answers.items() if len(one) == 3}, heads_of(answers))
    store.close()


@pytest.mark.parametrize("name", ["F9", "F5", "F17"])
def test_a_fault_after_the_commit_ends_the_writer(folder: Path, name: str) -> None:
    """An exception once the commit has begun leaves the log read-only until a restart, then it serves."""
    _, answers = run(folder, f"{name}:2:raise", "one", "quiet")
    codes = {answer[0] for answer in answers.values() if len(answer) == 1}
    assert codes == {"log.writer_failed", "log.read_only"}

    code, again = run(folder, "", "one")
    assert code == 0
    for key, answer in answers.items():
        if len(answer) == 3:
            assert again[key][0] == answer[0]
    store = a_store(folder)
    check(store, {key: int(one[0]) for key, one in again.items()}, heads_of(answers) | heads_of(again))
    store.close()


def test_a_bit_flipped_in_memory_is_never_committed(folder: Path) -> None:
    """A leaf hash that a memory fault changed differs from a second computation, and the batch fails."""
    code, answers = run(folder, "F7:2:flip", "one", "quiet")

    assert code == 0
    assert {answer[0] for answer in answers.values() if len(answer) == 1} == {"log.writer_failed"}
    store = a_store(folder)
    check(store, {key: int(one[0]) for key, one in answers.items() if len(one) == 3}, heads_of(answers))
    store.close()
