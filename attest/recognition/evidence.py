# SPDX-License-Identifier: Apache-2.0
"""One evidence of a combination: the candidates that count, the best of them, or why none does. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from attest.catalogue.model import ASSURANCES, CaseRole
from attest.data_checks.model import SILENT
from attest.recognition.gates import (
    DEPTH,
    PASSED,
    STRENGTH,
    UNSURE,
    Bound,
    Wanted,
    day_counted,
    good_until,
    oldest,
    reason_params,
    try_candidate,
)
from attest.recognition.model import (
    BY_CHOICE,
    CANNOT_TELL,
    CONSENT,
    RECOGNISED,
    REQUIRED,
    EvidenceResult,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attest.catalogue.model import (
        Binding,
        Evidence,
        MaterialType,
        MaterialTypes,
    )
    from attest.recognition.model import Candidate, Facts, Params, Word

VERDICTS: Final = (REQUIRED, CANNOT_TELL, RECOGNISED)
STATES: Final = {verdict: state for state, verdict in enumerate(VERDICTS)}
_ALL: Final = frozenset(ASSURANCES)
_NONE: Final[frozenset[str]] = frozenset()
_FIRST, _LAST = date.min, date.max
_HEALED: Final = frozenset(
    {
        "evidence.never_seen",
        "number.unknown",
        "acceptance.retracted",
        "document.retracted",
        "acceptance.superseded",
        "authority.not_accepted",
        "assurance.too_low",
        "validity.undated",
        "validity.too_old",
        "validity.not_yet",
        "validity.expired",
        "validity.not_covering",
        "policy.assurance",
        "policy.scan",
        "policy.too_old",
        "handling.check_only",
    }
)
"""Reasons that an answer of the issuer's data check could still turn."""

Pool = dict[str, list["Candidate"]]
"""Candidates by material type."""


def choices(evidence: Evidence, pool: Pool, facts: Facts, types: MaterialTypes) -> list[EvidenceResult]:
    """Every candidate that passes, best first; or the one result that says why none does."""
    single = judge(evidence, pool, facts, types, None)
    if single.verdict != RECOGNISED:
        return [single]
    choices = [single]
    wanted = _wanted(evidence, types.types[evidence.type], facts, None)
    counted, shown = _counted(evidence, types.types[evidence.type], pool, facts)
    others = [c for c in counted if c is not single.used[0] and try_candidate(c, wanted, facts)[0] == PASSED]
    others.sort(key=lambda c: _merit(c, wanted, facts), reverse=True)
    choices.extend(_met(c, wanted, facts, shown=shown) for c in others)
    return choices


def judge(
    evidence: Evidence,
    pool: Pool,
    facts: Facts,
    types: MaterialTypes,
    parties: tuple[tuple[str, bytes], ...] | None,
) -> EvidenceResult:
    """One evidence; `parties` are those of the material that its roles refer to, None while that is open."""
    kind = types.types.get(evidence.type)
    if kind is None:
        return _unmet(evidence, CANNOT_TELL, "type.unknown", {"type": evidence.type})
    counted, shown = _counted(evidence, kind, pool, facts)
    if kind.handling != "keep" and not counted and shown != CONSENT:
        shown_only = _refused(evidence, kind, "handling.check_only", {"handling": kind.handling}, facts)
        return shown_only._replace(missing=_everyone(evidence, facts)) if evidence.each else shown_only
    if not counted:
        none = _refused(evidence, kind, shown or _never(kind), {}, facts)
        return none._replace(missing=_everyone(evidence, facts)) if evidence.each else none
    wanted = _wanted(evidence, kind, facts, parties)
    if evidence.each:
        return _each(counted, wanted, facts, shown=shown)
    return _best(counted, wanted, facts, shown=shown)


def foreseen(evidence: Evidence, paper: Candidate, facts: Facts, types: MaterialTypes) -> EvidenceResult:
    """What the evidence would come to by this paper alone, for whomever it names."""
    return judge(replace(evidence, each=False), {evidence.type: [paper]}, facts, types, None)


def _everyone(evidence: Evidence, facts: Facts) -> tuple[bytes, ...]:
    """All holders in the case role of an evidence that each of them needs."""
    by = evidence.bindings[0].by
    return tuple(sorted(set(facts.parties.get(by.role, ()))))


def _never(kind: MaterialType) -> str:
    return (
        "evidence.own_paper" if kind.source == "own" and kind.reuse == "this_case" else "evidence.never_seen"
    )


