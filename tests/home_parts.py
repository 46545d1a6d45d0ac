# SPDX-License-Identifier: Apache-2.0
"""Fixtures of ledger homes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.homes import DEPARTMENT, copy_of, founded_once

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def founded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home founded once; tests take copies."""
    return founded_once(tmp_path_factory, "one", [DEPARTMENT])


@pytest.fixture
def home(founded_home: Path, tmp_path: Path) -> Path:
    """A founded home of the test's own."""
    return copy_of(founded_home, tmp_path / "home")
