# SPDX-License-Identifier: Apache-2.0
"""Rows that a command removes go in its transaction, by their key alone, on every database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table

from ledger.commands import Decision
from ledger.errors import CommandRejected
from tests.builders import Log, a_leaf, a_log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ledger.commands import View

metadata = MetaData()
pairs = Table(
    "pairs",
    metadata,
    Column("key", LargeBinary(16), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("value", Integer, nullable=True),
    sqlite_with_rowid=False,
)
KEY = bytes(16)


@pytest.fixture
def log(folder: Path) -> Iterator[Log]:
    """A new log with a table of pairs."""
    with a_log(folder) as log:
        log.store.create(metadata)
        yield log


class Does:
    """A command that decides by a function."""

    entry_id = None
    request = None
    reads = ()
    writes = ()

    def __init__(self, by: Callable[[View], Decision[Any]]) -> None:
        self.decide = by


def stored(log: Log) -> list[tuple[int, int]]:
    """Numbers and values that the table holds."""
    rows = log.store.query_raw("SELECT number, value FROM pairs ORDER BY number")
    return [(int(number), int(value)) for number, value in rows]


def put(log: Log, *numbers: int) -> None:
    """Insert pairs."""
    rows = [(pairs, (KEY, number, number)) for number in numbers]
    log.writer.submit_wait(Does(lambda _: Decision(rows=rows)))


def test_a_removed_row_goes_with_the_entry(log: Log) -> None:
    """Named by its key, whatever its other columns hold; others stay; a row that is not there is no fault."""
    put(log, 1, 2, 3)
    removed = [(pairs, (KEY, 2, None)), (pairs, (KEY, 9, None))]
    decision: Decision[None] = Decision(leaves=(a_leaf(),), removed=removed)
    size = log.store.head().size
    log.writer.submit_wait(Does(lambda _: decision))
    assert stored(log) == [(1, 1), (3, 3)]
    assert log.store.head().size == size + 1


def test_removed_and_put_anew(log: Log) -> None:
    """Rows are removed before others come in, so that one may take the place of another."""
    put(log, 1)
    decision: Decision[None] = Decision(
        rows=[(pairs, (KEY, 1, 5))],
        removed=[(pairs, (KEY, 1, None))],
    )
    log.writer.submit_wait(Does(lambda _: decision))
    assert stored(log) == [(1, 5)]


def test_a_refused_command_removes_nothing(log: Log) -> None:
    """A refusal leaves every row where it was."""
    put(log, 1)

    def refuse(_: View) -> Decision[None]:
        raise CommandRejected("test.refused")

    with pytest.raises(CommandRejected, match=r"test\.refused"):
        log.writer.submit_wait(Does(refuse))
    log.store.let_go()
    assert stored(log) == [(1, 1)]
