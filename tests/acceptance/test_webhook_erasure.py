# SPDX-License-Identifier: Apache-2.0
"""Events that an erasure took: whatever of a webhook's waited for one comes free, and nothing names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.erasing import erase
from ledger.store import run
from tests.acceptance.test_webhooks import act, hook, rely, wait_for
from tests.erasure_parts import a_world, live
from tests.homes import copy_of
from tests.receivers import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.fixture
def lived(bare_home: Path, tmp_path: Path) -> Iterator[World]:
    """A ledger of the test's own in which papers may be erased at once."""
    world = a_world(copy_of(bare_home, tmp_path / "home"))
    yield world
    world.close()


def taken_back(world: World) -> str:
    """A retraction that SC, who relied, is to be told of; the id of the event."""
    path = f"acceptances/{world.accepted['licence']['id']}:retract"
    return f"SC-{world.made('ZW', path, {'reason': 'forged'})['index']}-0"


def rows_of(world: World, table: str) -> int:
    """How many rows a table has."""
    return int(world.ledger.store.query_raw(f"SELECT count(*) FROM {table}")[0][0])  # a name in the test


def test_an_erasure_frees_what_waited_for_it(lived: World) -> None:
    """Events asked for again and then erased leave the queue with the erasure, and later ones arrive."""
    world = lived
    life = live(world)
    rely(world)
    world.settle()
    with Receiver(says=[503]) as receiver:
        made = hook(world, "SC", receiver.url)
        asked = act(world, "SC", "POST", f"webhooks/{made['id']}:replay", {"after": "0-0"}).json()
        wait_for(lambda: bool(receiver.got))
        before = {one["id"] for one in world.get("SC", "events").json()["events"]}
        world.runner.run(erase(world.ledger, [life.holder], "PUBLIC"))
        gone = before - {one["id"] for one in world.get("SC", "events").json()["events"]}
        assert gone
        assert rows_of(world, "webhook_replays") == asked["events"] - len(gone)
        later = taken_back(world)
        wait_for(lambda: any(one.id == later for one in receiver.got))


def test_a_queue_that_was_stuck_comes_free(lived: World) -> None:
    """A place in the queue whose event is not there any more is passed over: later events arrive."""
    world = lived
    rely(world)
    world.settle()
    with Receiver(says=[503]) as receiver:
        made = hook(world, "SC", receiver.url)
        assert act(world, "SC", "POST", f"webhooks/{made['id']}:replay", {"after": "0-0"}).json()["events"]
        with world.ledger.store.transaction() as connection:
            run(connection, "DELETE FROM events WHERE department = 'SC'")
        later = taken_back(world)
        wait_for(lambda: any(one.id == later for one in receiver.got))
        path = f"webhooks/{made['id']}"
        wait_for(lambda: world.get("SC", path).json()["waiting"] is None)


def test_an_erased_event_is_not_undelivered(lived: World) -> None:
    """What was given up on and then erased is not counted, nor taken into what is sent again."""
    world = lived
    rely(world)
    with Receiver(says=[410] * 20) as receiver:
        made = hook(world, "SC", receiver.url)
        path = f"webhooks/{made['id']}"
        life = live(world)
        taken_back(world)
        world.settle()
        wait_for(lambda: world.get("SC", path).json()["waiting"] is None)
        count = world.get("SC", path).json()["dead"]
        before = len(world.get("SC", "events").json()["events"])
        world.runner.run(erase(world.ledger, [life.holder], "PUBLIC"))
        left = count - (before - len(world.get("SC", "events").json()["events"]))
        assert 0 < left < count
        assert world.get("SC", path).json()["dead"] == left
        assert act(world, "SC", "POST", f"{path}:replay", {"dead": True}).json()["events"] == left
