# SPDX-License-Identifier: Apache-2.0
"""The watch over a month at the windows: all misuse that was planted is named, and no ordinary work."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.workers.watching import Watching
from attest.days import day_of
from attest.private import open_private
from attest.statements import Envelope
from attest.supervision.model import RULES, AlarmRow
from attest.supervision.repository import alarms_before
from attest.supervision.rules import Thresholds, Watch
from attest.supervision.sight import Sight, is_look
from tests.attest_parts import Meaning, a_ledger
from tests.supervision_month import CALENDAR, CLERKS, DAYS, FIRST, SYSTEM, Month

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = Thresholds()


def many_holders(month: Month) -> None:
    """An hour with everybody who was at the fire brigade this week."""
    user, item = "user/xf1", "XF-001"
    for case in month.cases[item][: MOST.holders]:
        month.look(user, item, case)
    month.at(17, 10)
    month.plant("many_holders", user)


def many_unknown(month: Month) -> None:
    """Case numbers at random, a few each half hour."""
    for half in range(MOST.unknown // 2):
        for _ in range(2):
            month.look("user/sc2", "SC-002", month.a_number(100_000 + month.random.randrange(800_000)))
        month.at(10 + half // 2, 30 * (half % 2))
    month.plant("many_unknown", "user/sc2")


def numbers_in_a_row(month: Month) -> None:
    """SC's system tries one case number after another."""
    for place in range(700_001, 700_001 + MOST.sequence):
        month.look(SYSTEM, "SC-002", month.a_number(place))
    month.at(11, 0)
    month.plant("sequence", SYSTEM)


def people_in_a_row(month: Month) -> None:
    """A clerk takes in people of one birthday, number after number, and goes on with each case."""
    user, item = "user/yc3", "YC-004"
    holders = month.name([f"99010119880229{place:03d}" for place in (502, 504, 500, 506, 508)])
    cases = [month.windows.open(item, holder) for holder in holders]
    month.at(17, 20)
    for case in cases:
        month.look(user, item, case)
    month.at(17, 40)
    for case in cases:
        month.windows.ask(case, item)
    month.at(17, 50)
    month.plant("sequence", user)


def at_night(month: Month) -> None:
    """A few looks towards midnight."""
    for case in month.cases["SC-002"][-MOST.off_hours :]:
        month.look("user/sc1", "SC-002", case)
    month.at(23, 30)
    month.plant("off_hours", "user/sc1")


def on_a_holiday(month: Month) -> None:
    """The same at noon of a day on which nobody works."""
    assert not CALENDAR.works(month.day)
    for case in month.cases["YC-004"][-MOST.off_hours :]:
        month.look("user/yc1", "YC-004", case)
    month.at(12, 0)
    month.plant("off_hours", "user/yc1")


def off_the_list(month: Month) -> None:
    """What the guide does not ask for, of one person after another."""
    for case in month.cases["XF-001"][-MOST.outside_list :]:
        month.look("user/xf3", "XF-001", case, "marriage")
    month.at(15, 30)
    month.plant("outside_list", "user/xf3")


def cases_for_show(month: Month) -> None:
    """Cases opened only to look, and left."""
    user, item = "user/xf2", "XF-001"
    cases = [month.windows.open(item, holder) for holder in month.anybody(MOST.idle_cases)]
    month.at(17, 0)
    for case in cases:
        month.look(user, item, case)
    month.at(17, 30)
    month.plant("idle_cases", user)


MISUSE = {
    4: numbers_in_a_row,
    5: many_holders,
    9: many_unknown,
    11: people_in_a_row,
    16: at_night,
    8: on_a_holiday,
    18: off_the_list,
    19: cases_for_show,
}


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    with a_ledger(tmp_path_factory.mktemp("month")) as ledger:
        made = Month(ledger)
        made.run(MISUSE)
        yield made


def a_watching(ledger: Meaning) -> Watching:
    """A watch that begins with the month, whatever the rules need of it."""
    clock = ledger.clock[0] + 6 * 86_400
    made = Watching(ledger.log.store, ledger.log.writer, ledger.context, MOST, CALENDAR, lambda: clock)
    made._days = timedelta(days=DAYS + 10)
    return made


def alarms(ledger: Meaning) -> list[AlarmRow]:
    return alarms_before(None, 2**53, 1000, ledger.log.store, ended=False)


def test_all_that_was_planted_is_found_and_nothing_else(month: Month) -> None:
    """Eight kinds of misuse in a month of over 4,000 look-ups: each is one alarm, and no work is one."""
    ledger = month.ledger
    looks = sum(is_look(leaf) for leaf in ledger.log.store.leaves(0, ledger.size))
    assert looks > 4000
    a_watching(ledger).turn()
    found = {(one.rule, one.key_id, day_of(one.since)) for one in alarms(ledger)}
    assert found == month.planted
    assert len(alarms(ledger)) == len(MISUSE)
    assert {rule for rule, _, _ in found} == set(RULES)


def test_each_alarm_explains_itself(month: Month) -> None:
    """Rule, user, numbers and the very entries, all look-ups of that user; in the log no user in clear."""
    ledger = month.ledger
    a_watching(ledger).turn()
    for one in alarms(ledger):
        leaf = ledger.log.store.leaf(one.index)
        _, record = open_private(one.index, ledger.log.store, ledger.context.sealer)
        assert (record["rule"], record["key"], record["count"]) == (one.rule, one.key_id, one.count)
        assert one.count >= one.most
        assert one.key_id.encode() not in leaf
        for index in record["entries"]:
            _, used = open_private(index, ledger.log.store, ledger.context.sealer)
            assert used["key"] == one.key_id
            assert one.since <= Envelope.parse(ledger.log.store.leaf(index)).entry.time < one.until


def test_whoever_replays_finds_the_same(month: Month) -> None:
    """Entry by entry or in any portions, by this process or another one, nothing is raised twice."""
    ledger = month.ledger
    a_watching(ledger).turn()
    before, known = ledger.size, alarms(ledger)
    watches = [a_watching(ledger) for _ in range(2)]
    threads = [threading.Thread(target=one.turn) for one in watches]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (ledger.size, alarms(ledger)) == (before, known)
    sight, watch = Sight(ledger.log.store, ledger.context), Watch(MOST, CALENDAR)
    looks = [
        sight.look(index, leaf)
        for index, leaf in enumerate(ledger.log.store.leaves(0, ledger.size))
        if is_look(leaf)
    ]
    found = [one for look in looks if look is not None for one in watch.feed(look)]
    found += watch.close(ledger.clock[0] + 9 * 86_400, sight.continued)
    assert {(one.rule, one.key_id, one.since) for one in found} == {
        (one.rule, one.key_id, one.since) for one in known
    }


def test_ordinary_work_has_its_slips(month: Month) -> None:
    """The month holds refusals, idle cases and late looks by all clerks, so that silence means something."""
    ledger = month.ledger
    sight = Sight(ledger.log.store, ledger.context)
    looks = [
        look
        for index, leaf in enumerate(ledger.log.store.leaves(0, ledger.size))
        if is_look(leaf) and (look := sight.look(index, leaf)) is not None
    ]
    quiet = {"user/xf3", "user/sc3", "user/yc2"}
    assert {one.key_id for one in looks} == {*CLERKS, SYSTEM}
    slips = [one.rule for one in looks if one.key_id in quiet and one.rule is not None]
    assert slips.count("case.unknown") > 20
    assert slips.count("lookup.outside_list") > 20
    cases = [case for some in month.cases.values() for case in some]
    assert sum(not sight.continued(case, 2**40) for case in cases) > 50
    assert FIRST.day == 1
