# SPDX-License-Identifier: Apache-2.0
"""Events and webhooks over PostgreSQL: the same events, kept once, delivered, given up on and replayed."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from api.events.derive import events_of
from api.events.hook_queries import dead_letters, standing
from api.events.model import BEFORE_ALL, TYPES
from api.events.repository import events_after
from api.home import found_home
from tests.homes import settings_of
from tests.people import as_person
from tests.receivers import Receiver
from tests.worlds import CUSTODIAL, OWN, a_request_key, fill, open_world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Server

pytest_plugins = ["tests.database_parts"]


def test_events_and_webhooks_over_postgresql(postgres: Server, tmp_path: Path) -> None:
    """Over PostgreSQL as over SQLite: a retraction is kept, listed, delivered, replayed; a dispute told."""
    stated = {"database_url": postgres.create()}
    home = tmp_path / "home"
    found_home(settings_of(home, **stated), departments=CUSTODIAL)
    world = open_world(home, **stated)
    try:
        fill(world)
        cited = world.accepted["licence"]["id"]
        with Receiver(says=[410]) as receiver:
            made = world.made("SC", "webhooks", {"url": receiver.url})
            asked = {"case": world.cases["SC-002"], "requirement": "licence", "acceptance": cited}
            world.made("SC", "reliances", asked)
            world.made("ZW", f"acceptances/{cited}:retract", {"reason": "forged"})
            store = world.ledger.store
            deadline = time.monotonic() + 20
            while not dead_letters(standing(store)[0].id, 10, store):
                assert time.monotonic() < deadline
                time.sleep(0.05)
            headers = [("idempotency-key", a_request_key()), ("content-type", "application/json")]
            path = f"/api/v1/webhooks/{made['id']}:replay"
            again = world.send("POST", path, who="SC", content=b'{"dead":true}', headers=headers)
            assert again.json()["events"] == 1, again.text
            while len(receiver.got) < 2 or dead_letters(standing(store)[0].id, 10, store):
                assert time.monotonic() < deadline
                time.sleep(0.05)
        assert len({one.id for one in receiver.got}) == 1
        assert json.loads(receiver.got[1].body)["type"] == "once.acceptance.recalled"
        context = world.ledger.context
        leaves = [store.leaf(index) for index in range(world.size)]
        derived = [one for at, leaf in enumerate(leaves) for one in events_of(at, leaf, store, context)]
        for code in {one.department for one in derived}:
            kept = events_after(code, BEFORE_ALL, TYPES, 500, store)
            assert kept == [one for one in derived if one.department == code]
        shown = world.get("SC", f"webhooks/{made['id']}").json()
        assert (shown["dead"], shown["waiting"]) == (0, None)
        request = world.disputed("layout", "chen")
        listed = world.get(OWN, "data-check-requests", state="open").json()["requests"]
        assert [one["id"] for one in listed] == [request]
        chen = as_person(world, "chen")
        assert 'data-state="disputed"' in chen.get("/my/materials").text
        assert 'data-use="relied"' in chen.get("/my/uses").text
    finally:
        world.close()
