# SPDX-License-Identifier: Apache-2.0
"""Which papers of a case an issuer is to be asked about, and by which number. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from attest.catalogue.model import CaseRole
from attest.data_checks.model import FRESH_SECONDS, MOST, Need
from attest.recognition.evidence import judge
from attest.recognition.model import RECOGNISED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from attest.catalogue.model import Evidence, MaterialTypes, Requirement
    from attest.data_checks.model import DenialRow
    from attest.parties import About
    from attest.recognition.evidence import Pool
    from attest.recognition.model import Candidate, Facts


def needs(
    requirements: Iterable[Requirement],
    pool: Pool,
    facts: Facts,
    types: MaterialTypes,
    reachable: Collection[str],
    about: About | None,
) -> list[Need]:
    """The papers to ask issuers about, `MOST` at most, in the guide's order.

    The policy says who answers about what, `reachable` whose address is known. Where nobody or more than one
    person could be its holder, no question is put: whose paper it would be is not guessed. What stands on a
    ground that the policy ranks above a data check needs none.
    """
    found: dict[tuple[str, bytes], Need] = {}
    for requirement in requirements:
        for combination in requirement.alternatives:
            for evidence in combination.evidence:
                for one in _of(evidence, facts, types, reachable, about):
                    if not _stands_better(evidence, pool, facts, types):
                        found.setdefault((one.type, one.holder), one)
    return list(found.values())[:MOST]


def _of(
    evidence: Evidence,
    facts: Facts,
    types: MaterialTypes,
    reachable: Collection[str],
    about: About | None,
) -> list[Need]:
    kind = types.types.get(evidence.type)
    if kind is None or kind.source != "issued" or kind.handling != "keep" or evidence.surrender:
        return []
    allowed = set(evidence.issuers or kind.issuers)
    asked = facts.policy.answering(evidence.type) - {facts.policy.authority}
    answering = allowed & asked & set(reachable)
    shown = {one.issuer for one in facts.presented if one.type == evidence.type and one.issuer}
    answering = answering & shown or answering
    if len(answering) != 1 or len(evidence.bindings) != 1:
        return []
    binding = evidence.bindings[0]
    if not isinstance(binding.by, CaseRole):
        return []
    holders = sorted(set(facts.parties.get(binding.by.role, ())))
    if len(holders) != 1 and not evidence.each:
        return []
    thing = None
    if kind.about is not None:
        if about is None or about[0] != kind.about:
            return []
        thing = about
    issuer = next(iter(answering))
    return [Need(evidence.type, issuer, binding.role, holder, thing) for holder in holders]


def _stands_better(evidence: Evidence, pool: Pool, facts: Facts, types: MaterialTypes) -> bool:
    """Whether it is recognised on grounds that the policy puts before a data check."""
    told = judge(evidence, pool, facts, types, None)
    ranks = facts.policy.ranks
    return told.verdict == RECOGNISED and all(ranks[one.assurance] > ranks["data_check"] for one in told.used)


def number_for(
    need: Need, facts: Facts, accepted: Mapping[bytes, str | None], candidates: Iterable[Candidate]
) -> str | None:
    """The one number to ask by: that presented, else that of the holder's accepted papers; never a guess.

    `accepted` are the numbers of candidates by acceptance.
    """
    shown = {
        one.number
        for one in facts.presented
        if one.type == need.type and one.number is not None and one.issuer in (None, need.issuer)
    }
    if shown:
        return shown.pop() if len(shown) == 1 else None
    held: dict[str, str] = {}
    for one in of_need(need, candidates):
        number = accepted.get(one.acceptance)
        if number is not None:
            held[same_number(number)] = number
    return next(iter(held.values())) if len(held) == 1 else None


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
