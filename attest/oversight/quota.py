# SPDX-License-Identifier: Apache-2.0
"""Quotas of look-ups an hour and a day, counted from the log's own entries under the writer's lock.

Windows are the clock's: an hour begins at minute 0, a day at midnight of the place. What counts is every
entry `usage.*` of a user (account or API key) or a department, but for refusals by these rules themselves;
so a restart forgets nothing, and any number of processes on one database admit exactly as many.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, case, func, or_, select

from attest.days import CHINA, day_of
from attest.reading import Prepared
from attest.tables import usage
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement

    from ledger.commands import View

HOUR: Final = 3600
USER_HOUR, USER_DAY = "quota.user_hour", "quota.user_day"
DEPARTMENT_HOUR, DEPARTMENT_DAY = "quota.department_hour", "quota.department_day"
RULES: Final = (USER_HOUR, USER_DAY, DEPARTMENT_HOUR, DEPARTMENT_DAY)
CAPACITY: Final = 65_536
"""Users and departments whose counts are remembered; beyond it they are counted anew."""

_COUNTED: Final = or_(usage.c.rule.is_(None), usage.c.rule.not_like("quota.%"))
_USER: Final = usage.c.key_id == bindparam("subject")
_DEPARTMENT: Final = usage.c.department == bindparam("subject")


def _statements(subject: ColumnElement[bool]) -> tuple[Prepared, Prepared]:
    """Newest index, and counts since two times, of a subject's last `most` looks; looks from an index on."""
    looks = select(usage.c.idx, usage.c.time).where(subject, _COUNTED)
    newest = looks.order_by(usage.c.idx.desc()).limit(bindparam("most")).subquery()
    counted = [
        func.coalesce(func.sum(case((newest.c.time >= bindparam(since), 1), else_=0)), 0)
        for since in ("hour", "day")
    ]
    return (
        Prepared(select(func.coalesce(func.max(newest.c.idx), -1), *counted)),
        Prepared(looks.where(usage.c.idx >= bindparam("start")).order_by(usage.c.idx)),
    )


_OF_USER: Final = _statements(_USER)
_OF_DEPARTMENT: Final = _statements(_DEPARTMENT)


class QuotaError(CommandRejected):
    """A look-up beyond a quota: the rule, the most that it admits, when to come again (Unix seconds)."""

    def __init__(self, rule: str, most: int, retry_at: int) -> None:
        super().__init__(rule, most=most, retry_at=retry_at)
        self.most = most
        self.retry_at = retry_at


@dataclass(frozen=True, slots=True)
class Limit:
    """The most look-ups in a clock hour and in a day."""

    hour: int
    day: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one staff account (a citizen's sign-in counts as one), of one API key, and of a department."""

    account: Limit
    key: Limit
    department: Limit

    def of(self, key_id: str) -> Limit:
        """The limit of a user, by what the entries call it."""
        return self.account if "/" in key_id else self.key


class _Tally:
    """What is committed of one subject in the hour and the day that are running."""

    __slots__ = ("day", "days", "hour", "hours", "upto")

    def __init__(self) -> None:
        self.upto = self.hour = self.day = self.hours = self.days = 0

    def move(self, now: int) -> None:
        """Begin a new window where one ended; clocks of several processes may differ, none goes back."""
        hour, day = now // HOUR, day_of(now).toordinal()
        if hour > self.hour:
            self.hour, self.hours = hour, 0
        if day > self.day:
            self.day, self.days = day, 0

    def count(self, index: int, at: int) -> None:
        """One more entry."""
        self.upto = max(self.upto, index + 1)
        self.hours += at // HOUR >= self.hour
        self.days += day_of(at).toordinal() >= self.day


class Meter:
    """Admits look-ups of one ledger; called by commands alone, in the writer's thread.

    What was committed is read from where the last reading ended; what this batch admits before it commits is
    counted beside it, and forgotten with the batch.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits: Final = limits
        self._tallies: dict[tuple[bool, str], _Tally] = {}
        self._batch: View | None = None
        self._read: set[tuple[bool, str]] = set()
        self._pending: dict[tuple[bool, str], int] = {}

    def take(self, view: View, key_id: str, department: str | None) -> None:
        """Count one look-up, or QuotaError; `department` None: of no department."""
        if self._batch is not view:
            self._batch = view
            self._read.clear()
            self._pending.clear()
        user = (True, key_id)
        self._require(view, user, self.limits.of(key_id), (USER_HOUR, USER_DAY))
        if department is not None:
            whole = (False, department)
            self._require(view, whole, self.limits.department, (DEPARTMENT_HOUR, DEPARTMENT_DAY))
            self._pending[whole] = self._pending.get(whole, 0) + 1
        self._pending[user] = self._pending.get(user, 0) + 1

    def _require(self, view: View, subject: tuple[bool, str], limit: Limit, rules: tuple[str, str]) -> None:
        tally, pending = self._tally(view, subject, limit), self._pending.get(subject, 0)
        if tally.days + pending >= limit.day:
            raise QuotaError(rules[1], limit.day, _next_day(view.now))
        if tally.hours + pending >= limit.hour:
            raise QuotaError(rules[0], limit.hour, (view.now // HOUR + 1) * HOUR)

    def _tally(self, view: View, subject: tuple[bool, str], limit: Limit) -> _Tally:
        tally = self._tallies.get(subject)
        if tally is not None and subject in self._read:  # a batch sees no entries but those before it
            return tally
        self._read.add(subject)
        newest, since = _OF_USER if subject[0] else _OF_DEPARTMENT
        if tally is not None:
            tally.move(view.now)
            for index, at in since.rows(view, subject=subject[1], start=tally.upto):
                tally.count(index, at)
            return tally
        if len(self._tallies) >= CAPACITY:
            self._tallies.clear()
        tally = self._tallies[subject] = _Tally()
        tally.move(view.now)
        hour, day = tally.hour * HOUR, _midnight(day_of(view.now))
        (found,) = newest.rows(view, subject=subject[1], most=limit.day, hour=hour, day=day)
        tally.upto, tally.hours, tally.days = int(found[0]) + 1, int(found[1]), int(found[2])
        return tally


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), CHINA).timestamp())


def _next_day(now: int) -> int:
    return _midnight(day_of(now) + timedelta(days=1))
