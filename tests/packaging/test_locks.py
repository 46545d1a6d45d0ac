# SPDX-License-Identifier: Apache-2.0
"""Locks pin everything, by hash, from nowhere in particular."""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.fixture(scope="module")
def check_locks() -> Iterator[ModuleType]:
    """The gate itself, loaded from scripts/."""
    sys.path.insert(0, str(ROOT / "scripts"))
    spec = importlib.util.spec_from_file_location("check_locks", ROOT / "scripts" / "check_locks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(ROOT / "scripts"))


def test_locks_answer_pyproject(check_locks: ModuleType) -> None:
    """The committed locks are those that pyproject.toml asks for, and agree with each other."""
    assert check_locks.check() == []


def test_a_changed_requirement_is_noticed(check_locks: ModuleType) -> None:
    """A lock made for other requirements, or one that meets them no longer, is named."""
    text = (ROOT / "requirements" / "lint.txt").read_text(encoding="utf-8")
    wrong = check_locks.stale("lint", ["ruff>=999"], text)
    assert any("other requirements" in line for line in wrong)
    assert any("ruff>=999 is not met" in line for line in wrong)


def test_a_pin_without_a_hash_is_noticed(check_locks: ModuleType) -> None:
    """A pin that lost its hashes is named."""
    assert any("has no hash" in line for line in check_locks.stale("x", [], "somepackage==1.0\n"))


@pytest.mark.parametrize(
    "line", ["-e .", "package @ file:///tmp/x.whl", "--index-url somewhere", "package>=1"]
)
def test_only_pins_and_hashes_stand_in_a_lock(check_locks: ModuleType, line: str) -> None:
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


def test_the_gate_against_hosts_sees_one(check_locks: ModuleType) -> None:
    """An address of a registry is found in code, and any address in a lock."""
    assert check_locks is not None  # puts scripts/ on the path
    import check_hosts  # type: ignore[import-not-found,unused-ignore]  # scripts/ is no package

    address = "https:" + "//files." + "pythonhosted" + ".org/x"
    assert check_hosts.findings(Path("a.py"), f"x = '{address}'")
    assert check_hosts.findings(Path("hardhat-node/package-lock.json"), '"resolved": "x"')
    assert not check_hosts.findings(Path("a.md"), "packages from PyPI; see https://example.org/x")
