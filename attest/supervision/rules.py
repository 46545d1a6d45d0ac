# SPDX-License-Identifier: Apache-2.0
"""Which look-ups raise an alarm: pure, a function of the entries in the log's order, of thresholds and days.

Each rule counts for one user in a window of the clock (an hour, a day of the place) and speaks once a window,
at the look-up that reaches its threshold; so whoever replays the same entries finds the same alarms, however
they are cut into portions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from attest.days import CHINA, DAY, day_of
from attest.supervision.model import (
    IDLE_CASES,
    MANY_HOLDERS,
    MANY_UNKNOWN,
    MOST_ENTRIES,
    OFF_HOURS,
    OUTSIDE_LIST,
    SEQUENCE,
    TRIED_CASES,
    Finding,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from attest.data_check_requests.rules import Calendar
    from attest.supervision.model import Look, Serial

HOUR: Final = 3600
GAP: Final = 2
"""Numbers of a series belong to one run where so little lies between neighbours (one sex: every second)."""
MOST_SEEN: Final = 20_000
"""Numbers, and cases, of one user in one window that are remembered: the newest numbers, the first cases."""
OFF_LIST: Final = "lookup.outside_list"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many on a rule speaks: holders an hour, all else a day.

    `system` multiplies all but the run of numbers for an API key, behind which many people stand; office
    hours are minutes of the day, and for accounts alone; a case is idle after `idle_days` of nothing. No more
    than `refused` refusals of a user a day become entries, so a rule about them speaks at that many at last.
    """

    holders: int = 60
    unknown: int = 20
    outside_list: int = 10
    sequence: int = 5
    off_hours: int = 5
    idle_cases: int = 10
    idle_days: int = 5
    system: int = 20
    refused: int = 200
    opens: int = 7 * 60
    closes: int = 20 * 60

    def refusals(self, most: int) -> int:
        """From how many refusals a rule speaks, of which so many were wanted."""
        return min(most, self.refused)


@dataclass(slots=True)
class _Tally:
    """What one rule has seen of one user in one window: each thing with the first entry that showed it."""

    seen: dict[Hashable, int] = field(default_factory=dict)
    told: bool = False


class Watch:
    """The rules over a log that is fed entry by entry; holds what the windows still need and no more."""

    def __init__(self, thresholds: Thresholds, calendar: Calendar) -> None:
        self._most = thresholds
        self._calendar = calendar
        self._tallies: dict[tuple[str, str, int], _Tally] = {}
        self._cases: dict[date, dict[tuple[str, str], dict[str, int]]] = {}
        self._day = 0

    def feed(self, look: Look) -> list[Finding]:
        """What this look-up makes known."""
        start = midnight(day_of(look.time))
        if start > self._day:
            self._day = start
            self._tallies = {key: one for key, one in self._tallies.items() if key[2] >= start - DAY}
        if look.asked and look.case_no is not None:
            users = self._cases.setdefault(day_of(look.time), {})
            cases = users.setdefault((look.key_id, look.department), {})
            if len(cases) < MOST_SEEN:
                cases.setdefault(look.case_no, look.index)
        return [one for one in self._rules(look, start) if one is not None]

    def _rules(self, look: Look, start: int) -> Iterator[Finding | None]:
        most, hour = self._most, look.time // HOUR * HOUR
        times = 1 if _is_person(look.key_id) else most.system
        yield self._count(MANY_HOLDERS, look, hour, HOUR, look.holders, most.holders * times)
        if look.rule == OFF_LIST:
            yield self._count(
                OUTSIDE_LIST, look, start, DAY, [look.index], most.refusals(most.outside_list * times)
            )
        elif look.rule is not None and (look.rule.endswith(".unknown") or look.rule in TRIED_CASES):
            yield self._count(
                MANY_UNKNOWN, look, start, DAY, [look.index], most.refusals(most.unknown * times)
            )
        if _is_staff(look.key_id) and self._is_off(look.time):
            yield self._count(OFF_HOURS, look, start, DAY, [look.index], most.off_hours)
        for serial in look.serials:
            yield self._run(look, start, serial)

    def _count(
        self, rule: str, look: Look, since: int, length: int, things: object, most: int
    ) -> Finding | None:
        """Add to what was seen; the finding where that reaches the threshold."""
        tally = self._tallies.setdefault((rule, look.key_id, since), _Tally())
        if tally.told:
            return None
        for thing in things:  # type: ignore[attr-defined]  # holders, or the one entry
            tally.seen.setdefault(thing, look.index)
        if len(tally.seen) < most:
            return None
        return self._tell(tally, rule, look, since, length, most, list(tally.seen.values()))

    def _run(self, look: Look, since: int, serial: Serial) -> Finding | None:
        """The finding where the number completes a run of neighbours."""
        tally = self._tallies.setdefault((SEQUENCE, look.key_id, since), _Tally())
        if tally.told:
            return None
        tally.seen.setdefault(serial, look.index)
        if len(tally.seen) > MOST_SEEN:
            del tally.seen[next(iter(tally.seen))]
        run = [serial, *_neighbours(serial, 1, tally.seen), *_neighbours(serial, -1, tally.seen)]
        if len(run) < self._most.sequence:
            return None
        entries = [tally.seen[one] for one in run]
        return self._tell(tally, SEQUENCE, look, since, DAY, self._most.sequence, entries)

    @staticmethod
    def _tell(
        tally: _Tally, rule: str, look: Look, since: int, length: int, most: int, entries: list[int]
    ) -> Finding:
        count = len(entries)
        tally.told = True
        tally.seen.clear()
        return _finding(rule, (look.key_id, look.department), since, length, count, most, entries)

    def _is_off(self, at: int) -> bool:
        moment = datetime.fromtimestamp(at, CHINA)
        minute = moment.hour * 60 + moment.minute
        return not (self._most.opens <= minute < self._most.closes and self._calendar.works(moment.date()))

    def close(self, now: int, continued: Callable[[str, int], bool]) -> list[Finding]:
        """What is to be said of days whose cases had their time by `now`.

        `continued(case, until)`: whether anything but look-ups happened in the case before `until`.
        """
        found = []
        for day in sorted(self._cases):
            until = midnight(day + timedelta(days=1 + self._most.idle_days))
            if until > now:
                break
            for user, cases in sorted(self._cases.pop(day).items()):
                most = self._most.idle_cases * (1 if _is_person(user[0]) else self._most.system)
                if len(cases) < most:
                    continue
                idle = [index for case, index in cases.items() if not continued(case, until)]
                if len(idle) >= most:
                    since = midnight(day)
                    found.append(_finding(IDLE_CASES, user, since, DAY, len(idle), most, idle))
        return found


def _finding(
    rule: str, user: tuple[str, str], since: int, length: int, count: int, most: int, entries: list[int]
) -> Finding:
    named = tuple(sorted(set(entries)))[-MOST_ENTRIES:]
    return Finding(rule, *user, since, since + length, count, most, named)


def _neighbours(serial: Serial, step: int, seen: dict[Hashable, int]) -> Iterator[Serial]:
    """Those that follow one another from a number on, upwards or downwards."""
    at: Serial | None = serial
    while at is not None:
        near = (at._replace(place=at.place + step * gap) for gap in range(1, GAP + 1))
        at = next((one for one in near if one in seen), None)
        if at is not None:
            yield at


def midnight(day: date) -> int:
    """The first second of a day of the place, Unix time."""
    return int(datetime.combine(day, time(), CHINA).timestamp())


def _is_person(key_id: str) -> bool:
    return "/" in key_id


def _is_staff(key_id: str) -> bool:
    return key_id.startswith("user/")
