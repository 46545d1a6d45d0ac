# SPDX-License-Identifier: Apache-2.0
"""Look-ups of webhooks' names, in threads of their own: a silent name holds up itself, not its department."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from api.events.addresses import addresses_of, literal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OF_DEPARTMENT: Final = 4
"""Look-ups of one department's names at once; of one name there is one, for all who ask meanwhile."""
SHARED_SECONDS: Final = 2.0
"""So long somebody waits for a look-up that another began, then gives up: a silent name keeps nobody else."""


class Lookups:
    """For one event loop. A look-up cannot be given up: its place is taken until the system answers."""

    def __init__(self, find: Callable[[str, int], Sequence[str]] = addresses_of) -> None:
        self._find = find
        self._places: dict[str, asyncio.Semaphore] = {}
        self._under_way: dict[tuple[str, str], asyncio.Future[Sequence[str]]] = {}

    async def addresses(self, department: str, host: str, port: int) -> Sequence[str]:
        """Every address of the name, once the department has a place; OSError or UnicodeError as found.

        Of a name that is being looked up for it already the same answer; TimeoutError if none comes soon.
        """
        if literal_of(host) is not None:
            return [host]
        known = self._under_way.get((department, host))
        if known is not None:
            return await asyncio.wait_for(asyncio.shield(known), SHARED_SECONDS)
        places = self._places.setdefault(department, asyncio.Semaphore(OF_DEPARTMENT))
        answer: asyncio.Future[Sequence[str]] = asyncio.get_running_loop().create_future()
        self._under_way[department, host] = answer
        answer.add_done_callback(lambda _: self._under_way.pop((department, host)))
        try:
            await places.acquire()
        except BaseException:  # given up while it waited: so do those who share it
            answer.set_exception(TimeoutError())
            answer.exception()
            raise
        self._begin(host, port, answer, places)
        return await asyncio.shield(answer)

    def _begin(
        self, host: str, port: int, answer: asyncio.Future[Sequence[str]], places: asyncio.Semaphore
    ) -> None:
        """Look up in a thread; the place is given back, and the answer given, when the system answers."""
        loop = asyncio.get_running_loop()

        def tell(act: Callable[[Any], None], value: object) -> None:
            places.release()
            act(value)
            if isinstance(value, Exception):
                answer.exception()  # somebody may wait for it, or nobody any more

        def look() -> None:
            act: Callable[[Any], None] = answer.set_result
            value: object
            try:
                value = self._find(host, port)
            except Exception as error:  # noqa: BLE001  # whatever it is belongs to who waits for it
                act, value = answer.set_exception, error
            with suppress(RuntimeError):  # the loop ended meanwhile: nobody waits
                loop.call_soon_threadsafe(tell, act, value)

        threading.Thread(target=look, name="webhook name", daemon=True).start()
