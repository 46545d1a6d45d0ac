# SPDX-License-Identifier: Apache-2.0
"""Which papers of a case an issuer is to be asked about, and by which number. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from attest.catalogue.model import CaseRole
from attest.data_checks.model import (
    FRESH_SECONDS,
    MOST,
    NAMED_ELSEWHERE,
    NO_ADDRESS,
    NO_CONSENT,
    NO_HOLDER,
    NUMBER_UNKNOWN,
    NUMBERS_DIFFER,
    SEVERAL_HOLDERS,
    SEVERAL_ISSUERS,
    SEVERAL_ROLES,
    SHOWN_ONLY,
    TAKEN_IN,
    THING_UNKNOWN,
    TOO_MANY,
    Need,
    Unasked,
)
from attest.parties import well_formed
from attest.recognition.evidence import judge
from attest.recognition.model import RECOGNISED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from attest.catalogue.model import Evidence, MaterialTypes, Requirement
    from attest.data_checks.model import DenialRow
    from attest.parties import About
    from attest.recognition.evidence import Pool
    from attest.recognition.model import Candidate, Facts


class Asking(NamedTuple):
    """A paper to ask about, under the first requirement that it serves.

    `alone`: nobody else stands in the role, so that a number that is shown can be only this holder's.
    """

    requirement: str
    need: Need
    alone: bool


class Plan(NamedTuple):
    """What to ask, in the guide's order, and what the policy would let be asked but is not."""

    asking: list[Asking]
    unasked: list[Unasked]


def plan(
    requirements: Iterable[Requirement],
    pool: Pool,
    facts: Facts,
    types: MaterialTypes,
    reachable: Collection[str],
    about: About | None,
) -> Plan:
    """The papers to ask issuers about, `MOST` at most, and why others are left out.

    The policy says who answers about what, `reachable` whose address is known. Of several people in the role
    each is asked about by a number of their own; whose a shown number would be is not guessed. What stands on
    a ground that the policy ranks above a data check needs no question.
    """
    found: dict[tuple[str, bytes], Asking] = {}
    unasked: dict[tuple[str, str], Unasked] = {}
    for requirement in requirements:
        here = facts.judging(requirement.code)
        for combination in requirement.alternatives:
            for evidence in combination.evidence:
                several, why = _of(evidence, here, types, reachable, about)
                if not (several or why) or _stands_better(evidence, pool, here, types):
                    continue
                for one in several:
                    alone = evidence.each or len(several) == 1
                    found.setdefault((one.type, one.holder), Asking(requirement.code, one, alone))
                if why:
                    unasked.setdefault(
                        (requirement.code, evidence.type), Unasked(requirement.code, evidence.type, why)
                    )
    asking = list(found.values())
    beyond = [Unasked(one.requirement, one.need.type, TOO_MANY) for one in asking[MOST:]]
    return Plan(asking[:MOST], [*unasked.values(), *dict.fromkeys(beyond)])


def _of(
    evidence: Evidence,
    facts: Facts,
    types: MaterialTypes,
    reachable: Collection[str],
    about: About | None,
) -> tuple[list[Need], str]:
    """What may be asked about one evidence, or why nothing is; neither where the policy asks nobody."""
    kind = types.types.get(evidence.type)
    if kind is None or kind.source != "issued":
        return [], ""
    allowed = set(evidence.issuers or kind.issuers)
    asked = allowed & (facts.policy.answering(evidence.type) - {facts.policy.authority})
    if not asked:
        return [], ""
    if kind.handling == "show":
        return [], SHOWN_ONLY
    if evidence.surrender:
        return [], TAKEN_IN
    answering = asked & set(reachable)
    shown = {one.issuer for one in facts.presented if one.type == evidence.type and one.issuer}
    answering = answering & shown or answering
    if len(answering) != 1:
        return [], SEVERAL_ISSUERS if answering else NO_ADDRESS
    if len(evidence.bindings) != 1:
        return [], SEVERAL_ROLES
    binding = evidence.bindings[0]
    if not isinstance(binding.by, CaseRole):
        return [], NAMED_ELSEWHERE
    holders = sorted(set(facts.parties.get(binding.by.role, ())))
    if not holders:
        return [], NO_HOLDER
    if facts.agreed is not None:  # a question to the issuer tells whose paper it is, too
        holders = [one for one in holders if one in facts.agreed]
        if not holders:
            return [], NO_CONSENT
    thing = None
    if kind.about is not None:
        if about is None or about[0] != kind.about or not well_formed(about):
            return [], THING_UNKNOWN
        thing = about
    issuer = next(iter(answering))
    return [Need(evidence.type, issuer, binding.role, holder, thing) for holder in holders], ""


def _stands_better(evidence: Evidence, pool: Pool, facts: Facts, types: MaterialTypes) -> bool:
    """Whether it is recognised on grounds that the policy puts before a data check."""
    told = judge(evidence, pool, facts, types, None)
    ranks = facts.policy.ranks
    return told.verdict == RECOGNISED and all(ranks[one.assurance] > ranks["data_check"] for one in told.used)


def number_for(
    need: Need,
    facts: Facts,
    accepted: Mapping[bytes, str | None],
    candidates: Iterable[Candidate],
    *,
    alone: bool = True,
) -> tuple[str | None, str]:
    """The one number to ask by: that presented, else that of the holder's accepted papers; or why none.

    `accepted` are the numbers of candidates by acceptance. Of several people in the role (not `alone`) a
    presented number could be anybody's: each is asked about by their own accepted paper, or not at all.
    """
    shown = {
        one.number
        for one in facts.presented
        if one.type == need.type and one.number is not None and one.issuer in (None, need.issuer)
    }
    if shown and alone:
        return (shown.pop(), "") if len(shown) == 1 else (None, NUMBERS_DIFFER)
    held: dict[str, str] = {}
    for one in of_need(need, candidates):
        number = accepted.get(one.acceptance)
        if number is not None:
            held[same_number(number)] = number
    if shown:
        held = {same: number for same, number in held.items() if same in map(same_number, shown)}
    if len(held) == 1:
        return next(iter(held.values())), ""
    if held:
        return None, NUMBERS_DIFFER
    return None, SEVERAL_HOLDERS if shown else NUMBER_UNKNOWN


def of_need(need: Need, candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates that may be the paper asked about."""
    return [
        one
        for one in candidates
        if one.type == need.type
        and one.issuer == need.issuer
        and one.retracted is None
        and any(holder == need.holder for _, holder in one.parties)
    ]


def same_number(number: str) -> str:
    """A number as it is compared: width, spaces and letter case as typed do not count (NFKC)."""
    return "".join(normalize("NFKC", number).split()).upper()


def is_fresh(
    need: Need,
    candidates: Sequence[Candidate],
    denied: Iterable[DenialRow],
    case_no: str,
    now: int,
) -> bool:
    """Whether the issuer answered in this case within `FRESH_SECONDS`, and no paper came in since."""
    ours = of_need(need, candidates)
    answered = [
        (one.index, one.accepted_at) for one in ours if one.is_issuers_word and one.case_no == case_no
    ]
    answered += [
        (one.index, one.time)
        for one in denied
        if (one.type, one.holder, one.case_no) == (need.type, need.holder, case_no)
    ]
    if not answered:
        return False
    index, time = max(answered)
    return now - time < FRESH_SECONDS and all(one.index <= index for one in ours)
