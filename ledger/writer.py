# SPDX-License-Identifier: Apache-2.0
"""The writer: one thread that takes what is waiting, commits it in one transaction, marks, and answers.

An answer means: committed with fsync, read back through another connection, and marked outside the database.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from ledger.batch import Batch
from ledger.commands import EVERYTHING, Command, Decision, NewLeaf, Outcome, RequestKey, Row, View
from ledger.errors import BusyError, CommandRejected, LedgerError, ReadOnlyError, WriterFailedError
from ledger.failpoints import failpoint
from ledger.rows import Head
from ledger.sequencer import FatalError, Sequencer
from ledger.startup import Action, Finding, compare, examine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ledger.batch import Decided
    from ledger.headmark import HeadMark
    from ledger.store import Store

__all__ = [
    "Batch",
    "Command",
    "Decision",
    "Head",
    "NewLeaf",
    "Outcome",
    "RequestKey",
    "Row",
    "View",
    "Writer",
]

A = TypeVar("A")

MAX_BATCH: Final = 1024
"""Commands in one transaction."""
MAX_WAITING: Final = 20_000
LINGER: Final = 0.01
"""Seconds to wait for as many commands as the last batch had; a lone caller never waits."""

_log = logging.getLogger(__name__)


class _Waiting:
    """A command and the one who waits for it: a future of an event loop, or a blocked thread."""

    __slots__ = ("command", "done", "future", "loop", "result")

    def __init__(self, command: Command[Any], loop: asyncio.AbstractEventLoop | None) -> None:
        self.command = command
        self.loop = loop
        self.future = loop.create_future() if loop else None
        self.done = None if loop else threading.Event()
        self.result: Outcome[Any] | LedgerError | None = None


class Writer:
    """Appends to the log for one process; any number of processes may have one on the same database."""

    def __init__(self, store: Store, mark: HeadMark, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._mark = mark
        self._sequencer = Sequencer(store, mark, clock)
        self._queue: deque[_Waiting] = deque()
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._wanted = 1
        self._closing = False
        self._thread: threading.Thread | None = None
        self._read_only: str | None = "the writer was not started"

    @property
    def read_only(self) -> str | None:
        """Why this writer takes nothing, or None."""
        return self._read_only

    @property
    def failed(self) -> bool:
        """Whether nobody knows what became of a commit: only a new start, which compares, ends this."""
        return (self._read_only or "").startswith("writer failed")

    @property
    def acknowledged(self) -> Head:
        """The head last marked by this writer: the only one that may be signed."""
        return self._sequencer.acknowledged

    def start(self) -> Finding:
        """Compare mark and database, mark the head where the table says so, begin to write.

        After a finding that says read-only every submit raises ReadOnlyError with its code and text.
        """
        facts = examine(self._store, self._mark)
        finding = compare(facts)
        if finding.action is Action.READ_ONLY:
            self._read_only = f"{finding.code}: {finding.text}"
            _log.error("the log is read-only: %s", self._read_only)
            return finding
        if finding.action is Action.MARK_HEAD or self._mark.read().checkpoint is None:
            self._mark.mark(facts.head.size, facts.head.root)
        self._sequencer.acknowledged = facts.head
        self._read_only = None
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()
        return finding

    async def submit(self, command: Command[A]) -> Outcome[A]:
        """Have it decided and committed; CommandRejected, ReadOnlyError, BusyError or WriterFailedError."""
        return await self.submit_soon(command)

    def submit_soon(self, command: Command[A]) -> asyncio.Future[Outcome[A]]:
        """As `submit`, without waiting: commands of one caller are decided in the order of these calls."""
        waiting = _Waiting(command, asyncio.get_running_loop())
        self._enqueue(waiting)
        return cast("asyncio.Future[Outcome[A]]", waiting.future)

    def submit_wait(self, command: Command[A]) -> Outcome[A]:
        """As `submit`, for a caller that may block its thread."""
        waiting = _Waiting(command, None)
        self._enqueue(waiting)
        cast("threading.Event", waiting.done).wait()
        if isinstance(waiting.result, LedgerError):
            raise waiting.result
        return cast("Outcome[A]", waiting.result)

    def close(self) -> None:
        """Answer everything that waits, then stop; later submissions raise ReadOnlyError."""
        with self._lock:
            self._closing = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._read_only = self._read_only or "the writer is closed"
        self._sequencer.close()

    def _enqueue(self, waiting: _Waiting) -> None:
        with self._lock:
            if self._read_only is not None or self._closing:
                raise ReadOnlyError(self._read_only or "the writer is closed")
            if len(self._queue) >= MAX_WAITING:
                raise BusyError(f"{MAX_WAITING} commands are waiting")
            self._queue.append(waiting)
            if len(self._queue) >= self._wanted:
                self._wake.notify()

    def _run(self) -> None:
        last = 1
        try:
            while batch := self._take(last):
                last = len(batch)
                self._write(batch)
        except BaseException as error:  # nobody may wait for a thread that is gone
            self._fail([], error)
            raise

    def _take(self, last: int) -> list[_Waiting]:
        """The next batch; empty when closing. A command that needs an earlier one's facts is left behind."""
        with self._lock:
            self._wanted = 1
            while not self._queue:
                if self._closing:
                    return []
                self._wake.wait()
            if len(self._queue) < last and not self._closing:
                self._wanted = last
                self._wake.wait(LINGER)
            batch: list[_Waiting] = []
            written: set[bytes] = set()
            while self._queue and len(batch) < MAX_BATCH:
                command = self._queue[0].command
                if batch and EVERYTHING in command.reads:
                    break
                if written and not (written.isdisjoint(command.reads) and written.isdisjoint(command.writes)):
                    break
                written.update(command.writes)
                batch.append(self._queue.popleft())
            return batch

    def _write(self, batch: list[_Waiting]) -> None:
        try:
            decided, head = self._sequencer.write([waiting.command for waiting in batch])
        except (ReadOnlyError, BusyError) as error:
            _answer_all(batch, error)
        except FatalError as error:
            self._fail(batch, error)
        except Exception as error:  # noqa: BLE001  # a fault in one batch must not end the writer
            _log.exception("a batch of %d commands failed and was rolled back", len(batch))
            failed = WriterFailedError(f"the batch was rolled back: {error!r}")
            failed.__cause__ = error
            _answer_all(batch, failed)
        else:
            self._leave(batch[len(decided) :])
            _answer(batch[: len(decided)], decided, head)
        failpoint("F6")

    def _leave(self, batch: list[_Waiting]) -> None:
        """Put back at the head of the queue, in order, what was not decided."""
        if batch:
            with self._lock:
                self._queue.extendleft(reversed(batch))

    def _fail(self, batch: list[_Waiting], error: BaseException) -> None:
        """Commit, read-back or mark failed: nobody knows what is durable, so this writer ends here."""
        _log.critical("the writer failed, the log is read-only until a restart", exc_info=error)
        with self._lock:
            self._read_only = f"writer failed: {type(error.__cause__ or error).__name__}"
            left = list(self._queue)
            self._queue.clear()
            self._closing = True
        failed = WriterFailedError(str(error))
        failed.__cause__ = error
        _answer_all(batch, failed)
        _answer_all(left, ReadOnlyError(self._read_only))


