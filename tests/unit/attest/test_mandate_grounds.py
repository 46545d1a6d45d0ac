# SPDX-License-Identifier: Apache-2.0
"""Recorded mandates: what a paper that comes again does not do, and whose cases a scope may name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from attest.mandates.model import ACTS, FALLEN, STANDS, Scope
from attest.materials.commands import Retract
from ledger.errors import CommandRejected
from tests.attest_parts import Meaning, a_ledger
from tests.mandate_parts import (
    CHILD,
    a_case,
    a_paper,
    guardianship,
    named,
    publish_guide,
    record,
    recording,
    state,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Meaning]:
    """One of the test's own, with a guide that takes papers of guardianship."""
    with a_ledger(tmp_path) as made:
        publish_guide(made)
        yield made


def test_a_paper_accepted_anew_brings_no_mandate_back(ledger: Meaning) -> None:
    """Without a number, condemned elsewhere and accepted there again: fallen stays; a new record stands."""
    case, other = a_case(ledger), a_case(ledger)
    same = replace(
        ledger.acceptance(case, "food-layout.pdf", "SC").document, sha256=ledger.context.random(32)
    )
    first, second = (
        a_paper(ledger, one, document=replace(same, salt=ledger.context.random(32))) for one in (case, other)
    )
    made = record(ledger, recording(ledger, case, first))
    ledger.act(Retract(), ledger.retraction(second, reason="forged"), "SC")
    assert state(ledger, made) == FALLEN
    ledger.clock[0] += 1
    anew = a_paper(ledger, other, document=replace(same, salt=ledger.context.random(32)))
    assert state(ledger, made) == FALLEN
    again = record(ledger, recording(ledger, other, anew))
    assert (state(ledger, made), state(ledger, again)) == (FALLEN, STANDS)


def test_anothers_case_in_a_scope_answers_like_none(ledger: Meaning) -> None:
    """A case of the ward at XF and one that is not there: the same refusal, to SC; one of SC's is taken."""
    ledger.holders["child"] = named(ledger, "111", CHILD, "孩child")
    case = a_case(ledger, "child")
    paper = a_paper(ledger, case, "birth_certificate", "child", "lin")
    parties = {"applicant": "eatery", "operator": "child"}
    foreign = ledger.open("XF-001", {"procedure": "promise"}, parties)
    told = []
    for place in (foreign, "990101202601010000019"):
        made = guardianship(ledger, case, paper, scope=Scope(ACTS, case_no=place))
        with pytest.raises(CommandRejected) as rejected:
            record(ledger, made)
        told.append((rejected.value.code, rejected.value.detail, rejected.value.facts))
    assert told[0] == told[1]
    assert told[0][0] == "case.unknown"
    record(ledger, guardianship(ledger, case, paper, scope=Scope(ACTS, case_no=case)))
