# SPDX-License-Identifier: Apache-2.0
"""Locks pin everything, by hash, from nowhere in particular."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import check_hosts, check_locks

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def test_locks_answer_pyproject() -> None:
    """The committed locks are those that pyproject.toml asks for, and agree with each other."""
    assert check_locks.check() == []


def test_a_changed_requirement_is_noticed() -> None:
    """A lock made for other requirements, or one that meets them no longer, is named."""
    text = (ROOT / "requirements" / "lint.txt").read_text(encoding="utf-8")
    wrong = check_locks.stale("lint", ["ruff>=999"], text)
    assert any("other requirements" in line for line in wrong)
    assert any("ruff>=999 is not met" in line for line in wrong)


def test_a_pin_without_a_hash_is_noticed() -> None:
    """A pin that lost its hashes is named."""
    assert any("has no hash" in line for line in check_locks.stale("x", [], "somepackage==1.0\n"))


@pytest.mark.parametrize(
    "line", ["-e .", "package @ file:///tmp/x.whl", "--index-url somewhere", "package>=1"]
)
def test_only_pins_and_hashes_stand_in_a_lock(line: str) -> None:
    """A line that could bring in anything else makes the lock unreadable."""
    assert any("unknown line" in said for said in check_locks.stale("x", [], f"{line}\n"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_lock_names_no_place(lock: Path) -> None:
    """A Python lock holds no address and no index option."""
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(
        r"^\s*-", "\n".join(re.sub(r"^\s+--hash=\S+.*$", "", row) for row in text.splitlines())
    )


def test_no_committed_file_names_a_registry() -> None:
    """The gate against registry hosts passes."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "check_hosts.py")], stdout=subprocess.PIPE, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"")


def test_the_gate_against_hosts_sees_one() -> None:
    """An address of a registry is found in code, and any address in a lock."""
    address = "https:" + "//files." + "pythonhosted" + ".org/x"
    assert check_hosts.findings(Path("a.py"), f"x = '{address}'")
    assert check_hosts.findings(Path("hardhat-node/package-lock.json"), '"resolved": "x"')
    assert not check_hosts.findings(Path("a.md"), "packages from PyPI; see https://example.org/x")
