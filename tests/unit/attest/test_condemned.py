# SPDX-License-Identifier: Apache-2.0
"""A file that was taken back as a document is recognised through no acceptance of it (ADR 0008)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete

from attest.materials.commands import Retract
from attest.materials.model import RETRACTION_REASONS
from attest.materials.repository import acceptance_by_id
from attest.recognition.commands import Rely
from attest.recognition.condemned import OF_THE_DOCUMENT, condemn
from attest.tables import private_records
from tests.attest_parts import Meaning, a_ledger
from tests.recognition_parts import NOW, a_candidate, decide_one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attest.recognition.model import Candidate

AT = NOW - 86_400
SAME = {bytes(15) + b"\x01": frozenset({bytes(15) + b"\x01", bytes(15) + b"\x02"})}
"""Acceptances 1 and 2 are of one file."""


def verdict(*candidates: Candidate) -> tuple[str, str]:
    """Verdict and reason of the usual requirement."""
    one = decide_one(*condemn(candidates, SAME))
    return one.verdict, one.reason


def fallen(reason: str) -> Candidate:
    """Acceptance 1, by XF, taken back by XF."""
    return a_candidate(1, retracted=("XF", AT, reason))


def test_the_reasons_are_those_of_a_retraction() -> None:
    """What speaks of the document is a part of what a department may say."""
    assert set(RETRACTION_REASONS) > OF_THE_DOCUMENT


@pytest.mark.parametrize("reason", RETRACTION_REASONS)
def test_what_was_said_decides(reason: str) -> None:
    """Forged, invalid, issued in error: the file falls elsewhere too; a wrong check or holder leaves it."""
    sibling = a_candidate(2, authority="YC")
    expected = (
        ("required", "document.retracted") if reason in OF_THE_DOCUMENT else ("recognised", "matched.holder")
    )
    assert verdict(fallen(reason), sibling) == expected
    assert verdict(sibling, fallen(reason)) == expected


TABLE: dict[str, tuple[dict[str, Any], str]] = {
    "another file": ({"acceptance": bytes(15) + b"\x03"}, "recognised"),
    "another type": ({"type": "other"}, "required"),
    "accepted later by another": ({"authority": "YC", "accepted_at": AT + 1}, "required"),
    "accepted later by who spoke": ({"authority": "XF", "accepted_at": AT + 1}, "recognised"),
    "received later by who spoke": (
        {"authority": "YC", "received_by": "XF", "accepted_at": AT + 1},
        "recognised",
    ),
    "accepted before by who spoke": ({"authority": "XF", "accepted_at": AT - 1}, "required"),
    "accepted in the same second": ({"authority": "XF", "accepted_at": AT}, "required"),
    "accepted later by who spoke, and taken back": (
        {"authority": "XF", "accepted_at": AT + 1, "retracted": ("XF", NOW, "checked_wrongly")},
        "required",
    ),
}


@pytest.mark.parametrize("what", TABLE)
def test_how_far_a_word_goes(what: str) -> None:
    """To the same file as the same type, until the department that spoke accepts it again."""
    change, expected = TABLE[what]
    assert verdict(fallen("forged"), a_candidate(2, **change))[0] == expected


def test_the_latest_standing_word_is_named() -> None:
    """Of two departments that took the file back, the later one is named."""
    same = frozenset(bytes(15) + bytes([n]) for n in (1, 2, 3))
    first, second = fallen("forged"), a_candidate(3, retracted=("ZR", AT + 5, "document_invalid"))
    sibling = a_candidate(2, authority="YC")
    files = {first.acceptance: same, second.acceptance: same}
    [marked] = [c for c in condemn([first, sibling, second], files) if c.acceptance == sibling.acceptance]
    assert marked.condemned == ("ZR", AT + 5)
    one = decide_one(marked)
    assert (one.params["by"], one.params["at"]) == ("ZR", AT + 5)


def test_another_good_file_still_serves() -> None:
    """A condemned file does not stand in the way of another one."""
    assert verdict(fallen("forged"), a_candidate(2), a_candidate(3))[0] == "recognised"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("condemned")) as made:
        yield made


@pytest.mark.parametrize("reason", ["checked_wrongly", "forged"])
def test_a_forgery_lives_on_nowhere(ledger: Meaning, reason: str) -> None:
    """Two departments accepted one file; one says it is forged: the other one falls as well."""
    fire, tobacco = ledger.fire_case(), ledger.tobacco_case()
    first = ledger.accept(fire, "business-licence.pdf", "XF")
    second = ledger.accept(tobacco, "business-licence.pdf", "YC")
    ledger.act(Retract(), ledger.retraction(first, reason=reason), "XF")
    case = ledger.tobacco_case()
    if reason == "checked_wrongly":
        assert ledger.verdict("YC", case, "licence") == ("recognised", "matched.holder")
        ledger.retract(second, "YC")
        return
    assert ledger.verdict("YC", tobacco, "licence") == ("required", "document.retracted")
    assert ledger.verdict("YC", case, "licence") == ("required", "document.retracted")
    cited = ledger.reliance(case, "licence", second, "YC-004")
    assert ledger.refusal(Rely(ledger.catalogue), cited, "YC") == "reliance.not_recognised"


def test_an_erased_record_condemns_itself_alone(ledger: Meaning) -> None:
    """Where the digest cannot be read any more, the look-up is answered all the same."""
    fire = ledger.fire_case()
    plan = ledger.accept(fire, "fire-rules-plan.pdf", "XF")
    ledger.act(Retract(), ledger.retraction(plan, reason="forged"), "XF")
    row = acceptance_by_id(plan.id, ledger.log.store)
    assert row is not None
    with ledger.log.store.transaction() as connection:
        connection.execute(delete(private_records).where(private_records.c.idx == row.index))
    assert ledger.verdict("XF", fire, "rules_plan") == ("required", "acceptance.retracted")
