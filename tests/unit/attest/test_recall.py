# SPDX-License-Identifier: Apache-2.0
"""Recall finds every reliance on what fell, and no other: against brute force over the opened log."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from api.events.derive import events_of, may_concern
from api.events.model import RECALLED
from attest.private import open_private
from attest.statements import Envelope
from tests.attest_parts import Meaning, a_ledger
from tests.reask_parts import Windows

if TYPE_CHECKING:
    from pathlib import Path

ACCEPTANCES, CASES = 12, 240


def brute_force(ledger: Meaning) -> set[tuple[str, int]]:
    """(department, index) of every reliance that cites an acceptance which a later entry takes back."""
    store, context = ledger.log.store, ledger.context
    relied: list[tuple[str, str, int]] = []
    fallen: set[tuple[str, int]] = set()
    for index, leaf in enumerate(store.leaves(0, store.head().size)):
        entry = Envelope.parse(leaf).entry
        if entry.kind not in ("material.relied", "acceptance.retracted"):
            continue
        cited = open_private(index, store, context.sealer)[1]["acceptance"]["id"]
        if entry.kind == "material.relied":
            relied.append((cited, entry.issuer, index))
        else:
            fallen |= {(department, at) for one, department, at in relied if one == cited}
    return fallen


def test_every_reliance_on_what_fell_is_found(tmp_path: Path) -> None:
    """240 cases rely on 12 acceptances, 5 of which are taken back half-way: the events name exactly those."""
    random = Random(5)
    with a_ledger(tmp_path) as ledger:
        windows = Windows(ledger)
        people = windows.people(ACCEPTANCES)
        first = [windows.open("XF-001", one) for one in people]
        windows.done()
        for case, person in zip(first, people, strict=True):
            windows.accept(case, "XF-001", person)
        accepted = windows.done()
        whose = [random.randrange(ACCEPTANCES) for _ in range(CASES)]
        items = [random.choice(("SC-002", "YC-004")) for _ in range(CASES)]
        cases = [windows.open(item, people[one]) for item, one in zip(items, whose, strict=True)]
        windows.done()
        gone = random.sample(range(ACCEPTANCES), 5)
        for number, (case, item, one) in enumerate(zip(cases, items, whose, strict=True)):
            if number == CASES // 2:
                windows.done()
                for fell in gone:
                    windows.retract(accepted[fell], "XF")
                windows.done()
            if number < CASES // 2 or one not in gone:
                windows.rely(case, item, accepted[one])
        windows.done()
        store = ledger.log.store
        told = [
            (event.department, event.reliance_index or 0)
            for index, leaf in enumerate(store.leaves(0, store.head().size))
            if may_concern(leaf)
            for event in events_of(index, leaf, store, ledger.context)
            if event.type == RECALLED
        ]
        assert len(told) == len(set(told)) > 20
        assert set(told) == brute_force(ledger)
