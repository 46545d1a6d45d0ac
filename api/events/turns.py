# SPDX-License-Identifier: Apache-2.0
"""What of a webhook's has its turn: pauses after failures, and fresh events before those sent again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from api.events.hook_queries import heads

if TYPE_CHECKING:
    from api.events.hook_queries import Due, Webhook
    from attest.reading import Reader

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 3600.0


def pause_after(attempts: int, chance: float) -> float:
    """Seconds to wait after so many failed attempts; `chance` (0 to 1) takes off up to a half."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempts - 1, 20)) * (1 - chance / 2)


def _chance(one: Due) -> float:
    """The same for the same attempt, whatever process asks: a restart does not shorten a wait."""
    return random.Random(f"{one.webhook.id.hex()}/{one.event.place}/{len(one.attempts)}").random()  # noqa: S311  # spreads load, guards nothing


def next_attempt(one: Due) -> float:
    """Unix seconds of the next attempt."""
    if not one.attempts:
        return 0.0
    return one.attempts[-1].time + pause_after(len(one.attempts), _chance(one))


def due(webhook: Webhook, now: float, reader: Reader) -> Due | None:
    """What is tried next: of what may be tried at `now` a fresh event, else what may be tried soonest.

    Neither do fresh events wait for those sent again nor the other way round while one of them fails.
    """
    found = heads(webhook, reader)
    return min(found, key=lambda one: max(next_attempt(one), now), default=None)
