# SPDX-License-Identifier: Apache-2.0
"""The demo's catalogue agrees with the collected facts: departments, lists, limits, terms, sources."""

from __future__ import annotations

import itertools
import json
from datetime import date
from typing import TYPE_CHECKING, Final

import pytest

from attest.catalogue.item_document import check_item
from attest.catalogue.model import LEVELS, SAMPLE_NOTICE
from attest.catalogue.situations import SituationError, clock_for, requirements_for
from attest.codes import Scheme, validate, validate_credit_code
from tests.catalogue_facts import AGES, CLOCKS, EACH, LEADING_ELSEWHERE, LISTS, RESULTS, SURRENDERED
from tests.recognition_parts import CATALOGUE, catalogue_json, demo_item, demo_types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attest.catalogue.model import Evidence, MaterialType, ServiceItem

CODES: Final = tuple(LISTS)
DEPARTMENTS: Final = ["SC", "XF", "YC", "WJ", "JT", "ZR", "SW", "GA", "MZ", "RS", "YB", "GJJ", "ZJ", "ZW"]
NECESSITY: Final = {"必": "always", "情": "situation", "缺": "may_follow"}
SOURCE: Final = {"issued": "政", "own": "自", "third_party": "三"}
HANDLING: Final = {"check": "核", "show": "验", "keep": "交"}
EXERCISED: Final = {"city": "3", "county": "4", "town": "5"}
REUSE: Final = {
    "deed_tax_receipt": "single_use",
    "medical_invoice": "single_use",
    "mandate": "this_case",
    "notarised_mandate": "this_case",
    "fire_promise": "this_case",
    "hygiene_promise": "this_case",
    "marriage_declaration": "this_case",
    "marital_statement": "this_case",
    "fire_drawings": "same_thing",
    "food_layout": "same_thing",
    "hygiene_layout": "same_thing",
    "lease_contract": "same_thing",
    "real_estate_deed": "same_thing",
    "business_licence": "free",
    "birth_certificate": "free",
}


def _evidence(item: ServiceItem) -> Iterator[tuple[str, Evidence]]:
    for requirement in item.requirements:
        for combination in requirement.alternatives:
            for evidence in combination.evidence:
                yield requirement.code, evidence


def _handled(kind: MaterialType) -> str:
    """As the guide prints it, where ours differs."""
    return kind.printed or HANDLING[kind.handling]


IN_BUNDLES: Final = ("GA-051", "RS-051", "WJ-051", "YB-051", "YB-052", "ZJ-051")
"""Guides that only bundles have as members (`test_bundles.py`)."""


def test_departments() -> None:
    """Eleven kinds of department, fourteen codes, each with both names, a level and a valid invented code."""
    document = catalogue_json("departments")
    assert [one["code"] for one in document["departments"]] == DEPARTMENTS
    assert document["division"].startswith("99")
    for one in document["departments"]:
        assert one["level"] in LEVELS
        assert set(one["name"]) == {"zh", "en"}
        validate_credit_code(one["uscc"])
        assert one["uscc"][2:8] == document["division"]
    assert len({one["uscc"] for one in document["departments"]}) == len(DEPARTMENTS)


def test_every_item_is_expected() -> None:
    """The folder holds the seventeen items, construction, marriage twice, and what only bundles have."""
    found = {path.stem for path in (CATALOGUE / "items").iterdir()}
    assert found - set(IN_BUNDLES) == set(CODES) == set(CLOCKS) == set(RESULTS)
    assert set(IN_BUNDLES) < found
    items = [demo_item(code) for code in CODES]
    assert len({item.code for item in items}) == 18
    assert len({(item.basic_code, item.version) for item in items}) == len(items)


