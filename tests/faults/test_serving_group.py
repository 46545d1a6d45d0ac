# SPDX-License-Identifier: Apache-2.0
"""Two serving processes on one port die in turn under load, on every database: each promise stands, once.

One service runs through all tests on a database; the process that dies is the one that comes to the step
first. `ONCE_FAULTS=full` has a process die at every step that there is, without it at a few.
"""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.faults.orders import Orders
from tests.faults.service_load import Book, Crowd, Service, found_service
from tests.faults.service_truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.chain.engine import AnvilEngine
    from tests.databases import Server

FULL = os.environ.get("ONCE_FAULTS") == "full"
SERVING = ("F2", "F3", "F7", "F8", "F4", "F9", "F5", "F17", "F6", "F10", "F11")
WORKER = ("F12", "F13", "F14", "F15", "F16")
USUAL = ("F4", "F10")
RAISED = ("F9", "F5", "F17") if FULL else ("F9",)
"""Steps after a commit, where an error leaves nobody who knows what is durable."""
GENTLE = 0.4 if FULL else 0.8
"""Pause of each client: some 40 requests a second in all, or 20."""
ANCHOR_SECONDS = 10.0
DRAIN_SECONDS = 10.0
REACHED_SECONDS = 20.0
AGAIN_SECONDS = 20.0
ANSWER_SECONDS = 20.0


class Group:
    """A home that two processes serve, and everything promised so far."""

    def __init__(self, service: Service, engine: AnvilEngine, orders: Orders) -> None:
        self.service, self.orders, self.book = service, orders, Book()
        self.truth = Truth(service.settings, engine)

    def serve(self) -> None:
        """Have two processes serve, both of which take orders."""
        if not self.service.alive():
            assert self.service.start(self.orders.setting)

    def pids(self) -> dict[str, int]:
        """The processes that die here by their names, as each was last started."""
        folder = self.service.settings.chain_folder
        names = [name for name in ("serve-1", "serve-2", "worker") if (folder / f"{name}.pid").exists()]
        return {name: int((folder / f"{name}.pid").read_text(encoding="ascii")) for name in names}

    def lives(self, name: str) -> int:
        """How often the parent said that a process runs: of a serving one, that it answers."""
        return self.service.log.read_text(encoding="utf-8").count(f"{name} runs")

    def follows(self, name: str, lives: int) -> None:
        """Another takes the place of the process that was the last of so many."""
        deadline = time.monotonic() + self.service.within(AGAIN_SECONDS)
        while self.lives(name) == lives:
            assert time.monotonic() < deadline, f"{name} was not started again"
            time.sleep(0.05)

    def intake_goes_on(self) -> None:
        """More is acknowledged from now on."""
        before, deadline = len(self.book.entries), time.monotonic() + self.service.within(ANSWER_SECONDS)
        while len(self.book.entries) <= before:
            assert time.monotonic() < deadline, "intake stopped"
            time.sleep(0.02)

    def dies_at(self, point: str, action: str = "kill") -> str:
        """The name of the process that died at a step under load, after which all went on."""
        crowd = Crowd(self.service, self.book, pause=GENTLE)
        names = {pid: name for name, pid in self.pids().items()}
        lives = {name: self.lives(name) for name in names.values()}
        self.orders.give(point, action)
        victim = self.orders.carried_out(self.service.within(REACHED_SECONDS))
        assert victim in names, f"{point} was reached by {victim or 'nobody'} of {names}"
        self.intake_goes_on()
        self.follows(names[victim], lives[names[victim]])
        self.intake_goes_on()
        crowd.stop()
        self.truth.examine(self.book)
        return names[victim]


@pytest.fixture(scope="module")
def group(server: Server | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Group]:
    """One growing ledger on each kind of database; whatever still runs at the end is ended."""
    url, folder = None if server is None else server.create(), tmp_path_factory.mktemp("group")
    service, engine = found_service(folder, "--workers", "2", database_url=url)
    try:
        yield Group(service, engine, Orders(folder))
    finally:
        service.end()
        service.children_end()
        engine.stop()
        if server is not None and url is not None:
            server.drop(url)


@pytest.fixture(autouse=True)
def _served(group: Group, request: pytest.FixtureRequest) -> Iterator[None]:
    """The service runs; a test that fails in the middle leaves none of it to the next one."""
    group.serve()
    failed = request.session.testsfailed
    yield
    if request.session.testsfailed > failed:
        group.service.end()
        group.service.children_end()


def test_one_of_two_is_killed_while_the_other_serves(group: Group) -> None:
    """SIGKILL of either process under load: intake goes on, and it is started again."""
    service = group.service
    crowd = Crowd(service, group.book, pause=GENTLE)
    for name in ("serve-1", "serve-2"):
        lives = group.lives(name)
        os.kill(group.pids()[name], signal.SIGKILL)
        live = httpx.get(
            f"http://127.0.0.1:{service.port}/health/live", timeout=service.within(ANSWER_SECONDS)
        )
        assert live.status_code == 200
        group.intake_goes_on()
        group.follows(name, lives)
    group.intake_goes_on()
    crowd.stop()
    group.truth.examine(group.book)


def test_both_are_killed_at_once(group: Group) -> None:
    """With nobody left, connections wait on the socket that the parent holds, and those who follow answer."""
    crowd = Crowd(group.service, group.book, pause=GENTLE)
    group.intake_goes_on()
    lives = {name: group.lives(name) for name in ("serve-1", "serve-2")}
    for name in lives:
        os.kill(group.pids()[name], signal.SIGKILL)
    for name, before in lives.items():
        group.follows(name, before)
    group.intake_goes_on()
    crowd.stop()
    group.truth.examine(group.book)


@pytest.mark.parametrize("point", [one for one in SERVING if FULL or one in USUAL])
def test_one_of_two_dies_at_a_step(group: Group, point: str) -> None:
    """SIGKILL at a step of upload, writer or publisher: the other goes on, nothing is lost or twice."""
    assert group.dies_at(point).startswith("serve-")


@pytest.mark.parametrize("point", [one for one in WORKER if FULL or one == "F13"])
def test_the_worker_beside_them_dies_at_a_step(group: Group, point: str) -> None:
    """SIGKILL at a step of anchoring: intake never notices, and the worker is started again."""
    assert group.dies_at(point) == "worker"


@pytest.mark.parametrize("point", RAISED)
def test_a_writer_that_failed_is_replaced(group: Group, point: str) -> None:
    """An error after a commit ends the process that had it; the one in its place compares and goes on."""
    assert group.dies_at(point, "raise").startswith("serve-")


def test_at_last_all_is_answered_anchored_and_sound(group: Group) -> None:
    """What was open is asked again, the backlog is anchored, a whole audit finds nothing."""
    service, book, truth = group.service, group.book, group.truth
    Crowd(service, book, fresh=False).join()
    assert not book.open, book.postponed[-3:]
    waited = truth.anchored(truth.size(), service.within(ANCHOR_SECONDS))
    print(f"{truth.size()} entries, backlog anchored after {waited:.2f} s")
    service.terminate()
    assert service.ended(service.within(DRAIN_SECONDS)) == 0
    assert service.processes() == set()
    truth.examine(book)
    truth.settle(book)
    marks = [path for path in service.settings.head_mark.glob("*.mark") if path.stat().st_size]
    assert len(marks) <= 2, "who follows takes over the mark that was left"
