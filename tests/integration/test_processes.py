# SPDX-License-Identifier: Apache-2.0
"""`once serve` with its chain and its worker, as processes: they live, die and come back on their own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
from typing import TYPE_CHECKING

import pytest

from ledger.chain.packages import anvil_binary
from ledger.errors import ChainEngineError
from tests.homes import Serving, grow, once, wait_until

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.home_parts"]


@pytest.fixture(scope="module", autouse=True)
def _anvil() -> None:
    """These tests need the chain's program; in CI its absence is a failure."""
    try:
        anvil_binary()
    except ChainEngineError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # noqa: PTH123  # no path of ours
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def libraries(pid: int) -> str:
    """Files that a process has mapped."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:  # noqa: PTH123  # no path of ours
        return maps.read()


def test_serving_anchors_through_deaths(home: Path) -> None:
    """Ready at once; the worker founds the contract and anchors; killed children come back unaided."""
    with Serving(home) as serving:
        ready = serving.get("/health/ready")
        assert (ready.status_code, ready.json()["ready"]) == (200, True)
        assert serving.get("/log/checkpoint").text.startswith("ledger.test/once\n1\n")
        wait_until(lambda: serving.anchored() == 1)
        trust = json.loads((home / "trust.json").read_text())
        assert trust["chain"]["genesis_size"] == 1
        assert "anchor" in trust["required"]
        assert grow(home, "D990011") == 2
        wait_until(lambda: serving.anchored() == 2)

        # The chain dies: the doors stay open, and what is taken meanwhile is anchored afterwards.
        chain = serving.child_pid("anvil")
        os.kill(chain, signal.SIGKILL)
        assert grow(home, "D990012") == 3
        assert serving.get("/health/ready").status_code == 200
        wait_until(lambda: serving.anchored() == 3)
        assert serving.child_pid("anvil") != chain

        # The worker dies.
        worker = serving.child_pid("worker")
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: serving.child_pid("worker") != worker)
        assert grow(home, "D990013") == 4
        wait_until(lambda: serving.anchored() == 4)
        children = [serving.child_pid(name) for name in ("anvil", "worker")]

        sound = once(home, "audit", "--json")
        assert (sound.returncode, json.loads(sound.stdout)["findings"]) == (0, []), sound.stdout

        # The server itself dies: its children with it; what it acknowledged is there again.
        serving.kill()
        wait_until(lambda: not any(alive(pid) for pid in children))
    with Serving(home) as serving:
        assert serving.get("/health/ready").json()["size"] == 4
        assert grow(home, "D990014") == 5
        wait_until(lambda: serving.anchored() == 5)
        children = [serving.child_pid(name) for name in ("anvil", "worker")]
        assert serving.stop() == 0
        assert not any(alive(pid) for pid in children)


def test_a_lost_demo_chain_is_founded_again_loudly(home: Path) -> None:
    """A demo whose chain forgot everything gets a new contract, new pins, and a line that says so."""
    with Serving(home) as serving:
        wait_until(lambda: serving.anchored() == 1)
    lost = json.loads((home / "trust.json").read_text())["chain"]
    assert grow(home, "D990021") == 2
    shutil.rmtree(home / "chain")
    with Serving(home) as serving:
        wait_until(lambda: serving.anchored() == 2)
        assert "THE DEMO CHAIN WAS LOST" in serving.said()
    assert json.loads((home / "trust.json").read_text())["chain"] != lost


def test_a_restored_copy_is_read_only_and_says_why(home: Path) -> None:
    """Yesterday's database under today's mark: not ready, with the reason; reads go on; audit says it too."""
    shutil.copy(home / "ledger.db", home / "yesterday.db")
    grow(home, "D990031")
    for name in ("ledger.db-wal", "ledger.db-shm"):
        (home / name).unlink(missing_ok=True)
    behind = once(home, "audit", "--json", "--copy", str(home / "yesterday.db"))
    shutil.copy(home / "yesterday.db", home / "ledger.db")
    with Serving(home, ("--no-worker",)) as serving:
        answer = serving.get("/health/ready")
        assert answer.status_code == 503
        assert "mark.ahead" in answer.json()["reasons"][0]
        assert serving.get("/log/checkpoint").status_code == 200
    rewound = once(home, "audit", "--json")
    with Serving(home, ("--no-worker", "--adopt-head")) as serving:
        assert serving.get("/health/ready").status_code == 200
    assert list((home / "head").glob("*.replaced-1"))

    assert behind.returncode == 3
    assert (rewound.returncode, codes_of(rewound.stdout)) == (1, {"note.ahead"})


def test_an_edited_copy_is_named_by_its_entry(home: Path) -> None:
    """A row edited in a copy: the audit names the entry and exits 1; the log itself stays sound."""
    grow(home, "D990041", "D990042")
    copy = home.parent / "copy.db"
    with sqlite3.connect(home / "ledger.db") as source, sqlite3.connect(copy) as target:
        source.backup(target)
        target.execute("UPDATE entries SET leaf = replace(leaf, 'county', 'nation') WHERE idx = 1")
        target.commit()
    source.close()
    target.close()
    report = once(home, "audit", "--json", "--copy", str(copy))
    findings = json.loads(report.stdout)["findings"]

    assert report.returncode == 1
    assert {1} == {finding["entry"] for finding in findings if finding["entry"] is not None}
    assert "entry.mismatch" in codes_of(report.stdout)
    assert once(home, "audit").returncode == 0


def test_the_copy_that_is_named_is_the_one_that_is_judged(home: Path) -> None:
    """A path with a ?, where a sound file of the shorter name lies as well: refused."""
    for name in ("c.db", "c.db?changed"):
        shutil.copy(home / "ledger.db", home.parent / name)
    for command in ("audit", "rebuild"):
        done = once(home, command, "--copy", str(home.parent / "c.db?changed"), "--json")
        assert (done.returncode, done.stdout) == (2, ""), done.stdout
        assert "holds no ?" in done.stderr


def test_tables_of_a_copy_are_compared_where_that_is_asked(home: Path) -> None:
    """The audit says that it did not look at what is derived from entries; `rebuild --copy` does."""
    grow(home, "D990043")
    copy = home.parent / "derived.db"
    with sqlite3.connect(home / "ledger.db") as source, sqlite3.connect(copy) as target:
        source.backup(target)
        target.execute("DELETE FROM departments WHERE code = 'D990043'")
        target.commit()
    source.close()
    target.close()
    report = once(home, "audit", "--json", "--offline", "--copy", str(copy))
    assert report.returncode == 0
    assert any(f"once rebuild --copy {copy}" in one for one in json.loads(report.stdout)["remarks"])
    compared = once(home, "rebuild", "--json", "--copy", str(copy))
    assert compared.returncode == 1, compared.stderr
    assert {one["table"] for one in json.loads(compared.stdout)["differences"]} == {"departments"}
    assert once(home, "rebuild").returncode == 0


def test_a_signature_for_the_chain_is_the_logs_own(home: Path) -> None:
    """One beside a checkpoint that the checkpoint signer did not make is named with the size."""
    grow(home, "D990044")
    copy = home.parent / "signature.db"
    with sqlite3.connect(home / "ledger.db") as source, sqlite3.connect(copy) as target:
        source.backup(target)
        [[size]] = target.execute("SELECT max(size) FROM checkpoints WHERE evm_signature IS NOT NULL")
        target.execute("UPDATE checkpoints SET evm_signature = zeroblob(65) WHERE size = ?", (size,))
        target.commit()
    source.close()
    target.close()
    report = once(home, "audit", "--json", "--offline", "--copy", str(copy))
    [found] = json.loads(report.stdout)["findings"]
    assert (report.returncode, found["code"], found["size"]) == (1, "checkpoint.chain_signature", size)


def codes_of(report: str) -> set[str]:
    """Codes of an audit's findings."""
    return {finding["code"] for finding in json.loads(report)["findings"]}


def test_serving_maps_no_chain_library(home: Path) -> None:
    """The serving process has none of the compiled parts that web3 and eth_account bring."""
    with Serving(home, ("--no-worker",), from_nothing=True) as serving:
        assert serving.get("/health/ready").status_code == 200
        mapped = libraries(serving.child.pid)
    assert all(name not in mapped for name in ("pydantic_ckzg", "ckzg", "aiohttp", "cytoolz", "regex"))
