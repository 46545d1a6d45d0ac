# SPDX-License-Identifier: Apache-2.0
"""Quotas and alarms over PostgreSQL, with two processes on one database: counted together, raised once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.home import found_home
from attest.supervision.repository import alarms_before
from tests.homes import settings_of
from tests.worlds import CUSTODIAL, World, fill, open_world

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from tests.databases import Server

pytest_plugins = ["tests.database_parts"]

MOST = 8


def guess(world: World, number: int) -> httpx.Response:
    """Ask for a case that is not there."""
    asked = {"case": f"99010120260101{50 * number:06d}X", "purpose": "trying"}
    return world.post("SC", "recognitions:check", asked)


def test_two_processes_on_postgresql(postgres: Server, tmp_path: Path) -> None:
    """Look-ups through either process use up one quota; both watch, and one alarm stands."""
    stated = {
        "database_url": postgres.create(),
        "key_lookups_per_hour": MOST,
        "alarm_unknown_per_day": 3,
        "alarm_system_factor": 1,
    }
    home = tmp_path / "home"
    found_home(settings_of(home, **stated), departments=CUSTODIAL)
    one = open_world(home, **stated)
    fill(one)
    other = open_world(home, **stated)
    other.keys = one.keys
    try:
        codes = [guess((one, other)[number % 2], number).json()["code"] for number in range(MOST + 4)]
        assert codes == ["case.unknown"] * MOST + ["quota.user_hour"] * 4
        raised = [world.ledger.watching.turn() for world in (one, other)]
        assert sum(raised) <= 1, "the thread of either may have been first"
        (alarm,) = alarms_before("SC", 2**53, 10, one.ledger.store, ended=False)
        assert (alarm.rule, alarm.key_id, alarm.count) == ("many_unknown", one.key_id("SC"), 3)
        shown = other.get("YC", "lookup-alarms", purpose="supervision")
        assert shown.json()["alarms"] == []
    finally:
        other.close()
        one.close()
