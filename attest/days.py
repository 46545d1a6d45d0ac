# SPDX-License-Identifier: Apache-2.0
"""Civil days of the place: validity and legal limits are counted in UTC+8, all year."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Final

CHINA: Final = timezone(timedelta(hours=8))
DAY: Final = 86_400
"""Seconds of every civil day: China keeps no summer time."""
_LAST_SECOND: Final = 253_000_000_000  # in the year 9987: what no date can name is far in the future
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_in(text: str) -> date | None:
    """The day that `YYYY-MM-DD` names; None for anything else, other forms of ISO 8601 among it."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


@lru_cache(4096)
def day_of(seconds: int) -> date:
    """The civil day of a Unix time."""
    return datetime.fromtimestamp(min(seconds, _LAST_SECOND), CHINA).date()


def first_second(day: date) -> int:
    """Unix time at which the civil day begins."""
    return int(datetime.combine(day, time(), CHINA).timestamp())