def _counted(
    evidence: Evidence, kind: MaterialType, pool: Pool, facts: Facts
) -> tuple[Sequence[Candidate], str]:
    """The candidates that count, and, where something was presented, the reason if it is none of them.

    Of a type that is only checked, the issuer's own word in this very case; of one that is shown, nothing.
    """
    found: Sequence[Candidate] = pool.get(evidence.type, ())
    if kind.handling == "show":
        return (), ""
    if kind.handling == "check":
        found = [one for one in found if one.is_issuers_word and one.case_no == facts.case_no]
    if facts.choosing:
        found = [one for one in found if one.case_no == facts.case_no]
        if not found:
            return (), BY_CHOICE
    if facts.agreed is not None:
        found = [one for one in found if _may_serve(one, evidence, facts, facts.agreed)]
        if not found and not _all_agreed(evidence, facts, facts.agreed):
            return (), CONSENT
    for shown in facts.presented:
        if (
            shown.type == evidence.type
            and (shown.number is not None or shown.digest is not None)
            and _meant(shown.role, evidence)
        ):
            matched = [c for c in found if "number" in c.matched or "content" in c.matched]
            return matched, "content.unknown" if shown.number is None else "number.unknown"
    return found, ""


def _may_serve(one: Candidate, evidence: Evidence, facts: Facts, agreed: frozenset[bytes]) -> bool:
    """Whether whoever stands in the roles named by the evidence consented; not asked of what came in here."""
    if one.case_no == facts.case_no or facts.came_joined(one):
        return True
    roles = {binding.role for binding in evidence.bindings}
    wanted = roles | {"co_holder"} if "holder" in roles else roles
    return all(holder in agreed for role, holder in one.parties if role in wanted)


def _all_agreed(evidence: Evidence, facts: Facts, agreed: frozenset[bytes]) -> bool:
    """Whether all people whom the case puts in its roles consented; of those named elsewhere nobody knows.

    So without a consent the answer is one, whether or not the log holds a paper.
    """
    return all(
        isinstance(binding.by, CaseRole) and agreed.issuperset(facts.parties.get(binding.by.role, ()))
        for binding in evidence.bindings
    )


def _meant(role: str | None, evidence: Evidence) -> bool:
    return role is None or any(
        role == b.role or (isinstance(b.by, CaseRole) and role == b.by.role) for b in evidence.bindings
    )


def _wanted(
    evidence: Evidence, kind: MaterialType, facts: Facts, parties: tuple[tuple[str, bytes], ...] | None
) -> Wanted:
    bound = []
    for binding in evidence.bindings:
        one = _bound(binding, facts.parties, parties)
        if one is not None:
            bound.append(one)
    policy = facts.policy
    return Wanted(
        evidence,
        kind,
        tuple(bound),
        evidence.issuers or kind.issuers,
        _ALL if evidence.assurance is None else frozenset(evidence.assurance),
        oldest(evidence, kind),
        day_counted(evidence, facts),
        policy.terms(evidence.type, facts.item),
        policy.answering(evidence.type) if policy.data_checks else _NONE,
    )


def _bound(
    binding: Binding,
    case: Mapping[str, tuple[bytes, ...]],
    parties: tuple[tuple[str, bytes], ...] | None,
) -> Bound | None:
    """Who may stand in the role; None where that hangs on a material which is itself still to come."""
    by = binding.by
    if isinstance(by, CaseRole):
        held = case.get(by.role)
        return Bound(binding.role, by.role, held or None)
    if parties is None:
        return None
    return Bound(binding.role, by.role, tuple(holder for role, holder in parties if role == by.role))


def _best(counted: Sequence[Candidate], wanted: Wanted, facts: Facts, *, shown: str) -> EvidenceResult:
    """The first that passes, best first; where none does, the one that came nearest says why not."""
    ranked = counted
    if len(counted) > 1:
        ranked = sorted(counted, key=lambda one: _merit(one, wanted, facts), reverse=True)
    near: tuple[object, ...] | None = None
    nearest, reason = counted[0], ""
    for candidate in ranked:
        state, code = try_candidate(candidate, wanted, facts)
        if state == PASSED:
            return _met(candidate, wanted, facts, shown=shown)
        rank = (
            state,
            DEPTH[code],
            candidate.valid_until or _FIRST,
            candidate.retracted[1] if candidate.retracted else 0,
            candidate.index,
            candidate.acceptance,
        )
        if near is None or rank > near:
            near, nearest, reason = rank, candidate, code
    params = reason_params(reason, nearest, wanted, facts)
    if near is not None and near[0] == UNSURE:
        return _unmet(wanted.evidence, CANNOT_TELL, reason, params)
    return _refused(wanted.evidence, wanted.kind, reason, params, facts)


