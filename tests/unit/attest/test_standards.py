# SPDX-License-Identifier: Apache-2.0
"""Data standards: what a document may say, which versions hold on a day, which values meet them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.demo import samples
from attest.catalogue.model import FieldUse
from attest.catalogue.reading import CatalogueError
from attest.catalogue.types_document import format_types, parse_types
from attest.codes import organisation_code
from attest.standards.document import format_standard, parse_standard
from attest.standards.model import Window, window_of
from attest.standards.rules import Checked, check_values
from attest.standards.value_texts import TEXTS, texts_of

ENTITY = "11990000MA0TE5T914"
PERSON = "990101199003075019"
DAY = date(2026, 11, 27)
NOW_OVER = date(2028, 1, 1)


def demo(code: str) -> list[dict[str, Any]]:
    return [one for one in samples.standards() if one["code"] == code]


def windows(day: date = DAY) -> dict[str, Window]:
    """What the demo's standards accept on a day."""
    return {
        code: window_of([parse_standard(one) for one in demo(code)], day)
        for code in ("national-codes", "food-business")
    }


def check(values: dict[str, str], day: date = DAY, type_: str = "food_application", **stated: int) -> Checked:
    kind = parse_types(samples.types()).types[type_]
    named = {code.replace("_", "-"): version for code, version in stated.items()}
    return check_values(kind.fields, values, named, windows(day), day)


def form(**change: str) -> dict[str, str]:
    """A sound food application."""
    values = {
        "name": "样例餐饮店",
        "credit_code": ENTITY,
        "business_form": "catering",
        "premises": "样例市样例路 1 号",
    }
    return {**values, **change}


def codes(checked: Checked) -> list[tuple[str, str]]:
    return [(one.code, one.field) for one in checked.faults]


@pytest.mark.parametrize("document", samples.standards(), ids=lambda one: f"{one['code']}.{one['version']}")
def test_a_standard_reads_back(document: dict[str, Any]) -> None:
    """Each demo standard is read strictly and gives its document again."""
    assert format_standard(parse_standard(document)) == document


def test_types_that_name_standards_read_back() -> None:
    """The demo's types with their fields give their document again, and name fields that exist."""
    types = parse_types(samples.types())
    assert format_types(types) == samples.types()
    known = {(one["code"], each["code"]) for one in samples.standards() for each in one["fields"]}
    assert {(use.standard, use.field) for kind in types.types.values() for use in kind.fields} <= known


