# SPDX-License-Identifier: Apache-2.0
"""Time to recall: acceptances are taken back and every reliance on them is found, as events and in the inbox.

usage: python -m scripts.bench.recall [--reliances 10000] [--acceptances 50]
A throw-away ledger with the demo's guides. Prints how many were found, milliseconds for each retraction to
list its reliances (as its own answer does), and seconds to derive the events of all of them.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median

from api.events.derive import events_of
from api.events.model import RECALLED
from attest.recognition.repository import reliances_on
from tests.attest_parts import a_ledger
from tests.reask_parts import Windows


def main() -> None:
    """Build, retract, count, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reliances", type=int, default=10_000)
    parser.add_argument("--acceptances", type=int, default=50)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, a_ledger(Path(folder)) as ledger:
        windows = Windows(ledger)
        people = windows.people(asked.acceptances)
        first = [windows.open("XF-001", one) for one in people]
        windows.done()
        for case, person in zip(first, people, strict=True):
            windows.accept(case, "XF-001", person)
        accepted = windows.done()
        whose = [number % asked.acceptances for number in range(asked.reliances)]
        began = time.perf_counter()
        cases = [windows.open("YC-004", people[one]) for one in whose]
        windows.done()
        for case, one in zip(cases, whose, strict=True):
            windows.rely(case, "YC-004", accepted[one])
        windows.done()
        built = time.perf_counter() - began
        size = ledger.size
        began = time.perf_counter()
        for one in accepted:
            windows.retract(one, "XF")
        windows.done()
        retracted = time.perf_counter() - began
        store, lists = ledger.log.store, []
        for one in accepted:
            at = time.perf_counter()
            found = reliances_on(one.id, store)
            lists.append((time.perf_counter() - at) * 1000)
            if len(found) != whose.count(accepted.index(one)):
                raise SystemExit("a reliance was not found")
        began = time.perf_counter()
        told = {
            event.reliance
            for index in range(size, store.head().size)
            for event in events_of(index, store.leaf(index), store, ledger.context)
            if event.type == RECALLED
        }
        events = time.perf_counter() - began
    print(f"{asked.reliances} reliances on {asked.acceptances} acceptances, built in {built:.1f} s")
    print(f"retractions committed in {retracted:.2f} s, each lists its reliances in {median(lists):.1f} ms")
    print(f"{len(told)} recalls derived in {events:.2f} s")
    if len(told) != asked.reliances:
        raise SystemExit("a recall was not found")


if __name__ == "__main__":
    main()
