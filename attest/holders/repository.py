# SPDX-License-Identifier: Apache-2.0
"""Queries over holders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from attest.reading import Prepared
from attest.tables import holder_ids, holders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attest.reading import Reader

_BY_LOOKUP = Prepared(select(holders.c.holder).where(holders.c.lookup == bindparam("lookup")))
_BY_ID = Prepared(select(holder_ids.c.idx).where(holder_ids.c.holder == bindparam("holder")))


def holder_by_lookup(lookup: bytes, reader: Reader) -> bytes | None:
    """The holder's id for a keyed look-up, or None."""
    found = _BY_LOOKUP.rows(reader, lookup=lookup)
    return bytes(found[0][0]) if found else None


def holder_known(holder: bytes, reader: Reader) -> bool:
    """Whether the id is a holder of this ledger."""
    return bool(_BY_ID.rows(reader, holder=holder))


def naming_index(holder: bytes, reader: Reader) -> int | None:
    """Index of the entry that first named the holder."""
    found = _BY_ID.rows(reader, holder=holder)
    return int(found[0][0]) if found else None


def unknown_holder(wanted: Iterable[bytes], reader: Reader) -> bytes | None:
    """The first id that is nobody's."""
    return next((one for one in wanted if not holder_known(one, reader)), None)
