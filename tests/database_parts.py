# SPDX-License-Identifier: Apache-2.0
"""Fixtures that run a test on every database: `folder` for logs, `server` for what makes its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

import pytest

from tests.databases import Server, installed, place, remove

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS = ("sqlite", "postgresql")
Kind = Literal["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server for the whole session."""
    if not installed():
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL 15 is missing, and CI must have it")
        pytest.skip("PostgreSQL 15 is not on this machine")
    with Server() as server:
        yield server


@pytest.fixture(scope="session", params=KINDS)
def database(request: pytest.FixtureRequest) -> Kind:
    """Each kind of database in turn."""
    kind: Kind = request.param
    return kind


@pytest.fixture(scope="session")
def server(database: Kind, request: pytest.FixtureRequest) -> Server | None:
    """The server where the database is on one, None for a file."""
    if database == "sqlite":
        return None
    running: Server = request.getfixturevalue("postgres")
    return running


@pytest.fixture
def folder(tmp_path: Path, server: Server | None) -> Iterator[Path]:
    """An empty folder for a log, on each kind of database."""
    yield place(tmp_path, server)
    remove(tmp_path, server)
