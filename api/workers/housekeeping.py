# SPDX-License-Identifier: Apache-2.0
"""Housekeeping of a serving process: files nobody names or that were erased, keys and sessions past."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from api.identity.forgetting import forget_sign_ins
from api.workers.turns import Turns
from attest.erasure.repository import destroy_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from attest.vault import Vault
    from ledger.store import Store

ORPHAN_SECONDS: Final = 24 * 3600
REQUEST_SECONDS: Final = 7 * 24 * 3600
INTERVAL: Final = 3600.0

_log = logging.getLogger(__name__)


class Housekeeping(Turns):
    """Once an hour, from a thread of its own; several processes doing it at once is harmless."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        keep_up: Callable[[], object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`keep_up` writes erasures down outside the database."""
        self._store, self._vault, self._keep_up, self._clock = store, vault, keep_up, clock
        super().__init__("housekeeping", 0.0, INTERVAL)

    def turn(self) -> tuple[int, int]:
        """Sweep now; how many files, and how many request keys and sessions, went."""
        now = self._clock()
        # An upload that is committed after this read is younger than a day, so the vault spares it.
        named = {bytes(row[0]) for row in self._store.query_raw("SELECT document FROM uploads")}
        files = len(self._vault.sweep(now - ORPHAN_SECONDS, named.__contains__))
        files += destroy_files(self._store, self._vault, int(now))
        self._keep_up()
        keys = self._store.forget_requests(int(now) - REQUEST_SECONDS)
        keys += forget_sign_ins(self._store, int(now))
        if files or keys:
            _log.info("swept %d orphaned files, forgot %d request keys and sessions", files, keys)
        return files, keys
