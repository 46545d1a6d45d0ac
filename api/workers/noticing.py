# SPDX-License-Identifier: Apache-2.0
"""The calendar's eye: a thread that tells departments, once each, which papers of theirs end soon.

Who was told stands in the log; a start tells nobody again, nor do several processes.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from api.workers.turns import Turns
from attest.acts import Custodial
from attest.days import day_of
from attest.expiry.commands import TellExpiry
from attest.expiry.model import Notice
from attest.expiry.repository import START, endings
from attest.materials.model import Citation
from attest.registry.model import SERVICE
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Callable

    from attest.catalogue.repository import Catalogue
    from attest.context import Context
    from attest.expiry.model import Ending
    from attest.expiry.repository import Place
    from ledger.store import Store
    from ledger.writer import Writer

FIRST_SECONDS: Final = 60.0
"""How long after its start a process first looks."""
INTERVAL: Final = 900.0

_log = logging.getLogger(__name__)


class Noticing(Turns):
    """Looks over one ledger's papers."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        context: Context,
        catalogue: Catalogue,
        days: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`days` is how far ahead it looks."""
        self._store, self._writer, self._context, self._catalogue = store, writer, context, catalogue
        self._days, self._clock = days, clock
        self._act = TellExpiry(catalogue)
        super().__init__("noticing", FIRST_SECONDS, INTERVAL)

    def turn(self) -> int:
        """Tell of everything that ends within the days from today and was not told; how many notices."""
        today, told = day_of(int(self._clock())), 0
        after: Place | None = START
        while after is not None and not self._stopped.is_set():
            found, after = endings(today, self._days, after, self._store, self._catalogue)
            for one in found:
                told += self._tell(one)
        if told:
            _log.info("told departments of %d papers that end soon", told)
        return told

    def _tell(self, one: Ending) -> int:
        told = 0
        self._context.keys.signer(SERVICE)  # opened before the lock is held
        for department in one.untold:
            if self._stopped.is_set():
                break
            cited = Citation(one.id, one.index, one.leaf, self._context.random(32))
            notice = Notice(cited, department, one.duty)
            with suppress(CommandRejected):  # told or taken back meanwhile
                self._writer.submit_wait(Custodial(self._act, notice, SERVICE, self._context))
                told += 1
        return told
