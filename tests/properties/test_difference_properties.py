# SPDX-License-Identifier: Apache-2.0
"""What changed between two versions: nothing is lost, nothing is invented, every change has words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.demo import samples
from api.web.catalogue.comparing import comparison_of
from api.web.catalogue.words import GuideWords
from attest.catalogue.differences import LESS, MORE, applied, differences
from attest.catalogue.item_document import parse_item
from attest.catalogue.item_format import format_item
from attest.catalogue.model import Citation, Limit, ServiceItem, Text
from tests.recognition_parts import demo_types

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.problems import Language
    from attest.catalogue.model import Clock, Question, Requirement

CITED = Citation("另一依据", "[gen]")


@cache
def guides() -> tuple[ServiceItem, ...]:
    """The shipped guides."""
    return tuple(parse_item(one) for one in samples.items())


def a_requirement_change(draw: Callable[[Any], Any], one: Requirement) -> Requirement:
    """One requirement with some of its members changed, or none."""
    what = draw(st.sets(st.sampled_from(["text", "necessity", "when", "alternatives", "citation"])))
    change: dict[str, Any] = {}
    if "text" in what:
        change["text"] = Text("另一名称", "another name")
    if "necessity" in what:
        change["necessity"] = draw(st.sampled_from(["always", "situation", "may_follow"]))
    if "when" in what:
        change["when"] = draw(st.sampled_from([{}, {"applicant": ("agent",)}, {"else": ("a", "b")}]))
    if "alternatives" in what:
        change["alternatives"] = one.alternatives[::-1] + one.alternatives[:1]
    if "citation" in what:
        change["citation"] = draw(st.sampled_from([None, CITED]))
    return replace(one, **change)


def a_clock_change(draw: Callable[[Any], Any], one: Clock) -> Clock:
    """One clock with some of its members changed, or none."""
    unit = draw(st.sampled_from(["WD", "ND"]))
    limit = Limit(draw(st.integers(0, 3)), unit, draw(st.sampled_from([CITED, one.promised_limit.citation])))
    change = {
        "promised_limit": limit,
        "statutory_limit": limit,
        "extension": draw(st.sampled_from([None, limit])),
        "counted_from": draw(st.sampled_from([None, "application"])),
        "profile": draw(st.sampled_from(["licence", "days"])),
        "when": draw(st.sampled_from([{}, {"applicant": ("agent",)}])),
    }
    return replace(one, **{name: change[name] for name in draw(st.sets(st.sampled_from(sorted(change))))})


def a_question_change(draw: Callable[[Any], Any], one: Question) -> Question:
    """One question with other words, other options, or as it is."""
    change = draw(st.sampled_from([{}, {"text": Text("另一问", "another")}, {"options": one.options[::-1]}]))
    return replace(one, **change)


def some_of(
    draw: Callable[[Any], Any], several: tuple[Any, ...], change: Callable[..., Any]
) -> tuple[Any, ...]:
    """Some of a list, in some order, some changed."""
    order = draw(st.permutations(several))
    kept = order[: draw(st.integers(0, len(order)))]
    return tuple(change(draw, one) if draw(st.booleans()) else one for one in kept)


@st.composite
def versions(draw: Callable[[Any], Any]) -> ServiceItem:
    """A version of one of three guides, near enough to each other that most pairs share something."""
    item = draw(st.sampled_from(guides()[:3]))
    other = draw(st.sampled_from(guides()[:3]))
    members = {
        "version": draw(st.integers(1, 3)),
        "name": other.name,
        "level": other.level,
        "receivers": draw(st.sampled_from([(), ("ZW",)])),
        "notice": draw(st.sampled_from(["甲", "乙"])),
        "result": other.result,
        "sources": other.sources,
        "handling_code": draw(st.sampled_from([None, f"{item.impl_code}02"])),
        "in_force": draw(st.sampled_from([None, date(2026, 1, 1)])),
        "roles": other.roles,
    }
    made: ServiceItem = replace(
        item,
        **{name: members[name] for name in draw(st.sets(st.sampled_from(sorted(members))))},
        requirements=some_of(draw, item.requirements, a_requirement_change),
        questions=some_of(draw, item.questions, a_question_change),
        clocks=some_of(draw, item.clocks + item.clocks[:1], a_clock_change),
    )
    return made


@settings(max_examples=150, deadline=None)
@given(versions(), versions())
def test_differences_are_all_that_there_is(before: ServiceItem, after: ServiceItem) -> None:
    """What changed, put on the old version, gives the new one; it is empty just where both say the same."""
    found = differences(before, after)
    assert applied(found, before) == after
    plain = [
        {name: value for name, value in format_item(one).items() if name != "version"}
        for one in (before, after)
    ]
    assert found.empty == (plain[0] == plain[1])
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        words = GuideWords(language, {}, demo_types())
        assert (comparison_of(before, after, words).count == 0) == found.empty


@settings(max_examples=100, deadline=None)
@given(versions(), versions())
def test_requirements_are_told_as_a_plain_look_tells_them(before: ServiceItem, after: ServiceItem) -> None:
    """Gone, new and changed requirements are those that the two documents show when read side by side."""
    documents: list[Any] = [format_item(before), format_item(after)]
    old, new = ({one["code"]: one for one in document["requirements"]} for document in documents)
    found = differences(before, after).requirements
    assert list(found.removed) == [code for code in old if code not in new]
    assert list(found.added) == [code for code in new if code not in old]
    assert set(found.changed) == {code for code in old if code in new and old[code] != new[code]}
    shared = ([code for code in old if code in new], [code for code in new if code in old])
    assert found.moved == (shared[0] != shared[1])


@pytest.mark.parametrize("item", guides(), ids=lambda one: f"{one.code}.v{one.version}")
def test_a_version_differs_from_itself_in_nothing(item: ServiceItem) -> None:
    """No shipped guide differs from itself, whatever its number."""
    assert differences(item, replace(item, version=item.version + 1)).empty


def test_the_marriage_guide_asks_for_less_since_2025() -> None:
    """Before and after 2025-05-10: the household registers are gone, and the grounds are others."""
    before, after = (one for one in guides() if one.code == "MZ-017")
    words = GuideWords("zh", {}, demo_types())
    found = comparison_of(before, after, words)
    assert [(one.about, one.effect) for one in found.papers if not one.part] == [("双方户口簿", LESS)]
    assert {one.part for one in found.papers if one.part} == {"依据"}
    assert found.counts == (3, 2)
    assert not found.situations
    assert [one.about for one in found.rest] == ["依据", "施行日期"]
    back = comparison_of(after, before, words)
    assert [(one.about, one.effect) for one in back.papers if not one.part] == [("双方户口簿", MORE)]
