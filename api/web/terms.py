# SPDX-License-Identifier: Apache-2.0
"""The term of a consent as forms ask for it: its last day, that day included. No I/O."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, NamedTuple

from attest.consents.model import MOST_DAYS
from attest.days import day_in

_PROPOSED_DAYS: Final = 30


class Term(NamedTuple):
    """What a form offers today: the day that it proposes, and the last that it takes."""

    today: date
    proposed: date
    last: date


def term_from(today: date) -> Term:
    """The term that a form offers on a day."""
    return Term(today, today + timedelta(days=_PROPOSED_DAYS - 1), today + timedelta(days=MOST_DAYS - 1))


def last_day_in(typed: str, today: date) -> date | None:
    """The last day that was typed; None where it is no day, or none that the form takes."""
    day = day_in(typed)
    return day if day is not None and today <= day <= term_from(today).last else None
