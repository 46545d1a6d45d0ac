# SPDX-License-Identifier: Apache-2.0
"""Gather what could meet a case's requirements: acceptances of the right types for the right holders."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import and_, bindparam, select

from attest.data_check_requests.repository import OPEN_UNTIL, TAKEN_BACK
from attest.errors import VaultError
from attest.holders.repository import links_among
from attest.materials.model import KEY_COMPROMISED, Citation
from attest.materials.repository import content_key, number_key
from attest.private import open_private
from attest.reading import Prepared
from attest.recognition.model import Candidate
from attest.registry.model import GOVERNANCE
from attest.reuse.repository import REMOVED_AT
from attest.supersession.repository import SUPERSEDED_AT, successions
from attest.tables import (
    acceptance_parties,
    acceptances,
    department_key_ends,
    lookups,
    material_parties,
    reliance_ids,
    reliances,
    retractions,
)
from ledger.merkle import MAX_SIZE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from attest.context import Context
    from attest.reading import Reader
    from attest.recognition.model import Presented
    from attest.supersession.model import Succession

_OF_HOLDERS = Prepared(
    select(
        acceptances.c.acceptance,
        material_parties.c.role,
        material_parties.c.holder,
        acceptances.c.idx,
        acceptances.c.leaf,
        acceptances.c.type,
        acceptances.c.issuer,
        acceptances.c.authority,
        acceptances.c.accepted_by,
        acceptances.c.case_no,
        acceptances.c.assurance,
        acceptances.c.accepted,
        acceptances.c.issued,
        acceptances.c.valid_from,
        acceptances.c.valid_until,
        acceptances.c.about,
        retractions.c.department,
        retractions.c.time,
        retractions.c.reason,
        department_key_ends.c.time,
        OPEN_UNTIL,
        REMOVED_AT,
        SUPERSEDED_AT,
    )
    .select_from(
        material_parties.join(acceptances, acceptances.c.acceptance == material_parties.c.acceptance)
        .outerjoin(
            retractions,
            and_(
                retractions.c.acceptance == acceptances.c.acceptance,
                retractions.c.idx < bindparam("before"),
            ),
        )
        .outerjoin(
            department_key_ends,
            and_(
                department_key_ends.c.address == acceptances.c.key,
                department_key_ends.c.compromised_since <= acceptances.c.idx,
                department_key_ends.c.idx < bindparam("before"),
            ),
        )
    )
    .where(
        acceptances.c.idx < bindparam("before"),
        material_parties.c.holder.in_(bindparam("holders", expanding=True)),
        material_parties.c.type.in_(bindparam("types", expanding=True)),
    )
)
_PARTIES = Prepared(
    select(acceptance_parties.c.acceptance, acceptance_parties.c.role, acceptance_parties.c.holder).where(
        acceptance_parties.c.acceptance.in_(bindparam("ids", expanding=True))
    )
)
_USES = Prepared(
    select(reliances.c.acceptance, reliances.c.case_no).where(
        reliances.c.acceptance.in_(bindparam("ids", expanding=True)),
        reliances.c.idx < bindparam("before"),
        TAKEN_BACK.is_(None),
    )
)
_LOOKUPS = Prepared(
    select(lookups.c.lookup, lookups.c.acceptance).where(
        lookups.c.lookup.in_(bindparam("keys", expanding=True))
    )
)

_TYPE: Final = 5
"""Place of the type in a row of `_OF_HOLDERS`."""
_PORTION: Final = 512
_BY_HOLDER: Final = frozenset({"holder"})


def candidates_for(
    holders: Collection[bytes],
    named: Collection[tuple[str, str, str]],
    types: Collection[str],
    once: Collection[str],
    presented: Collection[Presented],
    reader: Reader,
    context: Context,
    before: int = MAX_SIZE,
    links: Mapping[bytes, bytes] | None = None,
) -> list[Candidate]:
    """Acceptances of `types` for `holders`, and of those whom a material names.

    `before`: as they stood when the log had that many entries. `links`: what `links_among` says of the
    holders, looked up where it is not given; parties of candidates are told by the id that stands for them.

    `named`: (type wanted, type that names, role there), such as the deed of a lease's lessor: those parties
    are looked up in a second pass. Of the types `once`, which may be used once, the uses are read.
    """
    links = links_among(holders, reader, before) if links is None else links
    everyone = {*holders, *links, *links.values()}
    found = _acceptances(everyone, types, reader, before)
    naming = {one for _, one, _ in named}
    parties = _parties([id_ for id_, (row, _) in found.items() if row[_TYPE] in naming], reader)
    second: set[bytes] = set()
    for _, type_, role in named:
        second |= {
            holder
            for id_, those in parties.items()
            if found[id_][0][_TYPE] == type_
            for there, holder in those
            if there == role
        }
    second -= everyone
    if second:
        more_links = links_among(second, reader, before)
        links = {**links, **more_links}
        second |= {*more_links, *more_links.values()}
        more = _acceptances(second, {wanted for wanted, _, _ in named}, reader, before)
        parties |= _parties(
            [id_ for id_, (row, _) in more.items() if id_ not in parties and row[_TYPE] in naming], reader
        )
        for id_, (row, stand) in more.items():
            found.setdefault(id_, (row, []))[1].extend(stand)
    matched = _matched({*everyone, *second}, presented, reader, context)
    lines = successions([id_ for id_, (row, _) in found.items() if row[-1] is not None], reader, before)
    uses = _uses([id_ for id_, (row, _) in found.items() if row[_TYPE] in once], reader, before)
    stands = {id_: parties.get(id_, stand) for id_, (_, stand) in found.items()}
    if links:
        stands = {id_: _told(those, links) for id_, those in stands.items()}
    return [
        _candidate(id_, row, stands[id_], uses.get(id_, ()), matched.get(id_, _BY_HOLDER), lines.get(id_))
        for id_, (row, _) in found.items()
    ]


def _told(parties: list[tuple[str, bytes]], links: Mapping[bytes, bytes]) -> list[tuple[str, bytes]]:
    """Parties by the ids that stand for them, each once in a role."""
    return list(dict.fromkeys((role, links.get(holder, holder)) for role, holder in parties))


_Found: TypeAlias = "tuple[tuple[Any, ...], list[tuple[str, bytes]]]"
"""A row of `_OF_HOLDERS`, and the (role, holder) by which it was found."""


def _acceptances(
    holders: Collection[bytes], types: Collection[str], reader: Reader, before: int
) -> dict[bytes, _Found]:
    """By id; one of several of these holders comes in several rows."""
    if not holders or not types:
        return {}
    found: dict[bytes, _Found] = {}
    for row in _OF_HOLDERS.rows(reader, holders=list(holders), types=list(types), before=before):
        id_, stands = bytes(row[0]), (row[1], bytes(row[2]))
        known = found.get(id_)
        if known is None:
            found[id_] = (row, [stands])
        else:
            known[1].append(stands)
    return found


def _portions(ids: list[bytes]) -> Iterator[list[bytes]]:
    """What one statement may name: databases bound its parameters."""
    return (ids[start : start + _PORTION] for start in range(0, len(ids), _PORTION))


def _parties(ids: list[bytes], reader: Reader) -> dict[bytes, list[tuple[str, bytes]]]:
    parties: dict[bytes, list[tuple[str, bytes]]] = {one: [] for one in ids}
    for some in _portions(ids):
        for acceptance, role, holder in _PARTIES.rows(reader, ids=some):
            parties[bytes(acceptance)].append((role, bytes(holder)))
    return parties


def _uses(ids: list[bytes], reader: Reader, before: int) -> dict[bytes, tuple[str, ...]]:
    uses: dict[bytes, set[str]] = defaultdict(set)
    for some in _portions(ids):
        for acceptance, case_no in _USES.rows(reader, ids=some, before=before):
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


def same_files(
    condemners: Collection[Candidate], reader: Reader, context: Context
) -> dict[bytes, frozenset[bytes]]:
    """For each acceptance, by its id: those of the same file for one of its parties, itself among them.

    The digest stands in the sealed record alone; of one that was erased nothing more can be told.
    """
    found: dict[bytes, frozenset[bytes]] = {}
    for one in condemners:
        found[one.acceptance] = frozenset({one.acceptance})
        try:
            _, record = open_private(one.index, reader, context.sealer)
        except (LookupError, VaultError):
            continue
        digest = bytes.fromhex(record["document"]["sha256"])
        stated = {bytes.fromhex(party["holder"]) for party in record["parties"]}
        links = links_among(stated, reader)
        keys = [content_key(holder, digest, context) for holder in {*stated, *links, *links.values()}]
        found[one.acceptance] |= {bytes(row[1]) for row in _LOOKUPS.rows(reader, keys=keys)}
    return found


def _candidate(
    id_: bytes,
    row: tuple[Any, ...],
    parties: list[tuple[str, bytes]],
    uses: tuple[str, ...],
    matched: frozenset[str],
    line: Succession | None,
) -> Candidate:
    _, _, _, index, leaf, type_, issuer, authority, accepted_by, case_no, assurance, accepted, *rest = row
    issued, begins, until, about, by, at, reason, compromised, disputed, removed, _ = rest
    fallen: tuple[str, int, str] | None = None
    if by is not None:
        fallen = (by, at, reason)
    elif compromised is not None:
        fallen = (GOVERNANCE, compromised, KEY_COMPROMISED)
    return Candidate(
        id_,
        index,
        bytes(leaf),
        type_,
        issuer,
        authority,
        accepted_by if accepted_by != authority else None,
        accepted,
        date.fromisoformat(issued) if issued else None,
        date.fromisoformat(until) if until else None,
        assurance,
        tuple(parties if len(parties) == 1 else sorted(parties)),
        None if about is None else bytes(about),
        case_no,
        fallen,
        (case_no, *uses) if uses else (case_no,),
        matched,
        date.fromisoformat(begins) if begins else None,
        None,
        date.fromisoformat(disputed) if disputed else None,
        (line.last.authority, line.last.time) if line is not None and line.renewed else None,
        line is not None,
        removed is not None,
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


_RELYING = (
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
_RELIANCES = Prepared(_RELYING)
_RELYING_AFTER = Prepared(_RELYING.where(reliances.c.idx > bindparam("after")).limit(bindparam("most")))
_IN_CASE = Prepared(
    select(reliances.c.requirement, reliances.c.acceptance, reliances.c.idx)
    .where(reliances.c.case_no == bindparam("case_no"))
    .order_by(reliances.c.idx)
)
_RELIANCE = Prepared(
    select(reliance_ids.c.acceptance, reliance_ids.c.idx, reliance_ids.c.leaf).where(
        reliance_ids.c.reliance == bindparam("reliance")
    )
)


def reliances_on(acceptance: bytes, reader: Reader) -> list[RelianceRow]:
    """Every reliance on an acceptance, in the log's order."""
    return [RelianceRow(bytes(row[0]), *row[1:]) for row in _RELIANCES.rows(reader, acceptance=acceptance)]


