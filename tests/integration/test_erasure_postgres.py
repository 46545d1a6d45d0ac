# SPDX-License-Identifier: Apache-2.0
"""Erasure over PostgreSQL: the same entry, the same rows gone, nobody found again, tables as the log says."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from api.erasing import erase, plan_erasure, standing_of
from api.home import found_home
from api.operation.rebuild import rebuild
from api.operation.snapshot import take_snapshot
from attest.erasure.repository import waiting_files
from ledger.store import Store
from tests.erasure_parts import a_world, found_by, live
from tests.homes import settings_of
from tests.worlds import CUSTODIAL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Server

pytest_plugins = ["tests.database_parts"]


def test_an_erasure_over_postgresql(postgres: Server, tmp_path: Path) -> None:
    """Over PostgreSQL as over SQLite: planned, done, files gone, complete when the days have passed."""
    stated = {"database_url": postgres.create()}
    home = tmp_path / "home"
    found_home(settings_of(home, **stated), departments=CUSTODIAL)
    world = a_world(home, **stated)
    try:
        life = live(world)
        store = world.ledger.store
        plan = plan_erasure(world.ledger, [life.holder])
        assert (plan.allowed, plan.materials, plan.cases, plan.files) == (True, 1, 2, 1)
        assert found_by(world, [life.number]) == {life.number}
        done = world.runner.run(erase(world.ledger, [life.holder], "PUBLIC"))
        assert found_by(world, [life.number]) == set()
        assert waiting_files(store) == []
        take_snapshot(settings_of(home, **stated), tmp_path / "copy.db")
        with closing(Store(f"sqlite:///{tmp_path / 'copy.db'}", read_only=True)) as copy:
            assert rebuild(copy, world.ledger.context, lambda _: None).differences == []
        (row,) = store.query_raw("SELECT time FROM erasures")
        day = 86_400
        states = [standing_of(store, 30, (), row[0] + days * day)[0].state for days in (0, 29, 31)]
        assert states == ["backups", "backups", "complete"]
        assert standing_of(store, 30, (), row[0])[0].row.index == done.index
    finally:
        world.close()