def _merit(candidate: Candidate, wanted: Wanted, facts: Facts) -> tuple[object, ...]:
    """Which good candidate to rely on: the best copy of its paper, this case's own, the better ground by the
    policy's order, the stronger check, the longer term, the newer.
    """
    return (
        not candidate.bettered,
        candidate.case_no == facts.case_no,
        facts.policy.ranks[candidate.assurance],
        STRENGTH[candidate.assurance],
        "content" in candidate.matched,
        good_until(candidate, wanted, facts) or _LAST,
        candidate.index,
        candidate.acceptance,
    )


def _each(counted: Sequence[Candidate], wanted: Wanted, facts: Facts, *, shown: str) -> EvidenceResult:
    """One material for every holder in the bound case role."""
    bound = wanted.bound[0]
    if bound.holders is None:
        return _best(counted, wanted, facts, shown=shown)
    holders = sorted(set(bound.holders))
    every = [
        _of_one(counted, wanted._replace(bound=(bound._replace(holders=(one,)),)), facts, one, shown=shown)
        for one in holders
    ]
    least = min(every, key=lambda result: STATES[result.verdict])
    if least.verdict == RECOGNISED:
        until = min((r.valid_until for r in every if r.valid_until is not None), default=None)
        return least._replace(used=tuple(c for r in every for c in r.used), valid_until=until)
    if least.verdict == REQUIRED and len(every) > 1:
        short_of = [pair for pair in zip(holders, every, strict=True) if pair[1].verdict == REQUIRED]
        missing = tuple(holder for holder, _ in short_of)
        params: Params = {"missing": len(missing), "of": len(every)}
        silent = all(result.reason == CONSENT for _, result in short_of)
        reason = CONSENT if silent else "party.missing_members"
        short = _unmet(wanted.evidence, REQUIRED, reason, params)
        return short._replace(missing=missing)
    return least


def _of_one(
    counted: Sequence[Candidate], wanted: Wanted, facts: Facts, holder: bytes, *, shown: str
) -> EvidenceResult:
    """What it comes to for one of several holders; who has to consent first is not looked up."""
    best = _best(counted, wanted, facts, shown=shown)
    if facts.agreed is None or holder in facts.agreed or best.reason != "party.wrong_role":
        return best
    return _unmet(wanted.evidence, REQUIRED, CONSENT, {})


def _met(candidate: Candidate, wanted: Wanted, facts: Facts, *, shown: str) -> EvidenceResult:
    if shown:
        reason = "matched.content" if "content" in candidate.matched else "matched.number"
    elif candidate.case_no == facts.case_no:
        reason = "issuer.confirmed" if candidate.is_issuers_word else "case.on_file"
    else:
        reason = "matched.bundle" if facts.came_joined(candidate) else "matched.holder"
    params: Params = {
        "by": candidate.authority,
        "at": candidate.accepted_at,
        "assurance": candidate.assurance,
    }
    if reason == "matched.bundle":
        params["item"] = facts.joined[candidate.case_no]
    if candidate.received_by is not None:
        params["received_by"] = candidate.received_by
    until = good_until(candidate, wanted, facts)
    if until is not None:
        params["valid_until"] = until.isoformat()
    evidence = wanted.evidence
    return EvidenceResult(evidence.type, _roles(evidence), RECOGNISED, reason, params, (candidate,), until)


def _refused(
    evidence: Evidence, kind: MaterialType, reason: str, params: Params, facts: Facts
) -> EvidenceResult:
    """Required, in the issuer's own words where it was asked; not to be told where it does not answer."""
    if facts.words and reason in _HEALED and kind.handling != "show":
        word = _said(evidence, facts)
        if word is not None and word.params.get("issuer") in (evidence.issuers or kind.issuers):
            verdict = CANNOT_TELL if word.code == SILENT else REQUIRED
            return _unmet(evidence, verdict, word.code, word.params)
    return _unmet(evidence, REQUIRED, reason, params)


def _said(evidence: Evidence, facts: Facts) -> Word | None:
    """What an issuer said of a paper of one of the case's holders whom the evidence binds.

    Of several holders, silence about one: any of them could still be the one whose paper serves.
    """
    words = [
        facts.words[evidence.type, holder]
        for binding in evidence.bindings
        if isinstance(binding.by, CaseRole)
        for holder in facts.parties.get(binding.by.role, ())
        if (evidence.type, holder) in facts.words
    ]
    return next((one for one in words if one.code == SILENT), words[0] if words else None)


def _unmet(evidence: Evidence, verdict: str, reason: str, params: Params) -> EvidenceResult:
    return EvidenceResult(evidence.type, _roles(evidence), verdict, reason, params, (), None)


def _roles(evidence: Evidence) -> tuple[str, ...]:
    return tuple([binding.role for binding in evidence.bindings])  # twice as fast as a generator
