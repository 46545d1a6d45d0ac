# SPDX-License-Identifier: Apache-2.0
"""Fixtures every test folder shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.chain_parts"]

ROOT = Path(__file__).resolve().parent.parent


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
