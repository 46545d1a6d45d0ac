# SPDX-License-Identifier: Apache-2.0
"""Acceptances and retractions: what the guide asks for, by whom it may be issued, taken back once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from attest.acts import Custodial
from attest.cases.commands import OpenCase
from attest.materials.commands import Accept, Retract
from attest.materials.repository import acceptance_by_id, cited_acceptance, upload_key, upload_of
from attest.registry.commands import AddKey, RetireKey
from attest.registry.model import GOVERNANCE, KeyAdded, KeyRetired
from attest.tables import uploads
from tests.attest_context import a_key
from tests.attest_parts import Meaning, a_ledger
from tests.builders import Append

LICENCE = "business-licence.pdf"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("materials")) as made:
        yield made


@pytest.fixture(scope="module")
def case(ledger: Meaning) -> str:
    return ledger.fire_case()


def refusal(ledger: Meaning, case: str, by: str = "XF", file: str = LICENCE, **more: Any) -> str:
    record = replace(ledger.acceptance(case, file, "XF"), **more)
    return ledger.refusal(Accept(ledger.catalogue), record, by)


def test_an_acceptance_by_hash_alone(ledger: Meaning, case: str) -> None:
    """A department that keeps the file itself accepts by its digest; the row says what was accepted."""
    record = ledger.acceptance(case, LICENCE, "XF")
    written = ledger.act(Accept(ledger.catalogue), record, "XF")
    row = acceptance_by_id(written.id, ledger.log.store)
    assert row is not None
    assert (row.index, row.leaf, row.type, row.case_no) == (
        written.index,
        written.leaf_hash,
        "business_licence",
        case,
    )
    assert (row.issued, row.valid_until, row.retracted, row.fallen) == (record.issued, None, None, None)


def test_each_rule_refuses_by_its_code(ledger: Meaning, case: str) -> None:
    """Case, authority, list, issuer, role and holder each have their refusal."""
    holder = ledger.holders["eatery"]
    assert refusal(ledger, "990101202601010000017") == "case.unknown"
    assert refusal(ledger, case, "SC") == "case.unknown"
    assert refusal(ledger, case, authority="SC") == "issuer.mismatch"
    assert refusal(ledger, case, file="food-application.pdf") == "acceptance.outside_list"
    assert refusal(ledger, case, type="no_such_type") == "acceptance.outside_list"
    assert refusal(ledger, case, issuer="XF") == "acceptance.issuer"
    assert refusal(ledger, case, parties=(("lessor", holder),)) == "acceptance.role"
    assert refusal(ledger, case, parties=(("holder", bytes(16)),)) == "holder.unknown"


def test_what_is_shown_is_not_kept(ledger: Meaning) -> None:
    """An identity card is shown, never accepted."""
    food = ledger.food_case()
    record = ledger.acceptance(
        food,
        LICENCE,
        "SC",
        type="id_card",
        issuer="GA",
        parties=(("holder", ledger.holders["chen"]),),
    )
    assert ledger.refusal(Accept(ledger.catalogue), record, "SC") == "handling.check_only"


def test_a_kept_file_was_uploaded_first(ledger: Meaning, case: str) -> None:
    """A file said to lie in the vault was uploaded by the department, with that size, type and pages."""
    record = ledger.acceptance(case, LICENCE, "XF")
    kept = replace(record, document=replace(record.document, kept="vault"))
    act = Accept(ledger.catalogue)
    assert ledger.refusal(act, kept, "XF") == "document.unknown"
    digest = record.document.sha256
    for department, size in (("SC", record.document.size), ("XF", record.document.size)):
        key = upload_key(department, digest, ledger.context)
        row = (uploads, (key, bytes(16), size, record.document.media, 3))
        ledger.log.writer.submit_wait(Append([], [row]))
        if department == "SC":
            assert ledger.refusal(act, kept, "XF") == "document.unknown"
    upload = upload_of("XF", digest, ledger.log.store, ledger.context)
    assert upload is not None
    other = replace(kept, document=replace(kept.document, size=upload.size + 1))
    assert ledger.refusal(act, other, "XF") == "document.mismatch"
    other = replace(kept, document=replace(kept.document, pages=2))
    assert ledger.refusal(act, other, "XF") == "document.mismatch"
    ledger.act(act, replace(kept, document=replace(kept.document, pages=3)), "XF")


def test_a_window_accepts_for_the_authority(ledger: Meaning) -> None:
    """The receiver that opened the case accepts in it, and the row says both."""
    opening = ledger.opening("XF-001", {"procedure": "promise"}, {"applicant": "eatery"})
    ledger.act(OpenCase(ledger.catalogue), opening, "ZW")
    record = ledger.acceptance(opening.case_no, LICENCE, "XF")
    written = ledger.act(Accept(ledger.catalogue), record, "ZW")
    row = acceptance_by_id(written.id, ledger.log.store)
    assert row is not None
    assert (row.authority, row.accepted_by) == ("XF", "ZW")
    assert ledger.refusal(Retract(), ledger.retraction(written), "SC") == "acceptance.unknown"
    ledger.retract(written, "XF")


def test_a_single_use_paper_is_accepted_in_one_case(ledger: Meaning) -> None:
    """A tax receipt accepted in one case is refused in another, by number or by content, until taken back."""
    one, two = ledger.flat_case(), ledger.flat_case()
    receipt = "deed-tax-receipt.pdf"
    first = ledger.accept(one, receipt, "ZR")
    ledger.accept(one, receipt, "ZR")
    act = Accept(ledger.catalogue)
    record = ledger.acceptance(two, receipt, "ZR")
    rescan = replace(record, document=replace(record.document, sha256=bytes(32)))
    unnumbered = replace(record, number=None)
    for again in (record, rescan, unnumbered):
        assert ledger.refusal(act, again, "ZR") == "acceptance.single_use"
    ledger.retract(first, "ZR")
    assert ledger.refusal(act, record, "ZR") == "acceptance.single_use"


@pytest.mark.parametrize(
    "numbers", [("399015250800009999",) * 2, ("399015250800008888", " ３９９０ 15250800008888")]
)
def test_a_single_use_paper_submitted_twice_at_once(ledger: Meaning, numbers: tuple[str, str]) -> None:
    """Of two cases that accept one receipt together only the first does, however its number is typed."""
    cases = (ledger.flat_case(), ledger.flat_case())
    commands: list[Any] = [
        Custodial(
            Accept(ledger.catalogue),
            replace(
                ledger.acceptance(case, "deed-tax-receipt.pdf", "ZR"),
                number=number,
                document=replace(
                    ledger.acceptance(case, "deed-tax-receipt.pdf", "ZR").document,
                    sha256=ledger.context.random(32),
                ),
            ),
            "ZR",
            ledger.context,
        )
        for case, number in zip(cases, numbers, strict=True)
    ]
    first, second = ledger.together(*commands)
    assert (first.answer is not None, second) == (True, "acceptance.single_use")


def test_a_retraction_names_its_acceptance_exactly(ledger: Meaning, case: str) -> None:
    """Another index, leaf, case or department is refused; a second retraction too."""
    written = ledger.accept(case, LICENCE, "XF")
    good = ledger.retraction(written)
    act = Retract()
    for cited in (
        replace(good.acceptance, index=written.index + 1),
        replace(good.acceptance, leaf=bytes(32)),
        replace(good.acceptance, id=bytes(16)),
    ):
        assert ledger.refusal(act, replace(good, acceptance=cited), "XF") == "acceptance.unknown"
    assert ledger.refusal(act, good, "SC") == "acceptance.unknown"
    other = replace(good, case_no=ledger.fire_case())
    assert ledger.refusal(act, other, "XF") == "statement.mismatch"
    taken = ledger.act(act, good, "XF")
    assert ledger.refusal(act, ledger.retraction(written), "XF") == "acceptance.retracted"
    row = cited_acceptance(good.acceptance, ledger.log.store)
    assert row is not None
    assert row.retracted == ("XF", ledger.clock[0], "checked_wrongly")
    assert taken.index > written.index


def test_what_a_compromised_key_signed_does_not_count(ledger: Meaning) -> None:
    """Acceptances from the index of the compromise on fall with the key; those before it stand."""
    key = a_key("XF leaky")
    ledger.act(AddKey(), KeyAdded("XF", key.address, "department"), GOVERNANCE)
    act = Accept(ledger.catalogue)
    case = ledger.fire_case()
    before, after = (
        ledger.submit(
            ledger.external(act, ledger.prepared(act, ledger.acceptance(case, file, "XF"), "XF"), key)
        )
        for file in ("fire-rules-plan.pdf", "fire-drawings.jpg")
    )
    assert ledger.verdict("XF", case, "drawings")[0] == "recognised"
    retired = KeyRetired("XF", key.address, "stolen", after.index)
    ledger.act(RetireKey(), retired, GOVERNANCE)
    assert ledger.verdict("XF", case, "rules_plan")[0] == "recognised"
    assert ledger.verdict("XF", case, "drawings") == ("required", "acceptance.retracted")
    row = acceptance_by_id(after.id, ledger.log.store)
    assert row is not None
    assert row.fallen == (GOVERNANCE, ledger.clock[0], "key_compromised")
    assert before.index < after.index


@pytest.mark.parametrize("number", ["92990101MA99A1172X", "N-1"])
def test_what_a_department_signs_itself_has_a_number_of_its_code(
    ledger: Meaning, case: str, number: str
) -> None:
    """A number that is no credit code is refused plain and signed alike; the issuer's own word too."""
    act = Accept(ledger.catalogue)
    wrong = replace(ledger.acceptance(case, LICENCE, "XF"), number=number)
    assert ledger.refusal(act, wrong, "XF") == "number.credit_code"
    made = ledger.prepared(act, wrong, "XF")
    assert ledger.refused(ledger.external(act, made, a_key("XF"))) == "number.credit_code"
