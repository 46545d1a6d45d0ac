# SPDX-License-Identifier: Apache-2.0
"""Laws of bundles: documents are canonical; a plan asks as few papers as the best of all ways."""

from __future__ import annotations

from itertools import product
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from attest.bundles.document import parse_bundle
from attest.bundles.format import format_bundle
from attest.bundles.model import (
    Bundle,
    ByQuestion,
    Condition,
    DataCheck,
    Feed,
    Form,
    FormField,
    Member,
)
from attest.bundles.rules import plan_of
from attest.catalogue.model import Binding, CaseRole, Citation, Option, Question, Requirement, Text
from ledger.canonical import dump, read_json
from tests.bundle_parts import CITED, PLAIN, a_bundle, an_item
from tests.recognition_parts import a_policy, a_requirement, an_evidence, answers

words = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=8)
texts = st.builds(Text, words, words)
citations = st.builds(Citation, words, st.sampled_from(["[gen]", "[read L 16]"]))
ROLES: Final = ("applicant", "operator", "child")
STEPS: Final = ("first", "second", "third", "fourth")
roles = st.dictionaries(st.sampled_from(["holder", "member"]), st.sampled_from(ROLES), min_size=1)
types = st.sampled_from([f"t{n}" for n in range(8)])
QUESTION: Final = Question(
    "where", Text("何处", "Where"), (Option("a", Text("甲", "A")), Option("b", Text("乙", "B")))
)


def _some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=len(values), unique=True).map(tuple)


def _member(step: str) -> st.SearchStrategy[Member]:
    return st.builds(
        Member,
        st.just(step),
        st.from_regex(r"[A-Z]{2}-[0-9]{3}", fullmatch=True),
        st.none() | st.integers(1, 9),
        roles,
        st.dictionaries(
            st.sampled_from(["q1", "q2"]), st.sampled_from(["yes", "no"]) | st.just(ByQuestion("where"))
        ),
        st.none() | _some(("r1", "r2")),
        st.just({}) | st.just({"where": ("a",)}),
    )


@st.composite
def bundles(draw: st.DrawFn) -> Bundle:
    """A bundle of up to four steps, whose results feed later ones."""
    steps = STEPS[: draw(st.integers(2, 4))]
    feeds = []
    for number, source in enumerate(steps[:-1]):
        if draw(st.booleans()):
            feeds.append(
                Feed(source, draw(types), draw(roles), draw(_some(steps[number + 1 :])), draw(citations))
            )
    return Bundle(
        code=draw(st.from_regex(r"[a-z]{1,8}", fullmatch=True)),
        version=draw(st.integers(1, 99)),
        name=draw(texts),
        authority="ZW",
        notice=draw(words),
        sources=tuple(draw(st.lists(citations, min_size=1, max_size=2))),
        conditions=tuple(draw(st.lists(st.builds(Condition, texts, citations), max_size=2))),
        roles=ROLES,
        questions=(QUESTION,),
        fields=tuple(
            draw(
                st.lists(
                    st.builds(FormField, st.sampled_from(["f1"]), texts, _some(steps), citations), max_size=1
                )
            )
        ),
        members=tuple(draw(_member(step)) for step in steps),
        feeds=tuple(feeds),
        forms=tuple(
            draw(st.lists(st.builds(Form, types, roles, _some(("t1", "t2", "t3")), citations), max_size=1))
        ),
        checked=tuple(
            draw(
                st.lists(
                    st.builds(DataCheck, types, st.just("SC"), citations),
                    max_size=2,
                    unique_by=lambda one: one.type,
                )
            )
        ),
    )


@settings(max_examples=60, deadline=None)
@given(bundles())
def test_documents_are_canonical(bundle: Bundle) -> None:
    """What is written and read again is the same bundle, and the same bytes."""
    body = dump(format_bundle(bundle))
    read = parse_bundle(read_json(body, max_bytes=len(body)))
    assert read == bundle
    assert dump(format_bundle(read)) == body


Paper = tuple[str, str]
papers = st.tuples(types, st.sampled_from(["applicant", "operator"]))
needs = st.lists(st.lists(papers, min_size=1, max_size=2, unique=True), min_size=1, max_size=2)
steps_ = st.lists(st.lists(needs, min_size=1, max_size=3), min_size=1, max_size=4)


def _requirement(number: int, need: list[list[Paper]]) -> Requirement:
    return a_requirement(
        *(
            tuple(an_evidence(code, bindings=(Binding("holder", CaseRole(role)),)) for code, role in one)
            for one in need
        ),
        code=f"r{number}",
    )


@settings(max_examples=80, deadline=None)
@given(steps_, st.booleans(), st.booleans())
def test_a_plan_is_smallest(asked: list[list[list[list[Paper]]]], feeding: bool, checking: bool) -> None:  # noqa: FBT001  # drawn, not called
    """Over all steps together no way asks fewer papers, with feeds and data checks too."""
    items = {
        f"s{n}": an_item(f"A-{n}", [_requirement(m, need) for m, need in enumerate(step)], "t0")
        for n, step in enumerate(asked)
    }
    later = tuple(list(items)[1:])
    feed = (Feed("s0", "t0", {"holder": "applicant"}, later, CITED),) if feeding and later else ()
    checked = (DataCheck("t1", "SC", CITED),) if checking else ()
    policies = {"XF": a_policy(data_checks=(answers("SC", "t1"),))}
    plan = plan_of(a_bundle(items, feeds=feed, checked=checked), items, PLAIN, {}, policies=policies)
    left = [
        [
            {
                paper
                for paper in one
                if not (checking and paper[0] == "t1")
                and not (feed and number and paper == ("t0", "applicant"))
            }
            for one in need
        ]
        for number, step in enumerate(asked)
        for need in step
    ]
    assert plan.papers == min(len(set().union(*choice)) for choice in product(*left))
    assert plan.papers <= plan.one_by_one
