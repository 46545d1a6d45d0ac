# SPDX-License-Identifier: Apache-2.0
"""Replacing the look-up keys of a ledger that nobody serves: every digest made with them is made again.

What they are made of lies sealed beside the entries (DESIGN 8). The new keys are on the disk before the one
transaction, and take the old ones' place after it: killed anywhere, the same command goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, select, update

from api.auditing import known_acts
from api.operation.alone import alone
from api.operation.backup import sealer_for
from api.operation.key_place import (
    LookupKeysError,
    put_in_place,
    require_lookup_place,
    require_next,
    require_owner,
)
from api.operation.rebuild import NoKeys, rows_of
from attest.context import Context
from attest.erasure.again import was_restored
from attest.erasure.repository import erased_by
from attest.errors import AttestError
from attest.fields import FieldError
from attest.fitting import lookup_keys_fit
from attest.keyfiles import create_lookup_keys, read_lookup_keys
from attest.materials.commands import Accept
from attest.materials.repository import upload_key
from attest.private import open_private
from attest.registry.repository import departments_before
from attest.statements import Envelope
from attest.tables import uploads
from attest.vault import Vault
from ledger.errors import FormatError, LedgerError
from ledger.failpoints import failpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Table

    from api.settings import Settings
    from ledger.store import Store

_NAME: Final = "once keys"
_STEP: Final = 1024


@dataclass(frozen=True, slots=True)
class Replaced:
    """The version in force, the rows changed (0: a killed run had done that), where the old keys are.

    `unread`: uploads that nobody finds any more, since their files cannot be read.
    """

    version: int
    rows: int
    unread: int
    old: Path


def replace_lookup_keys(settings: Settings, say: Callable[[str], None]) -> Replaced:
    """New look-up keys, and all digests by them; LookupKeysError where a row is not what its entry gives."""
    require_owner(settings, LookupKeysError)
    current = settings.lookup_key_file
    coming = current.with_name(f"{current.name}.next")
    with alone(settings, _NAME, LookupKeysError) as held:
        held.require_settled()
        keys, trust = read_lookup_keys(current), held.trust
        old = current.with_name(f"{current.name}.v{keys.version}")
        if old.exists() and old.read_bytes() != current.read_bytes():
            raise LookupKeysError(f"{old} holds other keys of this version: move it away first")
        sealer = sealer_for(settings.kek_file)
        before = Context(trust.log, trust.origin, trust.profile, keys, sealer, NoKeys())
        fits, new = lookup_keys_fit(held.store, before), None
        if coming.exists():
            new = read_lookup_keys(coming)
            require_next(coming, keys, new)
        committed = not fits and new is not None and lookup_keys_fit(held.store, replace(before, lookup=new))
        if not fits and not committed:
            raise LookupKeysError(f"{current} holds other keys than those that the tables were made with")
        require_lookup_place(current, coming, committed=committed)
        new = create_lookup_keys(coming, keys.version + 1) if new is None else new
        after = replace(before, lookup=new)
        rows = unread = 0
        if not committed:
            uploaded = _Uploads(held.store, Vault(settings.vault, sealer), before, after)
            rows, unread = _make_again(held.store, before, after, uploaded, say)
        failpoint("F21")
        put_in_place(current, coming, old)
    return Replaced(new.version, rows, unread, old)


class _Uploads:
    """Files that departments put into the vault: no entry gives their rows, most are named by one."""

    def __init__(self, store: Store, vault: Vault, before: Context, after: Context) -> None:
        self._store, self._vault, self._before, self._after = store, vault, before, after
        rows = store.query(select(uploads.c.upload, uploads.c.document))
        self._left = {bytes(key): bytes(document) for key, document in rows}

    def named(self, connection: Connection, index: int, leaf: bytes) -> int:
        """Change the row of the file that an entry names; how many."""
        entry = Envelope.parse(leaf).entry
        gone = erased_by(index, self._store) is not None or was_restored(index, self._store)
        if entry.kind != Accept.kind or gone:
            return 0
        document = open_private(index, self._store, self._before.sealer)[1]["document"]
        return self._change(connection, entry.issuer, bytes.fromhex(document["sha256"]))

    def rest(self, connection: Connection) -> tuple[int, int]:
        """Change the rows of files that no entry names, by reading them; how many, and how many are left."""
        departments = sorted(departments_before(self._store.head().size, self._store))
        changed = 0
        for document in list(self._left.values()):
            try:
                with self._vault.open(document) as reader:
                    digest = sha256()
                    for piece in reader:
                        digest.update(piece)
            except (AttestError, OSError):
                continue
            changed += sum(self._change(connection, one, digest.digest()) for one in departments)
        return changed, len(self._left)

    def _change(self, connection: Connection, department: str, digest: bytes) -> int:
        was, now = (upload_key(department, digest, one) for one in (self._before, self._after))
        if self._left.pop(was, None) is None:
            return 0
        connection.execute(update(uploads).where(uploads.c.upload == was).values(upload=now))
        return 1


def _make_again(
    store: Store, before: Context, after: Context, uploaded: _Uploads, say: Callable[[str], None]
) -> tuple[int, int]:
    """Replace each row that the keys change, in one transaction; how many, and uploads that stay unfound."""
    acts, size, changed = known_acts(), store.head().size, 0
    seen: tuple[set[str | bytes], set[str | bytes]] = (set(), set())
    say(f"making the digests of {size} entries again")
    with store.transaction() as connection:
        for start in range(0, size, _STEP):
            for index, leaf in enumerate(store.leaves(start, min(start + _STEP, size)), start):
                try:
                    rows = rows_of(index, leaf, store, before, acts, seen[0])
                    made = rows_of(index, leaf, store, after, acts, seen[1])
                    changed += uploaded.named(connection, index, leaf)
                except (FormatError, FieldError, LookupError, AttestError, LedgerError) as error:
                    raise LookupKeysError(f"entry {index} does not give its rows: {error}") from error
                for (table, was), (_, now) in zip(rows, made, strict=True):
                    if list(was) != list(now):
                        _change(connection, table, was, now, index)
                        changed += 1
        more, unread = uploaded.rest(connection)
        failpoint("F20")
    return changed + more, unread


def _change(connection: Connection, table: Table, was: Sequence[Any], now: Sequence[Any], index: int) -> None:
    """Put a row in the place of another; one that several entries give has been changed by the first."""
    pairs = list(zip(table.columns, was, now, strict=True))
    stored = and_(*(column == value for column, value, _ in pairs))
    values = {column.name: new for column, old, new in pairs if old != new}
    if connection.execute(update(table).where(stored).values(values)).rowcount:
        return
    changed = and_(*(column == value for column, _, value in pairs))
    if connection.execute(select(table).where(changed)).first() is None:
        text = f"a row of {table.name} is not what entry {index} gives: `once rebuild` says more"
        raise LookupKeysError(text)