@pytest.mark.parametrize("code", CODES)
def test_item_parses_against_the_types(code: str) -> None:
    """Every guide parses, fits the types, is marked as sample and belongs to the invented division."""
    item = demo_item(code)
    check_item(item, demo_types())
    wanted = code.removesuffix(".v2")
    version = 2 if code.endswith(".v2") else 1
    assert (item.code, item.version, item.notice, item.receivers) == (wanted, version, SAMPLE_NOTICE, ("ZW",))
    own = next(d for d in catalogue_json("departments")["departments"] if d["code"] == item.authority)
    validate(Scheme.ITEM_BASIC, item.basic_code)
    validate(Scheme.ITEM_IMPLEMENTATION, item.impl_code)
    assert item.impl_code == own["uscc"] + EXERCISED[item.level] + item.basic_code
    validate(Scheme.ITEM_HANDLING, str(item.handling_code))
    assert item.handling_code == f"{item.impl_code}01"
    assert item.authority == code.split("-", maxsplit=1)[0]


@pytest.mark.parametrize("code", CODES)
def test_limits(code: str) -> None:
    """Profiles and limits are the collected ones, with their marks; none promises more than the law."""
    item = demo_item(code)
    found = []
    for clock in item.clocks:
        statutory, promised = clock.statutory_limit, clock.promised_limit
        assert statutory.unit == promised.unit
        assert promised.n <= statutory.n
        marks = [
            limit.citation.certainty.strip("[]").removeprefix("read ") for limit in (statutory, promised)
        ]
        sure = [mark.split(" ", maxsplit=1)[0].rstrip(",") for mark in marks]
        extension = clock.extension.n if clock.extension else None
        found.append(
            (
                clock.profile,
                statutory.n,
                statutory.unit,
                sure[0],
                promised.n,
                sure[1],
                extension,
                clock.counted_from,
            )
        )
    assert (item.level, item.case_type, found) == CLOCKS[code]


@pytest.mark.parametrize("code", CODES)
def test_lists(code: str) -> None:
    """Every material of the list stands in its place: necessity, source, handling, types, nothing added."""
    item, types = demo_item(code), demo_types()
    assert len(item.requirements) == len(LISTS[code])
    for requirement, fact in zip(item.requirements, LISTS[code], strict=True):
        kinds = [types.types[e.type] for c in requirement.alternatives for e in c.evidence]
        assert fact.printed in requirement.text.zh
        assert requirement.necessity == NECESSITY[fact.need]
        assert {kind.code for kind in kinds} == fact.types
        assert {SOURCE[kind.source] for kind in kinds} == fact.sources
        if fact.handling != "-":
            assert {_handled(kind) for kind in kinds} == {fact.handling}
        assert requirement.citation is not None
        assert requirement.citation.certainty.startswith(("[read ", "[gen"))


@pytest.mark.parametrize("code", CODES)
def test_results(code: str) -> None:
    """What an item ends in, how long it holds, and how sure that is."""
    item = demo_item(code)
    result = item.result
    found = (item.basic_code[2:4], result.type, result.term, result.years, result.citation.certainty)
    assert found == RESULTS[code]


@pytest.mark.parametrize("code", CODES)
def test_every_situation_has_a_list(code: str) -> None:
    """Each combination of answers gives a clock and a list of requirements, or says where else to go."""
    item = demo_item(code)
    reached: set[str] = set()
    for chosen in itertools.product(*(question.options for question in item.questions)):
        answers = {q.code: o.code for q, o in zip(item.questions, chosen, strict=True)}
        elsewhere = [q.code for q, o in zip(item.questions, chosen, strict=True) if o.instead]
        if elsewhere:
            with pytest.raises(SituationError) as caught:
                requirements_for(item, answers)
            assert (caught.value.code, caught.value.question) == ("situation.other_item", elsewhere[0])
            continue
        asked = [requirement.code for requirement in requirements_for(item, answers)]
        assert {r.code for r in item.requirements if not r.when} <= set(asked)
        for question, answer in answers.items():
            grounds = [c for c in asked if c.startswith(f"{question}.")]
            assert grounds in ([], [f"{question}.{answer}"])
        assert clock_for(item, answers) in item.clocks
        reached |= set(asked)
    assert reached == {requirement.code for requirement in item.requirements}


def test_questions_are_few() -> None:
    """No guide asks more than eight closed questions; every answer tells something or leads elsewhere."""
    elsewhere = set()
    for code in CODES:
        item = demo_item(code)
        assert len(item.questions) <= 8
        named = {q for r in item.requirements for q in r.when} | {q for c in item.clocks for q in c.when}
        for question in item.questions:
            leads = {option.code for option in question.options if option.instead}
            elsewhere |= {(code, question.code, option) for option in leads}
            assert question.code in named or leads or (code, question.code) in RECORDED
    assert elsewhere == LEADING_ELSEWHERE


