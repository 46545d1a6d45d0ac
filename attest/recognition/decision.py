# SPDX-License-Identifier: Apache-2.0
"""One case before the rules: its record, its guide, what was shown, its candidates."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from attest.cases.commands import OpenCase
from attest.cases.records import added_parties, opened, sealed_of
from attest.cases.repository import joined_cases
from attest.catalogue.situations import material_types_of, requirements_for
from attest.consents.repository import standing_consents
from attest.data_check_requests.repository import fallen_uses
from attest.data_checks.repository import denials_about, denied_numbers, mark_denied
from attest.days import day_of
from attest.fields import Fields
from attest.holders.repository import links_among
from attest.mandates.meeting import acting_for
from attest.materials.model import RECTIFIED
from attest.materials.repository import about_key
from attest.recognition.condemned import condemn, condemning
from attest.recognition.model import Facts
from attest.recognition.repository import candidates_for, same_files
from attest.recognition.rules import decide
from attest.submission.repository import choosers
from ledger.merkle import MAX_SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from attest.cases.model import CaseRow, Opening
    from attest.catalogue.model import MaterialTypes, Requirement, ServiceItem
    from attest.catalogue.repository import Catalogue, PolicyInForce
    from attest.consents.model import ConsentRow
    from attest.context import Context
    from attest.materials.model import AcceptanceRow
    from attest.policies.model import Policy
    from attest.reading import Reader
    from attest.recognition.model import ActsFor, Candidate, Decision, Presented, Word


@dataclass(frozen=True, slots=True)
class Judged:
    """The decision with what it rests on: requirements that apply, the guide that is pinned, what was found.

    `guide` is the guide's digest, `item` and `version` name it. `authority` is the department that decides
    the case, `policy` the one by which it does.

    `candidates` are the ids of all acceptances that were found for the case, fit or not; `consulted` those of
    their parties who are none of the case's; `fallen` the acceptances that count no more, taken back or with
    their file: by whom, and when (Unix seconds); `renewed` those whose paper was renewed: who accepted the
    newest, and when; `disputed` those under review: who vouches for them, and the day to answer by; `denied`
    those whose issuer says that they stand no more, and when it did.
    """

    requirements: tuple[Requirement, ...]
    decision: Decision
    guide: bytes
    item: str
    version: int
    authority: str
    policy: PolicyInForce
    candidates: frozenset[bytes]
    consulted: frozenset[bytes] = frozenset()
    fallen: Mapping[bytes, tuple[str, int]] = field(default_factory=dict)
    renewed: Mapping[bytes, tuple[str, int]] = field(default_factory=dict)
    consents: Mapping[tuple[str, bytes], tuple[ConsentRow, ...]] = field(default_factory=dict)
    """By requirement and acceptance, the consents under which the one may rest on the other."""
    disputed: Mapping[bytes, tuple[str, date]] = field(default_factory=dict)
    rectified: frozenset[bytes] = frozenset()
    """Of the fallen ones, those whose record was corrected by a later acceptance (更正)."""
    denied: Mapping[bytes, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a decision rests on: requirements that apply, candidates, facts, types, guide's digest, policy.

    `consulted`: parties of the candidates who are none of the case's.
    """

    requirements: tuple[Requirement, ...]
    candidates: list[Candidate]
    facts: Facts
    types: MaterialTypes
    guide: bytes
    policy: PolicyInForce
    consulted: frozenset[bytes] = frozenset()


class OutsideListError(LookupError):
    """A requirement or material type that the case's guide does not ask for."""


def opening_of(
    case: CaseRow, catalogue: Catalogue, reader: Reader, context: Context, before: int = MAX_SIZE
) -> Opening:
    """The record that opened the case, with the parties that were added before entry `before`.

    CommandRejected `vault.invalid` where a record cannot be read.
    """
    sealed = sealed_of(case.index, reader)
    opening = context.openings.get(sealed)
    if opening is None:
        record = opened(case.index, sealed, context)
        opening = context.openings.put(sealed, OpenCase(catalogue).parse(Fields(record, "/record")))
    return with_added(opening, reader, context, before)


def with_added(opening: Opening, reader: Reader, context: Context, before: int) -> Opening:
    """The opening with the parties that were added before entry `before`."""
    added = added_parties(opening.case_no, reader, context, before)
    return replace(opening, parties=(*opening.parties, *added)) if added else opening


def chosen(
    item: ServiceItem, opening: Opening, wanted: Sequence[str] | None, shown: Sequence[Presented]
) -> tuple[Requirement, ...]:
    """The requirements that apply, narrowed to `wanted`; OutsideListError for anything not on the list."""
    return _narrowed(requirements_for(item, dict(opening.answers)), wanted, shown)


