# SPDX-License-Identifier: Apache-2.0
"""API keys in the database: rows that are added, ended by another row, never changed.

The department "" in a row is none: the key is the operator's own. A rotated key works until its overlap is
over, or until it is ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import bindparam, func, select

from api.auth import CHECKER, DEPARTMENT, SCOPES, StoredKey
from api.identity.accounts import require_registered
from api.identity.tables import api_key_rotations
from attest.reading import Prepared
from attest.tables import api_key_ends, api_keys
from ledger.commands import Decision
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Collection

    from attest.reading import Reader
    from ledger.commands import RequestKey, Row, View

MAX_LABEL = 64

_COLUMNS = (
    api_keys.c.key_id,
    api_keys.c.secret,
    api_keys.c.department,
    api_keys.c.scopes,
    api_keys.c.label,
    api_keys.c.expires,
)
_SELECT = (
    select(*_COLUMNS, api_key_rotations.c.successor, api_key_rotations.c.until, api_key_ends.c.time)
    .select_from(api_keys)
    .outerjoin(api_key_rotations, api_key_rotations.c.key_id == api_keys.c.key_id)
    .outerjoin(api_key_ends, api_key_ends.c.key_id == api_keys.c.key_id)
)
_ONE = Prepared(_SELECT.where(api_keys.c.key_id == bindparam("key_id")))
_ALL = Prepared(_SELECT.order_by(api_keys.c.created, api_keys.c.key_id))

_BEFORE = Prepared(
    select(api_key_rotations.c.key_id).where(api_key_rotations.c.successor == bindparam("successor"))
)
_VERSION = Prepared(
    select(
        *(
            select(func.count()).select_from(table).scalar_subquery()
            for table in (api_keys, api_key_ends, api_key_rotations)
        )
    )
)


def _stored(row: tuple[object, ...]) -> StoredKey:
    key_id, secret, department, scopes, label, expires, successor, until, _ = row
    ends = [end for end in (expires, until) if isinstance(end, int)]
    return StoredKey(
        str(key_id),
        bytes(secret) if isinstance(secret, bytes) else b"",
        str(department) or None,
        frozenset(str(scopes).split()),
        str(label),
        min(ends) if ends else None,
        str(successor or ""),
    )


def stored_key(key_id: str, reader: Reader) -> StoredKey | None:
    """The key of this id; None if there is none or it was ended."""
    found = _ONE.rows(reader, key_id=key_id)
    if not found or found[0][-1] is not None:
        return None
    return replace(_stored(found[0]), first=_first(key_id, reader))


def _first(key_id: str, reader: Reader) -> str:
    """The key that rotations began with; empty for one that replaced none."""
    first = ""
    while before := _BEFORE.rows(reader, successor=first or key_id):
        first = str(before[0][0])
    return first


def keys_version(reader: Reader) -> tuple[object, ...]:
    """Differs whenever a key was added, replaced or ended: rows are only ever added."""
    return _VERSION.rows(reader)[0]


def standing_keys(reader: Reader) -> list[StoredKey]:
    """Every key that was not ended, oldest first."""
    return [_stored(row) for row in _ALL.rows(reader) if row[-1] is None]


def standing_after(key_id: str | None, reader: Reader) -> list[StoredKey] | None:
    """Those that follow a key, which may have ended since; None where there never was such a key."""
    rows = _ALL.rows(reader)
    if key_id is not None:
        places = [place for place, row in enumerate(rows) if row[0] == key_id]
        if not places:
            return None
        rows = rows[places[0] + 1 :]
    return [_stored(row) for row in rows if row[-1] is None]


def require_fitting(department: str | None, scopes: Collection[str], reader: Reader) -> None:
    """CommandRejected `api_key.invalid` where scopes lack their department, `department.unknown`."""
    bound = not {DEPARTMENT, CHECKER}.isdisjoint(scopes)
    if not scopes or not SCOPES.issuperset(scopes) or (bound and department is None):
        raise CommandRejected("api_key.invalid")
    require_registered(department, reader)


@dataclass(frozen=True, slots=True)
class KeepKey:
    """The command that stores a new key's hash; it adds no entry."""

    key: StoredKey
    request: RequestKey | None = None
    entry_id: None = None
    reads: ClassVar[Collection[bytes]] = ()
    writes: ClassVar[Collection[bytes]] = (b"api_keys",)

    def decide(self, view: View) -> Decision[None]:
        """One row; CommandRejected if the id is taken."""
        return Decision(rows=[_row(self.key, view)])


def _row(key: StoredKey, view: View) -> Row:
    if _ONE.rows(view, key_id=key.key_id):
        raise CommandRejected("api_key.exists", "a key of this id exists")
    scopes = " ".join(sorted(key.scopes))
    values = (key.key_id, key.secret_hash, key.department or "", scopes, key.label[:MAX_LABEL], view.now)
    return api_keys, (*values, key.expires)


@dataclass(frozen=True, slots=True)
class RotateKey:
    """The command that puts a new secret in a key's place; the old one works `overlap` seconds longer.

    Department, scopes, label and expiry stay. `minted` gives id and hash of the new one.
    """

    key_id: str
    minted: StoredKey
    overlap: int
    request: RequestKey | None = None
    entry_id: None = None
    reads: ClassVar[Collection[bytes]] = (b"api_keys",)
    writes: ClassVar[Collection[bytes]] = (b"api_keys",)

    def decide(self, view: View) -> Decision[StoredKey]:
        """Two rows and the new key; CommandRejected if the old one does not stand, or was rotated."""
        old = stored_key(self.key_id, view)
        if old is None or (old.expires is not None and old.expires <= view.now):
            raise CommandRejected("api_key.unknown", "no standing key of this id")
        if old.successor:
            raise CommandRejected("api_key.rotated", "this key has a successor")
        new = replace(old, key_id=self.minted.key_id, secret_hash=self.minted.secret_hash)
        until = view.now + self.overlap
        return Decision(
            rows=[_row(new, view), (api_key_rotations, (old.key_id, new.key_id, until))], answer=new
        )


@dataclass(frozen=True, slots=True)
class EndKey:
    """The command that ends a key; serving processes notice within the time that they remember keys."""

    key_id: str
    request: RequestKey | None = None
    entry_id: None = None
    reads: ClassVar[Collection[bytes]] = (b"api_keys",)
    writes: ClassVar[Collection[bytes]] = (b"api_keys",)

    def decide(self, view: View) -> Decision[None]:
        """One row; CommandRejected if there is no such key."""
        if stored_key(self.key_id, view) is None:
            raise CommandRejected("api_key.unknown", "no standing key of this id")
        return Decision(rows=[(api_key_ends, (self.key_id, view.now))])
