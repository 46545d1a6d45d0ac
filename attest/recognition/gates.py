# SPDX-License-Identifier: Apache-2.0
"""The gates one candidate must pass to serve as one evidence, in order. Pure.

A candidate fails at its first shut gate. Of several failing candidates the one that came furthest gives the
reason (`ORDER`): nobody hears more of a paper than that it is not theirs, and one that is right but for its
date is named as expired.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from attest.catalogue.model import ASSURANCES
from attest.catalogue.things import SAME_THING
from attest.days import day_of

if TYPE_CHECKING:
    from attest.catalogue.model import Evidence, MaterialType
    from attest.policies.model import Terms
    from attest.recognition.model import Candidate, Facts, Params

ORDER: Final = (
    "evidence.never_seen",
    "evidence.own_paper",
    "submission.by_choice",
    "consent.needed",
    "content.unknown",
    "number.unknown",
    "case.role_missing",
    "party.wrong_role",
    "party.missing_members",
    "reuse.not_available",
    "acceptance.retracted",
    "document.retracted",
    "issuer.not_valid",
    "acceptance.superseded",
    "issuer.not_accepted",
    "authority.not_accepted",
    "handling.surrender",
    "reuse.this_case_only",
    "reuse.single_use",
    "case.thing_unknown",
    "reuse.names_no_thing",
    "reuse.other_thing",
    "assurance.too_low",
    "validity.undated",
    "validity.too_old",
    "validity.not_yet",
    "validity.expired",
    "validity.not_covering",
    "reliance.taken_back",
    "policy.assurance",
    "policy.scan",
    "policy.too_old",
    "acceptance.disputed",
)
"""Reasons of failing candidates, farthest from success first: one that guide and type admit and only the
department's policy refuses has come furthest."""
DEPTH: Final = {code: depth for depth, code in enumerate(ORDER)}
STRENGTH: Final = {word: len(ASSURANCES) - n for n, word in enumerate(ASSURANCES)}
FAILED, UNSURE, PASSED = 0, 1, 2
"""States of a candidate, an evidence, a requirement: all of = the least, any of = the greatest."""


class Bound(NamedTuple):
    """A role of the material, and who may stand in it (None: the case does not say)."""

    role: str
    case_role: str
    holders: tuple[bytes, ...] | None


class Wanted(NamedTuple):
    """One evidence with everything that type, policy and case say about it."""

    evidence: Evidence
    kind: MaterialType
    bound: tuple[Bound, ...]
    issuers: tuple[str, ...]
    assurance: frozenset[str]
    max_age: timedelta | None
    day: date
    terms: Terms
    answering: frozenset[str]
    """Issuers that answer a data check about papers of this type."""


def day_counted(evidence: Evidence, facts: Facts) -> date:
    """The day to which age and validity are counted: of application, or the latest known of decision."""
    if evidence.counted_at == "application":
        return facts.applied or facts.today
    return facts.today if facts.decides is None else max(facts.today, facts.decides)


def oldest(evidence: Evidence, kind: MaterialType) -> timedelta | None:
    """The stricter of the type's and the evidence's maximum age."""
    days, limit = evidence.max_age_days, kind.validity.days
    if days is None or (limit is not None and limit < days):
        days = limit
    return None if days is None else timedelta(days=days)


def try_candidate(candidate: Candidate, wanted: Wanted, facts: Facts) -> tuple[int, str]:
    """State and reason code of one candidate; PASSED has no code."""
    unsure = ""
    for bound in wanted.bound:
        if bound.holders is None:
            unsure = unsure or "case.role_missing"
        elif not _stands(candidate, bound):
            return FAILED, "party.wrong_role"
    if candidate.removed and candidate.case_no != facts.case_no:  # before all that tells more of it
        return FAILED, "reuse.not_available"
    if candidate.retracted is not None:
        return FAILED, "acceptance.retracted"
    if candidate.condemned is not None:
        return FAILED, "document.retracted"
    if candidate.denied is not None:
        return FAILED, candidate.denied.code
    if candidate.superseded is not None:
        return FAILED, "acceptance.superseded"
    if wanted.issuers and candidate.issuer not in wanted.issuers:
        return FAILED, "issuer.not_accepted"
    if not _vouched(candidate, wanted.terms, facts):
        return FAILED, "authority.not_accepted"
    shut = _reuse(candidate, wanted, facts)
    if shut == "case.thing_unknown":
        unsure = unsure or shut
    elif shut:
        return FAILED, shut
    if candidate.assurance not in wanted.assurance:
        return FAILED, "assurance.too_low"
    shut = _validity(candidate, wanted, facts.today)
    if not shut and candidate.acceptance in facts.barred:
        shut = "reliance.taken_back"
    shut = shut or _policy(candidate, wanted, facts)
    if shut:
        return FAILED, shut
    if candidate.disputed is not None:
        unsure = unsure or "acceptance.disputed"
    return (UNSURE, unsure) if unsure else (PASSED, "")


def _stands(candidate: Candidate, bound: Bound) -> bool:
    """Whether one of the holders stands in the role; a co-holder is a holder."""
    holders = bound.holders or ()
    for role, holder in candidate.parties:
        if holder in holders and (role == bound.role or (role == "co_holder" and bound.role == "holder")):
            return True
    return False


def _vouched(candidate: Candidate, terms: Terms, facts: Facts) -> bool:
    """Whether the policy relies on who accepted it: itself always, and whatever is of this case."""
    return (
        terms.accepted_by is None
        or candidate.authority in terms.accepted_by
        or candidate.authority == facts.policy.authority
        or candidate.case_no == facts.case_no
    )


