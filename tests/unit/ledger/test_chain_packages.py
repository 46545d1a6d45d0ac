# SPDX-License-Identifier: Apache-2.0
"""Installing the chain's programs from the shipped locks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.chain import packages
from ledger.chain.packages import anvil_binary, anvil_package, default_cache, ensure_chain_packages, find_node
from ledger.errors import ChainEngineError

ROOT = Path(__file__).resolve().parents[3]


def installed(cache: Path) -> Path:
    """anvil in a cache of its own; skipped without a registry, which in CI is a failure."""
    try:
        return ensure_chain_packages(cache)
    except ChainEngineError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture(autouse=True)
def _no_checkout() -> None:
    if (packages._CHECKOUT / "node_modules").exists():
        pytest.skip("this checkout has its own node_modules")


def test_first_use(tmp_path: Path) -> None:
    """The first use installs one package and no Node project, the second finds it at once."""
    folder = installed(tmp_path)
    assert folder.parent == tmp_path
    assert [path.name for path in (folder / "node_modules" / "@foundry-rs").iterdir()] == [
        anvil_package().rpartition("/")[2]
    ]
    binary = anvil_binary(tmp_path)
    assert "1.7.1" in subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    before = time.monotonic()
    assert ensure_chain_packages(tmp_path) == folder
    assert time.monotonic() - before < 0.5
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_damaged_cache(tmp_path: Path) -> None:
    """A cache that does not agree with the lock is installed again."""
    folder = installed(tmp_path)
    shutil.rmtree(folder / "node_modules")
    assert ensure_chain_packages(tmp_path) == folder
    assert anvil_binary(tmp_path).exists()


def test_at_the_same_time(tmp_path: Path) -> None:
    """Two installers at once end with one sound folder."""
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(installed, [tmp_path, tmp_path])
    assert first == second
    assert anvil_binary(tmp_path).exists()
    assert len(list(tmp_path.iterdir())) == 1


def test_platform_without_locked_hash() -> None:
    """A package whose hash is locked must have it; one that could not be seen when locking need not."""
    assert packages._same({"version": "1", "integrity": "a"}, {"version": "1", "integrity": "a"})
    assert packages._same({"version": "1", "integrity": "a"}, {"version": "1"})
    assert not packages._same({"version": "1", "integrity": "b"}, {"version": "1", "integrity": "a"})
    assert not packages._same({"version": "1"}, {"version": "1", "integrity": "a"})
    assert not packages._same({"version": "2", "integrity": "a"}, {"version": "1"})


def test_cache_that_cannot_be_written(tmp_path: Path) -> None:
    """A cache folder that cannot be made is a ChainEngineError."""
    (tmp_path / "file").touch()
    with pytest.raises(ChainEngineError, match="cannot be written"):
        ensure_chain_packages(tmp_path / "file" / "cache")


def test_cache_folder() -> None:
    """ONCE_CACHE names the cache; without it, it is ~/.cache/once-ledger."""
    for value, wanted in (("/somewhere", Path("/somewhere")), ("", Path.home() / ".cache" / "once-ledger")):
        program = "from ledger.chain.packages import default_cache; print(default_cache())"
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "ONCE_CACHE": value},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == str(wanted)
    assert default_cache().is_absolute()


def test_node() -> None:
    """Node comes with the wheel and is new enough for Hardhat 3."""
    node = find_node()
    done = subprocess.run([node.node, "--version"], capture_output=True, text=True, check=True)
    assert int(done.stdout[1:].split(".")[0]) >= 22
