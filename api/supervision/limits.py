# SPDX-License-Identifier: Apache-2.0
"""What the settings say of the watch over look-ups."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from attest.data_check_requests.rules import Calendar
from attest.supervision.rules import Thresholds

if TYPE_CHECKING:
    from api.settings import Settings


def thresholds_of(settings: Settings) -> Thresholds:
    """From how many on each rule speaks."""
    opens, _, closes = settings.office_hours.partition("-")
    return Thresholds(
        holders=settings.alarm_holders_per_hour,
        unknown=settings.alarm_unknown_per_day,
        outside_list=settings.alarm_outside_list_per_day,
        sequence=settings.alarm_sequence,
        off_hours=settings.alarm_off_hours_per_day,
        idle_cases=settings.alarm_idle_cases_per_day,
        idle_days=settings.alarm_idle_days,
        system=settings.alarm_system_factor,
        refused=settings.refusals_per_day,
        opens=_minute(opens),
        closes=_minute(closes),
    )


def calendar_of(settings: Settings) -> Calendar:
    """On which days offices work."""
    return Calendar(_days(settings.days_off), _days(settings.days_worked))


def _days(said: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(one) for one in said.split())


def _minute(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)
