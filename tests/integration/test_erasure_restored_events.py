# SPDX-License-Identifier: Apache-2.0
"""Events of an erased person that a restore brings back: nothing that waited for one is laid down either."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from api.erasing import erase
from api.operation.backup import take_backup
from ledger.store import Store, run
from tests.erasure_parts import a_world, live
from tests.homes import copy_of, settings_of
from tests.integration.test_erasure_restored import Before, elsewhere, laid, quiet

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]

PLACE = "idx, part"
OF_SC = "FROM events WHERE department = 'SC'"


def test_what_was_asked_for_again_goes_with_its_event(bare_home: Path, tmp_path: Path) -> None:
    """Places in a webhook's queue whose events are not restored are not laid down either; the others are."""
    home, backup = copy_of(bare_home, tmp_path / "home"), tmp_path / "old.backup"
    with closing(a_world(home)) as world:
        life = live(world)
        world.settle()
        with world.ledger.store.transaction() as connection:
            run(connection, "INSERT INTO webhooks SELECT zeroblob(16), 'SC', 'https://sc.test', '', 0, 0")
            run(connection, "INSERT INTO webhook_ends SELECT zeroblob(16), 0")  # nothing is sent
            run(connection, f"INSERT INTO webhook_replays SELECT zeroblob(16), 1, {PLACE}, 0 {OF_SC}")
        world.ledger.publisher.publish_once()
        take_backup(settings_of(home), backup, quiet)
        index = world.runner.run(erase(world.ledger, [life.holder], "SC")).index
        world.ledger.publisher.publish_once()
    before = Before(home, backup, life, bytes(16), 0, index)
    found = []
    for name, marks in (("plain", False), ("again", True)):
        to = elsewhere(before, tmp_path / name, marks=marks)
        laid(before, to)
        with closing(Store(f"sqlite:///{to / 'ledger.db'}", read_only=True)) as store:
            events = store.query_raw(f"SELECT {PLACE} {OF_SC} ORDER BY idx, part")
            asked = store.query_raw(f"SELECT {PLACE} FROM webhook_replays ORDER BY idx, part")
        assert asked == events
        found.append(len(asked))
    assert found[0] > found[1]
