# SPDX-License-Identifier: Apache-2.0
"""Laws of recognition over random pools: what may never happen, whatever lies on file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from attest.catalogue.model import ASSURANCES, Binding, CaseRole, RoleOf, Validity
from attest.policies.document import format_policy, parse_policy
from attest.policies.model import DEFAULT
from attest.recognition.model import Candidate, Decision, Facts, Presented, Word
from attest.recognition.reason_texts import REASONS
from attest.recognition.reasons import next_step, sentence
from attest.recognition.rules import decide
from tests.policy_parts import admits, policies
from tests.recognition_parts import (
    APPLICANT,
    CASE,
    ELSEWHERE,
    LANDLORD,
    NOW,
    OPERATOR,
    OTHER_UNIT,
    STRANGER,
    TODAY,
    UNIT,
    a_candidate,
    a_requirement,
    a_type,
    an_evidence,
    some_facts,
    types_of,
)

TYPES: Final = types_of(
    a_type("free"),
    a_type("thing", reuse="same_thing", about="real_estate_unit"),
    a_type("here", reuse="this_case", source="own", issuers=()),
    a_type("once", reuse="single_use"),
    a_type("fresh", validity=Validity("max_age", 365)),
    a_type("lease", reuse="same_thing", about="real_estate_unit", roles=("lessor", "lessee"), issuers=()),
    a_type("shown", handling="show"),
)
LEASE: Final = an_evidence("lease", bindings=(Binding("lessee", CaseRole("operator")),))
DEED: Final = an_evidence("thing", bindings=(Binding("holder", RoleOf("lease", "lessor")),))
REQUIREMENTS: Final = (
    *(a_requirement((an_evidence(code),), code=code) for code in ("free", "thing", "here", "once", "fresh")),
    a_requirement((an_evidence("thing"),), (LEASE, DEED), code="premises"),
    a_requirement((an_evidence("free", each=True), an_evidence("once")), code="pair"),
    a_requirement((an_evidence("shown"),), code="shown"),
)
KEPT: Final = [r.code for r in REQUIREMENTS if r.code != "shown"]

days = st.integers(-500, 500).map(lambda n: TODAY + timedelta(days=n))
holders = st.sampled_from([APPLICANT, OPERATOR, LANDLORD, STRANGER])
roles = st.sampled_from(["holder", "co_holder", "lessor", "lessee"])


@st.composite
def candidates(draw: st.DrawFn) -> Candidate:
    """An acceptance of any type, party, day and history; ids are made unique by `pools`."""
    return a_candidate(
        type=draw(st.sampled_from(list(TYPES.types))),
        issuer=draw(st.sampled_from(["SC", "SC", "GA"])),
        issued=draw(st.none() | days),
        valid_until=draw(st.none() | days),
        valid_from=draw(st.none() | days),
        authority=draw(st.sampled_from(["XF", "SC", "YC"])),
        accepted_at=NOW - draw(st.integers(0, 70)) * 86_400,
        assurance=draw(st.sampled_from(ASSURANCES)),
        parties=tuple(draw(st.lists(st.tuples(roles, holders), min_size=1, max_size=3))),
        about=draw(st.sampled_from([None, UNIT, UNIT, OTHER_UNIT])),
        case_no=draw(st.sampled_from([CASE, ELSEWHERE])),
        uses=draw(st.sampled_from([(), (), (CASE,), (ELSEWHERE,)])),
        retracted=draw(st.sampled_from([None, None, None, ("XF", NOW, "forged")])),
        removed=draw(st.sampled_from([False, False, False, True])),
        matched=draw(st.sampled_from([frozenset[str](), frozenset({"number"}), frozenset({"content"})])),
    )


pools = st.lists(candidates(), max_size=8).map(
    lambda pool: [
        replace(one, index=n, acceptance=n.to_bytes(16, "big"), leaf_hash=n.to_bytes(32, "big"))
        for n, one in enumerate(pool)
    ]
)
shown = st.lists(
    st.builds(
        Presented,
        st.sampled_from(["free", "once", "thing"]),
        st.none(),
        st.none() | st.just("N1"),
        st.none() | st.just(b"d" * 32),
    ),
    max_size=2,
).map(tuple)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """A case that may or may not say who is who, what it is about, and what was shown."""
    return some_facts(
        parties=draw(
            st.sampled_from(
                [
                    {"applicant": (APPLICANT,), "operator": (OPERATOR,)},
                    {"applicant": (APPLICANT, OPERATOR)},
                    {"operator": (OPERATOR,)},
                    {},
                ]
            )
        ),
        about=draw(st.sampled_from([None, ("real_estate_unit", UNIT), ("vehicle", UNIT)])),
        presented=draw(shown),
        policy=draw(st.just(DEFAULT) | policies(list(TYPES.types), ["XF-001"]).map(parse_policy)),
        decides=draw(st.none() | days),
        by_choice=draw(st.sets(st.sampled_from(["free", "premises", "pair"]), max_size=2).map(frozenset)),
    )


def _decide(pool: list[Candidate], case: Facts) -> Decision:
    return decide(REQUIREMENTS, pool, case, TYPES, NOW)


def _recognised(decision: Decision) -> set[str]:
    return {r.requirement for r in decision.results if r.verdict == "recognised"}


@given(pools, facts(), st.randoms(use_true_random=False))
def test_order_does_not_count(pool: list[Candidate], case: Facts, shuffle: Any) -> None:
    """The order in which candidates are found changes nothing of the answer."""
    before = _decide(pool, case)
    shuffle.shuffle(pool)
    assert _decide(pool, case) == before


@given(pools, facts(), candidates(), st.booleans())
def test_a_bad_paper_helps_nobody(pool: list[Candidate], case: Facts, more: Candidate, expired: bool) -> None:  # noqa: FBT001  # drawn, not called
    """One more retracted or expired acceptance never makes a requirement recognised."""
    bad = replace(more, index=99, acceptance=b"\x99" * 16)
    yesterday = TODAY - timedelta(days=1)
    bad = replace(bad, valid_until=yesterday) if expired else replace(bad, retracted=("XF", NOW, "forged"))
    assert _recognised(_decide([*pool, bad], case)) <= _recognised(_decide(pool, case))


@given(pools, facts(), candidates())
def test_one_more_paper_harms_nobody(pool: list[Candidate], case: Facts, more: Candidate) -> None:
    """One more acceptance, of whatever state, never takes a recognition away."""
    added = replace(more, index=99, acceptance=b"\x99" * 16)
    assert _recognised(_decide(pool, case)) <= _recognised(_decide([*pool, added], case))


@given(facts())
def test_nothing_on_file_means_required(case: Facts) -> None:
    """With no candidate every requirement is required, and everything of it is asked for."""
    decision = _decide([], case)
    assert {r.verdict for r in decision.results} == {"required"}
    assert {one.type for one in decision.ask} >= {"free", "thing", "here", "once", "fresh", "shown"}


@given(pools, facts())
def test_all_retracted_means_none_recognised(pool: list[Candidate], case: Facts) -> None:
    """With every acceptance retracted nothing is recognised."""
    gone = [replace(one, retracted=("XF", NOW, "forged")) for one in pool]
    assert _recognised(_decide(gone, case)) == set()


@given(pools, facts())
def test_what_is_recognised_stands(pool: list[Candidate], case: Facts) -> None:
    """Whatever a recognition rests on is unretracted, in force today, of this case's parties and thing."""
    for result in _decide(pool, case).results:
        if result.verdict != "recognised":
            assert (result.used, result.valid_until) == ((), None)
            continue
        assert result.used
        assert result.valid_until is None or result.valid_until >= TODAY
        lessors = {
            h for one in result.used if one.type == "lease" for role, h in one.parties if role == "lessor"
        }
        mine = {h for held in case.parties.values() for h in held} | lessors
        for one in result.used:
            kind = TYPES.types[one.type]
            assert one in pool
            assert one.retracted is None
            assert not one.removed or one.case_no == CASE
            assert result.requirement not in case.by_choice or one.case_no == CASE
            assert one.valid_until is None or one.valid_until >= TODAY
            assert one.issued is None or one.issued <= TODAY or one.valid_from is not None
            assert any(holder in mine for _, holder in one.parties)
            assert not kind.issuers or one.issuer in kind.issuers
            assert kind.reuse != "this_case" or one.case_no == CASE
            assert kind.reuse != "single_use" or {one.case_no, *one.uses} == {CASE}
            assert kind.about is None or case.about == (kind.about, one.about)
            assert admits(format_policy(case.policy), one, case.item, CASE, TODAY)


