# SPDX-License-Identifier: Apache-2.0
"""A month at the windows of three departments: ordinary work by nine clerks and a system, and misuse planted.

Ordinary work has its slips: mistyped case numbers, papers off the list, an applicant who does not come back,
a late evening; none reaches a threshold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from attest.codes import case_number, citizen_number_check
from attest.data_check_requests.rules import Calendar
from attest.days import CHINA
from attest.holders.commands import NameHolderCommand
from attest.recognition.check import Check, Question
from tests.attest_parts import DIVISION
from tests.reask_parts import AUTHORITY, Windows

if TYPE_CHECKING:
    from tests.attest_parts import Meaning

FIRST: Final = date(2027, 3, 1)
DAYS: Final = 30
CALENDAR: Final = Calendar(off=frozenset({date(2027, 3, 8)}), worked=frozenset({date(2027, 3, 13)}))
ITEMS: Final = ("XF-001", "SC-002", "YC-004")
CLERKS: Final = {f"user/{AUTHORITY[item].lower()}{n}": item for item in ITEMS for n in (1, 2, 3)}
SYSTEM: Final = "abcdefgh2345"
"""SC's own system, which looks up for all its windows."""
A_DAY: Final = 9
"""Cases that a clerk takes in on a day of work."""


@dataclass
class Month:
    """What happened: the cases by item, and the misuse as (rule, user, day)."""

    ledger: Meaning
    random: Random = field(default_factory=lambda: Random(17))
    cases: dict[str, list[str]] = field(default_factory=lambda: {item: [] for item in ITEMS})
    planted: set[tuple[str, str, date]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.windows = Windows(self.ledger)
        self.day = FIRST

    # What people do; nothing is decided before `at`

    def at(self, hour: int, minute: int) -> list[Any]:
        """Let what was collected happen at that time of the day."""
        moment = datetime(self.day.year, self.day.month, self.day.day, hour, minute, tzinfo=CHINA)
        self.ledger.clock[0] = int(moment.timestamp())
        return self.windows.done()

    def name(self, numbers: list[str]) -> list[bytes]:
        """New people with these first 17 digits of their numbers."""
        for body in numbers:
            number = body + citizen_number_check(body)
            command = NameHolderCommand("SC", "111", number, "样例", self.ledger.context)
            self.windows.waiting.append(command)
        return [holder for _, holder in self.at(8, 0)]

    def anybody(self, count: int) -> list[bytes]:
        """People as they come: born on any day."""
        born = (date(1950, 1, 1) + timedelta(days=self.random.randrange(20_000)) for _ in range(count))
        return self.name([f"990101{one:%Y%m%d}{self.random.randrange(1000):03d}" for one in born])

    def look(self, user: str, item: str, case_no: str, *requirements: str) -> None:
        """Ask what a case still needs."""
        question = Question(AUTHORITY[item], user, case_no, "受理", requirements or None)
        self.windows.waiting.append(Check(question, self.ledger.catalogue, self.ledger.context))

    def a_number(self, place: int) -> str:
        """A case number of today that nobody opened."""
        return case_number(DIVISION, self.day, place)

    # The month

    def run(self, misuse: dict[int, Any]) -> None:
        """Every day its work, and what is planted on it (by day of the month) after it."""
        for number in range(DAYS):
            self.day = FIRST + timedelta(days=number)
            if CALENDAR.works(self.day):
                self.work()
            if self.day.day in misuse:
                misuse[self.day.day](self)

    def work(self) -> None:
        """A day of ordinary work."""
        people = iter(self.anybody(len(CLERKS) * A_DAY))
        taken = [
            (user, item, self.windows.open(item, holder))
            for user, item in CLERKS.items()
            for holder in (next(people) for _ in range(A_DAY))
        ]
        self.at(9, 5)
        for place, (user, item, case) in enumerate(taken):
            self.look(user, item, case)
            if item == "SC-002":
                self.look(SYSTEM, item, case)
            if place % 9 == 0:
                self.look(user, item, self.a_number(900_000 + self.random.randrange(90_000)))
            if place % 11 == 0:
                self.look(user, item, case, "marriage")
        self.at(9, 40)
        for place, (_, item, case) in enumerate(taken):
            if place % 12:  # one in twelve goes home and is not seen again
                self.windows.ask(case, item)
        self.at(14, 20)
        for user, item, case in taken:
            self.look(user, item, case)
        self.at(16, 30)
        late = self.random.choice(taken)
        for _ in range(2):
            self.look(*late)
        self.at(20, 15)
        for _, item, case in taken:
            self.cases[item].append(case)

    def plant(self, rule: str, user: str) -> None:
        """Note what the rules have to find."""
        self.planted.add((rule, user, self.day))
