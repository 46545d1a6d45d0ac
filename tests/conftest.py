# SPDX-License-Identifier: Apache-2.0
"""Fixtures every test folder shares."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("once", deadline=None)  # times are measured by `once bench` on a quiet machine
settings.load_profile("once")

gc.disable()  # until the end of collection, see below
pytest_plugins = ["tests.chain_parts", "tests.database_parts"]

ROOT = Path(__file__).resolve().parent.parent
LONGEST = (
    "faults/test_story_kill.py",
    "packaging/test_installed.py",
    "packaging/test_deploy.py",
    "acceptance/test_story.py",
    "threats/test_T51_schemathesis.py",
    "properties/test_chain_differential.py",
    "benchmarks/test_bench_smoke.py",
    "contracts/test_mutants.py",
    "faults/",
    "browser/",
    "acceptance/",
)
"""What begins first, so that no worker is left with the longest file when the others have ended."""


def _missing(what: str) -> None:
    """A missing part is a failure where CI must have it, and a skip on a user's machine."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is not on this machine")


@pytest.fixture(scope="session")
def vectors() -> Path:
    """Folder of test vectors that nobody in this project wrote (`ONCE_VECTORS`)."""
    folder = Path(os.environ.get("ONCE_VECTORS", ROOT.parent / "shared" / "vectors"))
    if not folder.is_dir():
        _missing(f"the vectors folder {folder.name}")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; within a file, and among the others, the order stays."""

    def place(item: pytest.Item) -> int:
        path = item.path.as_posix()
        return next((n for n, part in enumerate(LONGEST) if f"/tests/{part}" in path), len(LONGEST))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """What was imported stays to the end: the collector looks at what tests make, not through all of it."""
    gc.freeze()
    gc.set_threshold(5_000, 10, 20)
    gc.enable()
