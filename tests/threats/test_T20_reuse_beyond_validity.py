# SPDX-License-Identifier: Apache-2.0
"""T20: a material is used beyond its validity, purpose, party or version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from attest.acts import Written
from attest.materials.commands import Accept
from attest.recognition.commands import Rely
from tests.attest_parts import TODAY, Meaning, a_ledger


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("t20")) as made:
        yield made


def refusal(ledger: Meaning, case: str, requirement: str, accepted: Written, item: str, by: str) -> str:
    """The code with which relying is refused."""
    record = ledger.reliance(case, requirement, accepted, item)
    return ledger.refusal(Rely(ledger.catalogue), record, by)


def test_validity_ends_between_look_and_reliance(ledger: Meaning) -> None:
    """A licence recognised today is required the day after its last day, and cannot be relied on."""
    case = ledger.fire_case()
    record = ledger.acceptance(case, "business-licence.pdf", "XF")
    licence = ledger.act(Accept(ledger.catalogue), replace(record, valid_until=TODAY), "XF")
    assert ledger.verdict("XF", case, "licence") == ("recognised", "case.on_file")
    ledger.clock[0] += 86_400
    try:
        assert ledger.verdict("XF", case, "licence") == ("required", "validity.expired")
        assert refusal(ledger, case, "licence", licence, "XF-001", "XF") == "reliance.not_recognised"
    finally:
        ledger.clock[0] -= 86_400
    early = replace(record, valid_from=TODAY + timedelta(days=1), case_no=ledger.food_case(), authority="SC")
    ledger.act(Accept(ledger.catalogue), early, "SC")
    assert ledger.verdict("XF", case, "licence") == ("recognised", "case.on_file")


def test_another_purpose_person_or_thing(ledger: Meaning) -> None:
    """A promise serves its own case, a paper its own parties, drawings their own premises."""
    first = ledger.fire_case()
    promise = ledger.accept(first, "fire-promise.pdf", "XF")
    drawings = ledger.accept(first, "fire-drawings.jpg", "XF")
    licence = ledger.accept(first, "business-licence.pdf", "XF")
    second = ledger.fire_case()
    assert ledger.verdict("XF", second, "promise") == ("required", "reuse.this_case_only")
    assert refusal(ledger, second, "promise", promise, "XF-001", "XF") == "reliance.not_recognised"
    moved = ledger.open(
        "XF-001",
        {"procedure": "promise"},
        {"applicant": "eatery"},
        about=("real_estate_unit", "990101001001GB00017F00019999"),
    )
    assert ledger.verdict("XF", moved, "drawings") == ("required", "reuse.other_thing")
    assert refusal(ledger, moved, "drawings", drawings, "XF-001", "XF") == "reliance.not_recognised"
    other = ledger.open("XF-001", {"procedure": "promise"}, {"applicant": "luo"})
    assert ledger.verdict("XF", other, "licence")[0] == "required"
    told = refusal(ledger, other, "licence", licence, "XF-001", "XF")
    assert told == "acceptance.unknown"  # another's looks like one that is not there (ADR 0010)


def test_a_receipt_pays_once(ledger: Meaning) -> None:
    """A tax receipt is neither relied on nor accepted in a second case."""
    one, two = ledger.flat_case(), ledger.flat_case()
    receipt = ledger.accept(one, "deed-tax-receipt.pdf", "ZR")
    assert refusal(ledger, two, "tax", receipt, "ZR-007", "ZR") == "reliance.not_recognised"
    again = ledger.acceptance(two, "deed-tax-receipt.pdf", "ZR")
    assert ledger.refusal(Accept(ledger.catalogue), again, "ZR") == "acceptance.single_use"