@given(pools, facts())
def test_a_policy_is_only_ever_stricter(pool: list[Candidate], case: Facts) -> None:
    """What is recognised under a policy is recognised without it: none admits what guide or type refuses."""
    assert _recognised(_decide(pool, case)) <= _recognised(_decide(pool, replace(case, policy=DEFAULT)))


@given(pools, facts())
def test_shown_only_is_never_recognised(pool: list[Candidate], case: Facts) -> None:
    """What may not be kept is asked to be shown, whatever is on file."""
    result = _decide(pool, case).results[-1]
    assert (result.verdict, result.reason) == ("required", "handling.check_only")


@given(pools, facts())
def test_asks_are_exactly_what_is_missing(pool: list[Candidate], case: Facts) -> None:
    """Something is asked for a set of requirements exactly where one is required, and nothing twice."""
    decision = _decide(pool, case)
    missing = {
        (e.type, e.roles)
        for r in decision.results
        if r.verdict == "required"
        for e in r.evidence
        if e.verdict == "required"
    }
    asked = [(one.requirement, one.type, one.roles) for one in decision.ask]
    assert len(asked) == len(set(asked))
    assert {(type_, roles) for _, type_, roles in asked} == missing


@given(pools, facts())
def test_reasons_belong_to_their_verdict_and_reveal_no_case(pool: list[Candidate], case: Facts) -> None:
    """Every reason has words, belongs to its verdict, and no sentence or parameter names another case."""
    for result in _decide(pool, case).results:
        for one in result.evidence:
            assert REASONS[one.reason].verdict == one.verdict
        spoken = json.dumps(result.params)
        for language in ("zh", "en"):
            spoken += sentence(result.reason, result.params, language, {})
            spoken += next_step(result.reason, result.params, language, {})
        assert ELSEWHERE not in spoken
        assert "—" not in spoken
        assert "forged" not in spoken


