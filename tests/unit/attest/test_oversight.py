# SPDX-License-Identifier: Apache-2.0
"""Uses: every look-up is one entry, refused ones with the rule, and none makes a case of a claim."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from attest.cases.repository import case_by_no, case_indexes
from attest.commitments import commit
from attest.fields import FieldError, Fields
from attest.oversight.commands import Checked, Read, Refused, UseCommand
from attest.oversight.model import Use
from attest.private import open_private
from attest.recognition.check import Check, Question
from attest.recognition.model import Presented
from attest.registry.model import SERVICE
from attest.statements import Entry, Envelope
from tests.attest_context import a_key
from tests.attest_parts import Meaning, a_ledger

UNKNOWN = "990101202601010000017"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("oversight")) as made:
        yield made


def use_at(ledger: Meaning, index: int) -> tuple[Entry, Use]:
    envelope = Envelope.parse(ledger.log.store.leaf(index))
    envelope.check_signature()
    assert (envelope.entry.issuer, envelope.key) == (SERVICE, a_key(SERVICE).address)
    _, plain = open_private(index, ledger.log.store, ledger.context.sealer)
    return envelope.entry, Checked().parse(Fields(plain))


def test_a_request_is_one_entry(ledger: Meaning) -> None:
    """However many requirements it covers, a look-up leaves one entry, which its opening explains."""
    case = ledger.fire_case()
    size = ledger.size
    answer = ledger.ask("XF", case)
    assert (answer.index, ledger.size) == (size, size + 1)
    entry, use = use_at(ledger, answer.index)
    assert answer.judged is not None
    results = answer.judged.decision.results
    assert (entry.kind, use.count, len(use.outcome)) == ("usage.checked", len(results), len(results))
    assert (use.department, use.case_no, use.purpose) == ("XF", case, "application")
    assert use.outcome[0] == "promise required evidence.own_paper"
    assert entry.body == {
        "department": "XF",
        "count": use.count,
        "case": commit("case", use.case_salt, case.encode()).hex(),
        "purpose": commit("purpose", use.purpose_salt, b"application").hex(),
    }
    assert case_indexes(case, ledger.log.store)[-1] == answer.index


def test_a_refused_lookup_is_an_entry_with_its_rule(ledger: Meaning) -> None:
    """No case, no purpose, another's case, an unknown case, off the list: each is recorded as refused."""
    case = ledger.fire_case()
    off_list = [Presented("household_register", "GA", "1")]
    for rule, answer in (
        ("lookup.case_missing", ledger.ask("XF", None)),
        ("lookup.purpose_missing", ledger.ask("XF", case, purpose=None)),
        ("case.unknown", ledger.ask("SC", case)),
        ("case.unknown", ledger.ask("XF", UNKNOWN)),
        ("lookup.outside_list", ledger.ask("XF", case, "tax")),
        ("lookup.outside_list", ledger.ask("XF", case, shown=off_list)),
    ):
        assert (answer.refused, answer.judged) == (rule, None)
        entry, use = use_at(ledger, answer.index)
        assert (entry.kind, use.outcome) == ("usage.refused", (rule,))


def test_anothers_case_and_no_case_look_alike(ledger: Meaning) -> None:
    """A department cannot learn from the refusal whether a case exists; the case's file shows who tried."""
    case = ledger.fire_case()
    other, unknown = ledger.ask("SC", case), ledger.ask("SC", UNKNOWN)
    assert other.refused == unknown.refused
    leaves = [ledger.log.store.leaf(answer.index) for answer in (other, unknown)]
    assert len(leaves[0]) == len(leaves[1])
    assert other.index in case_indexes(case, ledger.log.store)


def test_a_claim_makes_no_case(ledger: Meaning) -> None:
    """A refused look-up in a case that does not exist leaves no row for that case."""
    ledger.ask("XF", UNKNOWN)
    assert case_by_no(UNKNOWN, ledger.log.store) is None
    assert case_indexes(UNKNOWN, ledger.log.store) == []


def a_use(ledger: Meaning, case: str | None, **more: str) -> Use:
    random = ledger.context.random
    return Use("XF", case, random(32), "audit", random(32), "cases.trace", more.get("key", "key1"), 3, ())


def test_reads_are_recorded(ledger: Meaning) -> None:
    """A trace shown, or refused, is an entry of the case; one of an unknown case is an entry alone."""
    case = ledger.fire_case()
    for act, kind in ((Read(), "usage.read"), (Refused(), "usage.refused")):
        written = ledger.submit(UseCommand(act, a_use(ledger, case), ledger.context))
        assert use_at(ledger, written.index)[0].kind == kind
        assert case_indexes(case, ledger.log.store)[-1] == written.index
    ledger.submit(UseCommand(Read(), a_use(ledger, UNKNOWN), ledger.context))
    ledger.submit(UseCommand(Read(), a_use(ledger, None), ledger.context))
    assert case_indexes(UNKNOWN, ledger.log.store) == []


def test_departments_record_no_uses(ledger: Meaning) -> None:
    """Only the service's key signs a use."""
    assert ledger.refusal(Read(), a_use(ledger, None), "XF") == "issuer.mismatch"


def test_a_use_that_could_not_be_read_again_is_not_signed(ledger: Meaning) -> None:
    """An endless case number, purpose or key is refused before the lock."""
    with pytest.raises(FieldError):
        UseCommand(Read(), a_use(ledger, "9" * 51), ledger.context)
    for question in (
        Question("XF", "key1", "9" * 51, "p"),
        Question("XF", "key1", UNKNOWN, "p" * 201),
        Question("XF", "k" * 65, UNKNOWN, "p"),
        Question("xf", "key1", UNKNOWN, "p"),
    ):
        with pytest.raises(FieldError):
            Check(question, ledger.catalogue, ledger.context)
