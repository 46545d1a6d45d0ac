# SPDX-License-Identifier: Apache-2.0
"""Signing what was chosen, once it can no longer be taken back.

Each reliance has a request key of its own, made from the use: a second attempt, after a crash or by another
process, is answered with the first entry and signs nothing twice.
"""

from __future__ import annotations

import asyncio
import logging
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NoReturn

from starlette.concurrency import run_in_threadpool

from api.problems import Problem
from api.routes.recognitions import RecognitionRoutes
from api.web.counter.uses import OPEN, REFUSED, SIGNED, End, Use, open_uses, use_by_id
from attest.errors import AttestError
from attest.fields import Fields
from attest.recognition.commands import Rely
from ledger.commands import RequestKey
from ledger.errors import CommandRejected, LedgerError

if TYPE_CHECKING:
    from api.core import Ledger

MARGIN: Final = 0.5
"""Seconds after the end before anything is signed: the clocks of several processes may differ a little."""
SWEEP_SECONDS: Final = 5.0
"""How often a process looks for uses that nobody signed, and how late one is before another takes it up."""

_log = logging.getLogger(__name__)


class Signing:
    """Waits for uses to become final, and signs them, in the serving process's own loop."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._routes = RecognitionRoutes(ledger)
        self._act = Rely(ledger.catalogue)
        self._waiting: dict[bytes, asyncio.Task[None]] = {}

    async def watch(self) -> NoReturn:
        """Take up, again and again, what a process that ended left open, or what could not be signed then."""
        while True:
            try:
                left = await run_in_threadpool(open_uses, self._ledger.store)
            except LedgerError as error:
                _log.warning("open uses at the counter cannot be read: %s", type(error).__name__)
            else:
                overdue = time.time() - SWEEP_SECONDS
                for use in left:
                    if use.due < overdue:
                        self.expect(use)
            await asyncio.sleep(SWEEP_SECONDS)

    def expect(self, use: Use) -> None:
        """Sign the use when it is due."""
        if use.outcome == OPEN and use.id not in self._waiting:
            task = asyncio.get_running_loop().create_task(self._wait(use))
            self._waiting[use.id] = task
            task.add_done_callback(lambda _: self._waiting.pop(use.id, None))

    async def _wait(self, use: Use) -> None:
        await asyncio.sleep(max(0.0, use.due + MARGIN - time.time()))
        try:
            await self.finish(use.id)
        except (LedgerError, AttestError, Problem) as error:  # stays open: the next sweep takes it up
            _log.warning("a use at the counter is not signed yet: %s", type(error).__name__)

    async def finish(self, id_: bytes) -> Use | None:
        """Sign what a due use chose; how it stands afterwards."""
        use = use_by_id(id_, self._ledger.store)
        if use is None or use.outcome != OPEN or time.time() < use.due:
            return use
        await self._ledger.acting.open_key(use.department)
        answers = await asyncio.gather(
            *(self._rely(use, number) for number in range(len(use.chosen))), return_exceptions=True
        )
        fault = next((one for one in answers if isinstance(one, BaseException)), None)
        if fault is not None:
            raise fault
        signed = sum(1 for one in answers if one is True)
        outcome = SIGNED if signed == len(use.chosen) else REFUSED
        await self._ledger.writer.submit(End(use.id, outcome, signed))
        return use_by_id(id_, self._ledger.store)

    async def _rely(self, use: Use, number: int) -> bool:
        """Whether the reliance stands; what no longer holds is refused under the lock, and not signed."""
        requirement, acceptance = use.chosen[number]
        asked = {"case": use.case_no, "requirement": requirement, "acceptance": acceptance.hex()}
        line = f"{use.case_no} {requirement} {acceptance.hex()}".encode()
        key = RequestKey(
            sha256(b"counter" + use.id + number.to_bytes(4, "big")).digest()[:16], sha256(line).digest()
        )
        try:
            record = self._routes.read(Fields(asked), use.department).record
            await self._ledger.acting.custodial(self._act, record, use.department, key)
        except CommandRejected as error:
            _log.info("a use at the counter was refused: %s", error.code)
            return False
        return True
