# SPDX-License-Identifier: Apache-2.0
"""Removal from reuse (移出复用): who may, what recognition says, and that nothing cites what was removed."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from attest.materials.repository import acceptance_by_id
from attest.oversight.holdings import holdings_of
from attest.recognition.commands import Rely
from attest.recognition.repository import candidates_for
from attest.registry.model import SERVICE
from attest.reuse.commands import RemoveFromReuse, RestoreToReuse
from attest.reuse.model import ReuseChoice
from attest.reuse.repository import removals_of
from tests.attest_parts import Meaning, a_ledger
from tests.recognition_parts import CASE, a_candidate, decide_one

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attest.acts import Written

LICENCE = "business-licence.pdf"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    """One ledger for these tests, each with acceptances and cases of its own."""
    with a_ledger(tmp_path_factory.mktemp("reuse")) as made:
        yield made


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Meaning]:
    """A ledger in which nothing was accepted yet."""
    with a_ledger(tmp_path) as made:
        yield made


def choice(ledger: Meaning, accepted: Written, person: str = "chen", **more: Any) -> ReuseChoice:
    """A party's word about an acceptance."""
    row = acceptance_by_id(accepted.id, ledger.log.store)
    assert row is not None
    made = ReuseChoice(
        ledger.cite(accepted),
        row.case_no,
        ledger.context.random(32),
        row.authority,
        row.accepted_by,
        ledger.holders[person],
    )
    return replace(made, **more)


def remove(ledger: Meaning, accepted: Written, person: str = "chen") -> Written:
    """Remove it."""
    return ledger.act(RemoveFromReuse(), choice(ledger, accepted, person), SERVICE)


def restore(ledger: Meaning, accepted: Written, person: str = "chen") -> Written:
    """Put it back."""
    return ledger.act(RestoreToReuse(), choice(ledger, accepted, person), SERVICE)


def test_removed_is_required_and_says_no_more() -> None:
    """It reads "not available for reuse", whatever else would shut it, with nothing filled in."""
    worse = a_candidate(1, removed=True, retracted=("XF", 1, "forged"), disputed=None)
    for one in (a_candidate(1, removed=True), worse):
        result = decide_one(one)
        assert (result.verdict, result.reason, result.params) == ("required", "reuse.not_available", {})
    assert decide_one(a_candidate(1, removed=True), a_candidate(2)).acceptances == (
        a_candidate(2).acceptance,
    )
    assert decide_one(a_candidate(1, removed=True, case_no=CASE)).reason == "case.on_file"


def test_removed_and_put_back(own: Meaning) -> None:
    """Recognised, removed, put back: each look-up says what stands; what was relied on stays relied on."""
    ledger, licence = own, own.accept(own.fire_case(), LICENCE, "XF")
    first, case = ledger.food_case(), ledger.food_case()
    ledger.rely(first, "licence", licence, "SC-002", "SC")
    assert ledger.verdict("SC", case, "licence")[0] == "recognised"
    remove(ledger, licence)
    assert ledger.verdict("SC", case, "licence") == ("required", "reuse.not_available")
    record = ledger.reliance(case, "licence", licence, "SC-002")
    assert ledger.refusal(Rely(ledger.catalogue), record, "SC") == "reliance.not_recognised"
    state = {one.acceptance: (one.state, one.relied) for one in held(ledger, "chen")}
    assert state[licence.id] == ("removed", 1)
    restore(ledger, licence)
    assert ledger.verdict("SC", case, "licence")[0] == "recognised"
    ledger.rely(case, "licence", licence, "SC-002", "SC")


def held(ledger: Meaning, person: str) -> list[Any]:
    """A person's materials."""
    return list(holdings_of(ledger.holders[person], ledger.clock[0], ledger.log.store, ledger.context))


def test_the_case_it_came_with_keeps_it(own: Meaning) -> None:
    """The paper was handed in for that case: removing it from reuse takes nothing from it."""
    case = own.fire_case()
    licence = own.accept(case, LICENCE, "XF")
    remove(own, licence)
    assert own.verdict("XF", case, "licence") == ("recognised", "case.on_file")