def reliances_after(acceptance: bytes, after: int, most: int, reader: Reader) -> list[RelianceRow]:
    """Reliances on an acceptance beyond an index, at most so many, in the log's order."""
    found = _RELYING_AFTER.rows(reader, acceptance=acceptance, after=after, most=most)
    return [RelianceRow(bytes(row[0]), *row[1:]) for row in found]


def relied_in(case_no: str, reader: Reader) -> list[tuple[str, bytes, int]]:
    """(requirement, acceptance, index) of every reliance in a case, in the log's order."""
    found = _IN_CASE.rows(reader, case_no=case_no)
    return [(requirement, bytes(acceptance), index) for requirement, acceptance, index in found]


def cited_reliance(citation: Citation, reader: Reader) -> tuple[bytes, RelianceRow] | None:
    """The reliance that a citation names by id, index and leaf hash alike, after its acceptance; or None."""
    for acceptance, index, leaf in _RELIANCE.rows(reader, reliance=citation.id):
        if (index, bytes(leaf)) == (citation.index, citation.leaf):
            rows = reliances_on(bytes(acceptance), reader)
            return bytes(acceptance), next(one for one in rows if one.index == index)
    return None


def cite_reliance(reliance: bytes, salt: bytes, reader: Reader) -> Citation | None:
    """A citation of a reliance by the id of its entry, or None."""
    found = _RELIANCE.rows(reader, reliance=reliance)
    return Citation(reliance, int(found[0][1]), bytes(found[0][2]), salt) if found else None


def reliance_by_id(reliance: bytes, reader: Reader) -> tuple[bytes, int] | None:
    """The acceptance that a reliance cites, and the reliance's index."""
    found = _RELIANCE.rows(reader, reliance=reliance)
    return (bytes(found[0][0]), int(found[0][1])) if found else None
