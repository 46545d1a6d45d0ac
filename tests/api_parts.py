# SPDX-License-Identifier: Apache-2.0
"""Fixtures of whole ledgers behind their doors.

A test file that says `ON_EACH_DATABASE = True` runs those of its tests that have a world on every kind.
"""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from api.copying import copy_database
from ledger.store import Store
from tests.database_parts import KINDS
from tests.databases import database_of
from tests.homes import copy_of, founded_once
from tests.worlds import CUSTODIAL, World, fill, open_filled, open_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.database_parts import Kind
    from tests.databases import Server


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both kinds of database for the worlds of a file that asks for them."""
    if "world_on" in metafunc.fixturenames and getattr(metafunc.module, "ON_EACH_DATABASE", False):
        metafunc.parametrize("world_on", KINDS, indirect=True, scope="session")


@pytest.fixture(scope="session")
def bare_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with keystores for `CUSTODIAL`, founded once a run; nobody writes into it."""
    return founded_once(tmp_path_factory, "custodial", CUSTODIAL)


@pytest.fixture(scope="session")
def production_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of the production profile, whose keystores are hard to open."""
    return founded_once(tmp_path_factory, "production", CUSTODIAL, profile="production")


@pytest.fixture(scope="session")
def bare_database(bare_home: Path, tmp_path_factory: pytest.TempPathFactory, postgres: Server) -> str:
    """Name of a database with the tables of `bare_home`, to be copied: nobody has it open."""
    url = postgres.create()
    own = copy_of(bare_home, tmp_path_factory.mktemp("bare") / "home")  # opening leaves files behind
    file = f"sqlite:///{own / 'ledger.db'}"
    with closing(Store(file, read_only=True)) as source, closing(Store(url)) as target:
        copy_database(source, target)
    return database_of(url)


@pytest.fixture(scope="session")
def world_on(request: pytest.FixtureRequest) -> Kind:
    """The kind of database that a world is on."""
    kind: Kind = getattr(request, "param", "sqlite")
    return kind


@pytest.fixture(scope="session")
def new_home(bare_home: Path, request: pytest.FixtureRequest) -> Callable[[Path, Kind], Path]:
    """A copy of `bare_home` in another folder, on a kind of database that its `once.toml` names."""

    def copied(target: Path, kind: Kind) -> Path:
        home = copy_of(bare_home, target)
        if kind == "postgresql":
            server: Server = request.getfixturevalue("postgres")
            url = server.create(request.getfixturevalue("bare_database"))
            with (home / "once.toml").open("a", encoding="utf-8") as config:
                config.write(f"database_url = {json.dumps(url)}\n")
        return home

    return copied


@pytest.fixture(scope="session")
def new_world(
    new_home: Callable[[Path, Kind], Path],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Callable[[Path, Kind], World]:
    """A filled ledger in another folder: one a session is filled on each kind of database, and copied."""
    filled: dict[Kind, tuple[Path, World]] = {}

    def fill_one(kind: Kind) -> tuple[Path, World]:
        home = new_home(tmp_path_factory.mktemp("filled") / "home", kind)
        world = open_world(home)
        fill(world)
        world.close()
        return home, world

    def copied(target: Path, kind: Kind) -> World:
        if kind not in filled:
            filled[kind] = fill_one(kind)
        home, world = filled[kind]
        copy_of(home, target)
        if kind == "postgresql":
            server: Server = request.getfixturevalue("postgres")
            config, url = target / "once.toml", world.ledger.settings.database_url
            text = config.read_text(encoding="utf-8")
            config.write_text(text.replace(url, server.create(database_of(url))), encoding="utf-8")
        return open_filled(target, world)

    return copied


@pytest.fixture(scope="session")
def worlds(
    new_world: Callable[[Path, Kind], World], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Kind], World]]:
    """The one filled ledger of the session on each kind of database, made when it is first asked for."""
    made: dict[Kind, World] = {}

    def of(kind: Kind) -> World:
        if kind not in made:
            made[kind] = new_world(tmp_path_factory.mktemp("world") / "home", kind)
        return made[kind]

    yield of
    for world in made.values():
        world.close()


@pytest.fixture(scope="session")
def world(worlds: Callable[[Kind], World], world_on: Kind) -> World:
    """A filled ledger for tests that look at differences only."""
    return worlds(world_on)


@pytest.fixture(scope="module")
def file_world(
    new_world: Callable[[Path, Kind], World], world_on: Kind, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A filled ledger of one test file's own."""
    made = new_world(tmp_path_factory.mktemp("file") / "home", world_on)
    yield made
    made.close()


@pytest.fixture
def own_world(new_world: Callable[[Path, Kind], World], world_on: Kind, tmp_path: Path) -> Iterator[World]:
    """A filled ledger of the test's own."""
    made = new_world(tmp_path / "home", world_on)
    yield made
    made.close()
