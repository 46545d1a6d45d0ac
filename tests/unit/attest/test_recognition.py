# SPDX-License-Identifier: Apache-2.0
"""The promise itself, in one process: accepted once, recognised elsewhere, relied on, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from attest.cases.repository import case_by_no
from attest.recognition.commands import Rely
from attest.recognition.model import Presented
from attest.recognition.repository import _portions
from attest.tables import private_records
from tests.attest_parts import Meaning, a_ledger


def test_accepted_once_is_accepted_everywhere(tmp_path: Path) -> None:
    """What one department accepted another recognises and relies on, until it is taken back."""
    with a_ledger(tmp_path) as ledger:
        fire = ledger.fire_case()
        assert ledger.verdict("XF", fire, "licence") == ("required", "evidence.never_seen")
        licence = ledger.accept(fire, "business-licence.pdf", "XF")
        assert ledger.verdict("XF", fire, "licence") == ("recognised", "case.on_file")

        tobacco = ledger.tobacco_case()
        assert ledger.verdict("YC", tobacco, "licence") == ("recognised", "matched.holder")
        relied = ledger.rely(tobacco, "licence", licence, "YC-004", "YC")
        assert relied.index == ledger.size - 1

        ledger.retract(licence, "XF")
        assert ledger.verdict("YC", tobacco, "licence") == ("required", "acceptance.retracted")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("recognition")) as made:
        yield made


def test_a_landlords_deed_is_found_through_the_lease(ledger: Meaning) -> None:
    """A tenant needs neither lease nor deed again: the deed's holder is whom the lease names as lessor."""
    first = ledger.tobacco_case()
    ledger.accept(first, "lease-contract.pdf", "YC")
    deed = ledger.accept(first, "deed-shop.jpg", "YC")
    second = ledger.tobacco_case()
    answer = ledger.ask("YC", second, "premises.leased")
    assert answer.judged is not None
    result = answer.judged.decision.results[0]
    assert (result.verdict, {one.type for one in result.used}) == (
        "recognised",
        {"lease_contract", "real_estate_deed"},
    )
    ledger.rely(second, "premises.leased", deed, "YC-004", "YC")


def test_a_material_is_found_by_what_is_shown(ledger: Meaning) -> None:
    """A number or the file itself finds the acceptance; another's number or file finds nothing."""
    case = ledger.fire_case()
    ledger.accept(case, "business-licence.pdf", "XF")
    other = ledger.tobacco_case()
    number = "92990101MA99A1172F"
    digest = ledger.acceptance(case, "business-licence.pdf", "XF").document.sha256

    def shown(**members: Any) -> tuple[str, str]:
        return ledger.verdict("YC", other, "licence", shown=[Presented("business_licence", **members)])

    assert shown(issuer="SC", number=number) == ("recognised", "matched.number")
    assert shown(digest=digest) == ("recognised", "matched.content")
    assert shown(issuer="SC", number="9299") == ("required", "number.unknown")
    assert shown(issuer="XF", number=number) == ("required", "number.unknown")
    assert shown(digest=bytes(32)) == ("required", "content.unknown")


def test_anothers_paper_is_not_found_by_its_number(ledger: Meaning) -> None:
    """A number that is known for somebody else answers as one that nobody knows."""
    case = ledger.flat_case()
    ledger.accept(case, "deed-flat.jpg", "ZR")
    foreign = Presented("real_estate_deed", "ZR", "九（2019）九九县不动产权第0001170号")
    unknown = Presented("real_estate_deed", "ZR", "0")
    assert [ledger.verdict("ZR", case, "deed", shown=[one]) for one in (foreign, unknown)] == [
        ("required", "number.unknown")
    ] * 2


def test_an_expired_paper_is_named_as_expired(ledger: Meaning) -> None:
    """A permit that ended is required again, with its reason."""
    answers = {"premises": "owned", "residence": "other", "applicant": "self"}
    case = ledger.open("YC-004", answers, {"applicant": "eatery", "operator": "chen"})
    ledger.accept(case, "residence-permit.jpg", "YC")
    assert ledger.verdict("YC", case, "residence_permit") == ("required", "validity.expired")


def test_a_single_use_paper_serves_its_own_case(ledger: Meaning) -> None:
    """The tax receipt accepted in one case is required in the next."""
    one = ledger.flat_case()
    receipt = ledger.accept(one, "deed-tax-receipt.pdf", "ZR")
    assert ledger.verdict("ZR", one, "tax") == ("recognised", "case.on_file")
    two = ledger.flat_case()
    assert ledger.verdict("ZR", two, "tax") == ("required", "reuse.single_use")
    record = ledger.reliance(two, "tax", receipt, "ZR-007")
    assert ledger.refusal(Rely(ledger.catalogue), record, "ZR") == "reliance.not_recognised"


def test_each_rule_of_reliance_refuses_by_its_code(ledger: Meaning) -> None:
    """Case, citation, guide, list, other material and retraction each have their refusal."""
    fire, case = ledger.fire_case(), ledger.tobacco_case()
    licence = ledger.accept(fire, "business-licence.pdf", "XF")
    plan = ledger.accept(fire, "fire-rules-plan.pdf", "XF")
    good = ledger.reliance(case, "licence", licence, "YC-004")

    def refusal(issuer: str = "YC", **more: Any) -> str:
        return ledger.refusal(Rely(ledger.catalogue), replace(good, **more), issuer)

    assert refusal("XF") == "case.unknown"
    assert refusal(case_no="990101202601010000017") == "case.unknown"
    assert refusal(acceptance=replace(good.acceptance, leaf=bytes(32))) == "acceptance.unknown"
    assert refusal(authority="XF") == "reliance.authority"
    assert refusal(guide=bytes(32)) == "reliance.guide"
    assert refusal(policy=bytes(32)) == "reliance.policy"
    assert refusal(requirement="promise") == "lookup.outside_list"
    assert refusal(requirement="photo") == "acceptance.unknown"
    assert refusal(acceptance=ledger.cite(plan)) == "acceptance.unknown"
    alien = ledger.accept(fire, "business-licence.pdf", "XF", parties=(("holder", ledger.holders["luo"]),))
    assert refusal(acceptance=ledger.cite(alien)) == "acceptance.unknown"
    ledger.act(Rely(ledger.catalogue), good, "YC")
    ledger.retract(licence, "XF")
    assert refusal() == "acceptance.retracted"


def test_any_acceptance_that_is_enough_may_be_relied_on(ledger: Meaning) -> None:
    """Where two acceptances of one paper are good, the clerk may cite either."""
    accepted = [ledger.accept(ledger.fire_case(), "business-licence.pdf", "XF") for _ in range(2)]
    case = ledger.tobacco_case()
    for licence in accepted:
        ledger.rely(case, "licence", licence, "YC-004", "YC")


def test_a_case_whose_record_is_gone_spoils_nobodys_batch(ledger: Meaning) -> None:
    """Where a sealed record cannot be opened the look-up is refused by a code, not by a fault."""
    case = ledger.fire_case()
    row = case_by_no(case, ledger.log.store)
    assert row is not None
    with ledger.log.store.transaction() as connection:
        connection.execute(delete(private_records).where(private_records.c.idx == row.index))
    assert ledger.refused(ledger.question("XF", case)) == "vault.invalid"


def test_many_acceptances_of_one_holder(ledger: Meaning) -> None:
    """A holder with more acceptances than one statement names is judged all the same."""
    found = _portions([bytes([n % 256]) * 16 for n in range(1200)])
    assert [len(some) for some in found] == [512, 512, 176]
