# SPDX-License-Identifier: Apache-2.0
"""What lies in the log's tables, unchecked: reads for the audit, which trusts none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from ledger.rows import Head
from ledger.store import EDGE_SQL, Store

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEP: Final = 10_000
_KEYS: Final = "SELECT key, idx FROM entry_ids WHERE key > ? ORDER BY key LIMIT ?"
_TILES: Final = (
    "SELECT tiles.level, tiles.idx FROM tiles, head"
    " WHERE tiles.level > 6 OR tiles.idx >= (head.size >> (8 * (tiles.level + 1))) ORDER BY 1, 2 LIMIT ?"
)


def only_bytes(value: object) -> bytes:
    """`value` if it is bytes, else none: SQLite lets a hand put text or a number into any column."""
    return value if isinstance(value, bytes) else b""


class RawReads:
    """Reads of one store that neither check nor cache."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def head_and_edge(self) -> tuple[Head, dict[int, bytes]]:
        """The head row and the partial tiles by level, as one snapshot."""
        rows = self._store.query_raw(EDGE_SQL)
        size, root, halt, *_ = rows[0] if rows else (*self._store.head(), None, None)
        return Head(size, root, halt), {row[3]: only_bytes(row[4]) for row in rows if row[3] is not None}

    def tile(self, level: int, number: int) -> bytes | None:
        """The bytes of a full tile, or None."""
        rows = self._store.query_raw(self._store.dialect.TILE, (level, number))
        return only_bytes(rows[0][0]) if rows else None

    def leaves(self, start: int, stop: int) -> dict[int, bytes]:
        """Leaves by index, from `start` to `stop - 1`."""
        return {index: only_bytes(leaf) for index, leaf in self._store.stored_leaves(start, stop)}

    def entry_ids(self) -> Iterator[tuple[bytes, int]]:
        """All `(key, index)` in order of key, ten thousand at a time."""
        last = b""
        while rows := self._store.query_raw(_KEYS, (last, _STEP)):
            yield from cast("list[tuple[bytes, int]]", rows)
            last = rows[-1][0]

    def beyond_head(self, table: str, most: int) -> list[int]:
        """Indexes in `entries` or `entry_ids` at or beyond the head of the same moment."""
        sql = f"SELECT idx FROM {table} WHERE idx >= (SELECT size FROM head) ORDER BY idx LIMIT ?"  # noqa: S608  # two fixed names
        return [int(row[0]) for row in self._store.query_raw(sql, (most,))]

    def tiles_beyond_head(self, most: int) -> list[tuple[int, int]]:
        """`(level, number)` of full tiles that the head of the same moment has not filled."""
        return cast("list[tuple[int, int]]", self._store.query_raw(_TILES, (most,)))
