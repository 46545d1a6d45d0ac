# SPDX-License-Identifier: Apache-2.0
"""Gather what could meet a case's requirements: acceptances of the right types for the right holders."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from attest.materials.repository import ROW, acceptance_row, content_key, number_key
from attest.reading import Prepared
from attest.recognition.model import Candidate
from attest.tables import acceptance_parties, acceptances, lookups, material_parties, reliance_ids, reliances

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from attest.context import Context
    from attest.materials.model import AcceptanceRow
    from attest.reading import Reader
    from attest.recognition.model import Presented

_OF_HOLDERS = Prepared(
    select(material_parties.c.acceptance)
    .where(
        material_parties.c.holder.in_(bindparam("holders", expanding=True)),
        material_parties.c.type.in_(bindparam("types", expanding=True)),
    )
    .distinct()
)
_ROWS = Prepared(ROW.where(acceptances.c.acceptance.in_(bindparam("ids", expanding=True))))
_PARTIES = Prepared(
    select(acceptance_parties.c.acceptance, acceptance_parties.c.role, acceptance_parties.c.holder).where(
        acceptance_parties.c.acceptance.in_(bindparam("ids", expanding=True))
    )
)
_USES = Prepared(
    select(reliances.c.acceptance, reliances.c.case_no).where(
        reliances.c.acceptance.in_(bindparam("ids", expanding=True))
    )
)
_LOOKUPS = Prepared(
    select(lookups.c.lookup, lookups.c.acceptance).where(
        lookups.c.lookup.in_(bindparam("keys", expanding=True))
    )
)

_PORTION: Final = 512
_BY_HOLDER: Final = frozenset({"holder"})


def candidates_for(
    holders: Collection[bytes],
    named: Collection[tuple[str, str, str]],
    types: Collection[str],
    presented: Collection[Presented],
    reader: Reader,
    context: Context,
) -> list[Candidate]:
    """Acceptances of `types` for `holders`, and of those whom a material names.

    `named`: (type wanted, type that names, role there), such as the deed of a lease's lessor: those parties
    are looked up in a second pass.
    """
    rows = _acceptances(holders, types, reader)
    parties = _parties([row.id for row in rows], reader)
    second: set[bytes] = set()
    for _, naming, role in named:
        second |= {
            holder for row in rows if row.type == naming for there, holder in parties[row.id] if there == role
        }
    second -= set(holders)
    if second:
        more = _acceptances(second, {wanted for wanted, _, _ in named}, reader)
        known = {row.id for row in rows}
        more = [row for row in more if row.id not in known]
        rows += more
        parties |= _parties([row.id for row in more], reader)
    matched = _matched({*holders, *second}, presented, reader, context)
    uses = _uses([row.id for row in rows], reader)
    return [
        _candidate(row, parties[row.id], uses.get(row.id, ()), matched.get(row.id, _BY_HOLDER))
        for row in rows
    ]


def _acceptances(holders: Collection[bytes], types: Collection[str], reader: Reader) -> list[AcceptanceRow]:
    if not holders or not types:
        return []
    found = _OF_HOLDERS.rows(reader, holders=list(holders), types=list(types))
    ids = [bytes(row[0]) for row in found]
    return [acceptance_row(row) for some in _portions(ids) for row in _ROWS.rows(reader, ids=some)]


def _portions(ids: list[bytes]) -> Iterator[list[bytes]]:
    """What one statement may name: databases bound its parameters."""
    return (ids[start : start + _PORTION] for start in range(0, len(ids), _PORTION))


def _parties(ids: list[bytes], reader: Reader) -> dict[bytes, list[tuple[str, bytes]]]:
    parties: dict[bytes, list[tuple[str, bytes]]] = {one: [] for one in ids}
    for some in _portions(ids):
        for acceptance, role, holder in _PARTIES.rows(reader, ids=some):
            parties[bytes(acceptance)].append((role, bytes(holder)))
    return parties


def _uses(ids: list[bytes], reader: Reader) -> dict[bytes, tuple[str, ...]]:
    uses: dict[bytes, set[str]] = defaultdict(set)
    for some in _portions(ids):
        for acceptance, case_no in _USES.rows(reader, ids=some):
            uses[bytes(acceptance)].add(case_no)
    return {acceptance: tuple(sorted(found)) for acceptance, found in uses.items()}


def _matched(
    holders: Iterable[bytes], presented: Collection[Presented], reader: Reader, context: Context
) -> dict[bytes, frozenset[str]]:
    """How each acceptance was met by what was presented: `content`, `number` or both."""
    keys: dict[bytes, str] = {}
    for holder in holders:
        for one in presented:
            if one.digest is not None:
                keys[content_key(holder, one.digest, context)] = "content"
            if one.number is not None and one.issuer is not None:
                keys[number_key(holder, one.type, one.issuer, one.number, context)] = "number"
    matched: dict[bytes, set[str]] = defaultdict(lambda: {"holder"})
    if keys:
        for lookup, acceptance in _LOOKUPS.rows(reader, keys=list(keys)):
            matched[bytes(acceptance)].add(keys[bytes(lookup)])
    return {acceptance: frozenset(how) for acceptance, how in matched.items()}


def _candidate(
    row: AcceptanceRow, parties: list[tuple[str, bytes]], uses: tuple[str, ...], matched: frozenset[str]
) -> Candidate:
    return Candidate(
        acceptance=row.id,
        index=row.index,
        leaf_hash=row.leaf,
        type=row.type,
        issuer=row.issuer,
        authority=row.authority,
        received_by=row.accepted_by if row.accepted_by != row.authority else None,
        accepted_at=row.accepted,
        issued=row.issued,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        assurance=row.assurance,
        parties=tuple(sorted(parties)),
        about=row.about,
        case_no=row.case_no,
        retracted=row.fallen,
        uses=(row.case_no, *uses),
        matched=matched,
    )


@dataclass(frozen=True, slots=True)
class RelianceRow:
    """Who relied on an acceptance, for what, on which ground, where in the log."""

    id: bytes
    index: int
    department: str
    requirement: str
    ground: str
    time: int
    case_no: str


_RELIANCES = Prepared(
    select(
        reliances.c.reliance,
        reliances.c.idx,
        reliances.c.department,
        reliances.c.requirement,
        reliances.c.ground,
        reliances.c.time,
        reliances.c.case_no,
    )
    .where(reliances.c.acceptance == bindparam("acceptance"))
    .order_by(reliances.c.idx)
)
_RELIANCE = Prepared(
    select(reliance_ids.c.acceptance, reliance_ids.c.idx).where(
        reliance_ids.c.reliance == bindparam("reliance")
    )
)


def reliances_on(acceptance: bytes, reader: Reader) -> list[RelianceRow]:
    """Every reliance on an acceptance, in the log's order."""
    return [RelianceRow(bytes(row[0]), *row[1:]) for row in _RELIANCES.rows(reader, acceptance=acceptance)]


def reliance_by_id(reliance: bytes, reader: Reader) -> tuple[bytes, int] | None:
    """The acceptance that a reliance cites, and the reliance's index."""
    found = _RELIANCE.rows(reader, reliance=reliance)
    return (bytes(found[0][0]), int(found[0][1])) if found else None
