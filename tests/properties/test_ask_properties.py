# SPDX-License-Identifier: Apache-2.0
"""Laws of what a check asks for: the fewest papers there are, nothing that is recognised, less with more."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from attest.catalogue.model import Binding, CaseRole, Requirement
from attest.policies.document import parse_policy
from attest.policies.model import DEFAULT
from attest.recognition.model import Candidate, Decision
from attest.recognition.rules import decide
from tests.policy_parts import OTHERS, STRONGEST_FIRST, a_document, admits, ground_rank, policies
from tests.recognition_parts import (
    APPLICANT,
    CASE,
    ELSEWHERE,
    NOW,
    OPERATOR,
    TODAY,
    a_candidate,
    a_requirement,
    a_type,
    an_evidence,
    some_facts,
    types_of,
)

CODES: Final = [f"t{n}" for n in range(8)]
TYPES: Final = types_of(*(a_type(code) for code in CODES))
PEOPLE: Final = {"applicant": APPLICANT, "operator": OPERATOR}
FACTS: Final = some_facts()
OWN_REASONS: Final = frozenset(
    {"authority.not_accepted", "policy.assurance", "policy.scan", "policy.too_old", "party.wrong_role"}
)
"""Why a paper on file does not stand when guide and type would let it; or that of another party is nearer."""

Paper = tuple[str, str]

papers = st.tuples(st.sampled_from(CODES), st.sampled_from(sorted(PEOPLE)))
alternatives = st.lists(papers, min_size=1, max_size=3, unique=True)
lists: Final = st.lists(st.lists(alternatives, min_size=1, max_size=3), min_size=1, max_size=5)
long_lists: Final = st.lists(st.lists(alternatives, min_size=1, max_size=2), min_size=6, max_size=12)


def _requirements(asked: list[list[list[Paper]]]) -> list[Requirement]:
    return [
        a_requirement(
            *(
                tuple(an_evidence(code, bindings=(Binding("holder", CaseRole(role)),)) for code, role in one)
                for one in every
            ),
            code=f"r{number}",
        )
        for number, every in enumerate(asked)
    ]


def _pool(there: frozenset[Paper]) -> list[Candidate]:
    return [
        a_candidate(number, type=code, parties=(("holder", PEOPLE[role]),))
        for number, (code, role) in enumerate(sorted(there), 1)
    ]


NO_POLICY: Final = parse_policy(a_document())


@st.composite
def held_papers(draw: st.DrawFn) -> list[Candidate]:
    """Up to ten acceptances of those papers: by anybody, of any age and assurance, some in this case."""
    return [
        replace(
            a_candidate(number, type=code, parties=(("holder", PEOPLE[role]),)),
            authority=draw(st.sampled_from(["XF", *OTHERS])),
            accepted_at=NOW - draw(st.integers(0, 70)) * 86_400,
            assurance=draw(st.sampled_from(STRONGEST_FIRST)),
            case_no=draw(st.sampled_from([CASE, ELSEWHERE, ELSEWHERE])),
        )
        for number, (code, role) in enumerate(draw(st.lists(papers, max_size=10)), 1)
    ]


def _decide(asked: list[list[list[Paper]]], there: frozenset[Paper]) -> Decision:
    return decide(_requirements(asked), _pool(there), FACTS, TYPES, NOW)


def _missing(asked: list[list[list[Paper]]], decision: Decision) -> set[Paper]:
    """The papers behind the answer: those of the chosen alternatives that are not there."""
    found = set()
    for every, result in zip(asked, decision.results, strict=True):
        one = every[result.combination]
        for paper, evidence in zip(one, result.evidence, strict=True):
            if evidence.verdict == "required":
                found.add(paper)
    return found


def _fewest(asked: list[list[list[Paper]]], there: frozenset[Paper]) -> int:
    left = [[set(one) - there for one in every] for every in asked]
    return min(len(set().union(*choice)) for choice in product(*left))


@settings(max_examples=150, deadline=None)
@given(lists, st.frozensets(papers, max_size=8))
def test_fewest_papers_there_are(asked: list[list[list[Paper]]], there: frozenset[Paper]) -> None:
    """The check asks for as few papers as the best of all ways of meeting the list."""
    decision = _decide(asked, there)
    missing = _missing(asked, decision)
    assert len(missing) == _fewest(asked, there)
    assert len(decision.ask) <= len(missing)
    assert {one.type for one in decision.ask} == {code for code, _ in missing}


@settings(max_examples=120, deadline=None)
@given(lists, held_papers(), policies(CODES, ["XF-001", "XF-002"]))
def test_fewest_papers_under_a_policy(
    asked: list[list[list[Paper]]], held: list[Candidate], document: dict[str, Any]
) -> None:
    """With any policy in, the set is the smallest over what the policy, read line by line, lets stand.

    What is cited is of the best ground that passes, by that policy's order; and where only the policy stands
    in the way, the reason is one of its own.
    """
    standing = [one for one in held if admits(document, one, "XF-001", CASE, TODAY)]
    there = frozenset((one.type, _role(one)) for one in standing)
    facts = some_facts(policy=parse_policy(document))
    decision = decide(_requirements(asked), held, facts, TYPES, NOW)
    missing = _missing(asked, decision)
    assert len(missing) == _fewest(asked, there)
    assert not missing & there
    on_file = {(one.type, _role(one)) for one in held}
    for every, result in zip(asked, decision.results, strict=True):
        for paper, evidence in zip(every[result.combination], result.evidence, strict=True):
            mine = [one for one in standing if (one.type, _role(one)) == paper]
            if mine:
                best = min((one.case_no != CASE, ground_rank(document, one)) for one in mine)
                (used,) = evidence.used
                assert used in mine
                assert (used.case_no != CASE, ground_rank(document, used)) == best
            elif paper in on_file:
                assert evidence.reason in OWN_REASONS
            else:
                assert evidence.reason in {"evidence.never_seen", "party.wrong_role"}


def _role(one: Candidate) -> str:
    return next(role for role, holder in PEOPLE.items() if holder == one.parties[0][1])


@given(held_papers(), lists)
def test_a_policy_without_terms_is_the_default(held: list[Candidate], asked: list[list[list[Paper]]]) -> None:
    """A published policy that asks for nothing decides as the stated default does."""
    said = [
        decide(_requirements(asked), held, some_facts(policy=policy), TYPES, NOW)
        for policy in (NO_POLICY, DEFAULT)
    ]
    assert said[0] == said[1]


@settings(max_examples=60, deadline=None)
@given(long_lists, st.frozensets(papers, max_size=8))
def test_fewest_papers_of_twelve(asked: list[list[list[Paper]]], there: frozenset[Paper]) -> None:
    """So it is for up to twelve requirements."""
    assert len(_missing(asked, _decide(asked, there))) == _fewest(asked, there)


@settings(max_examples=100, deadline=None)
@given(lists, st.frozensets(papers, max_size=8))
def test_nothing_recognised_is_asked(asked: list[list[list[Paper]]], there: frozenset[Paper]) -> None:
    """No paper that would be recognised is asked for, by whichever requirement."""
    assert not _missing(asked, _decide(asked, there)) & there


@settings(max_examples=100, deadline=None)
@given(lists, st.frozensets(papers, max_size=8), papers)
def test_more_on_file_asks_no_more(
    asked: list[list[list[Paper]]], there: frozenset[Paper], more: Paper
) -> None:
    """One more acceptance never makes the set larger."""
    before, after = _decide(asked, there), _decide(asked, there | {more})
    assert len(_missing(asked, after)) <= len(_missing(asked, before))
