# SPDX-License-Identifier: Apache-2.0
"""Several processes keep events: each is kept once, whoever is quicker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.events.model import BEFORE_ALL, TYPES
from api.events.outbox import Outbox
from api.events.repository import events_after
from tests.worlds import OWN

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def test_two_processes_keep_each_event_once(own_world: World) -> None:
    """A second follower that starts from the beginning, or runs beside the first, adds nothing."""
    ledger = own_world.ledger
    cited = own_world.accepted["licence"]["id"]
    asked = {"case": own_world.cases["SC-002"], "requirement": "licence", "acceptance": cited}
    ledger.outbox.close()
    others = [Outbox(ledger.store, ledger.writer, ledger.context) for _ in range(2)]
    for _ in range(3):
        own_world.made("SC", "reliances", asked)
        for other in others:
            while other.turn():
                pass

    kept = [
        one.place
        for who in ("ZW", "XF", OWN)
        for one in events_after(who, BEFORE_ALL, TYPES, 99, ledger.store)
    ]
    late = Outbox(ledger.store, ledger.writer, ledger.context)
    while late.turn():
        pass
    again = [
        one.place
        for who in ("ZW", "XF", OWN)
        for one in events_after(who, BEFORE_ALL, TYPES, 99, ledger.store)
    ]
    assert again == kept
    assert len(kept) >= 6
