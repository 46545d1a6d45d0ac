# SPDX-License-Identifier: Apache-2.0
"""T18: a clerk looks up a citizen without a case."""

from __future__ import annotations

from pathlib import Path

from attest.cases.repository import case_indexes
from attest.recognition.model import Presented
from attest.statements import Envelope
from tests.attest_parts import Meaning, a_ledger


def kind(ledger: Meaning, index: int) -> str:
    return Envelope.parse(ledger.log.store.leaf(index)).entry.kind


def test_every_curious_look_is_refused_and_recorded(tmp_path: Path) -> None:
    """Without case or purpose, in another's case or off the list: nothing is told, an entry remains."""
    with a_ledger(tmp_path) as ledger:
        case = ledger.fire_case()
        ledger.accept(case, "business-licence.pdf", "XF")
        register = Presented("household_register", "GA", "990101088")
        looks = [
            ledger.ask("XF", None),
            ledger.ask("XF", case, purpose=None),
            ledger.ask("SC", case),
            ledger.ask("XF", case, "health"),
            ledger.ask("XF", case, shown=[register]),
        ]
        for look in looks:
            assert look.judged is None
            assert look.refused is not None
            assert kind(ledger, look.index) == "usage.refused"
        assert {look.index for look in looks[1:]} <= set(case_indexes(case, ledger.log.store))


def test_the_list_bounds_what_an_honest_look_tells(tmp_path: Path) -> None:
    """A look in an own case tells of the guide's requirements alone, and is on record as well."""
    with a_ledger(tmp_path) as ledger:
        flat = ledger.flat_case()
        ledger.accept(flat, "marriage-certificate.jpg", "ZR")
        case = ledger.fire_case()
        answer = ledger.ask("XF", case)
        assert answer.judged is not None
        told = {one.type for result in answer.judged.decision.results for one in result.evidence}
        assert "marriage_certificate" not in told
        assert kind(ledger, answer.index) == "usage.checked"
