# SPDX-License-Identifier: Apache-2.0
"""What identity no longer needs to know: sessions that are over, used sign-in states, devices long unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from api.identity.sessions import DEVICE_SECONDS
from api.identity.tables import known_devices, session_ends, session_touches, sessions, used_states
from ledger.store import run

if TYPE_CHECKING:
    from ledger.store import Store

OVER_SECONDS: Final = 24 * 3600
"""How long a session is kept after its absolute end, and a used state after its use."""


def forget_sign_ins(store: Store, now: int, most: int = 1000) -> int:
    """Delete what ended a day before `now` (Unix seconds), at most `most` sessions; how many went."""
    before = now - OVER_SECONDS
    with store.transaction() as connection:
        query = select(sessions.c.digest).where(sessions.c.expires < before).limit(most)
        over = [row[0] for row in run(connection, query)]
        for table in (session_touches, session_ends, sessions):
            if over:
                run(connection, delete(table).where(table.c.digest.in_(over)))
        run(connection, delete(used_states).where(used_states.c.time < before))
        run(connection, delete(known_devices).where(known_devices.c.time < now - DEVICE_SECONDS))
    return len(over)