def _narrowed(
    applying: tuple[Requirement, ...], wanted: Sequence[str] | None, shown: Sequence[Presented]
) -> tuple[Requirement, ...]:
    if wanted is not None:
        known = {one.code: one for one in applying}
        missing = [code for code in wanted if code not in known]
        if missing:
            raise OutsideListError(missing[0])
        applying = tuple(known[code] for code in dict.fromkeys(wanted))
    if shown:
        listed = material_types_of(applying)
        for one in shown:
            if one.type not in listed:
                raise OutsideListError(one.type)
    return applying


def judge(
    case: CaseRow,
    catalogue: Catalogue,
    reader: Reader,
    context: Context,
    now: int,
    *,
    wanted: Sequence[str] | None = None,
    shown: Sequence[Presented] = (),
    cited: AcceptanceRow | None = None,
    words: Mapping[tuple[str, bytes], Word] | None = None,
) -> Judged:
    """Decide the case's requirements as of the reader's state; OutsideListError before any look-up.

    SearchLimitError where the smallest set still to ask is not found within its limit.
    `cited` stands alone for its type: whatever else of that type could serve does not count. `words` are what
    issuers said just now that is not in the log.
    """
    found = gather(case, catalogue, reader, context, now, wanted=wanted, shown=shown, words=words)
    candidates: Sequence[Candidate] = found.candidates
    if cited is not None:
        candidates = [one for one in candidates if one.type != cited.type or one.acceptance == cited.id]
    decision = decide(found.requirements, candidates, found.facts, found.types, now)
    ids = frozenset([one.acceptance for one in found.candidates])
    return Judged(
        found.requirements,
        decision,
        found.guide,
        case.item,
        case.version,
        case.authority,
        found.policy,
        ids,
        found.consulted,
        _fallen(found.candidates),
        {one.acceptance: one.superseded for one in found.candidates if one.superseded is not None},
        _consents(found),
        {
            one.acceptance: (one.authority, one.disputed)
            for one in found.candidates
            if one.disputed is not None
        },
        _rectified(found.candidates),
        {
            one.acceptance: (str(one.denied.params["issuer"]), int(one.denied.params["at"]))
            for one in found.candidates
            if one.denied is not None
        },
    )


def _rectified(candidates: Sequence[Candidate]) -> frozenset[bytes]:
    said = {one.acceptance: one.retracted for one in candidates if one.retracted is not None}
    return frozenset([acceptance for acceptance, (_, _, reason) in said.items() if reason == RECTIFIED])


def _consents(found: Gathered) -> dict[tuple[str, bytes], tuple[ConsentRow, ...]]:
    made: dict[tuple[str, bytes], tuple[ConsentRow, ...]] = {}
    for requirement, given in found.facts.consents.items():
        for one in found.candidates:
            if one.case_no != found.facts.case_no and not found.facts.came_joined(one):
                rows = {given[holder].id: given[holder] for _, holder in one.parties if holder in given}
                made[requirement, one.acceptance] = tuple(sorted(rows.values(), key=lambda row: row.index))
    return made


def _fallen(candidates: Sequence[Candidate]) -> dict[bytes, tuple[str, int]]:
    fallen: dict[bytes, tuple[str, int]] = {}
    for one in candidates:
        if one.retracted is not None:
            fallen[one.acceptance] = one.retracted[:2]
        elif one.condemned is not None:
            fallen[one.acceptance] = one.condemned
    return fallen