def _policy(candidate: Candidate, wanted: Wanted, facts: Facts) -> str:
    """What the policy asks beyond guide and type; the age of what came in with this case does not count."""
    terms = wanted.terms
    if terms.assurance is not None and STRENGTH[candidate.assurance] < STRENGTH[terms.assurance]:
        return "policy.assurance"
    if not terms.scans and candidate.assurance == "scan" and candidate.issuer in wanted.answering:
        return "policy.scan"
    last = _counts_until(candidate, terms, facts)
    return "policy.too_old" if last is not None and last < facts.today else ""


def _counts_until(candidate: Candidate, terms: Terms, facts: Facts) -> date | None:
    """The last day on which the policy takes an acceptance of that age; None where it sets none."""
    if terms.max_age_days is None or candidate.case_no == facts.case_no:
        return None
    return day_of(candidate.accepted_at) + timedelta(days=terms.max_age_days)


def _reuse(candidate: Candidate, wanted: Wanted, facts: Facts) -> str:
    here = candidate.case_no == facts.case_no
    if wanted.evidence.surrender and not (here and candidate.assurance == "original"):
        return "handling.surrender"
    reuse = wanted.kind.reuse
    if reuse == "this_case" and not here and not facts.came_joined(candidate):
        return "reuse.this_case_only"
    if reuse == "single_use" and not (here and all(use == facts.case_no for use in candidate.uses)):
        return "reuse.single_use"
    if wanted.kind.about is not None and reuse in SAME_THING:
        if facts.about is None or facts.about[0] != wanted.kind.about:
            return "case.thing_unknown"
        if candidate.about is None:
            return "reuse.names_no_thing"
        if candidate.about != facts.about[1]:
            return "reuse.other_thing"
    return ""


def _validity(candidate: Candidate, wanted: Wanted, today: date) -> str:
    if wanted.max_age is not None:
        if candidate.issued is None:
            return "validity.undated"
        if wanted.day - candidate.issued > wanted.max_age:
            return "validity.too_old"
    begins = candidate.valid_from or candidate.issued
    if begins is not None and begins > today:
        return "validity.not_yet"
    until = candidate.valid_until
    if until is not None and wanted.evidence.valid:
        if until < today:
            return "validity.expired"
        if until < wanted.day:
            return "validity.not_covering"
    return ""


def good_until(candidate: Candidate, wanted: Wanted, facts: Facts) -> date | None:
    """The last day on which the candidate can serve: its own, or that of a maximum age."""
    until = candidate.valid_until if wanted.evidence.valid else None
    if wanted.max_age is not None and candidate.issued is not None and wanted.evidence.counted_at is None:
        aged = candidate.issued + wanted.max_age
        until = aged if until is None else min(until, aged)
    last = _counts_until(candidate, wanted.terms, facts)
    return until if last is None else last if until is None else min(until, last)


def reason_params(code: str, candidate: Candidate, wanted: Wanted, facts: Facts) -> Params:
    """What the sentence of a reason is filled with."""
    made: Params = {}
    until, issued = candidate.valid_until, candidate.issued
    if code in ("validity.expired", "validity.not_covering") and until is not None:
        made["valid_until"] = until.isoformat()
    if code in ("validity.too_old", "validity.not_covering"):
        made["day"] = wanted.day.isoformat()
    if code == "validity.not_yet":
        begins = candidate.valid_from or issued or facts.today
        made["valid_from"] = begins.isoformat()
    if code == "validity.too_old" and issued is not None:
        made["issued"] = issued.isoformat()
    if code in ("validity.too_old", "validity.undated") and wanted.max_age is not None:
        made["days"] = wanted.max_age.days
    if code == "acceptance.retracted" and candidate.retracted is not None:
        made["by"], made["at"] = candidate.retracted[0], candidate.retracted[1]
    if code == "document.retracted" and candidate.condemned is not None:
        made["by"], made["at"] = candidate.condemned
    if code == "issuer.not_valid" and candidate.denied is not None:
        made.update(candidate.denied.params)
    if code == "acceptance.superseded" and candidate.superseded is not None:
        made["by"], made["at"] = candidate.superseded
    if code == "acceptance.disputed" and candidate.disputed is not None:
        made["due"] = candidate.disputed.isoformat()
    if code == "reuse.single_use":
        made["use"] = "reliance" if candidate.case_no == facts.case_no else "acceptance"
    if code == "issuer.not_accepted":
        made["issuer"] = candidate.issuer
    if code == "authority.not_accepted":
        made["by"] = candidate.authority
    if code in ("assurance.too_low", "policy.assurance"):
        made["assurance"] = candidate.assurance
    if code == "policy.assurance":
        made["least"] = wanted.terms.assurance or ""
    if code == "policy.scan":
        made["issuer"] = candidate.issuer
    if code == "policy.too_old":
        made["by"], made["at"] = candidate.authority, candidate.accepted_at
        made["days"] = wanted.terms.max_age_days or 0
    if code in ("case.role_missing", "party.wrong_role"):
        made["role"] = _failing_role(code, candidate, wanted)
    if code == "case.thing_unknown":
        made["kind"] = wanted.kind.about or ""
    return made


def _failing_role(code: str, candidate: Candidate, wanted: Wanted) -> str:
    if code == "case.role_missing":
        return next(bound.case_role for bound in wanted.bound if bound.holders is None)
    return next(
        bound.role for bound in wanted.bound if bound.holders is not None and not _stands(candidate, bound)
    )
