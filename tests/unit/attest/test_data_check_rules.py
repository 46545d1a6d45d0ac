# SPDX-License-Identifier: Apache-2.0
"""Data checks: who is asked about what, by which number, and when again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest

from attest.catalogue.model import Binding, CaseRole, RoleOf
from attest.data_checks.model import (
    MOST,
    NUMBER_UNKNOWN,
    NUMBERS_DIFFER,
    SEVERAL_HOLDERS,
    TOO_MANY,
    DenialRow,
    Need,
)
from attest.data_checks.repository import said_of
from attest.data_checks.rules import Plan, is_fresh, number_for, plan
from attest.data_checks.unasked_texts import UNASKED
from attest.parties import About
from attest.recognition.model import Candidate, Facts, Presented
from attest.recognition.rules import pool_of
from tests.attest_parts import NOW, SHOP, TODAY
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
    about: About | None = SHOP,
) -> list[Need]:
    """What is asked about one requirement of one evidence."""
    found = planned(*candidates, facts=facts, evidence=evidence, kind=kind, reachable=reachable, about=about)
    return [one.need for one in found.asking]


def unasked(**more: Any) -> list[str]:
    """Why nothing is asked."""
    found = planned(**more)
    assert found.asking == []
    return [one.reason.removeprefix("data_check.") for one in found.unasked]


def planned(
    *candidates: Candidate,
    facts: Facts | None = None,
    evidence: Any = None,
    kind: Any = None,
    reachable: frozenset[str] = frozenset({"SC"}),
    about: About | None = SHOP,
) -> Plan:
    """What is asked about one requirement of one evidence, and what is not."""
    return plan(
        [a_requirement((evidence or an_evidence(),))],
        pool_of(candidates),
        facts or some_facts(policy=POLICY),
        types_of(kind or a_type()),
        reachable,
        about,
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


PAIR: Final = (Binding("holder", CaseRole("applicant")), Binding("operator", CaseRole("operator")))
ELSEWHERE: Final = (Binding("holder", RoleOf("other", "holder")),)


@pytest.mark.parametrize(
    ("kind", "evidence", "why"),
    [
        (a_type(handling="show"), an_evidence(), ["shown_only"]),
        (a_type(source="own", issuers=()), an_evidence(), []),
        (a_type(), an_evidence(surrender=True), ["taken_in"]),
        (a_type(roles=("holder", "operator")), an_evidence(bindings=PAIR), ["several_roles"]),
        (a_type(), an_evidence(bindings=ELSEWHERE), ["named_elsewhere"]),
        (a_type(about="vehicle", reuse="same_thing"), an_evidence(), ["thing_unknown"]),
    ],
)
def test_papers_that_no_answer_could_stand_for_are_not_asked_about(
    kind: Any, evidence: Any, why: list[str]
) -> None:
    """Shown only, the applicant's own, taken in, or of several people: no question, and a reason."""
    assert unasked(kind=kind, evidence=evidence) == why


def test_a_paper_that_is_only_checked_is_asked_about() -> None:
    """To check it with the issuer is what its kind is for; nobody keeps it."""
    assert wanted(kind=a_type(handling="check")) == [PAPER]


def test_where_the_policy_asks_nobody_there_is_no_reason_either() -> None:
    """A reason is told only where an issuer could have been asked."""
    assert unasked(facts=some_facts()) == []
    assert unasked(reachable=frozenset({"GA"})) == ["no_address"]
    two = a_policy(data_checks=(answers("SC", "paper"), answers("GA", "paper")))
    kind, both = a_type(issuers=("SC", "GA")), frozenset({"SC", "GA"})
    assert unasked(facts=some_facts(policy=two), kind=kind, reachable=both) == ["several_issuers"]


def test_whose_paper_it_is_is_not_guessed() -> None:
    """Nobody in the role: no question. Two: each by a number of their own, and by none that is shown."""
    nobody = some_facts(policy=POLICY, parties={})
    pair = some_facts(policy=POLICY, parties={"applicant": (OPERATOR, APPLICANT)})
    assert unasked(facts=nobody) == ["no_holder"]
    found = planned(facts=pair).asking
    assert sorted(one.need.holder for one in found) == sorted((OPERATOR, APPLICANT))
    assert not any(one.alone for one in found)
    assert all(one.alone for one in planned(facts=pair, evidence=an_evidence(each=True)).asking)
    own, shown = a_candidate(1), replace(pair, presented=(Presented("paper", "SC", "N-1"),))
    numbers = {own.acceptance: "N-1"}
    theirs = PAPER._replace(holder=OPERATOR)
    assert number_for(PAPER, shown, numbers, [own], alone=False) == ("N-1", "")
    assert number_for(theirs, shown, numbers, [own], alone=False) == (None, SEVERAL_HOLDERS)
    assert number_for(theirs, pair, numbers, [own], alone=False) == (None, NUMBER_UNKNOWN)


def test_no_more_than_so_many_questions() -> None:
    """Papers beyond the limit are named as left out."""
    many = [bytes([number]) * 16 for number in range(MOST + 2)]
    crowd = some_facts(policy=POLICY, parties={"applicant": tuple(many)})
    found = planned(facts=crowd, evidence=an_evidence(each=True))
    assert (len(found.asking), [one.reason for one in found.unasked]) == (MOST, [TOO_MANY])


def test_every_reason_has_its_words() -> None:
    """Each code reads in both languages, and says that nobody was asked."""
    for code, text in UNASKED.items():
        assert code.startswith("data_check.")
        assert "没有向发证单位核验" in text.zh
        assert "asked" in text.en


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
    """A paper about a thing is asked about with the case's thing, unless that is another kind or no unit."""
    kind = a_type(about="real_estate_unit", reuse="same_thing")
    (need,) = wanted(kind=kind)
    assert need.about == SHOP
    for other in (None, ("vehicle", "U"), ("real_estate_unit", "U")):
        assert wanted(kind=kind, about=other) == []


def test_the_number_is_presented_or_known_and_one() -> None:
    """Presented goes before what was accepted; of two different numbers neither is asked by."""
    one, two = a_candidate(1), a_candidate(2)
    facts = some_facts(policy=POLICY)
    shown = replace(facts, presented=(Presented("paper", "SC", "N-9"),))
    assert number_for(PAPER, shown, {one.acceptance: "N-1"}, [one]) == ("N-9", "")
    both = replace(facts, presented=(*shown.presented, Presented("paper", "SC", "N-8")))
    assert number_for(PAPER, both, {}, []) == (None, NUMBERS_DIFFER)
    assert number_for(PAPER, facts, {one.acceptance: "n １", two.acceptance: "N1"}, [one, two])[0] in {
        "n １",
        "N1",
    }
    assert number_for(PAPER, facts, {one.acceptance: "N-1", two.acceptance: "N-2"}, [one, two]) == (
        None,
        NUMBERS_DIFFER,
    )
    fallen = replace(two, retracted=("XF", NOW, "forged"))
    assert number_for(PAPER, facts, {one.acceptance: "N-1", two.acceptance: "N-2"}, [one, fallen])[0] == "N-1"
    assert number_for(PAPER, facts, {one.acceptance: None}, [one]) == (None, NUMBER_UNKNOWN)


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
