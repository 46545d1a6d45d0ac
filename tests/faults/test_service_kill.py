# SPDX-License-Identifier: Apache-2.0
"""The serving process is killed at every step under load over HTTP: what it acknowledged stands, once.

One ledger grows through all tests of this file. `ONCE_FAULTS=full` sweeps more hits, and restarts without
a failpoint after each kill; without it each point is hit once, most restarts are the next armed run, and
the worker, which needs longer to start than such a run lasts, takes part in those of `WHOLE` alone.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ledger.chain.engine import AnvilEngine
from tests.faults.orders import Orders
from tests.faults.service_load import Book, Crowd, Service, found_service
from tests.faults.service_truth import Truth

FULL = os.environ.get("ONCE_FAULTS") == "full"
POINTS = {
    "F2": 10,
    "F3": 10,
    "F7": 3,
    "F8": 20,
    "F4": 3,
    "F9": 20,
    "F5": 3,
    "F17": 20,
    "F6": 1,
    "F10": 1,
    "F11": 3,
}
KILLS = [(name, hit) for name, usual in POINTS.items() for hit in ((1, 3, 20) if FULL else (usual,))]
WORKER_POINTS = ("F12", "F13", "F14", "F15", "F16")
WORKER_KILLS = [(name, hit) for name in WORKER_POINTS for hit in (1, 3)] if FULL else [("F13", 1)]
MENDED = WORKER_POINTS if FULL else ("F14",)
"""`test_anchor_kill` has every step without a service around it."""
WHOLE = {"F9", "F11"}
ANCHOR_SECONDS = 10.0
"""Within which a backlog is on the chain, from the start of the program or the death of the worker."""
SPREAD = 3.0
"""Where a start takes over 3 s the machine is busy: so many times as long. It is some 1.3 times as long."""
REACHED_SECONDS = 20.0
DRAIN_SECONDS = 10.0
ACKNOWLEDGED_SECONDS = 10.0
GENTLE = 0.05 if FULL else 0.4
"""Pause of each client where the load goes on for seconds: some 300 requests a second in all, or 40."""


@dataclass
class Ground:
    """One home, one chain, everything promised so far."""

    service: Service
    engine: AnvilEngine
    book: Book
    truth: Truth
    orders: Orders

    def restart_and_settle(self) -> None:
        """A restart without a failpoint: what was open gets its answer, the backlog is anchored in time.

        The time counts from when the program is started, and so holds what it needs to load.
        """
        backlog, before = self.truth.size(), self.truth.anchored_size()
        begun = time.monotonic()
        assert self.service.start()
        Crowd(self.service, self.book, fresh=False).join()
        self.truth.anchored(backlog, self.service.within(ANCHOR_SECONDS, SPREAD) - (time.monotonic() - begun))
        waited = time.monotonic() - begun
        print(
            f"{backlog - before} entries behind: READY after {self.service.start_seconds:.1f} s,"
            f" anchored {waited:.1f} s after the start"
        )
        assert not self.book.open, self.book.postponed[-3:]

    def leave(self) -> None:
        """SIGTERM: it ends in order and in time, and takes its children with it."""
        self.service.terminate()
        assert self.service.ended(self.service.within(DRAIN_SECONDS)) == 0
        assert self.service.processes() == set()


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The growing ledger; whatever still runs at the end is ended."""
    folder = tmp_path_factory.mktemp("service")
    service, engine = found_service(folder)
    try:
        yield Ground(service, engine, Book(), Truth(service.settings, engine), Orders(folder))
    finally:
        engine.stop()


@pytest.fixture(autouse=True)
def _nothing_left(ground: Ground) -> Iterator[None]:
    """A test that fails in the middle leaves no process to the next one."""
    yield
    ground.service.end()


@pytest.mark.parametrize(("name", "hit"), KILLS)
def test_a_kill_of_the_service_loses_and_doubles_nothing(ground: Ground, name: str, hit: int) -> None:
    """SIGKILL at a step of upload, writer or publisher under load keeps every promise and every root."""
    service, book, truth, whole = ground.service, ground.book, ground.truth, FULL or name in WHOLE
    if service.start(f"{name}:{hit}:kill", worker=whole):
        if whole and hit > 1:
            truth.anchored(truth.size(), service.within(ANCHOR_SECONDS))
        Crowd(service, book).join()
    assert service.ended(1.0) == -signal.SIGKILL
    service.children_end()
    truth.examine(book)
    if whole:
        ground.restart_and_settle()
        ground.leave()
        truth.examine(book)
        truth.settle(book)
        assert book.entries
        assert book.uploads


