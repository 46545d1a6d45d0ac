# SPDX-License-Identifier: Apache-2.0
"""Keys by log position: who could sign for whom at an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from attest.reading import Prepared
from attest.tables import department_key_ends, department_keys
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from attest.reading import Reader

_KEY = Prepared(
    select(
        department_keys.c.department,
        department_keys.c.idx,
        department_key_ends.c.idx,
        department_key_ends.c.compromised_since,
        department_keys.c.custody,
    )
    .outerjoin(department_key_ends, department_key_ends.c.address == department_keys.c.address)
    .where(department_keys.c.address == bindparam("address"))
)


def key_fact(address: bytes) -> bytes:
    """Name of the fact "this key is valid", for the writer's batches."""
    return b"key/" + address


def key_valid(added: int, retired: int | None, compromised_since: int | None, index: int) -> bool:
    """A key is valid from the index it was added at, up to its retirement or first compromise."""
    end = min(x for x in (retired, compromised_since, 1 << 62) if x is not None)
    return added < index < end


def require_key(issuer: str, address: bytes, index: int, reader: Reader) -> None:
    """Refuse (CommandRejected) a signature by a key that is not the issuer's at `index`."""
    found = _KEY.rows(reader, address=address)
    if not found or found[0][0] != issuer:
        raise CommandRejected("signature.foreign_key", "the key is not registered for this issuer")
    if not key_valid(found[0][1], found[0][2], found[0][3], index):
        raise CommandRejected("signature.retired_key", "the key is not valid at this position of the log")
