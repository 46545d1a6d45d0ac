# SPDX-License-Identifier: Apache-2.0
"""The clock of a data check request: by which day the department must have answered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from attest.data_check_requests.model import WITHDRAWN

if TYPE_CHECKING:
    from attest.data_check_requests.model import RequestRow

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
OPEN, OVERDUE, ANSWERED = "open", "overdue", "answered"
STATES: Final = (OPEN, OVERDUE, ANSWERED, WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many working days (`WD`) or calendar days (`ND`)."""

    days: int
    unit: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Public holidays on weekdays, and weekend days that are worked instead."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Whether offices work on the day."""
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.off)


def due_day(made: date, limit: Limit, calendar: Calendar) -> date:
    """The last day to answer; the day of the request itself is not counted."""
    if limit.unit == "ND":
        return made + limit.days * _DAY
    day, left = made, limit.days
    while left:
        day += _DAY
        left -= calendar.works(day)
    return day


def state_of(request: RequestRow, today: date) -> str:
    """`withdrawn`, `answered`, else `overdue` from the day after the last one, else `open`."""
    if request.answer is not None:
        return WITHDRAWN if request.answer.outcome == WITHDRAWN else ANSWERED
    return OVERDUE if today > request.due else OPEN
