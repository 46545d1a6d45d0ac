# SPDX-License-Identifier: Apache-2.0
"""What a holder sees of their own: every acceptance with them as a party, as recognition judges it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from attest.data_check_requests.commands import RequestDataCheck
from attest.data_check_requests.model import DataCheckRequest
from attest.materials.commands import Retract
from attest.materials.model import Supersession
from attest.oversight.holdings import STATES, Holding, holdings_of
from attest.recognition.model import RECOGNISED
from attest.registry.model import SERVICE
from attest.reuse.commands import RemoveFromReuse
from attest.reuse.model import ReuseChoice
from tests.attest_parts import TODAY, Meaning, a_ledger
from tests.numbers import licence_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attest.acts import Written

LICENCE = "business-licence.pdf"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Meaning]:
    """A ledger of the test's own."""
    with a_ledger(tmp_path) as made:
        yield made


def held(ledger: Meaning, person: str) -> dict[bytes, Holding]:
    """A person's materials by id."""
    found = holdings_of(ledger.holders[person], ledger.clock[0], ledger.log.store, ledger.context)
    assert [one.index for one in found] == sorted((one.index for one in found), reverse=True)
    return {one.acceptance: one for one in found}


def dispute(ledger: Meaning, accepted: Written, person: str) -> None:
    """A party disputes it."""
    one = held(ledger, person)[accepted.id]
    request = DataCheckRequest(
        ledger.cite(accepted),
        one.case_no,
        ledger.context.random(32),
        one.authority,
        one.received_by or one.authority,
        ledger.holders[person],
        "not_mine",
        None,
        TODAY + timedelta(days=15),
    )
    ledger.act(RequestDataCheck(), request, SERVICE)


def remove(ledger: Meaning, accepted: Written) -> None:
    """A party removes it from reuse."""
    one = held(ledger, "chen")[accepted.id]
    choice = ReuseChoice(
        ledger.cite(accepted),
        one.case_no,
        ledger.context.random(32),
        one.authority,
        one.received_by or one.authority,
        ledger.holders["chen"],
    )
    ledger.act(RemoveFromReuse(), choice, SERVICE)


def test_every_party_holds_it_and_nobody_else(ledger: Meaning) -> None:
    """Each party finds an acceptance with the own role and the number of others; strangers find none."""
    lease = ledger.accept(ledger.tobacco_case(), "lease-contract.pdf", "YC")
    for person, role in (("lin", "lessor"), ("chen", "lessee")):
        one = held(ledger, person)[lease.id]
        assert (one.roles, one.others, one.relied, one.state) == ((role,), 1, 0, "stands")
    assert held(ledger, "he") == {}


def test_states_agree_with_recognition(ledger: Meaning) -> None:
    """What stands is recognised; what is expired, taken back, renewed or disputed is not, by its word."""
    fire = ledger.fire_case()
    accepted = {
        "stands": ledger.accept(fire, LICENCE, "XF"),
        "expired": ledger.accept(fire, LICENCE, "XF", valid_until=TODAY - timedelta(days=1)),
        "retracted": ledger.accept(fire, LICENCE, "XF"),
        "disputed": ledger.accept(fire, LICENCE, "XF"),
        "removed": ledger.accept(fire, LICENCE, "XF"),
        "renewed": ledger.accept(fire, LICENCE, "XF"),
    }
    newer = Supersession(ledger.cite(accepted["renewed"]), "renewed")
    ended = TODAY - timedelta(days=2)
    ledger.accept(fire, LICENCE, "XF", number=licence_number(2), valid_until=ended, supersedes=newer)
    assert {*accepted, "denied"} == set(STATES)
    ledger.retract(accepted["retracted"], "XF")
    dispute(ledger, accepted["disputed"], "chen")
    remove(ledger, accepted["removed"])
    found = held(ledger, "eatery")
    assert {name: found[one.id].state for name, one in accepted.items()} == {name: name for name in accepted}
    assert found[accepted["disputed"].id].due == TODAY + timedelta(days=15)
    assert found[accepted["retracted"].id].fallen is not None
    case = ledger.food_case()
    assert ledger.verdict("SC", case, "licence")[0] == RECOGNISED
    ledger.retract(accepted["stands"], "XF")
    assert ledger.verdict("SC", case, "licence") == ("cannot_tell", "acceptance.disputed")


def test_what_another_department_condemned_is_taken_back_here_too(ledger: Meaning) -> None:
    """The same file taken back as forged elsewhere stands nowhere, and the holder reads who said so."""
    here = ledger.accept(ledger.fire_case(), LICENCE, "XF")
    there = ledger.accept(ledger.food_case(), LICENCE, "SC")
    ledger.act(Retract(), ledger.retraction(there, reason="forged"), "SC")
    one = held(ledger, "chen")[here.id]
    assert one.state == "retracted"
    assert one.fallen == ("SC", ledger.clock[0])


def test_a_reliance_is_counted(ledger: Meaning) -> None:
    """Each reliance on a material counts once, for every party."""
    licence = ledger.accept(ledger.fire_case(), LICENCE, "XF")
    for _ in range(2):
        ledger.rely(ledger.food_case(), "licence", licence, "SC-002", "SC")
    assert {held(ledger, person)[licence.id].relied for person in ("chen", "eatery")} == {2}