@pytest.mark.parametrize("point", MENDED)
def test_a_kill_of_the_worker_is_mended_by_the_service(ground: Ground, point: str) -> None:
    """SIGKILL at a step of anchoring under load: serve starts the worker again, the backlog is anchored."""
    service, book, truth, orders = ground.service, ground.book, ground.truth, ground.orders
    assert service.start(orders.setting)
    truth.anchored(truth.size(), service.within(ANCHOR_SECONDS))
    crowd, worker = Crowd(service, book, pause=GENTLE), service.worker()
    orders.give(point)
    assert orders.carried_out(service.within(REACHED_SECONDS)) == worker, f"{point} was not reached"
    died = time.monotonic()
    time.sleep(1.0)
    crowd.stop()
    backlog, before = truth.size(), truth.anchored_size()
    truth.anchored(backlog, service.within(ANCHOR_SECONDS, SPREAD) - (time.monotonic() - died))
    print(f"{backlog - before} entries behind: anchored {time.monotonic() - died:.1f} s after the death")
    ground.leave()
    truth.examine(book)


@pytest.mark.parametrize(("name", "hit"), WORKER_KILLS)
def test_a_worker_that_dies_in_each_life_brings_the_chain_forward(
    ground: Ground, name: str, hit: int
) -> None:
    """Every life of the worker ends at the same step, and yet, with growing pauses, all is anchored."""
    service, book = ground.service, ground.book
    assert service.start(f"{name}:{hit}:kill")
    crowd = Crowd(service, book, pause=GENTLE)
    first, deadline = _next_worker(service, 0), time.monotonic() + 60.0
    while service.worker() == first:
        assert time.monotonic() < deadline, f"{name} was not reached"
        time.sleep(0.02)
    assert first not in service.processes()
    crowd.stop()
    ground.truth.anchored(ground.truth.size(), service.within(3 * ANCHOR_SECONDS))
    ground.leave()
    ground.truth.examine(book)


def _next_worker(service: Service, before: int) -> int:
    """Process id of the worker that follows `before`."""
    deadline = time.monotonic() + 30.0
    while (worker := service.worker()) == before or worker not in service.processes():
        assert time.monotonic() < deadline, "no worker runs"
        time.sleep(0.02)
    return worker


def _grows(service: Service, book: Book) -> bool:
    """Whether half a second later more is acknowledged, or as soon as this machine lets a disk answer."""
    before, deadline = len(book.entries), time.monotonic() + service.within(ACKNOWLEDGED_SECONDS)
    time.sleep(0.5)
    while len(book.entries) == before and time.monotonic() < deadline:
        time.sleep(0.02)
    return len(book.entries) > before


def test_the_chain_may_die_and_return_under_load(ground: Ground) -> None:
    """Intake goes on without a chain, and what it took is anchored unaided once the chain is back."""
    service, book, truth = ground.service, ground.book, ground.truth
    assert service.start()
    truth.anchored(truth.size(), service.within(ANCHOR_SECONDS))
    crowd = Crowd(service, book, pause=GENTLE)
    time.sleep(0.5)
    ground.engine.kill()
    for _ in range(3):
        assert _grows(service, book), "intake stopped with the chain"
    taken = truth.size()
    ground.engine.start()
    truth.anchored(taken, service.within(ANCHOR_SECONDS))
    crowd.stop()
    assert not book.postponed
    truth.anchored(truth.size(), service.within(ANCHOR_SECONDS))
    ground.leave()
    truth.examine(book)


def test_a_service_told_to_end_under_load_keeps_its_promises(ground: Ground) -> None:
    """SIGTERM under load, with an upload that stalls: it drains within ten seconds and leaves no child."""
    service, book = ground.service, ground.book
    assert service.start()
    _next_worker(service, 0)
    crowd = Crowd(service, book)
    with service.stalled_upload():
        assert _grows(service, book)
        ground.leave()
    crowd.join()
    ground.truth.examine(book)


def test_a_second_service_writes_beside_the_first(ground: Ground) -> None:
    """Two services on one home both write, each with its own head mark; one dies, nothing is lost."""
    first, book, truth = ground.service, ground.book, ground.truth
    second = Service(first.world, first.settings, first.log)
    try:
        assert first.start()
        assert not second.start(port=first.port)
        assert second.ended(5.0) == 2
        assert "cannot listen on" in second.log.read_text().splitlines()[-1]
        assert second.start()
        crowds = Crowd(first, book, pause=GENTLE), Crowd(second, book, pause=GENTLE)
        time.sleep(1.5)
        first.end()
        crowds[0].join()
        assert _grows(second, book), "the second service stopped with the first"
        crowds[1].stop()
        Crowd(second, book, fresh=False).join()
        truth.anchored(truth.size(), second.within(ANCHOR_SECONDS))
        marks = sorted(path.name for path in first.settings.head_mark.glob("*.mark"))
        assert marks == ["writer-1.mark", "writer-2.mark"]
        second.terminate()
        assert second.ended(second.within(DRAIN_SECONDS)) == 0
    finally:
        second.end()
    truth.examine(book)
    truth.settle(book)
