# SPDX-License-Identifier: Apache-2.0
"""Data checks: who is asked about what, by which number, and when again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest

from attest.catalogue.model import Binding, CaseRole
from attest.data_checks.model import DenialRow, Need
from attest.data_checks.repository import said_of
from attest.data_checks.rules import is_fresh, needs, number_for
from attest.recognition.model import Candidate, Facts, Presented
from attest.recognition.rules import pool_of
from tests.attest_parts import NOW, TODAY
from tests.recognition_parts import (
    APPLICANT,
    CASE,
    OPERATOR,
    a_candidate,
    a_policy,
    a_requirement,
    a_type,
    an_evidence,
    answers,
    decide_one,
    some_facts,
    types_of,
)

POLICY: Final = a_policy(data_checks=(answers("SC", "paper"),))
PAPER: Final = Need("paper", "SC", "holder", APPLICANT, None)


def wanted(
    *candidates: Candidate,
    facts: Facts | None = None,
    evidence: Any = None,
    kind: Any = None,
    reachable: frozenset[str] = frozenset({"SC"}),
) -> list[Need]:
    """What is asked about one requirement of one evidence."""
    return needs(
        [a_requirement((evidence or an_evidence(),))],
        pool_of(candidates),
        facts or some_facts(policy=POLICY),
        types_of(kind or a_type()),
        reachable,
        ("real_estate_unit", "U"),
    )


# who is asked about what


def test_the_policy_and_the_address_say_who_is_asked() -> None:
    """An issuer is asked about what the policy names it for, once its address is known; nobody else is."""
    assert wanted() == [PAPER]
    assert wanted(reachable=frozenset({"GA"})) == []
    assert wanted(facts=some_facts()) == []
    assert wanted(facts=some_facts(policy=a_policy(data_checks=(answers("SC", "other"),)))) == []
    assert wanted(facts=some_facts(policy=replace(POLICY, authority="SC"))) == []
    two = a_policy(data_checks=(answers("SC", "paper"), answers("GA", "paper")))
    both, kind = frozenset({"SC", "GA"}), a_type(issuers=("SC", "GA"))
    assert wanted(facts=some_facts(policy=two), kind=kind, reachable=both) == []
    shown = some_facts(policy=two, presented=(Presented("paper", issuer="GA", number="1"),))
    assert [one.issuer for one in wanted(facts=shown, kind=kind, reachable=both)] == ["GA"]


@pytest.mark.parametrize(
    ("kind", "evidence"),
    [
        (a_type(handling="show"), an_evidence()),
        (a_type(handling="check"), an_evidence()),
        (a_type(source="own", issuers=()), an_evidence()),
        (a_type(), an_evidence(surrender=True)),
        (
            a_type(roles=("holder", "operator")),
            an_evidence(
                bindings=(Binding("holder", CaseRole("applicant")), Binding("operator", CaseRole("operator")))
            ),
        ),
    ],
)
def test_papers_that_no_answer_could_stand_for_are_not_asked_about(kind: Any, evidence: Any) -> None:
    """Shown only, the applicant's own, taken in, or of several people: no question names a person in vain."""
    assert wanted(kind=kind, evidence=evidence) == []


def test_whose_paper_it_is_is_not_guessed() -> None:
    """Nobody or two in the role: no question, unless each of them needs one."""
    nobody = some_facts(policy=POLICY, parties={})
    pair = some_facts(policy=POLICY, parties={"applicant": (OPERATOR, APPLICANT)})
    assert wanted(facts=nobody) == []
    assert wanted(facts=pair) == []
    each = wanted(facts=pair, evidence=an_evidence(each=True))
    assert sorted(one.holder for one in each) == sorted((OPERATOR, APPLICANT))


def test_the_ground_order_says_whether_to_ask() -> None:
    """What stands on a better ground by the policy's order needs no question; by the usual order all do."""
    turned = a_policy(
        data_checks=POLICY.data_checks,
        grounds=("certified_copy", "data_check", "e_certificate", "accepted_scan"),
    )
    facts = some_facts(policy=turned)
    assert wanted(a_candidate(), facts=facts) == []
    assert wanted(a_candidate(assurance="scan"), facts=facts) == [PAPER]
    assert wanted(a_candidate()) == [PAPER]


def test_a_thing_is_asked_about_with_the_paper() -> None:
    """A paper about a thing is asked about with the case's thing, and not where that is of another kind."""
    (need,) = wanted(kind=a_type(about="real_estate_unit", reuse="same_thing"))
    assert need.about == ("real_estate_unit", "U")
    assert wanted(kind=a_type(about="vehicle", reuse="same_thing")) == []


def test_the_number_is_presented_or_known_and_one() -> None:
    """Presented goes before what was accepted; of two different numbers neither is asked by."""
    one, two = a_candidate(1), a_candidate(2)
    facts = some_facts(policy=POLICY)
    shown = replace(facts, presented=(Presented("paper", "SC", "N-9"),))
    assert number_for(PAPER, shown, {one.acceptance: "N-1"}, [one]) == "N-9"
    both = replace(facts, presented=(*shown.presented, Presented("paper", "SC", "N-8")))
    assert number_for(PAPER, both, {}, []) is None
    assert number_for(PAPER, facts, {one.acceptance: "n １", two.acceptance: "N1"}, [one, two]) in {
        "n １",
        "N1",
    }
    assert number_for(PAPER, facts, {one.acceptance: "N-1", two.acceptance: "N-2"}, [one, two]) is None
    fallen = replace(two, retracted=("XF", NOW, "forged"))
    assert number_for(PAPER, facts, {one.acceptance: "N-1", two.acceptance: "N-2"}, [one, fallen]) == "N-1"
    assert number_for(PAPER, facts, {one.acceptance: None}, [one]) is None


def test_an_answer_is_fresh_for_a_quarter_of_an_hour_until_a_paper_comes_in() -> None:
    """Within the case only; a denial counts as an answer, and a later paper makes a new question."""
    word = a_candidate(5, authority="SC", assurance="data_check", case_no=CASE, accepted_at=NOW - 60)
    assert is_fresh(PAPER, [word], [], CASE, NOW)
    assert not is_fresh(PAPER, [replace(word, accepted_at=NOW - 900)], [], CASE, NOW)
    assert not is_fresh(PAPER, [replace(word, case_no="other")], [], CASE, NOW)
    assert not is_fresh(PAPER, [word, a_candidate(6)], [], CASE, NOW)
    assert not is_fresh(PAPER, [a_candidate(4)], [], CASE, NOW)
    denied = DenialRow(APPLICANT, "paper", 7, b"k", "SC", "revoked", TODAY, NOW - 60, CASE)
    assert is_fresh(PAPER, [word, a_candidate(6)], [denied], CASE, NOW)


def test_a_denial_shuts_what_was_accepted_whoever_accepted_it() -> None:
    """It says why, since when and by whom; an answer of silence does not open it again."""
    denied = DenialRow(APPLICANT, "paper", 7, b"k", "SC", "revoked", date(2026, 1, 5), NOW, CASE)
    result = decide_one(a_candidate(denied=said_of("SC", denied, NOW)))
    assert (result.verdict, result.reason) == ("required", "issuer.not_valid")
    assert (result.params["denial"], result.params["since"]) == ("revoked", "2026-01-05")
