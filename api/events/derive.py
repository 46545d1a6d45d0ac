# SPDX-License-Identifier: Apache-2.0
"""Which departments an entry concerns: a function of the log and the projections of what stands before it.

The same entry gives the same events whenever it is asked, so that they can be made again.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from api.events.model import (
    CHECK_ASKED,
    CONDEMNED,
    CONSENT_WITHDRAWN,
    DENIED,
    DISPUTED,
    KEY_ADDED,
    KEY_RETIRED,
    LOOKUP_ALARM,
    REASKED,
    RECALLED,
    RECTIFIED,
    RELIED_ON,
    RETRACTED,
    SUPERSEDED,
    Concern,
    Event,
    Place,
)
from api.events.published import published
from api.events.repository import concerned_before, reliances_before, signed_since
from attest.cases.repository import case_by_no
from attest.consents.repository import consent_by_id, uses_under
from attest.data_check_requests.repository import request_by_id
from attest.data_checks.commands import Deny
from attest.data_checks.repository import denials_of
from attest.errors import VaultError
from attest.expiry.model import EXPIRING
from attest.fields import Fields
from attest.materials.repository import acceptance_by_id, acceptances_by_keys, content_key, number_key
from attest.oversight.model import NO_DEPARTMENT, NOBODYS
from attest.private import open_private
from attest.reask.repository import reask_by_id
from attest.recognition.condemned import OF_THE_DOCUMENT
from attest.recognition.repository import reliance_by_id
from attest.statements import Envelope
from attest.supersession.model import RENEWED
from attest.supersession.repository import predecessors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attest.context import Context
    from attest.materials.model import AcceptanceRow
    from attest.reading import Reader
    from attest.statements import Entry

_KIND: Final = b'"kind":"'
_CONCERNING: Final = (
    b'material.relied"',
    b'acceptance.retracted"',
    b'supersession.recorded"',
    b'material.denied"',
    b'data.check.requested"',
    b'data.check.answered"',
    b'data.check.withdrawn"',
    b'reask.recorded"',
    b'consent.withdrawn"',
    b'lookup.alarm.raised"',
    b'material.expiring"',
    b'catalogue.published"',
    b'department.key.added"',
    b'department.key.retired"',
)
"""Kinds that concern others, as a leaf of canonical JSON writes them."""
_ACCEPTED: Final = b'material.accepted"'
_SUPERSEDES: Final = b'"supersedes":{'


def may_concern(leaf: bytes) -> bool:
    """Whether a leaf is of such a kind: members are sorted, and none after the kind is so named."""
    kind = leaf.rfind(_KIND) + len(_KIND)
    return leaf.startswith(_CONCERNING, kind) or (leaf.startswith(_ACCEPTED, kind) and _SUPERSEDES in leaf)


def events_of(index: int, leaf: bytes, reader: Reader, context: Context) -> list[Event]:
    """The events of one entry, numbered by department."""
    entry = Envelope.parse(leaf).entry
    parts: defaultdict[str, int] = defaultdict(int)
    found = []
    for one in _concerned(index, entry, reader, context):
        place = Place(index, parts[one.department])
        parts[one.department] += 1
        actor = _actor(entry)
        acceptance, acceptance_index = one.acceptance or (None, None)
        reliance, reliance_index = one.reliance or (None, None)
        found.append(
            Event(
                one.department,
                place,
                one.type,
                actor,
                entry.time,
                acceptance,
                acceptance_index,
                reliance,
                reliance_index,
                one.about,
            )
        )
    return found


def _actor(entry: Entry) -> str:
    """Whose act it is: of what the service says for a department, that department's."""
    if entry.kind == "supersession.recorded":
        return str(entry.body["authority"])
    return str(entry.body.get("duty", entry.issuer))


