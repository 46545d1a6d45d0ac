# SPDX-License-Identifier: Apache-2.0
"""A newer acceptance supersedes an older one: as a better copy, or because the paper was renewed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from attest.acts import Custodial
from attest.materials.commands import Accept
from attest.materials.model import Supersession
from attest.recognition.commands import Rely
from attest.recognition.reasons import next_step, sentence
from attest.supersession.model import BETTER_COPY, RENEWED
from tests.attest_parts import a_ledger
from tests.numbers import RENEWED_NUMBER
from tests.recognition_parts import NOW, a_candidate, decide_one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attest.acts import Written
    from attest.materials.model import Acceptance
    from tests.attest_parts import Meaning

LICENCE = "business-licence.pdf"
NEW: dict[str, Any] = {"number": RENEWED_NUMBER, "issued": date(2026, 11, 2)}


@pytest.fixture
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("supersession")) as made:
        yield made


def a_successor(ledger: Meaning, case: str, older: Written, how: str, **more: Any) -> Acceptance:
    """The record of a licence, of another file, that supersedes an older acceptance."""
    record = ledger.acceptance(case, LICENCE, "XF", **more)
    document = replace(record.document, sha256=ledger.context.random(32))
    return replace(record, document=document, supersedes=Supersession(ledger.cite(older), how))


def superseded(ledger: Meaning, case: str, older: Written, how: str, **more: Any) -> Written:
    """Accept it."""
    return ledger.act(Accept(ledger.catalogue), a_successor(ledger, case, older, how, **more), "XF")


def used(ledger: Meaning, department: str, case: str) -> tuple[str, bytes]:
    """Reason for the licence, and the acceptance that meets it (empty where none does)."""
    judged = ledger.ask(department, case, "licence").judged
    assert judged is not None
    result = judged.decision.results[0]
    return result.reason, b"".join(result.acceptances)


def test_a_better_copy_is_preferred_and_the_earlier_one_stays_true(ledger: Meaning) -> None:
    """Recognition takes the newest copy; a reliance on the earlier one is still taken."""
    case, other = ledger.fire_case(), ledger.food_case()
    first = ledger.accept(case, LICENCE, "XF")
    second = superseded(ledger, case, first, BETTER_COPY)
    assert used(ledger, "SC", other) == ("matched.holder", second.id)
    ledger.rely(other, "licence", first, "SC-002", "SC")


def test_a_renewed_paper_is_told_from_the_old_one(ledger: Meaning) -> None:
    """The new paper is recognised; who cites the old one is refused, and its earlier receipt stands."""
    case, other, third = ledger.fire_case(), ledger.food_case(), ledger.tobacco_case()
    first = ledger.accept(case, LICENCE, "XF")
    receipt = ledger.rely(other, "licence", first, "SC-002", "SC")
    second = superseded(ledger, case, first, RENEWED, **NEW)
    assert used(ledger, "YC", third) == ("matched.holder", second.id)
    stale = ledger.reliance(third, "licence", first, "YC-004")
    assert ledger.refusal(Rely(ledger.catalogue), stale, "YC") == "reliance.other"
    assert receipt.index < second.index
    ledger.rely(third, "licence", second, "YC-004", "YC")


def test_the_reason_names_the_newer_one() -> None:
    """A renewed paper alone does not serve; reason and next step name who accepted the new one, and when."""
    one = decide_one(a_candidate(superseded=("SC", NOW), bettered=True))
    assert (one.verdict, one.reason, one.params) == (
        "required",
        "acceptance.superseded",
        {"by": "SC", "at": NOW},
    )
    assert "SC" in sentence(one.reason, one.params, "zh", {})
    assert next_step(one.reason, one.params, "zh", {}) == "请采信或交新的一份，旧的不再使用。"


def test_the_old_paper_does_not_stand_in_for_the_new_one(ledger: Meaning) -> None:
    """A new paper that has ended is named as such; once it is taken back, the older one counts again."""
    case, other = ledger.fire_case(), ledger.food_case()
    first = ledger.accept(case, LICENCE, "XF")
    newer = superseded(ledger, case, first, RENEWED, **NEW, valid_until=date(2026, 11, 3))
    judged = ledger.ask("SC", other, "licence").judged
    assert judged is not None
    assert judged.decision.results[0].reason == "validity.expired"
    assert judged.renewed.keys() == {first.id}
    ledger.retract(newer, "XF")
    assert used(ledger, "SC", other) == ("matched.holder", first.id)


def test_a_line_is_followed_to_its_end(ledger: Meaning) -> None:
    """Copy of a copy, then renewed: both copies are of the old paper, and the last one serves."""
    case, other = ledger.fire_case(), ledger.food_case()
    first = ledger.accept(case, LICENCE, "XF")
    second = superseded(ledger, case, first, BETTER_COPY)
    third = superseded(ledger, case, second, RENEWED, **NEW)
    assert used(ledger, "SC", other) == ("matched.holder", third.id)
    judged = ledger.ask("SC", other, "licence").judged
    assert judged is not None
    assert judged.renewed.keys() == {first.id, second.id}


def test_who_may_supersede_what(ledger: Meaning) -> None:
    """Each bad supersession has its code, and nothing is written."""
    case, act = ledger.fire_case(), Accept(ledger.catalogue)
    first = ledger.accept(case, LICENCE, "XF", issued=date(2026, 1, 5))

    def refused(how: str, older: Written = first, **more: Any) -> str:
        record = a_successor(ledger, case, older, how, **{"issued": date(2026, 1, 5), **more})
        return ledger.refusal(act, record, "XF")

    assert refused(BETTER_COPY, number=RENEWED_NUMBER) == "supersession.other_paper"
    assert refused(BETTER_COPY, issued=date(2026, 1, 6)) == "supersession.other_paper"
    assert refused(BETTER_COPY, assurance="scan") == "supersession.weaker"
    assert refused(RENEWED) == "supersession.same_paper"
    assert refused(RENEWED, number=None, issued=None) == "supersession.same_paper"
    assert refused(RENEWED, issued=date(2025, 1, 5)) == "supersession.earlier"
    assert refused(RENEWED, **NEW, parties=(("holder", ledger.holders["zhou"]),)) == "acceptance.unknown"
    elsewhere = replace(first, index=first.index + 1)
    assert refused(RENEWED, elsewhere, **NEW) == "acceptance.unknown"
    superseded(ledger, case, first, RENEWED, **NEW)
    assert refused(RENEWED, **NEW) == "supersession.superseded"
    fallen = ledger.accept(case, LICENCE, "XF")
    ledger.retract(fallen, "XF")
    assert refused(BETTER_COPY, fallen, issued=None) == "supersession.fallen"


def test_two_at_once_make_one_successor(ledger: Meaning) -> None:
    """Of two renewals of one acceptance that wait together, one stands and the other is told so."""
    case, act = ledger.fire_case(), Accept(ledger.catalogue)
    first = ledger.accept(case, LICENCE, "XF")
    records = [a_successor(ledger, case, first, RENEWED, **NEW) for _ in range(4)]
    outcomes = ledger.together(*(Custodial(act, one, "XF", ledger.context) for one in records))
    assert sorted(isinstance(one, str) for one in outcomes) == [False, True, True, True]
    assert {one for one in outcomes if isinstance(one, str)} == {"supersession.superseded"}


def test_the_open_entry_links_nothing(ledger: Meaning) -> None:
    """The body shows a salted commitment and how; neither the earlier entry's hash nor its index."""
    case = ledger.fire_case()
    first = ledger.accept(case, LICENCE, "XF")
    record = a_successor(ledger, case, first, RENEWED, **NEW)
    body = Accept(ledger.catalogue).body(record)
    assert isinstance(body["supersedes"], dict)
    assert set(body["supersedes"]) == {"cites", "how"}
    assert first.leaf_hash.hex() not in str(body)
    again = replace(record, supersedes=Supersession(ledger.cite(first), RENEWED))
    assert Accept(ledger.catalogue).body(again)["supersedes"] != body["supersedes"]
