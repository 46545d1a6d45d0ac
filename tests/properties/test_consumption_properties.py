# SPDX-License-Identifier: Apache-2.0
"""A paper that counts once is consumed by the first reliance, however many wait at the same time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.acts import Custodial
from attest.materials.commands import Accept
from attest.recognition.commands import Rely
from attest.recognition.repository import reliances_on
from ledger.errors import CommandRejected
from tests.attest_parts import a_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.attest_parts import Meaning

RECEIPT = "deed-tax-receipt.pdf"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meaning]:
    with a_ledger(tmp_path_factory.mktemp("consumption")) as made:
        yield made


@settings(max_examples=15, deadline=None)
@given(copies=st.integers(1, 3), cited=st.lists(st.integers(0, 2), min_size=1, max_size=6))
def test_one_reliance_of_many_stands(ledger: Meaning, copies: int, cited: list[int]) -> None:
    """Of reliances on any acceptances of one paper, sent together, exactly one stands; the rest name it."""
    case = ledger.flat_case()
    number = ledger.context.random(9).hex().upper()
    accepted = []
    for _ in range(copies):
        record = ledger.acceptance(case, RECEIPT, "ZR", number=number)
        file = replace(record.document, sha256=ledger.context.random(32))
        accepted.append(ledger.act(Accept(ledger.catalogue), replace(record, document=file), "ZR"))
    act = Rely(ledger.catalogue)
    records = [ledger.reliance(case, "tax", accepted[at % copies], "ZR-007") for at in cited]
    outcomes = ledger.together(*(Custodial(act, one, "ZR", ledger.context) for one in records))
    stood = [one for one in outcomes if not isinstance(one, str)]
    assert len(stood) == 1
    assert {one for one in outcomes if isinstance(one, str)} <= {"reliance.consumed"}
    relied = [one for made in accepted for one in reliances_on(made.id, ledger.log.store)]
    assert [one.index for one in relied] == [stood[0].answer.index]
    again = ledger.reliance(case, "tax", accepted[0], "ZR-007")
    with pytest.raises(CommandRejected) as refused:
        ledger.log.writer.submit_wait(Custodial(act, again, "ZR", ledger.context))
    assert refused.value.code == "reliance.consumed"
    assert refused.value.facts["index"] == relied[0].index