def _concerned(index: int, entry: Entry, reader: Reader, context: Context) -> Iterator[Concern]:
    match entry.kind:
        case "material.relied":
            row = _cited(index, reader, context)
            if row is not None:
                for department in sorted({row.accepted_by, row.authority} - {entry.issuer}):
                    yield Concern(department, RELIED_ON, (row.id, row.index), (entry.id, index))
        case "material.accepted":
            said = entry.body.get("supersedes")
            if isinstance(said, dict) and said.get("how") == RENEWED:
                yield from _renewed(entry.id, entry.issuer, index, reader)
        case "supersession.recorded":
            row = _cited(index, reader, context)
            if row is not None:
                yield from _renewed(row.id, row.accepted_by, index, reader)
        case "acceptance.retracted":
            row = _cited(index, reader, context)
            if row is not None:
                newer = _cited(index, reader, context, "rectified_by")
                yield from _fallen(row, entry.issuer, index, reader, newer)
                if row.retracted is not None and row.retracted[2] in OF_THE_DOCUMENT:
                    yield from _condemned(row, entry.issuer, index, reader, context)
        case "material.denied":
            yield from _denied(index, entry.issuer, reader, context)
        case "data.check.requested" | "data.check.answered" | "data.check.withdrawn":
            yield from _checked(entry, index, reader, context)
        case "consent.withdrawn":
            yield from _unconsented(entry, index, reader, context)
        case "reask.recorded":
            yield _reasked(entry, reader)
        case "material.expiring":
            row = _cited(index, reader, context)
            if row is not None:
                yield _expiring(row, str(entry.body["department"]), index, reader)
        case "lookup.alarm.raised":
            owner = str(entry.body["department"])
            if owner not in (NO_DEPARTMENT, NOBODYS):
                yield Concern(owner, LOOKUP_ALARM)
        case "catalogue.published":
            yield from published(entry, index, reader)
        case "department.key.added":
            yield Concern(str(entry.body["department"]), KEY_ADDED)
        case "department.key.retired":
            owner, since = str(entry.body["department"]), entry.body.get("compromised_since")
            yield Concern(owner, KEY_RETIRED)
            if isinstance(since, int):
                key = bytes.fromhex(str(entry.body["address"]))
                for acceptance in signed_since(key, since, reader):
                    row = acceptance_by_id(acceptance, reader)
                    if row is not None and row.index < index:
                        yield from _fallen(row, owner, index, reader)


def _unconsented(entry: Entry, index: int, reader: Reader, context: Context) -> Iterator[Concern]:
    """Those who relied under it, and whose case it was given in, but for who recorded it."""
    try:
        _, record = open_private(index, reader, context.sealer)
    except (LookupError, VaultError):
        return
    row = consent_by_id(bytes.fromhex(record["consent"]["id"]), reader)
    if row is None:
        return
    told: set[str] = {entry.issuer}
    for department, reliance, at in uses_under(row.id, reader, index):
        yield Concern(department, CONSENT_WITHDRAWN, None, (reliance, at))
        told.add(department)
    case = case_by_no(row.case_no, reader) if row.case_no is not None else None
    if case is not None:
        for department in sorted({case.authority, case.opened_by} - told):
            yield Concern(department, CONSENT_WITHDRAWN, about={"case": case.case_no})


def _reasked(entry: Entry, reader: Reader) -> Concern:
    """Told to the department that asked: in which case, by which entry, and what shows the asking."""
    row = reask_by_id(entry.id, reader)
    about = {} if row is None else {"case": row.case_no, "asked": row.asked.hex(), "source": row.source}
    return Concern(str(entry.body["department"]), REASKED, about=about)


def _expiring(row: AcceptanceRow, department: str, index: int, reader: Reader) -> Concern:
    """Told to one department, with its latest reliance where it has any."""
    own = [(id_, at) for who, id_, at in reliances_before(row.id, index, reader) if who == department]
    return Concern(department, EXPIRING, (row.id, row.index), own[-1] if own else None)


def _fallen(
    row: AcceptanceRow, knows: str, index: int, reader: Reader, newer: AcceptanceRow | None = None
) -> Iterator[Concern]:
    """Whoever vouched for what fell and does not know yet, who relied on it, and whose case it was.

    `newer` is the acceptance that corrects it: then they are told of a rectification.
    """
    acceptance = (row.id, row.index)
    about = {} if newer is None else {"rectified_by": {"id": newer.id.hex(), "index": newer.index}}
    for department in sorted({row.accepted_by, row.authority} - {knows}):
        yield Concern(department, RETRACTED, acceptance, None, about)
    for department, reliance, at in concerned_before(row.id, index, reader):
        yield Concern(department, RECTIFIED if about else RECALLED, acceptance, (reliance, at), about)


def _renewed(newer: bytes, knows: str, index: int, reader: Reader) -> Iterator[Concern]:
    """Those who accepted or relied on the paper as it was, and on every copy of it and forerunner."""
    for older in predecessors(newer, reader, index + 1):
        row = acceptance_by_id(older, reader)
        if row is None:
            continue
        acceptance = (row.id, row.index)
        for department in sorted({row.accepted_by, row.authority} - {knows}):
            yield Concern(department, SUPERSEDED, acceptance, None)
        for department, reliance, at in concerned_before(row.id, index, reader):
            yield Concern(department, SUPERSEDED, acceptance, (reliance, at))


