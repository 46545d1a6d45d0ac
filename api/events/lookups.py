# SPDX-License-Identifier: Apache-2.0
"""Look-ups of webhooks' names, in threads of their own: a silent name holds up its department alone."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from api.events.addresses import addresses_of, literal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OF_DEPARTMENT: Final = 4
"""Look-ups of one department's names at once."""


class Lookups:
    """For one event loop. A look-up cannot be given up: its place is taken until the system answers."""

    def __init__(self, find: Callable[[str, int], Sequence[str]] = addresses_of) -> None:
        self._find = find
        self._places: dict[str, asyncio.Semaphore] = {}

    async def addresses(self, department: str, host: str, port: int) -> Sequence[str]:
        """Every address of the name, once the department has a place; OSError or UnicodeError as found."""
        if literal_of(host) is not None:
            return [host]
        places = self._places.setdefault(department, asyncio.Semaphore(OF_DEPARTMENT))
        await places.acquire()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Sequence[str]] = loop.create_future()

        def tell(act: Callable[[Any], None], value: object) -> None:
            places.release()
            if not answer.done():
                act(value)

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
        return await answer
