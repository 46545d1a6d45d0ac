# SPDX-License-Identifier: Apache-2.0
"""Data checks: what an issuer answers becomes an entry, is relied on, and shuts what it denies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from attest.data_checks.commands import Confirm, Deny
from attest.data_checks.model import Denial
from attest.materials.commands import Accept
from attest.materials.model import Acceptance
from attest.oversight.holdings import holdings_of
from attest.reask.replay import replay
from attest.recognition.commands import Rely
from attest.recognition.model import Presented
from attest.statements import Envelope
from tests.attest_parts import TODAY, Meaning
from tests.data_check_parts import DENIED, KNOWN, a_checking_ledger, a_question, said, taken
from tests.evidence_parts import LICENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Meaning]:
    with a_checking_ledger(tmp_path) as made:
        yield made


# in the log


def test_the_issuers_word_is_relied_on_as_a_data_check(ledger: Meaning) -> None:
    """It is an acceptance on the issuer's authority; a reliance on it says so, and may say nothing else."""
    case_no = ledger.fire_case()
    question = a_question(ledger, case_no)
    written = ledger.submit(taken(ledger, question, said(ledger, question, KNOWN)))
    entry = Envelope.parse(ledger.log.store.leaf(written.index)).entry
    assert (entry.kind, entry.issuer, entry.body["authority"], entry.body["assurance"]) == (
        "material.accepted",
        "SC",
        "SC",
        "data_check",
    )
    result = ledger.ask("XF", case_no, "licence").judged.decision.results[0]  # type: ignore[union-attr]  # answered
    assert (result.verdict, result.reason) == ("recognised", "issuer.confirmed")
    record = ledger.reliance(case_no, "licence", written, "XF-001")
    assert ledger.refusal(Rely(ledger.catalogue), record, "XF") == "reliance.ground"
    ledger.act(Rely(ledger.catalogue), replace(record, ground="data_check"), "XF")
    own = ledger.accept(case_no, LICENCE, "XF")
    scan = replace(ledger.reliance(case_no, "licence", own, "XF-001"), ground="data_check")
    assert ledger.refusal(Rely(ledger.catalogue), scan, "XF") == "reliance.ground"
    ledger.retract(written, "SC")
    assert ledger.refusal(Rely(ledger.catalogue), replace(record, ground="data_check"), "XF") == (
        "acceptance.retracted"
    )


def test_a_denial_takes_the_paper_out_of_every_case(ledger: Meaning) -> None:
    """Accepted before it, the paper counts nowhere; accepted or confirmed after it, it counts again."""
    earlier = ledger.accept(ledger.fire_case(), LICENCE, "XF")
    case_no = ledger.fire_case()
    question = a_question(ledger, case_no)
    assert _licence(ledger, case_no) == ("recognised", "matched.holder")
    ledger.submit(taken(ledger, question, said(ledger, question, DENIED)))
    elsewhere = ledger.fire_case()
    for one in (case_no, elsewhere):
        assert _licence(ledger, one) == ("required", "issuer.not_valid")
    record = ledger.reliance(elsewhere, "licence", earlier, "XF-001")
    assert ledger.refusal(Rely(ledger.catalogue), record, "XF") == "reliance.not_recognised"
    shown = (Presented("business_licence", "SC", "92990101MA99A1172F"),)
    assert _licence(ledger, elsewhere, *shown) == ("required", "issuer.not_valid")
    again = replace(question, id=ledger.context.random(16))
    ledger.submit(taken(ledger, again, said(ledger, again, KNOWN)))
    assert _licence(ledger, case_no) == ("recognised", "issuer.confirmed")
    assert _licence(ledger, elsewhere, *shown)[0] == "recognised"


def test_every_party_reads_that_the_issuer_denied_it(ledger: Meaning) -> None:
    """Asked about the firm, the issuer speaks of the paper: its operator's acceptance falls as well."""
    accepted = ledger.accept(ledger.fire_case(), LICENCE, "XF")
    question = a_question(ledger, ledger.fire_case())
    ledger.submit(taken(ledger, question, said(ledger, question, DENIED)))
    for person in ("eatery", "chen"):
        held = holdings_of(ledger.holders[person], ledger.clock[0], ledger.log.store, ledger.context)
        (one,) = [one for one in held if one.acceptance == accepted.id]
        assert (one.state, one.fallen) == ("denied", ("SC", ledger.clock[0]))


def _licence(ledger: Meaning, case_no: str, *shown: Presented) -> tuple[str, str]:
    judged = ledger.ask("XF", case_no, "licence", shown=shown).judged
    assert judged is not None
    result = judged.decision.results[0]
    return result.verdict, result.reason


def test_only_an_issuer_that_is_asked_may_answer(ledger: Meaning) -> None:
    """Another's key, a case whose policy asks nobody, an answer for another issuer, a false authority."""
    case_no = ledger.fire_case()
    question = a_question(ledger, case_no)
    assert ledger.refused(taken(ledger, question, said(ledger, question, KNOWN, key="GA"))) == (
        "signature.foreign_key"
    )
    for register in (KNOWN, DENIED):
        silent = a_question(ledger, ledger.tobacco_case())
        assert ledger.refused(taken(ledger, silent, said(ledger, silent, register))) == "issuer.not_asked"
        nowhere = a_question(ledger, "C-0")
        assert ledger.refused(taken(ledger, nowhere, said(ledger, nowhere, register))) == "case.unknown"
    paper: Acceptance = ledger.acceptance(case_no, LICENCE, "XF", assurance="data_check")
    confirm = Confirm(ledger.catalogue)
    assert ledger.refusal(confirm, paper, "SC") == "issuer.mismatch"
    assert (
        ledger.refusal(confirm, replace(paper, authority="SC", assurance="scan"), "SC") == "issuer.mismatch"
    )
    assert ledger.refusal(Accept(ledger.catalogue), replace(paper, authority="SC"), "SC") == "case.unknown"
    denial = Denial(
        case_no=case_no,
        case_salt=bytes(32),
        type="business_licence",
        issuer="SC",
        number="1",
        parties=paper.parties,
        reason="revoked",
        since=TODAY + timedelta(days=1),
    )
    deny = Deny(ledger.catalogue)
    assert ledger.refusal(deny, denial, "SC") == "acceptance.dates"
    assert ledger.refusal(deny, replace(denial, since=TODAY), "XF") == "issuer.mismatch"


def test_an_answer_is_too_old_after_two_minutes(ledger: Meaning) -> None:
    """A statement that was kept back is refused by its time, as every statement is."""
    question = a_question(ledger, ledger.fire_case())
    octets = said(ledger, question, KNOWN)
    ledger.clock[0] += 121
    assert ledger.refused(taken(ledger, question, octets)) == "statement.stale"


def test_a_confirmation_is_no_asking(ledger: Meaning) -> None:
    """What the issuer says of a paper that was known makes no re-ask of anybody."""
    ledger.accept(ledger.fire_case(), LICENCE, "XF")
    question = a_question(ledger, ledger.fire_case())
    ledger.submit(taken(ledger, question, said(ledger, question, KNOWN)))
    done = replay(ledger.log.store, ledger.context, ledger.catalogue, lambda _: None)
    assert (done.missing, done.unfounded) == ([], [])
    assert done.reasks == 0
