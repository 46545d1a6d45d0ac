# SPDX-License-Identifier: Apache-2.0
"""API keys in the database: rows that are added, ended by another row, never changed.

The department "" in a row is none: the key is the operator's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import bindparam, select

from api.auth import StoredKey
from attest.reading import Prepared
from attest.tables import api_key_ends, api_keys
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.reading import Reader
    from ledger.commands import View

MAX_LABEL = 64

_COLUMNS = (
    api_keys.c.key_id,
    api_keys.c.secret,
    api_keys.c.department,
    api_keys.c.scopes,
    api_keys.c.label,
    api_keys.c.expires,
)
_ONE = Prepared(
    select(*_COLUMNS, api_key_ends.c.time)
    .outerjoin(api_key_ends, api_key_ends.c.key_id == api_keys.c.key_id)
    .where(api_keys.c.key_id == bindparam("key_id"))
)
_ALL = Prepared(
    select(*_COLUMNS, api_key_ends.c.time)
    .outerjoin(api_key_ends, api_key_ends.c.key_id == api_keys.c.key_id)
    .order_by(api_keys.c.created, api_keys.c.key_id)
)


def _stored(row: tuple[object, ...]) -> StoredKey:
    key_id, secret, department, scopes, label, expires, _ = row
    return StoredKey(
        str(key_id),
        bytes(secret) if isinstance(secret, bytes) else b"",
        str(department) or None,
        frozenset(str(scopes).split()),
        str(label),
        expires if isinstance(expires, int) else None,
    )


def stored_key(key_id: str, reader: Reader) -> StoredKey | None:
    """The key of this id; None if there is none or it was ended."""
    found = _ONE.rows(reader, key_id=key_id)
    return _stored(found[0]) if found and found[0][-1] is None else None


def standing_keys(reader: Reader) -> list[StoredKey]:
    """Every key that was not ended, oldest first."""
    return [_stored(row) for row in _ALL.rows(reader) if row[-1] is None]


@dataclass(frozen=True, slots=True)
class KeepKey:
    """The command that stores a new key's hash; it adds no entry."""

    key: StoredKey
    entry_id: None = None
    request: None = None
    reads: ClassVar[Collection[bytes]] = ()
    writes: ClassVar[Collection[bytes]] = (b"api_keys",)

    def decide(self, view: View) -> Decision[None]:
        """One row; CommandRejected if the id is taken."""
        key = self.key
        if _ONE.rows(view, key_id=key.key_id):
            raise CommandRejected("api_key.exists", "a key of this id exists")
        values = (
            key.key_id,
            key.secret_hash,
            key.department or "",
            " ".join(sorted(key.scopes)),
            key.label[:MAX_LABEL],
            view.now,
            key.expires,
        )
        return Decision(rows=[(api_keys, values)])


@dataclass(frozen=True, slots=True)
class EndKey:
    """The command that ends a key; serving processes notice within the time that they remember keys."""

    key_id: str
    entry_id: None = None
    request: None = None
    reads: ClassVar[Collection[bytes]] = (b"api_keys",)
    writes: ClassVar[Collection[bytes]] = (b"api_keys",)

    def decide(self, view: View) -> Decision[None]:
        """One row; CommandRejected if there is no such key."""
        if stored_key(self.key_id, view) is None:
            raise CommandRejected("api_key.unknown", "no standing key of this id")
        return Decision(rows=[(api_key_ends, (self.key_id, view.now))])
