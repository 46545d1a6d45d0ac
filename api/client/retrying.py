# SPDX-License-Identifier: Apache-2.0
"""When to send the same request again, and after how long (pure)."""

from __future__ import annotations

from typing import Final

AGAIN: Final = frozenset({429, 502, 503, 504})
"""Statuses after which the same request may succeed later."""
FIRST_PAUSE: Final = 0.25
LONGEST_PAUSE: Final = 30.0


def pause(attempt: int, retry_after: str | None, chance: float) -> float:
    """Seconds before attempt `attempt + 1` (from 1); what the service asks for counts, up to the longest.

    `chance`, 0 to 1, spreads clients: it takes off up to a half of what nobody asked for.
    """
    asked = float(retry_after) if retry_after is not None and retry_after.isdecimal() else 0.0
    own: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempt - 1, 20)) * (1 - chance / 2)
    return min(LONGEST_PAUSE, max(asked, own))