def _answer(batch: Sequence[_Waiting], decided: Sequence[Decided | CommandRejected], head: Head) -> None:
    for waiting, result in zip(batch, decided, strict=True):
        if isinstance(result, CommandRejected):
            waiting.result = result
        else:
            waiting.result = Outcome(result.index, result.answer, result.repeat, head)
    _deliver(batch)


def _answer_all(batch: Sequence[_Waiting], error: LedgerError) -> None:
    for waiting in batch:
        waiting.result = error
    _deliver(batch)


def _deliver(batch: Sequence[_Waiting]) -> None:
    """Wake every waiter: one call into each event loop, whatever the number of its futures."""
    loops: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
    for waiting in batch:
        if waiting.done is not None:
            waiting.done.set()
        elif waiting.loop is not None:
            loops.setdefault(waiting.loop, []).append(waiting)
    for loop, group in loops.items():
        with suppress(RuntimeError):  # the loop was closed: nobody waits any more
            loop.call_soon_threadsafe(_resolve, group)


def _resolve(group: Sequence[_Waiting]) -> None:
    for waiting in group:
        future = waiting.future
        if future is None or future.done():
            continue
        if isinstance(waiting.result, LedgerError):
            future.set_exception(waiting.result)
        else:
            future.set_result(waiting.result)
