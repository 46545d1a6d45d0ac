# SPDX-License-Identifier: Apache-2.0
"""Queries over holders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select

from attest.reading import Prepared
from attest.tables import holder_ids, holder_links, holders
from ledger.merkle import MAX_SIZE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from attest.reading import Reader

_BY_LOOKUP = Prepared(select(holders.c.holder).where(holders.c.lookup == bindparam("lookup")))
_BY_ID = Prepared(select(holder_ids.c.idx).where(holder_ids.c.holder == bindparam("holder")))


_LINKS = Prepared(
    select(holder_links.c.provisional, holder_links.c.holder).where(
        or_(
            holder_links.c.provisional.in_(bindparam("ids", expanding=True)),
            holder_links.c.holder.in_(bindparam("ids", expanding=True)),
        ),
        holder_links.c.idx < bindparam("before"),
    )
)


_LOOKUPS_OF = Prepared(select(holders.c.lookup).where(holders.c.holder == bindparam("holder")))


def lookups_of(holder: bytes, reader: Reader) -> list[bytes]:
    """The keyed look-ups by which a holder is found."""
    return [bytes(row[0]) for row in _LOOKUPS_OF.rows(reader, holder=holder)]


def link_fact(holder: bytes) -> bytes:
    """Name of the fact "what this id is linked to", for the writer's batches."""
    return b"link/" + holder


def links_among(ids: Collection[bytes], reader: Reader, before: int = MAX_SIZE) -> dict[bytes, bytes]:
    """Every provisional id of the people whom these ids mean → the id that stands for its person.

    `before`: as it stood when the log had that many entries. Usually empty: few were ever provisional.
    """
    links: dict[bytes, bytes] = {}
    wanted = list(ids)
    for _ in range(2):  # from a provisional id to its person, then to the person's others
        if not wanted:
            break
        rows = _LINKS.rows(reader, ids=wanted, before=before)
        found = {bytes(row[0]): bytes(row[1]) for row in rows}
        wanted = sorted({holder for one, holder in found.items() if one not in links and holder not in ids})
        links |= found
    return links


def ids_of(holder: bytes, reader: Reader) -> list[bytes]:
    """The holder's own id, then every provisional one that is linked to it."""
    return [holder, *(one for one, person in links_among((holder,), reader).items() if person == holder)]


def whole_people(ids: Collection[bytes], reader: Reader) -> list[bytes]:
    """Every id of the people whom these ids mean, each once, in order."""
    links = links_among(ids, reader)
    return sorted({*ids, *links, *links.values()})


def share_a_person(ones: Collection[bytes], others: Collection[bytes], reader: Reader) -> bool:
    """Whether somebody stands among both, under whichever of their ids."""
    links = links_among({*ones, *others}, reader)
    people = {links.get(one, one) for one in ones}
    return any(links.get(one, one) in people for one in others)


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