RECORDED: Final = {("GA-008", "with")}
"""Questions whose answer is a fact of the case more than a choice of papers."""


def test_ages_numbers_and_originals() -> None:
    """Ages are counted to the day of application, all-of-N and taken-in originals are where the facts say."""
    ages, each, surrendered = {}, set(), set()
    for code in CODES:
        for requirement, evidence in _evidence(demo_item(code)):
            if evidence.max_age_days is not None:
                ages[code, requirement] = (evidence.max_age_days, evidence.counted_at)
            if evidence.each:
                each.add((code, requirement))
            if evidence.surrender:
                surrendered.add((code, requirement))
    assert ages == AGES
    assert each == EACH
    assert surrendered == SURRENDERED


def test_marriage_changed_on_its_day() -> None:
    """The household register is asked in the first version only; the second holds from 2025-05-10."""
    old, new = demo_item("MZ-017"), demo_item("MZ-017.v2")
    assert (old.in_force, new.in_force) == (None, date(2025, 5, 10))
    assert [r.code for r in old.requirements] == ["identity", "household", "declaration"]
    assert [r.code for r in new.requirements] == ["identity", "declaration"]


def test_types_rules() -> None:
    """The traps of the facts: never kept, once only, this case only, same thing only, a year of health."""
    types = demo_types()
    not_kept = [one.code for one in types.types.values() if one.handling != "keep"]
    assert not_kept == [
        "id_card",
        "social_security_card",
        "medical_insurance_code",
        "employment_end_record",
        "bank_card",
    ]
    assert {code: types.types[code].reuse for code in REUSE} == REUSE
    assert types.types["health_certificate"].validity.days == 365
    assert types.types["lease_contract"].roles == ("lessor", "lessee")
    assert len({types.types[code] for code in ("fire_drawings", "food_layout", "hygiene_layout")}) == 3
    for one in types.types.values():
        assert one.owner in DEPARTMENTS
        assert set(one.issuers) <= set(DEPARTMENTS)


def test_every_type_has_a_use() -> None:
    """Every type is asked for, is a result, or is what section 1 of the facts says a department issues."""
    types, used = demo_types(), set()
    for code in (*CODES, *IN_BUNDLES):
        item = demo_item(code)
        used |= {evidence.type for _, evidence in _evidence(item)} | {item.result.type, *item.result.also}
    assert used <= set(types.types)
    assert set(types.types) - used == {
        "road_transport_certificate",
        "real_estate_certificate",
        "restaurant_application",  # the form of a bundle
        "guardianship_ruling",  # names a guardian of an adult, too; no sample guide asks for it
    }


def test_which_papers_prove_an_agent_or_a_guardian() -> None:
    """Mandates an agent, in their own case; birth certificate, household page and ruling a guardian."""
    shown = {code: one.represents for code, one in demo_types().types.items() if one.represents is not None}
    relations = {code: (one.relation, one.principal, one.by, one.adults) for code, one in shown.items()}
    assert relations == {
        "mandate": ("agent", "principal", ("agent",), False),
        "notarised_mandate": ("agent", "principal", ("agent",), False),
        "birth_certificate": ("guardian", "holder", ("co_holder",), False),
        "household_register": ("guardian", "member", ("holder", "member"), False),
        "guardianship_ruling": ("guardian", "ward", ("guardian",), True),
    }
    assert all(one.citation.text for one in shown.values())


def test_sample_documents_fit_the_types() -> None:
    """Every sample file is of a defined type, by an issuer and with parties that the type knows."""
    listing = CATALOGUE.parent / "documents.json"
    types = demo_types()
    for one in json.loads(listing.read_text(encoding="utf-8")):
        kind = types.types[one["type"]]
        assert one["issuer"] in (kind.issuers or (kind.source,))
        assert {party["role"] for party in one["parties"]} <= set(kind.roles)
        if kind.about is not None:
            assert one["about"]["kind"] == kind.about
