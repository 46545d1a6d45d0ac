# SPDX-License-Identifier: Apache-2.0
"""Where items are offered on a day, and filled examples of forms: what documents may say, what follows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.demo import samples
from attest.availability.document import format_availability, parse_availability
from attest.availability.model import CLOSED, ENDED, NOT_YET, OFFERED
from attest.availability.rules import standing
from attest.catalogue.reading import CatalogueError
from attest.catalogue.types_document import parse_types
from attest.codes import citizen_number, credit_code, organisation_code
from attest.examples.document import format_example, parse_example
from attest.examples.model import is_form

REASON = {"zh": "改造", "en": "rebuilding"}
NAME = {"zh": "窗口", "en": "counter"}


def demo(code: str) -> dict[str, Any]:
    return next(one for one in samples.availability() if one["code"] == code)


def a_place(code: str, channel: str = "window", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"code": code, "channel": channel, "name": NAME}
    if channel in ("window", "kiosk", "station"):
        made["address"] = NAME
    return {**made, **more}


def offered(*places: dict[str, Any]) -> dict[str, Any]:
    return {**demo("SC-002"), "places": list(places)}


def states(document: dict[str, Any], day: date) -> dict[str, tuple[str, str | None]]:
    """State and next place by place."""
    found = standing(parse_availability(document), day)
    return {one.place.code: (one.state, one.instead.code if one.instead else None) for one in found}


def test_documents_read_back() -> None:
    """Every sample gives its document again."""
    for one in samples.availability():
        assert format_availability(parse_availability(one)) == one
    for one in samples.examples():
        assert format_example(parse_example(one)) == one


def test_days_are_counted_with_both_ends() -> None:
    """Before its first day, after its last, and on the days of a closure a place does not offer the item."""
    document = offered(
        a_place("a", **{"from": "2026-01-02", "until": "2026-12-30"}),
        a_place("b", closed=[{"from": "2026-03-01", "until": "2026-03-02", "reason": REASON}]),
    )
    seen = [
        states(document, day)["a"][0]
        for day in (date(2026, 1, 1), date(2026, 1, 2), date(2026, 12, 30), date(2026, 12, 31))
    ]
    assert seen == [NOT_YET, OFFERED, OFFERED, ENDED]
    shut = [
        states(document, day)["b"][0]
        for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3))
    ]
    assert shut == [OFFERED, CLOSED, CLOSED, OFFERED]


def test_where_to_go_instead() -> None:
    """The place that it names, if open; else the first open one of its channel; else any; else none."""
    shut = [{"from": "2026-01-01", "reason": REASON}]
    day = date(2026, 5, 5)
    a, b = a_place("a", closed=shut, instead="c"), a_place("b")
    web = a_place("c", "web")
    assert states(offered(a, b, web), day)["a"] == (CLOSED, "c")
    assert states(offered(a, b, {**web, "closed": shut}), day)["a"] == (CLOSED, "b")
    assert states(offered(a, {**b, "closed": shut}, web), day)["b"] == (CLOSED, "c")
    every = [{**one, "closed": shut} for one in (a, b, web)]
    assert {one[1] for one in states(offered(*every), day).values()} == {None}


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_nobody_is_sent_to_a_closed_place(day: date) -> None:
    """On any day the place to go instead offers the item, and an open place names none."""
    for one in samples.availability():
        found = states(one, day)
        for state, instead in found.values():
            assert (state == OFFERED) <= (instead is None)
            assert instead is None or found[instead][0] == OFFERED


FAULTY: dict[str, tuple[dict[str, Any], str]] = {
    "twice": (offered(a_place("a"), a_place("a")), "/places"),
    "instead of itself": (offered(a_place("a", instead="a")), "/places/0/instead"),
    "instead nowhere": (offered(a_place("a", instead="b")), "/places/0/instead"),
    "a window without an address": (
        offered({"code": "a", "channel": "window", "name": NAME}),
        "/places/0/address",
    ),
    "a website with an address": (offered(a_place("a", "web", address=NAME)), "/places/0/address"),
    "ends before it begins": (
        offered(a_place("a", **{"from": "2026-01-02", "until": "2026-01-01"})),
        "/places/0/until",
    ),
    "closed without a reason": (
        offered(a_place("a", closed=[{"from": "2026-01-01"}])),
        "/places/0/closed/0/reason",
    ),
    "a link that is none": (offered(a_place("a", "web", link="javascript:alert(1)")), "/places/0/link"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_what_may_not_stand_there(name: str) -> None:
    """Each fault is named by its place."""
    document, path = FAULTY[name]
    with pytest.raises(CatalogueError) as refused:
        parse_availability(document)
    assert refused.value.path == path


REAL = (
    citizen_number("110105", date(1990, 3, 7), 501),
    credit_code("91", "110105", organisation_code("MA0TE5T9")),
    "13812345678",
)


@pytest.mark.parametrize("value", REAL, ids=("person", "firm", "telephone"))
def test_an_example_holds_nobodys_number(value: str) -> None:
    """A number that checks out outside division 99, or a mobile number, is refused and not repeated."""
    example = samples.examples()[0]
    first = {**example["fields"][0], "value": {"zh": f"号码{value}", "en": "x"}}
    with pytest.raises(CatalogueError) as refused:
        parse_example({**example, "fields": [first, *example["fields"][1:]]})
    assert refused.value.path == "/fields/0/value"
    assert value not in str(refused.value)


def test_which_papers_are_forms() -> None:
    """Applications, promises and mandates are; contracts, drawings and what others issue are not."""
    types = parse_types(samples.types()).types
    assert all(
        is_form(types[one]) for one in ("food_application", "mandate", "fire_promise", "fire_declaration")
    )
    assert not [
        one
        for one in (
            "business_licence",
            "lease_contract",
            "fire_drawings",
            "employer_statement",
            "portrait_photo",
        )
        if is_form(types[one])
    ]
    assert all(is_form(types[one["code"]]) for one in samples.examples())
