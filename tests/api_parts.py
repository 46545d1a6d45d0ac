# SPDX-License-Identifier: Apache-2.0
"""Fixtures of whole ledgers behind their doors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.home import found_home
from tests.homes import copy_of, settings_of
from tests.worlds import CUSTODIAL, World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def bare_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with keystores for `CUSTODIAL`, founded once a session."""
    home = tmp_path_factory.mktemp("doors") / "home"
    found_home(settings_of(home), departments=CUSTODIAL)
    return home


@pytest.fixture(scope="session")
def world(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A filled ledger for tests that look at differences only."""
    made = open_world(copy_of(bare_home, tmp_path_factory.mktemp("world") / "home"))
    fill(made)
    yield made
    made.close()


@pytest.fixture
def own_world(bare_home: Path, tmp_path: Path) -> Iterator[World]:
    """A filled ledger of the test's own."""
    made = open_world(copy_of(bare_home, tmp_path / "home"))
    fill(made)
    yield made
    made.close()
