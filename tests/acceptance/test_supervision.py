# SPDX-License-Identifier: Apache-2.0
"""Alarms about look-ups through every door: raised, told to the department, judged by a person, once."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from api.auth import DEPARTMENT
from api.identity.accounts import Account
from api.identity.roles import CLERK, REVIEWER
from api.wiring import mint_api_key
from attest.codes import case_number
from attest.private import open_private
from tests.homes import copy_of
from tests.people import ACCOUNTS, Browser, add_accounts, signed_in
from tests.worlds import World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]

PEOPLE = (
    *ACCOUNTS,
    Account("boss", "审核庚", frozenset({REVIEWER}), "SC", "审批科"),
    Account("both", "窗口兼审核", frozenset({CLERK, REVIEWER}), "SC", "2 号窗口"),
)
LIST = "/oversight/alarms"


@pytest.fixture
def watched(bare_home: Path, tmp_path: Path) -> Iterator[World]:
    """A ledger whose rule of unknown objects speaks at three, at any hour."""
    made = open_world(
        copy_of(bare_home, tmp_path / "home"),
        alarm_unknown_per_day=3,
        alarm_system_factor=1,
    )
    fill(made)
    add_accounts(made, *PEOPLE)
    yield made
    made.close()


def guess(world: World, browser: Browser, times: int = 3, first: int = 900) -> None:
    """A clerk tries numbers that are no series, and the watch goes through what was done."""
    for number in range(times):
        path = f"/counter?case={case_number('990101', date(2026, 1, 2), first + 50 * number)}"
        assert browser.get(path).status_code == 404
    world.ledger.watching.turn()


def listed(world: World, who: str, **more: str) -> list[dict[str, Any]]:
    answer = world.get(who, "lookup-alarms", purpose="supervision", **more)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["alarms"]
    return found


def test_an_alarm_reaches_its_department_and_the_auditors_alone(watched: World) -> None:
    """Guesses of a clerk of SC: one alarm, in SC's list, events and page and the auditor's, nowhere else."""
    world = watched
    guess(world, signed_in(world, "clerk.sc"), 5)
    (alarm,) = listed(world, "SC")
    assert (alarm["rule"], alarm["user"], alarm["department"]) == ("many_unknown", "user/clerk.sc", "SC")
    assert (alarm["count"], alarm["most"], len(alarm["entries"])) == (3, 3, 3)
    assert alarm["acknowledged"] is None
    for index in alarm["entries"]:
        _, record = open_private(index, world.ledger.store, world.ledger.context.sealer)
        assert (world.kind_of(index), record["key"]) == ("usage.refused", "user/clerk.sc")
    assert world.kind_of(alarm["index"]) == "lookup.alarm.raised"
    assert listed(world, "auditor") == [alarm]
    assert listed(world, "YC") == listed(world, "XF") == []
    world.settle()
    for who, types in (("SC", ["once.lookup.alarm"]), ("YC", [])):
        events = world.get(who, "events").json()["events"]
        assert [one["type"] for one in events if "alarm" in one["type"]] == types
    told = [one for one in world.get("SC", "events").json()["events"] if "alarm" in one["type"]]
    assert told[0]["data"]["index"] == alarm["index"]
    for user, sees in (("boss", True), ("auditor", True), ("reviewer", False)):
        page = signed_in(world, user).get(LIST)
        assert ("窗口乙 (clerk.sc)" in page.text) is sees, user


def test_reading_alarms_is_on_record_and_needs_a_purpose(watched: World) -> None:
    """The list is refused without a purpose; a page and a list that were shown are entries."""
    size = watched.size
    assert watched.get("SC", "lookup-alarms").json()["code"] == "lookup.purpose_missing"
    listed(watched, "SC")
    assert signed_in(watched, "boss").get(LIST).status_code == 200
    kinds = [watched.kind_of(index) for index in range(size, watched.size)]
    assert kinds == ["usage.refused", "usage.read", "usage.read"]


def answer_form(browser: Browser, **form: str) -> tuple[int, str]:
    """Open the page, fill the first form, send it: status and text."""
    page = browser.get(LIST).text
    action, key = (
        re.search(rf'action="({LIST}/[0-9a-f]+)"', page),
        re.search(r'name="key" value="(\w+)"', page),
    )
    assert action is not None
    assert key is not None
    answer = browser.post(action[1], key=key[1], **form)
    return answer.status_code, answer.text


def test_a_person_acknowledges_with_a_reason_once(watched: World) -> None:
    """Without a reason nothing happens; with one the alarm moves over, with who, why and an entry."""
    world = watched
    guess(world, signed_in(world, "clerk.sc"))
    boss = signed_in(world, "boss")
    size = world.size
    status, text = answer_form(boss)
    assert (status, "Choose what came of it" in text) == (422, True)
    assert "lookup.alarm.acknowledged" not in [world.kind_of(one) for one in range(size, world.size)]
    assert answer_form(boss, reason="warned", text="已谈话")[0] == 303
    assert listed(world, "SC") == []
    (alarm,) = listed(world, "SC", state="acknowledged")
    said = alarm["acknowledged"]
    assert (said["by"], said["reason"], said["text"]) == ("user/boss", "warned", "已谈话")
    assert world.kind_of(said["index"]) == "lookup.alarm.acknowledged"
    leaf = world.ledger.store.leaf(said["index"])
    assert b"boss" not in leaf
    assert "已谈话".encode() not in leaf
    again = boss.post(f"{LIST}/{alarm['id']}", key="another", reason="work")
    assert (again.status_code, "already" in again.text) == (409, True)
    assert "已谈话" in boss.get(f"{LIST}?state=acknowledged").text


def test_nobody_judges_the_own_alarm(watched: World) -> None:
    """A clerk who is a reviewer too cannot acknowledge an alarm about themself; an auditor can."""
    world = watched
    both = signed_in(world, "both")
    guess(world, both)
    (alarm,) = listed(world, "auditor")
    page = both.get(LIST).text
    assert "somebody else has to judge it" in page
    assert f"{LIST}/{alarm['id']}" not in page
    answer = both.post(f"{LIST}/{alarm['id']}", key="k", reason="work")
    assert (answer.status_code, "for others to judge" in answer.text) == (403, True)
    assert answer_form(signed_in(world, "auditor"), reason="referred")[0] == 303


def test_another_departments_alarm_is_like_none(watched: World) -> None:
    """A reviewer of XF meets the same refusal, an entry, for SC's alarm and for an id of nobody."""
    world = watched
    guess(world, signed_in(world, "clerk.sc"))
    (alarm,) = listed(world, "SC")
    other = signed_in(world, "reviewer")
    other.get(LIST)
    answers = []
    for id_ in (alarm["id"], "0" * 32, "zz"):
        size = world.size
        answer = other.send(
            "POST",
            f"{LIST}/{id_}",
            {"csrf": other.csrf, "reason": "work"},
            headers={"accept": "application/json"},
        )
        assert (world.size, world.kind_of(size)) == (size + 1, "usage.refused")
        told = answer.json()
        answers.append((answer.status_code, {n: told[n] for n in ("code", "title", "next")}, set(told)))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][1]["code"] == "alarm.unknown"
    assert len(listed(world, "SC")) == 1


def test_a_key_of_a_system_and_a_stranger_at_night(watched: World) -> None:
    """An API key is named by its label, and its alarm stays when the watch begins anew."""
    world = watched
    world.keys["system"] = mint_api_key(world.ledger, "SC", {DEPARTMENT}, "acceptance platform")
    for number in (1, 60, 120):
        asked = {"case": f"99010120260101{number:06d}X", "purpose": "trying"}
        assert world.post("system", "recognitions:check", asked).json()["code"] == "case.unknown"
    watching: Any = world.ledger.watching
    watching.turn()
    watching._watch = None
    assert watching.turn() == 0
    (alarm,) = listed(world, "SC")
    assert alarm["user"] == world.key_id("system")
    assert f"acceptance platform ({world.key_id('system')})" in signed_in(world, "boss").get(LIST).text
