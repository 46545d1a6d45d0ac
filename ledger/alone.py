# SPDX-License-Identifier: Apache-2.0
"""Being alone in a database on a server, which programs of other machines open too; a file has head marks.

A server notices a moment later that a program was killed, and holds its lock until then: all wait a second.
Whoever opens the database connects first and asks then; whoever wants to be alone locks first and counts
connections then. So of two that come at once one sees the other.
"""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ledger.headmark import HeldError
from ledger.store import driver_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ledger.store import Store


@contextmanager
def shutting_out(store: Store) -> Iterator[None]:
    """Whoever opens the database from now on is refused; HeldError where another program does the same."""
    with store.connect() as connection:
        driver = driver_of(connection)
        if not _in_a_second(lambda: driver.execute(store.dialect.SHUT_OUT).fetchone()[0]):
            raise HeldError
        try:
            yield
        finally:
            with suppress(Exception):  # a connection that ended has given the lock back
                driver.execute(store.dialect.LET_IN)


def require_not_shut_out(store: Store) -> None:
    """HeldError while another program is alone in the database; the connection that asked stays open."""
    if not _in_a_second(lambda: store.query_raw(store.dialect.MAY_ENTER)[0][0]):
        raise HeldError


def _in_a_second(granted: Callable[[], object]) -> bool:
    for _ in range(20):
        if granted():
            return True
        time.sleep(0.05)
    return False