def test_a_paper_handed_in_anew_is_not_removed(own: Meaning) -> None:
    """The removal speaks of one acceptance: the same file handed in elsewhere afterwards serves again."""
    remove(own, own.accept(own.fire_case(), LICENCE, "XF"))
    own.accept(own.food_case(), LICENCE, "SC")
    assert own.verdict("SC", own.food_case(), "licence")[0] == "recognised"


def test_every_party_has_a_say(ledger: Meaning) -> None:
    """While one of two has removed it, it is out; each puts back only what they removed."""
    lease = ledger.accept(ledger.tobacco_case(), "lease-contract.pdf", "YC")
    remove(ledger, lease, "lin")
    assert ledger.refusal(RestoreToReuse(), choice(ledger, lease, "chen"), SERVICE) == "reuse.not_removed"
    remove(ledger, lease, "chen")
    assert set(removals_of(lease.id, ledger.log.store)) == {ledger.holders[one] for one in ("lin", "chen")}
    restore(ledger, lease, "lin")
    assert {one.acceptance: one.state for one in held(ledger, "lin")}[lease.id] == "removed"
    restore(ledger, lease, "chen")
    assert {one.acceptance: one.state for one in held(ledger, "lin")}[lease.id] == "stands"


def test_who_may_not(ledger: Meaning) -> None:
    """Strangers, departments, other facts, twice the same, what was taken back: each by its code."""
    licence = ledger.accept(ledger.fire_case(), LICENCE, "XF")
    act = RemoveFromReuse()
    assert ledger.refusal(act, choice(ledger, licence, "he"), SERVICE) == "acceptance.unknown"
    assert ledger.refusal(act, choice(ledger, licence), "XF") == "issuer.mismatch"
    for more in ({"authority": "SC"}, {"accepted_by": "SC"}, {"case_no": "another"}):
        assert ledger.refusal(act, choice(ledger, licence, **more), SERVICE) == "statement.mismatch"
    wrong = replace(ledger.cite(licence), leaf=bytes(32))
    assert ledger.refusal(act, choice(ledger, licence, acceptance=wrong), SERVICE) == "acceptance.unknown"
    assert ledger.refusal(RestoreToReuse(), choice(ledger, licence), SERVICE) == "reuse.not_removed"
    remove(ledger, licence)
    assert ledger.refusal(act, choice(ledger, licence), SERVICE) == "reuse.removed"
    ledger.retract(licence, "XF")
    assert ledger.refusal(act, choice(ledger, licence, "eatery"), SERVICE) == "reuse.fallen"
    restore(ledger, licence)


def test_no_recognised_verdict_cites_what_is_removed(own: Meaning) -> None:
    """Over random removals and returns by two parties: never cited while out; past sizes read the same."""
    ledger, dice = own, random.Random(20260917)
    papers = [ledger.accept(ledger.fire_case(), LICENCE, "XF") for _ in range(4)]
    parties = ("chen", "eatery")
    out: dict[tuple[bytes, str], bool] = {}
    past: list[tuple[int, frozenset[bytes]]] = []
    case = ledger.food_case()
    for _ in range(60):
        paper, person = dice.choice(papers), dice.choice(parties)
        removed = out.get((paper.id, person), False)
        (restore if removed else remove)(ledger, paper, person)
        out[(paper.id, person)] = not removed
        gone = frozenset(id_ for (id_, _), is_out in out.items() if is_out)
        past.append((ledger.size, gone))
        judged = ledger.ask("SC", case, "licence").judged
        assert judged is not None
        result = judged.decision.results[0]
        assert not gone & set(result.acceptances)
        assert (result.verdict == "recognised") == (len(gone) < len(papers))
    holders = [ledger.holders[one] for one in parties]
    for size, gone in past:
        found = candidates_for(
            holders, (), ["business_licence"], (), (), ledger.log.store, ledger.context, size
        )
        assert {one.acceptance for one in found if one.removed} == gone
