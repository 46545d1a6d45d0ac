# SPDX-License-Identifier: Apache-2.0
"""Who speaks for a case by themselves, as a rule and under the lock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from attest.cases.commands import OpenCase
from attest.cases.speaking import applies, speaks_for
from attest.catalogue.model import Binding, CaseRole
from attest.reask.commands import ClaimHeld
from attest.reask.model import Claim
from attest.registry.model import SERVICE
from attest.submission.commands import ChooseSubmission, ReleaseSubmission
from attest.submission.model import SubmissionChoice
from attest.submission.repository import choosers
from tests.attest_parts import Meaning, a_ledger
from tests.recognition_parts import a_requirement, an_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attest.catalogue.model import Requirement

FIRM, HEAD, AGENT, LANDLORD = (bytes([one]) * 16 for one in range(1, 5))
PARTIES = (("applicant", FIRM), ("operator", HEAD), ("agent", AGENT), ("landlord", LANDLORD))


def asks(role: str) -> Requirement:
    return a_requirement((an_evidence(bindings=(Binding("holder", CaseRole(role)),)),))


def test_the_applicant_and_whose_paper_it_is() -> None:
    """Firm and head for all, a landlord for what asks the landlord's paper, an agent for nothing."""
    for one, firms, landlords, agents in (
        (FIRM, True, True, True),
        (HEAD, True, True, True),
        (LANDLORD, False, True, False),
        (AGENT, False, False, False),
    ):
        found = [speaks_for({one}, PARTIES, asks(role)) for role in ("applicant", "landlord", "agent")]
        assert found == [firms, landlords, agents]
        assert applies({one}, PARTIES) == firms


def test_where_nobody_is_called_applicant() -> None:
    """Mother and father both apply; their agent does not; who is also the applicant does."""
    parties = (("mother", FIRM), ("father", HEAD), ("agent", AGENT))
    assert [applies({one}, parties) for one in (FIRM, HEAD, AGENT, LANDLORD)] == [True, True, False, False]
    assert applies({AGENT}, (("applicant", AGENT), ("agent", AGENT)))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Meaning]:
    with a_ledger(tmp_path) as made:
        yield made


def test_an_agent_alone_neither_chooses_nor_claims(ledger: Meaning) -> None:
    """Without a mandate the act itself refuses them; the head of the firm does both."""
    parties = {"applicant": "eatery", "operator": "chen", "agent": "lin"}
    answers = {"prepacked": "no", "catering": "no", "applicant": "agent"}
    opening = ledger.opening("SC-002", answers, parties)
    ledger.act(OpenCase(ledger.catalogue), opening, "SC")
    random, lin, chen = ledger.context.random, ledger.holders["lin"], ledger.holders["chen"]
    choice = SubmissionChoice(opening.case_no, random(32), "licence", lin)
    act, back = ChooseSubmission(ledger.catalogue), ReleaseSubmission(ledger.catalogue)
    assert ledger.refusal(act, choice, SERVICE) == "case.not_applicant"
    assert ledger.refusal(back, choice, SERVICE) == "case.not_applicant"
    claim = Claim(opening.case_no, random(32), "web", "licence", None)
    assert ledger.refusal(ClaimHeld(ledger.catalogue, lin), claim, SERVICE) == "case.not_applicant"
    ledger.act(ClaimHeld(ledger.catalogue, chen), claim, SERVICE)
    ledger.act(act, replace(choice, holder=chen), SERVICE)


def test_the_applicant_releases_what_another_chose(ledger: Meaning) -> None:
    """Once, whoever of the case's own people chose it; with nothing left there is nothing to release."""
    case, random = ledger.food_case(), ledger.context.random
    chen, eatery = ledger.holders["chen"], ledger.holders["eatery"]
    choice = SubmissionChoice(case, random(32), "licence", chen)
    ledger.act(ChooseSubmission(ledger.catalogue), choice, SERVICE)
    back = ReleaseSubmission(ledger.catalogue)
    ledger.act(back, replace(choice, holder=eatery), SERVICE)
    assert "licence" not in choosers(case, ledger.log.store)
    assert ledger.refusal(back, choice, SERVICE) == "submission.not_chosen"
