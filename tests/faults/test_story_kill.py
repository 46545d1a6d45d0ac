# SPDX-License-Identifier: Apache-2.0
"""`once demo --check` on PostgreSQL with two serving processes, one of which dies at a step, again and again.

The story must still end as expected: what a death cut off is asked again under its Idempotency-Key. Then the
ledger that it left is started once more, anchored to the end, audited, and compared with what was
acknowledged. `ONCE_FAULTS=full` meets every step, two in a story that are met in turn until it ends; without
it one story meets some, each once.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from contextlib import contextmanager
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pytest

from api.cli.child import once_command
from api.demo.host import ServeChild, run_once
from api.demo.story import STEPS
from api.settings import load_settings
from attest.statements import Envelope
from ledger.chain.engine import AnvilEngine
from ledger.hashing import leaf_hash
from ledger.store import Store
from tests.faults.orders import Orders
from tests.faults.service_load import Book
from tests.faults.service_truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from api.settings import Settings
    from tests.databases import Server

FULL = os.environ.get("ONCE_FAULTS") == "full"
WORKER = ("F12", "F13", "F14", "F15", "F16")
PAIRS: Final = (
    *(("F7", "F14"), ("F8", "F15"), ("F17", "F6"), ("F4", "F16")),
    *(("F2", "F12"), ("F3", "F13"), ("F9", "F10"), ("F5", "F11")),
)
TURNS: Final = PAIRS if FULL else (("F9", "F13", "F4", "F5", "F10"),)
ASKED_FOR: Final = {
    "department.registered",
    "catalogue.version",
    "case.opened",
    "material.accepted",
    "material.relied",
    "acceptance.retracted",
}
"""Entries that stand in the log because somebody asked for each of them, and was told where it is."""
HELD: Final = "story.tampered"
"""The step that ends the service and puts another database in its place: nobody dies while it lasts."""
LIMIT = 1200
"""Seconds: some 60 on an idle machine, many times that on a shared one."""
ANCHOR_SECONDS = 10.0
SPREAD = 3.0
"""Where the start takes over 3 s the machine is busy: so many times as long as the start."""


class Reaper(threading.Thread):
    """Has one process after the other die while a story is played."""

    def __init__(self, home: Path, orders: Orders, points: Sequence[str]) -> None:
        super().__init__(daemon=True)
        self.deaths: list[tuple[str, str]] = []
        """Step and name of the process of every death."""
        self.strangers: list[int] = []
        self.over = threading.Event()
        self.held = threading.Event()
        self._home, self._orders, self._points = home, orders, points
        self._names: dict[int, str] = {}

    def run(self) -> None:
        """Give an order, see it carried out and the process replaced, and give the next."""
        for point in self._turns():
            while not self._may():
                if self.over.wait(0.05):
                    return
            lives = {name: self._lives(name) for name in set(self._names.values())}
            self._orders.give(point)
            victim = self._orders.carried_out(LIMIT, self._may)
            if victim == 0:
                continue
            name = self._names.get(victim)
            if name is None:
                self.strangers.append(victim)
                continue
            self.deaths.append((point, name))
            while self._lives(name) == lives[name]:
                if self.over.wait(0.05):
                    return

    def _turns(self) -> Iterator[str]:
        """The steps in turn; but for the full sweep, those at which nobody has died yet."""
        for point in cycle(self._points):
            met = {one for one, _ in self.deaths}
            if FULL or point not in met:
                yield point
            elif met >= set(self._points):
                return

    def _may(self) -> bool:
        """Whether a process may die now: both serve, and the story is where they may."""
        for name in ("serve-1", "serve-2", "worker"):
            if self._lives(name):
                pid = int((self._home / "chain" / f"{name}.pid").read_text(encoding="ascii"))
                self._names[pid] = name
        return len(self._names) >= 3 and not self.over.is_set() and not self.held.is_set()

    def _lives(self, name: str) -> int:
        """How often the service said that a process of its runs."""
        try:
            return (self._home / "serve.log").read_text(encoding="utf-8").count(f"{name} runs")
        except FileNotFoundError:
            return 0


class Played:
    """A story with deaths in it: how it ended, and the ledger that it left."""

    def __init__(self, folder: Path, server: Server, points: Sequence[str]) -> None:
        self.home, orders = folder / "ledger", Orders(folder)
        self.reaper = Reaper(self.home, orders, points)
        with (folder / "said").open("wb") as said:
            process = subprocess.Popen(
                once_command(
                    *("demo", "--check", "--json", "--workers", "2", "--dir", str(self.home)),
                    *("--database-url", server.url("postgres")),
                ),
                env={**os.environ, "ONCE_FAILPOINT": orders.setting},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        self.lines: dict[str, dict[str, Any]] = {}
        self.reaper.start()
        ending = threading.Timer(LIMIT, process.terminate)
        ending.start()
        try:
            self._listen(process)
        finally:
            self.reaper.over.set()
            self.reaper.join()
            ending.cancel()
        self.said = (folder / "said").read_text(encoding="utf-8")

    def _listen(self, process: subprocess.Popen[str]) -> None:
        names = [step.name for step in STEPS]
        before = names[names.index(HELD) - 1]
        with process:
            assert process.stdout is not None
            for text in process.stdout:
                line = json.loads(text)
                self.lines[line["name"]] = line
                if line["name"] in {before, HELD}:
                    (self.reaper.held.set if line["name"] == before else self.reaper.held.clear)()
        self.code = process.returncode

    @property
    def acknowledged(self) -> dict[int, str]:
        """Leaf hashes by index, as answers of the story said."""
        return {int(index): leaf for index, leaf in self.lines["story"]["acknowledged"].items()}

    def settings(self) -> Settings:
        """Those of the ledger that was left."""
        return load_settings(home=self.home)


@contextmanager
def _left_alone(settings: Settings) -> Iterator[tuple[AnvilEngine, float, float]]:
    """The service on what a story left, with nobody dying: the same chain, when it was begun, when ready."""
    engine = AnvilEngine(settings.home / "chain", port=urlsplit(settings.chain).port or 0)
    service = ServeChild(settings, workers=2)
    engine.start()
    try:
        begun = time.monotonic()
        service.start()
        yield engine, begun, time.monotonic()
    finally:
        service.stop()
        engine.stop()


@pytest.mark.parametrize("points", TURNS, ids="-".join)
def test_the_story_ends_well_whoever_dies(
    points: Sequence[str], postgres: Server, tmp_path: Path, record_property: Any
) -> None:
    """The whole story exits 0; what it was told stands once, the chain is no longer than the log."""
    tmp_path.chmod(0o755)
    played = Played(tmp_path, postgres, points)
    deaths, again = played.reaper.deaths, played.lines["story"]["asked_again"]
    missed = {name: one for name, one in played.lines.items() if one["result"] != "PASS"}
    assert (played.code, missed) == (0, {}), played.said
    assert not played.reaper.strangers
    assert {point for point, _ in deaths} == set(points)
    for point, name in deaths:
        assert name.startswith("worker" if point in WORKER else "serve-")
    settings = played.settings()
    with _left_alone(settings) as (engine, begun, ready):
        truth = Truth(settings, engine)
        truth.anchored(truth.size(), max(ANCHOR_SECONDS, SPREAD * (ready - begun)) - (ready - begun))
        waited = time.monotonic() - begun
        truth.examine(Book())
        code, report = run_once(settings, ["audit", "--json"])
        assert code == 0, report
    _stands_once(settings, played.acknowledged)
    line = f"{deaths}; {again} requests asked again; all anchored {waited:.1f} s after the start"
    record_property("deaths", line)
    print(line)
    postgres.drop(settings.database_url)


def _stands_once(settings: Settings, acknowledged: dict[int, str]) -> None:
    """Everything acknowledged is where it was said to be, and nothing that is asked for stands beside it."""
    store = Store(settings.database_url)
    try:
        leaves = list(store.leaves(0, store.head().size))
    finally:
        store.close()
    assert acknowledged
    assert {index: leaf_hash(leaves[index]).hex() for index in acknowledged} == acknowledged
    entries = [Envelope.parse(leaf).entry for leaf in leaves]
    asked_for = {
        index
        for index, entry in enumerate(entries)
        if entry.kind in ASKED_FOR and "issuer" not in entry.body  # an issuer's own word follows a look-up
    }
    assert asked_for <= acknowledged.keys(), "an entry that nobody was told of"