FAULTY: dict[str, tuple[dict[str, Any], str]] = {
    "a second version without notes": ({"version": 2}, "/migration"),
    "a first version with a window": (
        {"migration": {"until": "2027-01-01", "notes": [{"text": {"zh": "改", "en": "change"}}]}},
        "/migration",
    ),
    "a window that ends before it begins": (
        {
            "version": 2,
            "in_force": "2027-01-02",
            "migration": {"until": "2027-01-01", "notes": [{"text": {"zh": "改", "en": "change"}}]},
        },
        "/migration/until",
    ),
    "an end before the beginning": ({"in_force": "2027-01-02", "expires": "2027-01-01"}, "/expires"),
    "no field": ({"fields": []}, "/fields"),
    "a list that is not there": ({"lists": []}, "/fields/1/list"),
    "no such publisher": ({"authority": "service"}, "/authority"),
    "a rule over no field": (
        {"fields": [one for one in demo("food-business")[0]["fields"] if one["code"] != "staff"]},
        "/rules/0/field",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_what_a_standard_may_not_say(name: str) -> None:
    """Each fault is named by its place."""
    change, path = FAULTY[name]
    with pytest.raises(CatalogueError) as refused:
        parse_standard({**demo("food-business")[0], **change})
    assert refused.value.path == path


def test_two_versions_are_accepted_for_a_stated_time() -> None:
    """Before the new one the old alone, in the window both, to its last day; afterwards the new alone."""
    seen = {
        day: (window.current and window.current.version, window.before and window.before.version)
        for day in (date(2015, 1, 1), date(2023, 11, 30), date(2023, 12, 1), date(2027, 12, 31), NOW_OVER)
        for window in [windows(day)["food-business"]]
    }
    assert list(seen.values()) == [(None, None), (1, None), (2, 1), (2, 1), (2, None)]


def test_an_expired_version_holds_no_more() -> None:
    """After its last day a version is accepted no longer, current or not."""
    ended = parse_standard({**demo("food-business")[1], "expires": "2026-12-31"})
    first = parse_standard(demo("food-business")[0])
    assert window_of([first, ended], date(2026, 12, 31)).current == ended
    assert window_of([first, ended], date(2027, 1, 1)).current is None


def test_values_that_meet_the_standard() -> None:
    """The old code is accepted while the window is open, and only where the old version is stated."""
    assert check(form()).sound
    old = form(business_form="canteen")
    assert codes(check(old)) == [("value.not_listed", "business_form")]
    accepted = check(old, food_business=1)
    assert accepted.sound
    assert [one.until for one in accepted.applied if one.code == "food-business"] == [date(2027, 12, 31)]
    refused = check(old, NOW_OVER, food_business=1)
    assert codes(refused) == [("standard.replaced", "")]
    said, following = texts_of(refused.faults[0])
    assert "2027-12-31" in said.zh
    assert "collective_canteen" in following.zh
    assert "collective_canteen" in following.en


WRONG: dict[str, tuple[str, dict[str, str], str]] = {
    "check character": ("credit_code", {"credit_code": "11990000MA0TE5T915"}, "value.code"),
    "citizen number": ("person_in_charge", {"person_in_charge": "990101199003075010"}, "value.code"),
    "missing": ("name", {"name": " "}, "value.missing"),
    "too long": ("name", {"name": "店" * 101}, "value.too_long"),
    "control": ("name", {"name": "店\u202e名"}, "value.text"),
    "not a number": ("area", {"area": "1e3"}, "value.whole"),
    "other digits": ("area", {"area": "١٢"}, "value.whole"),
    "too large": ("area", {"area": "9" * 40}, "value.whole"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_named_and_never_repeated(name: str) -> None:
    """Each fault has its field, a code and words in both languages that do not hold the value."""
    field, change, code = WRONG[name]
    found = check(form(**change))
    assert codes(found) == [(code, field)]
    for text in texts_of(found.faults[0]):
        assert text.zh
        assert text.en
        assert not change[field].strip() or change[field] not in text.zh + text.en


def test_rules_hold_between_values() -> None:
    """The organisation code inside the credit code, the day inside the citizen number, terms in order."""
    kind = "business_licence"
    fits = check({"credit_code": ENTITY, "organisation_code": ENTITY[8:17]}, type_=kind)
    assert codes(fits) == []
    other = check({"credit_code": ENTITY, "organisation_code": organisation_code("MA0TE5T8")}, type_=kind)
    assert codes(other) == [("value.rule", "credit_code")]
    assert codes(check({"citizen_number": PERSON, "born": "1990-03-07"}, type_="id_card")) == []
    other = check({"citizen_number": PERSON, "born": "1990-03-08"}, type_="id_card")
    assert codes(other) == [("value.rule", "citizen_number")]
    term = {"citizen_number": PERSON, "valid_from": "2020-01-02", "valid_until": "2020-01-01"}
    assert codes(check(term, type_="id_card")) == [("value.rule", "valid_until")]
    assert codes(check({"citizen_number": PERSON, "born": "2099-01-01"}, type_="id_card")) == [
        ("value.rule", "citizen_number"),
        ("value.rule", "born"),
    ]
    missing = {name: text for name, text in form(staff="3").items() if name != "business_form"}
    assert codes(check(missing)) == [("value.missing", "business_form"), ("value.rule", "staff")]


def test_what_nobody_published_cannot_be_told() -> None:
    """A standard without a version, a version to come, an unknown version, a field of no material."""
    use = (FieldUse("a", "nothing", "a"),)
    none = check_values(use, {"a": "1"}, {}, {"nothing": window_of([], DAY)}, DAY)
    assert codes(none) == [("standard.unknown", "")]
    assert codes(check(form(), food_business=9)) == [("standard.unknown_version", "")]
    assert codes(check(form(), date(2015, 1, 1))) == [("standard.not_in_force", "")]
    assert codes(check(form(other="1"))) == [("value.unknown_field", "")]


def test_every_fault_has_words() -> None:
    """No text lacks a language, a next step or a fact that it names."""
    for code, texts in TEXTS.items():
        assert all(texts), code
