# SPDX-License-Identifier: Apache-2.0
"""What the writer is asked and what it answers: commands decide inside its transaction, and only there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, Protocol, TypeVar

from sqlalchemy import Table

from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection
    from sqlalchemy.sql import Executable

    from ledger.dialect import Dialect, Driver
    from ledger.rows import Head

A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)

Row = tuple[Table, tuple[Any, ...]]
"""A projection row to insert: the table and the driver's values (int, bytes, str, None) in column order."""

KEY_BYTES: Final = 16
"""Entry ids are looked up by their first 16 bytes."""


class NewLeaf(NamedTuple):
    """A leaf to append: the 32-byte id that is unique in the log for ever, and 1 to 65,535 bytes."""

    entry_id: bytes
    leaf: bytes


class RequestKey(NamedTuple):
    """An idempotency key (16 bytes, scoped to principal and route) and the body's SHA-256."""

    key: bytes
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Decision(Generic[A_co]):
    """What a command adds. `leaves` get consecutive indexes from `view.next_index`.

    `removed` are rows to delete, found again by their primary key, before anything is inserted.
    `index` names the entry that answers, where it is not the first new leaf; a command that appends none may
    number what it made by it, and a repeat is told that number again. `answer` goes to the caller.
    `writes` are facts that it turned out to change beside those that the command names.
    """

    leaves: Sequence[NewLeaf] = ()
    rows: Sequence[Row] = ()
    answer: A_co | None = None
    index: int | None = None
    removed: Sequence[Row] = ()
    writes: Collection[bytes] = ()


@dataclass(frozen=True, slots=True)
class Outcome(Generic[A_co]):
    """The answer after commit, read-back and head mark; a `repeat` has the first index and no `answer`.

    `head` covers the entry and was acknowledged: a receipt may be signed for it.
    """

    index: int | None
    answer: A_co | None
    repeat: bool
    head: Head


EVERYTHING: Final = b"*"
"""The fact of a command that reads what any other may have written."""


class View:
    """What `decide` may read: the database inside the transaction, and this batch's pending entry ids.

    Projection rows of earlier commands of the batch are not visible; `reads` and `writes` keep apart
    the commands that would need them.
    """

    __slots__ = ("_connection", "_driver", "_pending", "_seen", "dialect", "next_index", "now")

    def __init__(
        self,
        connection: Connection,
        driver: Driver,
        dialect: Dialect,
        pending: Mapping[bytes, int],
        now: int,
    ) -> None:
        self._connection = connection
        self._driver = driver
        self.dialect: Final = dialect
        self._pending = pending
        self._seen: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
        self.now: Final = now
        """The writer's clock, Unix seconds."""
        self.next_index = 0
        """The index that the command's first leaf will get."""

    def index_of(self, entry_id: bytes) -> int | None:
        """Index of the entry with this id, in the log or pending in this batch."""
        key = entry_id[:KEY_BYTES]
        pending = self._pending.get(key)
        if pending is not None:
            return pending
        row = self._driver.execute(self.dialect.INDEX_OF, (key,)).fetchone()
        return None if row is None else int(row[0])

    def query(
        self, statement: Executable | str, params: Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        """Rows of a SQLAlchemy statement, or of text with `:named` parameters (some 200 us)."""
        from ledger.store import run  # noqa: PLC0415  # the store is not needed to name a command

        return run(self._connection, statement, params)

    def query_raw(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of driver SQL with `?` parameters, prepared once: for the hot path (some 5 us).

        Nothing is inserted before all commands of the batch have decided, so the same question is asked once
        in a batch; the rows are shared and not to be changed.
        """
        asked = (sql, *params)
        rows = self._seen.get(asked)
        if rows is None:
            rows = self._seen[asked] = self._driver.execute(sql, params).fetchall()
        return rows


class Command(Protocol[A_co]):
    """A wish that is decided under the log's lock."""

    @property
    def entry_id(self) -> bytes | None:
        """Id of a signed submission: its exact repeat is answered with the first index, undecided."""

    @property
    def request(self) -> RequestKey | None:
        """Same key and fingerprint: the first index. Other fingerprint: `idempotency.conflict`."""

    @property
    def reads(self) -> Collection[bytes]:
        """Names of facts that `decide` reads from projections; with EVERYTHING it begins a batch."""

    @property
    def writes(self) -> Collection[bytes]:
        """Names of facts that its rows change; no later command of the batch reads or writes them.

        What only the decision finds to change is `Decision.writes`: to the same end.
        """

    def decide(self, view: View) -> Decision[A_co]:
        """Judge by what `view` shows; only CommandRejected may leave, and refuses this command alone."""


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Adds nothing: its outcome's head covers, and marks, what other processes have committed so far."""

    entry_id: None = None
    request: None = None
    reads: Collection[bytes] = ()
    writes: Collection[bytes] = ()

    def decide(self, view: View) -> Decision[None]:
        """Nothing to decide."""
        return Decision()


def conflict(request: RequestKey) -> CommandRejected:
    """The key was used before for another request."""
    return CommandRejected(
        "idempotency.conflict", "the key was used for another request", key=request.key.hex()
    )
