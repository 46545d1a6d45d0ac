# SPDX-License-Identifier: Apache-2.0
"""The table of recognition: for every reason, the smallest case that leads to it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from attest.catalogue.model import Binding, CaseRole, Validity
from attest.recognition.model import Presented
from tests.recognition_parts import (
    APPLICANT,
    CASE,
    ELSEWHERE,
    NOW,
    OTHER_UNIT,
    SILENCE,
    STRANGER,
    TODAY,
    UNIT,
    a_candidate,
    a_requirement,
    a_type,
    an_evidence,
    decide_all,
    decide_one,
    some_facts,
)

UNIT_FACTS = some_facts()


def test_recognised_names_acceptance_and_term() -> None:
    """A paper of the right party, in force, accepted elsewhere, is recognised: by whom, when, until when."""
    result = decide_one(a_candidate(7, received_by="ZW"))
    assert (result.verdict, result.reason) == ("recognised", "matched.holder")
    assert result.acceptances == ((7).to_bytes(16, "big"),)
    assert result.valid_until == date(2030, 1, 1)
    assert result.params == {
        "by": "XF",
        "at": NOW - 86_400 * 30,
        "assurance": "original",
        "received_by": "ZW",
        "valid_until": "2030-01-01",
    }


@pytest.mark.parametrize(
    ("change", "reason", "params"),
    [
        ({"valid_until": date(2026, 9, 23)}, "validity.expired", {"valid_until": "2026-09-23"}),
        ({"valid_from": date(2026, 9, 25)}, "validity.not_yet", {"valid_from": "2026-09-25"}),
        ({"issued": date(2026, 10, 1)}, "validity.not_yet", {"valid_from": "2026-10-01"}),
        (
            {"retracted": ("XF", 1_790_000_000, "forged")},
            "acceptance.retracted",
            {"by": "XF", "at": 1_790_000_000},
        ),
        ({"issuer": "YC"}, "issuer.not_accepted", {"issuer": "YC"}),
        ({"parties": (("holder", STRANGER),)}, "party.wrong_role", {"role": "holder"}),
        ({"parties": (("agent", APPLICANT),)}, "party.wrong_role", {"role": "holder"}),
    ],
)
def test_candidate_fails(change: dict[str, Any], reason: str, params: dict[str, Any]) -> None:
    """A candidate that fails one gate is required for exactly that reason, with what the sentence needs."""
    result = decide_one(a_candidate(**change))
    assert (result.verdict, result.reason, result.params) == ("required", reason, params)
    assert (result.acceptances, result.valid_until) == ((), None)


def test_last_day_still_serves() -> None:
    """A paper serves through the whole of its last day."""
    assert decide_one(a_candidate(valid_until=TODAY)).verdict == "recognised"


def test_long_term_never_expires() -> None:
    """A paper without a last day is long-term."""
    result = decide_one(a_candidate(valid_until=None))
    assert (result.verdict, result.valid_until) == ("recognised", None)


def test_never_seen() -> None:
    """With nothing on file the material is required because it was never seen."""
    assert decide_one().reason == "evidence.never_seen"


def test_own_paper_of_this_case() -> None:
    """What the applicant makes for each case is asked as such, not as something lost."""
    kind = a_type(source="own", issuers=(), reuse="this_case")
    assert decide_one(kind=kind).reason == "evidence.own_paper"


@pytest.mark.parametrize("handling", ["show", "check"])
def test_check_only_whatever_exists(handling: Any) -> None:
    """What may only be shown or checked is required even where this very case holds a perfect copy."""
    kind = a_type(handling=handling)
    result = decide_one(a_candidate(), a_candidate(2, case_no=CASE), kind=kind)
    assert (result.verdict, result.reason) == ("required", "handling.check_only")


def test_this_case_only() -> None:
    """A mandate of another case is never recognised, one of this case is on file."""
    kind = a_type(reuse="this_case")
    assert decide_one(a_candidate(), kind=kind).reason == "reuse.this_case_only"
    here = decide_one(a_candidate(case_no=CASE), kind=kind)
    assert (here.verdict, here.reason) == ("recognised", "case.on_file")


@pytest.mark.parametrize(
    ("change", "use"),
    [({}, "acceptance"), ({"case_no": CASE, "uses": (CASE, ELSEWHERE)}, "reliance")],
)
def test_single_use_says_how_not_where(change: dict[str, Any], use: str) -> None:
    """A used-up receipt is refused with the kind of use, and no answer holds the other case's number."""
    result = decide_one(a_candidate(**change), kind=a_type(reuse="single_use"))
    assert (result.verdict, result.reason, result.params) == ("required", "reuse.single_use", {"use": use})
    assert ELSEWHERE not in repr(result)


