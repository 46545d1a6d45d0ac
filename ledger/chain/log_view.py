# SPDX-License-Identifier: Apache-2.0
"""What the anchor worker sees of the log: `AnchorLog`, and its implementation over the log's database.

The worker holds no log key and writes nothing but its own tables and the halt.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sqlalchemy import and_, delete, func, insert, select, update

from ledger.chain.protocol import SignedTransaction
from ledger.tables import anchors, chain_state, chain_txs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Table

    from ledger.store import Store


class PublishedHead(NamedTuple):
    """A published checkpoint with the log's 65-byte signature for the contract."""

    size: int
    root: bytes
    note: bytes
    evm_signature: bytes


class Anchor(NamedTuple):
    """One root that was read back from the contract, and the block (32-byte hash, Unix time) that took it."""

    size: int
    contract: bytes
    root: bytes
    tx: bytes
    block: int
    block_hash: bytes
    time: int


class AnchorLog(Protocol):
    """The log as the anchor worker needs it."""

    def latest_published(self) -> PublishedHead | None:
        """The largest published checkpoint that is signed for the contract."""

    def size(self) -> int:
        """Committed entries."""

    def root_at(self, size: int) -> bytes:
        """The log's own root over its first `size` entries."""

    def consistency(self, old: int, new: int) -> list[bytes]:
        """RFC 6962 consistency proof."""

    def halted(self) -> str | None:
        """Why the log is read-only."""

    def halt(self, reason: str, evidence: Mapping[str, object]) -> None:
        """Make the log read-only and keep the evidence."""

    def last_anchor(self, contract: bytes) -> Anchor | None:
        """The largest standing anchor at a contract."""

    def record_anchor(self, anchor: Anchor) -> None:
        """Record what was read back; a withdrawn anchor of the size stands again."""

    def withdraw_anchors_above(self, contract: bytes, size: int) -> int:
        """Withdraw the anchors of larger sizes; their number."""

    def record_tx(self, account: bytes, nonce: int, tx: SignedTransaction) -> None:
        """Keep signed bytes before they are sent; keeping them twice is once."""

    def txs(self, account: bytes, nonce: int) -> list[SignedTransaction]:
        """All that was ever signed for a nonce."""

    def forget_txs(self, account: bytes) -> None:
        """Forget an account's transactions: the chain they were for is gone."""

    def state(self, key: str) -> str | None:
        """What was left under a key, or None."""

    def set_state(self, key: str, value: str) -> None:
        """Tell the serving processes something about the chain."""


class StoreAnchorLog:
    """`AnchorLog` over a Store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def latest_published(self) -> PublishedHead | None:
        """The largest published checkpoint; None while it has no signature for the contract."""
        found = self._store.latest_checkpoint()
        if found is None or found.evm_signature is None:
            return None
        return PublishedHead(found.size, found.root, found.note, found.evm_signature)

    def size(self) -> int:
        """Committed entries."""
        return self._store.head().size

    def root_at(self, size: int) -> bytes:
        """The log's own root over its first `size` entries, from its tiles."""
        return self._store.root_at(size)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """RFC 6962 consistency proof."""
        return self._store.consistency(old, new)

    def halted(self) -> str | None:
        """Why the log is read-only."""
        return self._store.head().halt

    def halt(self, reason: str, evidence: Mapping[str, object]) -> None:
        """Make the log read-only and keep the evidence under `halt.evidence`, first one only."""
        row = {"key": "halt.evidence", "value": json.dumps({"reason": reason, **evidence}, sort_keys=True)}
        if self.state("halt.evidence") is None:
            self._put(chain_state, row)
        self._store.halt(reason)

    def last_anchor(self, contract: bytes) -> Anchor | None:
        """The largest standing anchor at a contract."""
        columns = [anchors.c[name] for name in Anchor._fields]
        statement = (
            select(*columns)
            .where(anchors.c.contract == contract, anchors.c.withdrawn.is_(False))
            .order_by(anchors.c.size.desc())
            .limit(1)
        )
        rows = self._store.query(statement)
        return Anchor(*rows[0]) if rows else None

    def record_anchor(self, anchor: Anchor) -> None:
        """Insert, or overwrite what a reorganised chain had in another block."""
        self._put(anchors, {**anchor._asdict(), "withdrawn": False})

    def withdraw_anchors_above(self, contract: bytes, size: int) -> int:
        """Mark the larger anchors withdrawn."""
        with self._store.transaction() as connection:
            done = connection.execute(
                update(anchors)
                .where(anchors.c.contract == contract, anchors.c.size > size, anchors.c.withdrawn.is_(False))
                .values(withdrawn=True)
            )
            return int(done.rowcount)

    def record_tx(self, account: bytes, nonce: int, tx: SignedTransaction) -> None:
        """Keep signed bytes under (account, nonce, hash)."""
        self._put(chain_txs, {"account": account, "nonce": nonce, "hash": tx.hash, "raw": tx.raw})

    def txs(self, account: bytes, nonce: int) -> list[SignedTransaction]:
        """All that was signed for a nonce."""
        statement = select(chain_txs.c.hash, chain_txs.c.raw).where(
            chain_txs.c.account == account, chain_txs.c.nonce == nonce
        )
        return [SignedTransaction(*row) for row in self._store.query(statement)]

    def forget_txs(self, account: bytes) -> None:
        """Delete an account's transactions."""
        with self._store.transaction() as connection:
            connection.execute(delete(chain_txs).where(chain_txs.c.account == account))

    def set_state(self, key: str, value: str) -> None:
        """Write only what changed: the write lock is the writer's."""
        if self.state(key) != value:
            self._put(chain_state, {"key": key, "value": value})

    def state(self, key: str) -> str | None:
        """A fact that the worker left."""
        rows = self._store.query(select(chain_state.c.value).where(chain_state.c.key == key))
        return str(rows[0][0]) if rows else None

    def _put(self, table: Table, row: Mapping[str, object]) -> None:
        """Insert or overwrite the row of that primary key."""
        same = and_(*(column == row[column.name] for column in table.primary_key))
        with self._store.transaction() as connection:
            if connection.execute(update(table).where(same).values(row)).rowcount == 0:
                connection.execute(insert(table).values(row))

    def anchors_standing(self) -> int:
        """Number of anchors that are not withdrawn."""
        statement = select(func.count()).select_from(anchors).where(anchors.c.withdrawn.is_(False))
        return int(self._store.query(statement)[0][0])
