# SPDX-License-Identifier: Apache-2.0
"""Time in words, then exact: "3 分钟前（今天 10:12）". Pages show China standard time (UTC+8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from api.problems import Language

CHINA: Final = timezone(timedelta(hours=8))
_UNITS: Final = ((86_400, "天", "day"), (3_600, "小时", "hour"), (60, "分钟", "minute"))
_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class Told(NamedTuple):
    """A moment for people: `iso` for machines, `words` first, `exact` beside it."""

    iso: str
    words: str
    exact: str


def told(moment: int, now: int, language: Language) -> Told:
    """A moment in the past or future (Unix seconds), as seen at `now`."""
    there, here = _local(moment), _local(now)
    return Told(there.isoformat(), _words(now - moment, language), _exact(there, here.date(), language))


def day_words(day: date, today: date, language: Language) -> str:
    """A day: 9月30日, with the year only where it is another one."""
    if language == "zh":
        return (
            f"{day.month}月{day.day}日" if day.year == today.year else f"{day.year}年{day.month}月{day.day}日"
        )
    short = f"{day.day} {_MONTHS[day.month - 1]}"
    return short if day.year == today.year else f"{short} {day.year}"


def full_day(day: date, language: Language) -> str:
    """A day with its year, as papers in print say it."""
    return day_words(day, date.min, language)


def stamp(moment: int, language: Language) -> str:
    """A moment (Unix seconds) with its year, as papers in print say it."""
    there = _local(moment)
    return f"{full_day(there.date(), language)}{'' if language == 'zh' else ','} {there:%H:%M}"


def _local(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC).astimezone(CHINA)


def _words(ago: int, language: Language) -> str:
    zh = language == "zh"
    if abs(ago) < 45:
        return "刚刚" if zh else "just now"
    unit, zh_unit, en_unit = next((one for one in _UNITS if abs(ago) >= one[0]), _UNITS[-1])
    count = max(round(abs(ago) / unit), 1)
    if zh:
        return f"{count} {zh_unit}{'前' if ago > 0 else '后'}"
    words = f"{count} {en_unit}{'s' if count > 1 else ''}"
    return f"{words} ago" if ago > 0 else f"in {words}"


def _exact(there: datetime, today: date, language: Language) -> str:
    clock = f"{there:%H:%M}"
    if there.date() == today:
        return f"今天 {clock}" if language == "zh" else f"today {clock}"
    return f"{day_words(there.date(), today, language)} {clock}"
