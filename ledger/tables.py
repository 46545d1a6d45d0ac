# SPDX-License-Identifier: Apache-2.0
"""Tables of the log, as SQLAlchemy Core. Only bytes, indexes, roots and times; nothing of the domain.

The writer inserts rows through the driver: values are ints, bytes, str or None, in column order.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

metadata = MetaData()

# SQLite needs the exact type INTEGER for a column to be the row id itself.
Index64 = BigInteger().with_variant(Integer, "sqlite")

entries = Table(
    "entries",
    metadata,
    Column("idx", Index64, primary_key=True, autoincrement=False),
    Column("leaf", LargeBinary, nullable=False),
)

# `key` is the first 16 bytes of the entry id: half the index, and 2**64 work for a collision that only
# makes its own author's second entry answer with the first.
entry_ids = Table(
    "entry_ids",
    metadata,
    Column("key", LargeBinary(16), primary_key=True),
    Column("idx", Index64, nullable=False),
    sqlite_with_rowid=False,
)

# Full 256-wide hash tiles (8,192 bytes); `level` counts tiles, so one step is 8 levels of the tree.
tiles = Table(
    "tiles",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("idx", Index64, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

# The one partial tile of each level, overwritten at each commit; its number follows from head.size.
edge = Table(
    "edge",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

head = Table(
    "head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", Index64, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("halt", Text),
    CheckConstraint("id = 1", name="one_head"),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", Index64, primary_key=True, autoincrement=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("evm_signature", LargeBinary(65)),
    Column("time", Index64, nullable=False),
)

anchors = Table(
    "anchors",
    metadata,
    Column("size", Index64, primary_key=True, autoincrement=False),
    Column("contract", LargeBinary(20), primary_key=True),
    Column("root", LargeBinary(32), nullable=False),
    Column("tx", LargeBinary(32), nullable=False),
    Column("block", Index64, nullable=False),
    Column("block_hash", LargeBinary(32), nullable=False),
    Column("time", Index64, nullable=False),
    Column("withdrawn", Boolean, nullable=False, default=False),
)

# Every transaction ever signed for a nonce, so that any of them may turn out to be the mined one.
chain_txs = Table(
    "chain_txs",
    metadata,
    Column("account", LargeBinary(20), primary_key=True),
    Column("nonce", Index64, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), primary_key=True),
    Column("raw", LargeBinary, nullable=False),
)

chain_state = Table(
    "chain_state",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

request_keys = Table(
    "request_keys",
    metadata,
    Column("key", LargeBinary(16), primary_key=True),
    Column("fingerprint", LargeBinary(32), nullable=False),
    Column("idx", Index64),
    Column("time", Index64, nullable=False),
    Index("request_keys_by_time", "time"),
    sqlite_with_rowid=False,
)