def _disputed(
    row: AcceptanceRow, types: tuple[str, str], knows: str, index: int, reader: Reader
) -> Iterator[Concern]:
    """Those who vouched for what is disputed, but for who knows, and those who relied on it."""
    acceptance = (row.id, row.index)
    for department in sorted({row.accepted_by, row.authority} - {knows}):
        yield Concern(department, types[0], acceptance, None)
    for department, reliance, at in concerned_before(row.id, index, reader):
        yield Concern(department, types[1], acceptance, (reliance, at))


def _condemned(
    row: AcceptanceRow, knows: str, index: int, reader: Reader, context: Context
) -> Iterator[Concern]:
    """Those who vouched for, or relied on, another acceptance of the file that was taken back (ADR 0008)."""
    for other in _same_file(row, reader, context):
        if other.index >= index:
            continue
        acceptance = (other.id, other.index)
        for department in sorted({other.accepted_by, other.authority} - {knows}):
            yield Concern(department, CONDEMNED, acceptance, None)
        for department, reliance, at in concerned_before(other.id, index, reader):
            yield Concern(department, CONDEMNED, acceptance, (reliance, at))


def _denied(index: int, issuer: str, reader: Reader, context: Context) -> Iterator[Concern]:
    """Those who vouched for the paper that its issuer denies, or relied on it; not at each repetition."""
    try:
        _, record = open_private(index, reader, context.sealer)
    except (LookupError, VaultError):
        return
    denial = Deny.read(Fields(record))
    holders = {holder for _, holder in denial.parties}
    keys = [number_key(one, denial.type, denial.issuer, denial.number, context) for one in holders]
    earlier = [one for one in denials_of(holders, [denial.type], reader, index) if one.lookup in keys]
    found = {one.id: one for one in acceptances_by_keys(keys, reader) if one.index < index}
    for row in sorted(found.values(), key=lambda one: one.index):
        if any(row.index < one.index for one in earlier):
            continue
        for department in sorted({row.accepted_by, row.authority} - {issuer}):
            yield Concern(department, DENIED, (row.id, row.index), None)
        for department, reliance, at in concerned_before(row.id, index, reader):
            yield Concern(department, DENIED, (row.id, row.index), (reliance, at))


def _same_file(row: AcceptanceRow, reader: Reader, context: Context) -> list[AcceptanceRow]:
    """Other acceptances of the same bytes as the same type for a common party, in the log's order."""
    try:
        _, record = open_private(row.index, reader, context.sealer)
    except (LookupError, VaultError):
        return []
    digest = bytes.fromhex(record["document"]["sha256"])
    holders = sorted({bytes.fromhex(party["holder"]) for party in record["parties"]})
    found = acceptances_by_keys([content_key(holder, digest, context) for holder in holders], reader)
    others = {one.id: one for one in found if one.id != row.id and one.type == row.type}
    return sorted(others.values(), key=lambda one: one.index)


def _cited(index: int, reader: Reader, context: Context, member: str = "acceptance") -> AcceptanceRow | None:
    """The acceptance that the entry's private record cites; None where it cites none, or was erased."""
    try:
        _, record = open_private(index, reader, context.sealer)
    except (LookupError, VaultError):
        return None
    cited = record.get(member)
    return None if cited is None else acceptance_by_id(bytes.fromhex(cited["id"]), reader)


def _checked(entry: Entry, index: int, reader: Reader, context: Context) -> Iterator[Concern]:
    """A dispute, its answer or its withdrawal: of a use it concerns those alone who may answer it."""
    try:
        _, record = open_private(index, reader, context.sealer)
    except (LookupError, VaultError):
        return
    asked = entry.kind == CHECK_ASKED
    request = request_by_id(entry.id if asked else bytes.fromhex(record["request"]["id"]), reader)
    row = acceptance_by_id(request.acceptance, reader) if request is not None else None
    if request is None or row is None:
        return
    if request.reliance is None:
        yield from _disputed(
            row, (entry.kind, DISPUTED if asked else entry.kind), entry.issuer, index, reader
        )
        return
    found = reliance_by_id(request.reliance, reader)
    reliance = (request.reliance, found[1]) if found is not None else None
    for department in sorted({request.by, request.authority} - {entry.issuer}):
        yield Concern(department, entry.kind, (row.id, row.index), reliance)
