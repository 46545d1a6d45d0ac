# SPDX-License-Identifier: Apache-2.0
"""One batch from lock to mark: decide, insert, grow the tree, commit, read back, mark the head."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from ledger.batch import Batch, Decided, Inserters
from ledger.errors import BusyError, CommandRejected, LedgerError, ReadOnlyError, StoreError
from ledger.failpoints import failpoint
from ledger.hashing import EMPTY_ROOT, leaf_hash
from ledger.merkle import root_at
from ledger.rightedge import WIDTH_BITS, RightEdge, UnpackedTile
from ledger.rows import Head
from ledger.store import EDGE_SQL, driver_of, read_edge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from ledger.commands import Command
    from ledger.dialect import Driver
    from ledger.headmark import HeadMark
    from ledger.store import Store


class FatalError(LedgerError):
    """Commit, read-back or mark failed (see the cause): whether the batch is durable is unknown."""

    code = "log.writer_failed"


class Sequencer:
    """The writer's connection and its tree in memory; used by one thread."""

    def __init__(self, store: Store, mark: HeadMark, clock: Callable[[], float]) -> None:
        self._store = store
        self._mark = mark
        self._clock = clock
        self._dialect = store.dialect
        self._inserters = Inserters(store.dialect)
        self._connection: Connection | None = None
        self._edge = RightEdge.empty()
        self._root = EMPTY_ROOT
        self.acknowledged = Head(0, EMPTY_ROOT)

    def write(self, commands: Sequence[Command[Any]]) -> tuple[list[Decided | CommandRejected], Head]:
        """Commit what the commands decide, in order; what became of each, and the head that covers it.

        From the first that needs what an earlier one turned out to change, they are left for the next batch.

        ReadOnlyError and BusyError: nothing was written. FatalError: nobody knows. Any other exception:
        rolled back, and connection and tree are forgotten with it.
        """
        connection = self._open()
        driver = driver_of(connection)
        try:
            self._begin(driver)
            batch = Batch(connection, driver, self._dialect, self._edge.size, int(self._clock()))
            batch.foresee(commands)
            flip = failpoint("F7")
            decided: list[Decided | CommandRejected] = []
            for command in commands:
                if batch.clashes(command):
                    break
                decided.append(_decide(batch, command))
            grown, hashes = self._insert(driver, batch, flip=flip)
            failpoint("F4")
        except BaseException as error:
            self._discard()
            if self._dialect.is_gone(error):  # no COMMIT was sent, so nothing is durable
                raise BusyError("the database went away, and the batch with it") from error
            raise
        try:
            driver.execute(self._dialect.ROLLBACK if batch.is_empty else self._dialect.COMMIT)
            failpoint("F9")
            return decided, self._after_commit(grown, hashes)
        except Exception as error:
            self._discard()
            raise FatalError(f"the batch may or may not be durable: {error!r}") from error

    def close(self) -> None:
        """Close the connection; nothing is open on it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection = self._store.connect()
            self._dialect.widen(driver_of(self._connection))
        return self._connection

    def _begin(self, driver: Driver) -> None:
        """Take the lock, read the head, and reload the edge if another writer moved it."""
        try:
            driver.execute(self._dialect.BEGIN)
            row = driver.execute(self._dialect.HEAD_LOCKED).fetchone()
        except Exception as error:
            if self._dialect.is_busy(error):
                raise BusyError("another process holds the log's lock") from error
            raise
        if row is None:
            raise StoreError("the database holds no log: it was never initialised")
        head = Head(*row)
        if head.halt is not None:
            raise ReadOnlyError(f"halted: {head.halt}")
        if (head.size, head.root) != (self._edge.size, self._root):
            self._reload(driver)

    def _reload(self, driver: Driver) -> None:
        """Read the edge inside the transaction; it must give the root, and continue what was acknowledged."""
        head, edge = read_edge(driver.execute(EDGE_SQL).fetchall())
        if edge.root() != head.root:
            raise ReadOnlyError("edge: the stored edge does not give the stored root")

        def read(level: int, index: int) -> bytes:
            found = edge.find(level, index)
            if found is not None:
                return found
            tile, inner = divmod(level, WIDTH_BITS)
            shift = WIDTH_BITS - inner
            row = driver.execute(self._dialect.TILE, (tile, index >> shift)).fetchone()
            if row is None:
                raise StoreError(f"hash tile {tile}/{index >> shift} is missing")
            return UnpackedTile(row[0]).node(inner, index & ((1 << shift) - 1))

        known = self.acknowledged
        if known.size > head.size:
            raise ReadOnlyError(f"mark.ahead: {known.size} entries were acknowledged, there are {head.size}")
        if root_at(known.size, read) != known.root:
            raise ReadOnlyError(f"fork: another root was acknowledged for size {known.size}")
        self._edge, self._root = edge, head.root

    def _insert(self, driver: Driver, batch: Batch, *, flip: bool) -> tuple[RightEdge, list[bytes]]:
        """Insert all rows and the grown tree; the edge to come and the new leaf hashes."""
        old = self._edge
        hashes = [leaf_hash(leaf) for leaf in batch.leaves]
        if flip and hashes:
            hashes[0] = bytes([hashes[0][0] ^ 1]) + hashes[0][1:]
        if not hashes:
            batch.insert(self._inserters, old.size, old, ())
            failpoint("F8")
            return old, hashes
        grown = old.copy()
        full = grown.extend(hashes)
        root = grown.root()
        again = old.frontier()
        again.extend(leaf_hash(leaf) for leaf in batch.leaves)
        if again.root() != root:
            raise StoreError("two computations of the new root differ: this machine's memory is not sound")
        batch.insert(self._inserters, old.size, grown, full)
        failpoint("F8")
        driver.execute(self._dialect.PUT_HEAD, (grown.size, root))
        return grown, hashes

    def _after_commit(self, grown: RightEdge, hashes: list[bytes]) -> Head:
        """Read back through another connection, mark, and only then let others see the new tree."""
        old, root = self._edge.size, grown.root()
        if hashes:
            rows = self._store.stored_leaves(old, grown.size)
            if [(index, leaf_hash(leaf)) for index, leaf in rows] != list(enumerate(hashes, old)):
                raise StoreError(f"entries {old} to {grown.size} do not read back as they were written")
        if self._store.head().size < grown.size:
            raise StoreError(f"the head does not read back as {grown.size}")
        failpoint("F5")
        self._edge, self._root = grown, root
        return self._catch_up()

    def _catch_up(self) -> Head:
        """Mark the head of our tree unless it is the acknowledged one."""
        if self._edge.size != self.acknowledged.size:
            self._mark.mark(self._edge.size, self._root)
            self._store.publish(self._edge)
            self.acknowledged = Head(self._edge.size, self._root)
            failpoint("F17")
        return self.acknowledged

    def _discard(self) -> None:
        """Forget connection and tree: the next batch starts from what the database holds."""
        connection, self._connection = self._connection, None
        self._edge, self._root = RightEdge.empty(), EMPTY_ROOT
        if connection is None:
            return
        with suppress(Exception):
            driver_of(connection).execute(self._dialect.ROLLBACK)
        with suppress(SQLAlchemyError):
            connection.invalidate()
            connection.close()


def _decide(batch: Batch, command: Command[Any]) -> Decided | CommandRejected:
    try:
        return batch.decide(command)
    except CommandRejected as rejected:
        return rejected
