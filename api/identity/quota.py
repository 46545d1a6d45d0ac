# SPDX-License-Identifier: Apache-2.0
"""Quotas of principals who are signed in: refusals that become entries, and look-ups a minute (T19)."""

from __future__ import annotations

import logging
import time
from datetime import date
from typing import TYPE_CHECKING

from api.identity.throttle import CAPACITY, Buckets, Rate, too_often
from attest.days import day_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.auth import Principal

_log = logging.getLogger(__name__)


class DayQuota:
    """So many a day of the place for each key; counts are this process's own and go with it."""

    def __init__(self, most: int, clock: Callable[[], float] = time.time) -> None:
        self.most = most
        self._clock = clock
        self._day = date.min
        self._counts: dict[str, int] = {}

    def admits(self, key: str) -> bool:
        """Count one; whether it is within the quota. New keys beyond the capacity are not."""
        day = day_of(int(self._clock()))
        if day != self._day:
            self._day = day
            self._counts.clear()
        count = self._counts.get(key, 0)
        if count >= self.most or (count == 0 and len(self._counts) >= CAPACITY):
            return False
        self._counts[key] = count + 1
        return True


class LookupQuota:
    """Look-ups a minute of one user or API key, and of a department; the whole minute may come at once."""

    def __init__(self, user: int, department: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._users = Buckets(Rate(user, 60 / user), clock=clock)
        self._departments = Buckets(Rate(department, 60 / department), clock=clock)
        self._alerts = Buckets(Rate(1, 60), clock=clock)

    def take(self, principal: Principal) -> float:
        """0 where the look-up is within both quotas, else the seconds to wait."""
        wait = self._users.take(principal.key_id)
        if not wait and principal.department is not None:
            wait = self._departments.take(principal.department)
        return wait

    def alerts(self, principal: Principal) -> bool:
        """Whether to raise the alarm now: once a minute for each principal; a line of the log says so."""
        if self._alerts.take(principal.key_id):
            return False
        _log.warning(
            "look-up quota exceeded by %s of department %s", principal.key_id, principal.department or "-"
        )
        return True


def quota_exceeded(wait: float) -> Exception:
    """429 with the seconds to wait."""
    return too_often(wait, "quota.exceeded")