def test_single_use_within_its_case() -> None:
    """A receipt that only this case accepted and relied on still serves it."""
    candidate = a_candidate(case_no=CASE, uses=(CASE,))
    assert decide_one(candidate, kind=a_type(reuse="single_use")).verdict == "recognised"


def test_same_thing() -> None:
    """A deed serves for the same unit only; where the case names no unit nothing can be told."""
    kind = a_type(reuse="same_thing", about="real_estate_unit")
    assert decide_one(a_candidate(about=UNIT), kind=kind).verdict == "recognised"
    assert decide_one(a_candidate(about=OTHER_UNIT), kind=kind).reason == "reuse.other_thing"
    assert decide_one(a_candidate(about=None), kind=kind).reason == "reuse.names_no_thing"
    for about in (None, ("vehicle", UNIT)):
        result = decide_one(a_candidate(about=UNIT), kind=kind, facts=some_facts(about=about))
        assert (result.verdict, result.reason) == ("cannot_tell", "case.thing_unknown")


def test_missing_case_role_cannot_be_told() -> None:
    """Where the case does not say who stands in the role, the answer is neither yes nor no."""
    evidence = an_evidence(bindings=(Binding("holder", CaseRole("agent")),))
    result = decide_one(a_candidate(), evidence=evidence)
    assert (result.verdict, result.reason, result.params) == (
        "cannot_tell",
        "case.role_missing",
        {"role": "agent"},
    )


def test_co_holder_is_a_holder() -> None:
    """Either name on a marriage certificate is a holder of it."""
    assert (
        decide_one(a_candidate(parties=(("holder", STRANGER), ("co_holder", APPLICANT)))).verdict
        == "recognised"
    )


def test_evidence_narrows_the_issuers() -> None:
    """An item may accept fewer issuers than the type allows."""
    kind = a_type(issuers=("SC", "GA"))
    evidence = an_evidence(issuers=("GA",))
    assert decide_one(a_candidate(), kind=kind, evidence=evidence).reason == "issuer.not_accepted"
    assert decide_one(a_candidate(issuer="GA"), kind=kind, evidence=evidence).verdict == "recognised"


def test_assurance_of_the_evidence() -> None:
    """An item may ask for a stronger check than what was made."""
    evidence = an_evidence(assurance=("original", "data_check"))
    result = decide_one(a_candidate(assurance="certified_copy"), evidence=evidence)
    assert (result.reason, result.params) == ("assurance.too_low", {"assurance": "certified_copy"})


def test_age_counted_to_the_stated_day() -> None:
    """A six-month paper counted to the application day outlives one counted to the day of decision."""
    facts = some_facts(applied=date(2026, 6, 20))
    old = a_candidate(issued=date(2026, 1, 1))
    at_application = an_evidence(max_age_days=180, counted_at="application")
    assert decide_one(old, evidence=at_application, facts=facts).verdict == "recognised"
    result = decide_one(old, evidence=an_evidence(max_age_days=180, counted_at="decision"), facts=facts)
    assert result.reason == "validity.too_old"
    assert result.params == {"issued": "2026-01-01", "day": "2026-09-24", "days": 180}


def test_stricter_age_wins_and_ends_the_term() -> None:
    """Of type and item the shorter maximum age holds, and the answer ends on its last day."""
    kind = a_type(validity=Validity("max_age", 365))
    result = decide_one(
        a_candidate(issued=date(2026, 9, 1)), kind=kind, evidence=an_evidence(max_age_days=30)
    )
    assert (result.verdict, result.valid_until) == ("recognised", date(2026, 10, 1))
    undated = decide_one(a_candidate(issued=None), kind=kind)
    assert undated.reason == "validity.undated"


def test_term_must_reach_the_decision() -> None:
    """A lease that ends before the case will be decided does not cover it."""
    facts = some_facts(decides=date(2026, 10, 20))
    result = decide_one(a_candidate(valid_until=date(2026, 10, 1)), facts=facts)
    assert (result.reason, result.params) == (
        "validity.not_covering",
        {"valid_until": "2026-10-01", "day": "2026-10-20"},
    )


def test_expired_may_serve_where_not_asked_valid() -> None:
    """Where an item takes an expired paper (to renew it), expiry is no reason."""
    gone = a_candidate(valid_until=date(2020, 1, 1))
    assert decide_one(gone, evidence=an_evidence(valid=False)).verdict == "recognised"


