# SPDX-License-Identifier: Apache-2.0
"""The rules over look-ups: at the threshold and one below, at the edge of the window, once, and explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.data_check_requests.rules import Calendar
from attest.days import CHINA
from attest.supervision.model import Look, Serial
from attest.supervision.rules import Thresholds, Watch, midnight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attest.supervision.model import Finding

MONDAY = date(2027, 3, 1)
CALENDAR = Calendar(off=frozenset({date(2027, 3, 3)}), worked=frozenset({date(2027, 3, 6)}))
FEW = Thresholds(holders=3, unknown=3, outside_list=2, sequence=3, off_hours=2, idle_cases=2, system=2)


def at(hour: int, minute: int = 0, day: date = MONDAY, second: int = 0) -> int:
    return int(datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=CHINA).timestamp())


def a_look(index: int, time: int = at(10), key: str = "user/an", **more: object) -> Look:
    return replace(Look(index, time, key, "XF"), **more)  # type: ignore[arg-type]  # members of a look


def told(looks: Sequence[Look], most: Thresholds = FEW) -> list[Finding]:
    watch = Watch(most, CALENDAR)
    return [one for look in looks for one in watch.feed(look)]


def people(*numbers: int) -> tuple[bytes, ...]:
    return tuple(number.to_bytes(16, "big") for number in numbers)


def test_many_holders_in_one_hour_of_the_clock() -> None:
    """The third person of an hour raises the alarm; the same person again, or the next hour, does not."""
    looks = [a_look(n, at(10, 5 * n), holders=people(n % 2)) for n in range(6)]
    assert told(looks) == []
    split = [a_look(0, at(10, 58), holders=people(1, 2)), a_look(1, at(11), holders=people(3))]
    assert told(split) == []
    (found,) = told([*split, a_look(2, at(11, 1), holders=people(4, 5))])
    assert (found.rule, found.key_id, found.department) == ("many_holders", "user/an", "XF")
    assert (found.since, found.until) == (at(11), at(12))
    assert (found.count, found.most, found.entries) == (3, 3, (1, 2))


def test_an_alarm_is_raised_once_a_window_and_again_in_the_next() -> None:
    """Whoever goes on and on is named once an hour, with the look-ups that reached the threshold."""
    looks = [a_look(n, at(10, n), holders=people(n)) for n in range(50)]
    looks += [a_look(100 + n, at(11, n), holders=people(n)) for n in range(50)]
    assert [(one.since, one.entries) for one in told(looks)] == [
        (at(10), (0, 1, 2)),
        (at(11), (100, 101, 102)),
    ]


@pytest.mark.parametrize(
    ("rule", "alarm", "most"),
    [
        ("case.unknown", "many_unknown", 3),
        ("acceptance.unknown", "many_unknown", 3),
        ("bundle.no_such_case", "many_unknown", 3),
        ("person.unknown", "many_unknown", 3),
        ("lookup.outside_list", "outside_list", 2),
    ],
)
def test_what_is_not_there_and_what_is_off_the_list(rule: str, alarm: str, most: int) -> None:
    """So many such refusals in a day of the place are an alarm; one fewer, or over midnight, are none."""
    late = [a_look(n, midnight(MONDAY) - 1, "abcd", rule=rule) for n in range(2 * most)]
    assert len(told(late)) == 1
    looks = [a_look(n, at(0), "citizen/00", rule=rule) for n in range(most)]
    (found,) = told(looks)
    assert (found.rule, found.count, found.entries) == (alarm, most, tuple(range(most)))
    assert told(looks[1:]) == []
    edge = [replace(looks[0], time=midnight(MONDAY) - 1), *looks[1:]]
    assert told(edge) == []


def test_a_refusal_for_another_cause_is_no_guess() -> None:
    """Without a purpose, or beyond a quota, somebody asks badly but learns and guesses nothing."""
    rules = ("lookup.purpose_missing", "quota.user_hour", "auth.forbidden")
    assert told([a_look(n, rule=rules[n % 3]) for n in range(30)]) == []


def test_numbers_that_follow_one_another() -> None:
    """A run of three neighbours of one series, in any order, gaps of two; not three scattered ones."""

    def numbers(*places: int, series: str = "99010119900101") -> list[Look]:
        return [a_look(n, serials=(Serial(series, place),)) for n, place in enumerate(places)]

    (found,) = told(numbers(7, 100, 11, 9))
    assert (found.rule, found.count, found.entries) == ("sequence", 3, (0, 2, 3))
    assert told(numbers(7, 10, 13)) == []
    assert told([*numbers(7, 8), *numbers(9, series="99010119900102")]) == []
    (found,) = told([replace(one, key_id="abcd") for one in numbers(1, 2, 3)])
    assert found.most == 3, "behind a system stand many people, but none of them asks in series"


def test_off_hours_are_nights_and_days_on_which_no_office_works() -> None:
    """For staff: before seven, from eight in the evening, Sundays, holidays; not worked Saturdays."""
    for moment in (at(6, 59, second=59), at(20), at(10, day=date(2027, 3, 7)), at(10, day=date(2027, 3, 3))):
        assert [one.rule for one in told([a_look(0, moment), a_look(1, moment)])] == ["off_hours"]
        assert told([a_look(0, moment)]) == []
        for other in ("abcd", "citizen/00"):
            assert told([a_look(n, moment, other) for n in range(9)]) == []
    for moment in (at(7), at(19, 59, second=59), at(10, day=date(2027, 3, 6))):
        assert told([a_look(n, moment) for n in range(9)]) == []


def test_cases_that_nobody_goes_on_with() -> None:
    """Two cases looked up in a day in which nothing happened for five days; judged when they are over."""
    watch = Watch(FEW, CALENDAR)
    for n, case in enumerate(("a", "b", "c", "a")):
        watch.feed(a_look(n, case_no=case, asked=True))
    watch.feed(a_look(9, case_no="d"))
    over = midnight(date(2027, 3, 7))
    asked: list[tuple[str, int]] = []

    def continued(case: str, until: int) -> bool:
        asked.append((case, until))
        return case == "b"

    assert watch.close(over - 1, continued) == []
    (found,) = watch.close(over, continued)
    assert (found.rule, found.since, found.count, found.entries) == (
        "idle_cases",
        midnight(MONDAY),
        2,
        (0, 2),
    )
    assert asked == [("a", over), ("b", over), ("c", over)]
    assert watch.close(over + 9, continued) == []


def test_a_system_may_do_more_than_a_person() -> None:
    """An API key has the thresholds times what the settings say, but for runs of numbers."""
    looks = [a_look(n, key="abcd", holders=people(n)) for n in range(6)]
    assert told(looks[:5]) == []
    assert [one.most for one in told(looks)] == [6]


@pytest.mark.parametrize("rule", ["case.unknown", "lookup.outside_list"])
def test_a_rule_about_refusals_speaks_before_they_are_no_entries(rule: str) -> None:
    """Where a day's entries of refusals end below a system's threshold, their end is the threshold."""
    looks = [a_look(n, key="abcd", rule=rule) for n in range(3)]
    assert told(looks) == []
    assert [one.most for one in told(looks, replace(FEW, refused=3))] == [3]


LOOKS = st.lists(
    st.builds(
        a_look,
        st.just(0),
        st.integers(at(5), at(22)),
        st.sampled_from(["user/an", "user/bo", "abcd"]),
        rule=st.sampled_from([None, "case.unknown", "lookup.outside_list"]),
        holders=st.lists(st.integers(0, 4), max_size=2).map(lambda some: people(*some)),
        serials=st.lists(st.builds(Serial, st.just("s"), st.integers(0, 9)), max_size=1).map(tuple),
    ),
    max_size=40,
)


@given(LOOKS)
def test_a_finding_can_be_recounted_from_its_entries(found: list[Look]) -> None:
    """For any look-ups in order: at most one finding a rule, user and window; every entry is that user's, in
    the window, no later than the last; and none of another user changes it."""
    looks = [replace(one, index=n) for n, one in enumerate(sorted(found, key=lambda one: one.time))]
    findings = told(looks)
    assert len({(one.rule, one.key_id, one.since) for one in findings}) == len(findings)
    for one in findings:
        named = [looks[index] for index in one.entries]
        assert {look.key_id for look in named} == {one.key_id}
        assert all(one.since <= look.time < one.until for look in named)
        assert one.count >= one.most
        alone = told([look for look in looks if look.key_id == one.key_id and look.index <= one.entries[-1]])
        assert one in alone