@given(
    pools, facts(), st.sets(st.tuples(st.sampled_from(sorted(TYPES.types)), st.sampled_from(["SC", "GA"])))
)
def test_a_silent_issuer_changes_no_recognition(
    pool: list[Candidate], case: Facts, silent: set[tuple[str, str]]
) -> None:
    """An outage may turn "required" into "cannot tell", and nothing into "recognised" or out of it."""
    before = _decide(pool, case)
    holders = {holder for held in case.parties.values() for holder in held}
    words = {
        (type_, holder): Word("issuer.silent", {"issuer": issuer})
        for type_, issuer in silent
        for holder in holders
    }
    after = _decide(pool, replace(case, words=words))
    for old, new in zip(before.results, after.results, strict=True):
        assert (old.verdict == "recognised") == (new.verdict == "recognised")
        assert not (old.verdict == "cannot_tell" and new.verdict == "required")


@settings(max_examples=200)
@given(st.integers(-3, 3), st.integers(-3, 3))
def test_last_days(offset: int, decides: int) -> None:
    """A term serves exactly while it reaches both today and the day of decision."""
    until, day = TODAY + timedelta(days=offset), TODAY + timedelta(days=decides)
    case = some_facts(decides=day)
    paper = a_candidate(type="free", issued=date(2020, 1, 1), valid_until=until)
    found = decide(REQUIREMENTS[:1], [paper], case, TYPES, NOW).results[0]
    assert (found.verdict == "recognised") == (until >= max(TODAY, day))