def test_surrender_needs_this_cases_original() -> None:
    """An original that is taken in cannot be replaced by an acceptance elsewhere, nor by a scan here."""
    evidence = an_evidence(surrender=True)
    assert decide_one(a_candidate(), evidence=evidence).reason == "handling.surrender"
    scan = a_candidate(case_no=CASE, assurance="scan")
    assert decide_one(scan, evidence=evidence).reason == "handling.surrender"
    assert decide_one(a_candidate(case_no=CASE), evidence=evidence).reason == "case.on_file"


@pytest.mark.parametrize(
    ("shown", "matched", "verdict", "reason"),
    [
        (Presented("paper", digest=b"d" * 32), {"content"}, "recognised", "matched.content"),
        (Presented("paper", digest=b"d" * 32), set(), "required", "content.unknown"),
        (Presented("paper", "SC", "N1"), {"number"}, "recognised", "matched.number"),
        (Presented("paper", "SC", "N1"), set(), "required", "number.unknown"),
        (Presented("paper", "SC", "N1", b"d" * 32), {"number"}, "recognised", "matched.number"),
        (Presented("paper", "SC", "N1", b"d" * 32), set(), "required", "number.unknown"),
        (Presented("paper", "SC"), set(), "recognised", "matched.holder"),
        (Presented("other", digest=b"d" * 32), set(), "recognised", "matched.holder"),
        (Presented("paper", digest=b"d" * 32, role="seller"), set(), "recognised", "matched.holder"),
        (Presented("paper", digest=b"d" * 32, role="applicant"), set(), "required", "content.unknown"),
        (Presented("paper", digest=b"d" * 32, role="holder"), set(), "required", "content.unknown"),
    ],
)
def test_what_is_shown_counts(shown: Presented, matched: set[str], verdict: str, reason: str) -> None:
    """A re-scan counts by its number, bytes by their digest, and one changed byte not at all."""
    result = decide_one(a_candidate(matched=frozenset(matched)), facts=some_facts(presented=(shown,)))
    assert (result.verdict, result.reason) == (verdict, reason)


def test_a_matched_file_of_somebody_else_is_refused() -> None:
    """The right bytes shown by one who is no party to them are not recognised."""
    facts = some_facts(presented=(Presented("paper", digest=b"d" * 32),))
    other = a_candidate(parties=(("holder", STRANGER),), matched=frozenset({"content"}))
    assert decide_one(other, facts=facts).reason == "party.wrong_role"


def test_silent_issuer_cannot_be_told() -> None:
    """Where the issuer's check could turn the answer and does not come, nobody says "required"."""
    facts = some_facts(words=SILENCE)
    for candidates in ((), (a_candidate(valid_until=date(2020, 1, 1)),)):
        result = decide_one(*candidates, facts=facts)
        assert (result.verdict, result.reason, result.params) == (
            "cannot_tell",
            "issuer.silent",
            {"issuer": "SC"},
        )
    assert decide_one(a_candidate(), facts=facts).verdict == "recognised"
    assert decide_one(a_candidate(), kind=a_type(reuse="single_use"), facts=facts).verdict == "required"
    assert decide_one(kind=a_type(handling="show"), facts=facts).reason == "handling.check_only"


def test_unknown_type_cannot_be_told() -> None:
    """A type that this version of the types does not define leads to no verdict."""
    result = decide_one(kind=a_type("another"))
    assert (result.verdict, result.reason) == ("cannot_tell", "type.unknown")


def test_an_alternative_may_meet_what_another_cannot_tell() -> None:
    """A known alternative that is met decides, wherever it stands."""
    requirement = a_requirement((an_evidence("mystery"),), (an_evidence(),))
    result = decide_all(requirement, (a_candidate(),)).results[0]
    assert (result.verdict, result.combination) == ("recognised", 1)
    assert decide_all(requirement, ()).results[0].verdict == "cannot_tell"


def test_nearest_failure_gives_the_reason() -> None:
    """Of a stranger's, a retracted and an expired paper the expired one is named, the latest of several."""
    failing = (
        a_candidate(1, parties=(("holder", STRANGER),)),
        a_candidate(2, retracted=("XF", NOW, "forged")),
        a_candidate(3, valid_until=date(2024, 1, 1)),
        a_candidate(4, valid_until=date(2025, 1, 1)),
    )
    result = decide_one(*failing)
    assert (result.reason, result.params) == ("validity.expired", {"valid_until": "2025-01-01"})


def test_best_ground_first() -> None:
    """A data check is relied on before a copy, a copy before a scan."""
    pool = (
        a_candidate(1, assurance="scan"),
        a_candidate(2, assurance="data_check"),
        a_candidate(3, assurance="certified_copy"),
    )
    assert decide_one(*pool).used == (pool[1],)