def gather(
    case: CaseRow,
    catalogue: Catalogue,
    reader: Reader,
    context: Context,
    now: int,
    *,
    wanted: Sequence[str] | None = None,
    shown: Sequence[Presented] = (),
    before: int | None = None,
    words: Mapping[tuple[str, bytes], Word] | None = None,
) -> Gathered:
    """All that the case is decided on; OutsideListError before any look-up.

    `before`: as it stood when the log had that many entries, so that a decision of then can be made again.
    """
    item, published = catalogue.guide(case, reader)
    opening = opening_of(case, catalogue, reader, context, MAX_SIZE if before is None else before)
    applying = requirements_for(item, dict(opening.answers))
    requirements = _narrowed(applying, wanted, shown)
    known = catalogue.types(reader, before)
    stated = {holder for _, holder in opening.parties}
    found = on_record(requirements, stated, known, shown, reader, context, before)
    policy = catalogue.policy(case.authority, day_of(now), reader, before)
    facts = facts_of(
        case,
        opening,
        applying,
        found,
        policy.policy,
        catalogue,
        reader,
        context,
        now,
        shown=shown,
        words=words,
        before=before,
    )
    return Gathered(requirements, found.candidates, facts, known, published.digest, policy, found.others)


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What is found for people and requirements: candidates, and what issuers denied by type and holder.

    `others`: parties of the candidates who are none of the people; `links`: who stands for whom.
    """

    candidates: list[Candidate]
    words: Mapping[tuple[str, bytes], Word]
    others: frozenset[bytes]
    links: Mapping[bytes, bytes]


def on_record(
    requirements: Sequence[Requirement],
    stated: set[bytes],
    known: MaterialTypes,
    shown: Sequence[Presented],
    reader: Reader,
    context: Context,
    before: int | None = None,
) -> OnRecord:
    """Acceptances that could answer the requirements for the people stated, whatever became of them."""
    types, size = material_types_of(requirements), MAX_SIZE if before is None else before
    named = frozenset[tuple[str, str, str]]().union(*[one.named for one in requirements])
    links = links_among(stated, reader, size)
    parties = {links.get(holder, holder) for holder in stated}
    once = {code for code in types if code in known.types and known.types[code].reuse == "single_use"}
    candidates = candidates_for(parties, named, types, once, shown, reader, context, size, links)
    if condemners := condemning(candidates):
        candidates = condemn(candidates, same_files(condemners, reader, context))
    heard: dict[tuple[str, bytes], Word] = {}
    if denied := denials_about(candidates, parties, types, reader, size):
        candidates = mark_denied(candidates, denied, reader)
        heard = denied_numbers(parties, shown, denied, candidates, context)
    others: frozenset[bytes] = frozenset()
    if named:  # otherwise nobody but the parties was looked up
        others = frozenset([holder for one in candidates for _, holder in one.parties]) - parties
    return OnRecord(candidates, heard, others, links)


def facts_of(
    case: CaseRow,
    opening: Opening,
    applying: Sequence[Requirement],
    found: OnRecord,
    policy: Policy,
    catalogue: Catalogue,
    reader: Reader,
    context: Context,
    now: int,
    *,
    shown: Sequence[Presented] = (),
    words: Mapping[tuple[str, bytes], Word] | None = None,
    before: int | None = None,
) -> Facts:
    """The case as it stands: its own record, what was decided in it, and by which policy it is decided."""
    size, roles = MAX_SIZE if before is None else before, by_role(opening, found.links)
    mandates: tuple[ActsFor, ...] = ()
    if before is None:  # a decision made again is about acceptances: what was asked in vain has one
        mandates = _mandates(case, applying, roles, catalogue.types(reader), now, reader, context)
    return Facts(
        case_no=case.case_no,
        item=case.item,
        parties=roles,
        about=thing_of(opening, context),
        today=day_of(now),
        presented=tuple(shown),
        policy=policy,
        applied=day_of(case.opened),
        words={**words, **found.words} if words else found.words,
        mandates=mandates,
        by_choice=frozenset(choosers(case.case_no, reader, size)),
        joined=_joined(case, reader, size),
        consents=_given(case, applying, roles, found.candidates, now, reader, before),
        joint_forms=catalogue.joint_forms(case, reader),
        fallen_uses=fallen_uses(case.case_no, reader, size),
    )


def thing_of(opening: Opening, context: Context) -> tuple[str, bytes] | None:
    """Kind and keyed id of what the case is about."""
    return (opening.about[0], about_key(opening.about, context)) if opening.about else None


def _given(
    case: CaseRow,
    requirements: Sequence[Requirement],
    roles: Mapping[str, Sequence[bytes]],
    candidates: Sequence[Candidate],
    now: int,
    reader: Reader,
    before: int | None,
) -> dict[str, dict[bytes, ConsentRow]]:
    """Who consented, for the requirements whose guide names a law that asks it; no query without any."""
    asked: dict[str, dict[bytes, ConsentRow]] = {
        one.code: {} for one in requirements if one.consent is not None
    }
    if not asked:
        return asked
    limit = MAX_SIZE if before is None else before
    parties = {holder for several in roles.values() for holder in several}
    people = {*parties, *(holder for one in candidates for _, holder in one.parties)}
    for person, row in standing_consents(people, case.item, case.case_no, now, reader, limit):
        if row.requirement in asked:
            asked[row.requirement].setdefault(person, row)  # the newest
    return asked


def _joined(case: CaseRow, reader: Reader, before: int) -> dict[str, str]:
    """The other cases of the bundle's application, with their items; empty where it is no step of one."""
    first = None if case.bundle is None else case.bundle.first
    if first is None:
        return {}
    found = joined_cases(first, reader, before)
    return {one.case_no: one.item for one in found if one.case_no != case.case_no}


def _mandates(
    case: CaseRow,
    applying: Sequence[Requirement],
    parties: Mapping[str, tuple[bytes, ...]],
    types: MaterialTypes,
    now: int,
    reader: Reader,
    context: Context,
) -> tuple[ActsFor, ...]:
    """Mandates that cover the whole case, where what applies to it asks for one on paper."""
    asked = [one for one in applying if one.types.isdisjoint(types.agency)]
    return acting_for(case, parties, asked, now, reader, context) if len(asked) < len(applying) else ()


def by_role(opening: Opening, links: Mapping[bytes, bytes] | None = None) -> dict[str, tuple[bytes, ...]]:
    """The case's holders by their role, each by the id that stands for the person (`links_among`)."""
    parties: dict[str, tuple[bytes, ...]] = {}
    for role, holder in opening.parties:
        person = (links or {}).get(holder, holder)
        if person not in parties.get(role, ()):
            parties[role] = (*parties.get(role, ()), person)
    return parties
