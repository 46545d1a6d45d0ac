# SPDX-License-Identifier: Apache-2.0
"""Why an alarm about look-ups out of office hours was raised: the hour, or the day."""

from __future__ import annotations

import time
from html import unescape
from typing import TYPE_CHECKING

import pytest

from attest.days import day_of
from tests.homes import copy_of
from tests.people import ACCOUNTS, add_accounts, signed_in
from tests.worlds import fill, open_world

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]

DAYS = {5: ("星期六", "it is a Saturday"), 6: ("星期日", "it is a Sunday")}


@pytest.mark.parametrize("works", [False, True], ids=["day off", "working day"])
def test_an_alarm_says_whether_day_or_hour_was_the_reason(
    bare_home: Path, tmp_path: Path, *, works: bool
) -> None:
    """On a day off the text names the day; on a working day the office hours, and not the other way round."""
    home = copy_of(bare_home, tmp_path / "home")
    today = day_of(int(time.time()))
    days = {"days_worked": today.isoformat()} if works else {"days_off": today.isoformat()}
    world = open_world(home, alarm_off_hours_per_day=2, office_hours="00:00-00:01", **days)
    try:
        fill(world)
        add_accounts(world, *ACCOUNTS)
        clerk = signed_in(world, "clerk.sc")
        for _ in range(3):
            assert clerk.get(f"/counter?case={world.cases['SC-002']}").status_code == 200
        world.ledger.watching.turn()
        auditor = signed_in(world, "auditor")
        en = unescape(auditor.get("/oversight/alarms").text)
        auditor.language = "zh"
        zh = unescape(auditor.get("/oversight/alarms").text)
    finally:
        world.close()
    assert "look-ups in " not in en
    if works:
        assert "outside office hours (00:00-00:01) on " in en
        assert "工作时间（00:00-00:01）之外" in zh
        return
    assert "outside office hours (" not in en
    assert "which is no working day: " in en
    assert "不是工作日" in zh
    said = DAYS.get(today.weekday(), ("放假", "it is a public holiday"))
    assert said[0] in zh
    assert said[1] in en
