# SPDX-License-Identifier: Apache-2.0
"""Tables of events and webhooks: ids and indexes of the log, nothing of a person.

Rows are only added, but for those that erasures take, and `webhook_replays`: what waits to be sent again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from attest.tables import metadata


def _keyed(name: str, *parts: Column[object] | Index) -> Table:
    return Table(name, metadata, *parts, sqlite_with_rowid=False)


def _int(name: str, *, key: bool = False, null: bool = False) -> Column[object]:
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=null)


def _text(name: str, length: int, *, key: bool = False) -> Column[object]:
    # Sorted by code points everywhere; PostgreSQL would ask the rules of a language.
    kind = String(length).with_variant(String(length, collation="C"), "postgresql")
    return Column(name, kind, primary_key=key, nullable=False)


def _id(name: str, *, key: bool = False, null: bool = False) -> Column[object]:
    return Column(name, LargeBinary(16), primary_key=key, nullable=null)


events: Final = _keyed(
    "events",
    _text("department", 32, key=True),
    _int("idx", key=True),
    _int("part", key=True),
    _text("type", 64),
    _text("actor", 32),
    _int("time"),
    _id("acceptance", null=True),
    _int("acceptance_idx", null=True),
    _id("reliance", null=True),
    _int("reliance_idx", null=True),
    Column("about", String(500), nullable=True),
    Index("events_by_idx", "idx"),
)
event_marks: Final = _keyed("event_marks", _int("upto", key=True))

recall_marks: Final = _keyed(
    "recall_marks",
    _text("department", 32, key=True),
    _int("idx", key=True),
    _int("part", key=True),
    _int("time"),
)

expiry_marks: Final = _keyed("expiry_marks", _id("reliance", key=True), _int("time"))

webhooks: Final = _keyed(
    "webhooks",
    _id("webhook", key=True),
    _text("department", 32),
    _text("url", 500),
    _text("types", 500),
    _int("start"),
    _int("created"),
    Index("webhooks_by_department", "department"),
)
webhook_ends: Final = _keyed("webhook_ends", _id("webhook", key=True), _int("time"))
webhook_secrets: Final = _keyed(
    "webhook_secrets",
    _id("webhook", key=True),
    _int("version", key=True),
    Column("sealed", LargeBinary, nullable=False),
    _int("created"),
)
webhook_replays: Final = _keyed(
    "webhook_replays",
    _id("webhook", key=True),
    _int("replay", key=True),
    _int("idx", key=True),
    _int("part", key=True),
    _int("time"),
)
webhook_attempts: Final = _keyed(
    "webhook_attempts",
    _id("webhook", key=True),
    _int("replay", key=True),
    _int("idx", key=True),
    _int("part", key=True),
    _int("attempt", key=True),
    _text("cause", 32),
    _int("status", null=True),
    _int("time"),
)
webhook_outcomes: Final = _keyed(
    "webhook_outcomes",
    _id("webhook", key=True),
    _int("replay", key=True),
    _int("idx", key=True),
    _int("part", key=True),
    _text("state", 16),
    _int("time"),
)
