# SPDX-License-Identifier: Apache-2.0
"""Accounts, sessions and known devices: rows that are added, ended by another row, never changed.

None of it is derived from the log's entries, so none of it is rebuilt from them. Secrets stand as digests:
passwords as argon2id, tokens (256 random bits) as SHA-256.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from attest.tables import metadata


def _keyed(name: str, *parts: Column[object] | Index) -> Table:
    return Table(name, metadata, *parts, sqlite_with_rowid=False)


def _text(name: str, length: int, *, key: bool = False) -> Column[object]:
    return Column(name, String(length), primary_key=key, nullable=False)


def _int(name: str, *, key: bool = False) -> Column[object]:
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=False)


def _key(name: str, length: int) -> Column[object]:
    return Column(name, LargeBinary(length), primary_key=True)


accounts: Final = _keyed(
    "accounts",
    _text("login", 32, key=True),
    _text("name", 100),
    _text("roles", 100),
    _text("department", 32),
    _text("counter", 64),
    _int("created"),
)
account_passwords: Final = _keyed(
    "account_passwords",
    _text("login", 32, key=True),
    _int("number", key=True),
    _text("hash", 200),
    _int("time"),
)
account_ends: Final = _keyed("account_ends", _text("login", 32, key=True), _int("time"))
sessions: Final = _keyed(
    "sessions",
    _key("digest", 32),
    _text("subject", 64),
    _text("device", 64),
    _int("created"),
    _int("expires"),
    Index("sessions_by_subject", "subject"),
)
session_touches: Final = _keyed("session_touches", _key("digest", 32), _int("time", key=True))
session_ends: Final = _keyed("session_ends", _key("digest", 32), _int("time"))
known_devices: Final = _keyed("known_devices", _key("digest", 32), _int("time"))
used_states: Final = _keyed("used_states", _key("digest", 16), _int("time"))
api_key_rotations: Final = _keyed(
    "api_key_rotations", _text("key_id", 16, key=True), _text("successor", 16), _int("until")
)
