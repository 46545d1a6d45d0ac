# SPDX-License-Identifier: Apache-2.0
"""The load generator, a process of its own: `python -m api.bench.generator` reads one job, prints one result.

A job is two lines on stdin: the world, then `{kind, port, process, connections, seconds, …}`.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sqlite3
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import uvloop

from api.bench.load import drive, quantile
from api.bench.orders import Orders, batches, check_batches, checks, narrow_checks, single
from api.bench.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.bench.floors import Measured
    from api.bench.load import Answered, Load

WARM_SECONDS: Final = 1.0
SIGN_SECONDS: Final = 60.0
"""How long is signed ahead at most: a signature is taken for 120 s, and the run comes after it."""
ANCHOR_SECONDS: Final = 15.0
"""How long a submission may wait for its anchor before it counts as that late."""
CHECKS: Final = 20.0
"""Checks a second beside intake: what some forty counters ask for at the same time."""
CHECKERS: Final = 8
_POLL_SECONDS: Final = 0.005
_ANCHORED: Final = "SELECT coalesce(max(size), 0) FROM anchors WHERE NOT withdrawn"


@dataclass(frozen=True, slots=True)
class Job:
    """One measurement; `most` bounds what is made ahead, `size` is the items of a batch.

    `rate` is that of paced intake, in submissions a second.
    """

    kind: str
    port: int
    process: int
    connections: int
    seconds: float
    most: int
    size: int = 64
    rate: float = 0.0

    def text(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))


class Generator:
    """One world under load."""

    def __init__(self, world: World) -> None:
        self._world = world

    def run(self, job: Job) -> Measured:
        """Measure one job."""
        kinds: dict[str, Callable[[Job], Measured]] = {
            "single": self._single,
            "bulk": self._bulk,
            "check_1": lambda job: self._check(job, narrow_checks(self._world, job.most)),
            "check_20": lambda job: self._check(job, checks(self._world, job.most)),
            "check_bulk": lambda job: self._check(job, check_batches(self._world, job.most, job.size)),
            "mixed": self._mixed,
            "preload": self._preload,
        }
        return kinds[job.kind](job)

    def _signed(self, count: int, holders: list[str]) -> list[bytes]:
        orders, until = Orders(self._world, holders), time.monotonic() + SIGN_SECONDS
        made: list[bytes] = []
        while len(made) < count and time.monotonic() < until:
            made.append(orders.one())
        return made

    def _drive(
        self,
        job: Job,
        requests: list[bytes],
        warm: float = WARM_SECONDS,
        keep: Callable[[bytes], bytes] = bytes,
    ) -> Load:
        gc.freeze()
        return uvloop.run(
            drive(job.port, job.process, requests, job.connections, warm, job.seconds, keep=keep)
        )

    def _single(self, job: Job) -> Measured:
        requests = single(self._world, self._signed(job.most, self._world.others))
        gc.freeze()
        load, lags = uvloop.run(self._single_anchored(job, requests))
        _require(load, 201)
        lags.sort()
        return {
            **load.measured(len(load.answers)),
            "anchored_p50_ms": round(quantile(lags, 0.5) * 1000, 1),
            "anchored_p99_ms": round(quantile(lags, 0.99) * 1000, 1),
        }

    async def _single_anchored(self, job: Job, requests: list[bytes]) -> tuple[Load, list[float]]:
        watch = _AnchorWatch(self._world.home)
        watching = asyncio.create_task(watch.run())
        load = await drive(job.port, job.process, requests, job.connections, WARM_SECONDS, job.seconds)
        last = max((_index(one) for one in load.answers[-1000:]), default=0)
        with suppress(TimeoutError):
            await asyncio.wait_for(watch.reach(last), ANCHOR_SECONDS)
        watching.cancel()
        return load, watch.lags(load.answers)

    def _bulk(self, job: Job) -> Measured:
        bodies = self._signed(job.most, self._world.others)
        load = self._drive(job, batches(self._world, bodies, job.size))
        _require(load, 200)
        return load.measured(sum(_placed(one) for one in load.answers))

    def _preload(self, job: Job) -> Measured:
        bodies = self._signed(job.most, self._world.holders)
        load = self._drive(job, batches(self._world, bodies, job.size), warm=0.0)
        _require(load, 200)
        return load.measured(sum(_placed(one) for one in load.answers))

    def _check(self, job: Job, requests: list[bytes]) -> Measured:
        """Operations are look-ups, one or many in a request."""
        load = self._drive(job, requests, keep=_tally)
        _require(load, 200)
        counts = [_counts(one) for one in load.answers]
        made, asked, found = (sum(one[place] for one in counts) for place in range(3))
        return {
            **load.measured(made),
            "requirements": asked / max(made, 1),
            "requirements_rate": round(asked / load.seconds, 1),
            "recognised": round(found / max(asked, 1), 3),
        }

    def _mixed(self, job: Job) -> Measured:
        """Checks while intake is offered at `job.rate`; latency is that of the checks."""
        intake = single(self._world, self._signed(job.most, self._world.others))
        asked = checks(self._world, int(CHECKS * (job.seconds + WARM_SECONDS)) + CHECKERS)
        gc.freeze()
        taken, checked = uvloop.run(self._both(job, intake, asked))
        _require(taken, 201)
        _require(checked, 200)
        reached = len(taken.answers) / taken.seconds
        return {
            **checked.measured(len(checked.answers)),
            "intake_rate": round(reached, 1),
            "intake_share": round(reached / job.rate, 3),
            "intake_p95_ms": taken.measured(1)["p95_ms"],
        }

    @staticmethod
    async def _both(job: Job, intake: list[bytes], asked: list[bytes]) -> tuple[Load, Load]:
        where, window = (job.port, job.process), (WARM_SECONDS, job.seconds)
        return await asyncio.gather(
            drive(*where, intake, job.connections, *window, rate=job.rate),
            drive(*where, asked, CHECKERS, *window, rate=CHECKS, keep=_tally),
        )


class _AnchorWatch:
    """Looks again and again how far the chain has come."""

    def __init__(self, home: str) -> None:
        self._database = sqlite3.connect(f"file:{home}/ledger.db?mode=ro", uri=True)
        self._seen: list[tuple[float, int]] = []
        self._moved = asyncio.Event()
        self.size = 0

    async def reach(self, index: int) -> None:
        """Return when an anchor covers the entry."""
        while self.size <= index:
            self._moved.clear()
            await self._moved.wait()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            size = self._database.execute(_ANCHORED).fetchone()[0]
            if size > self.size:
                self.size = size
                self._seen.append((time.monotonic(), size))
                self._moved.set()
            await asyncio.sleep(_POLL_SECONDS)

    def lags(self, answers: list[Answered]) -> list[float]:
        """Seconds from sending to the first anchor that covers the entry, of each answer."""
        found: list[float] = []
        at = 0
        for index, sent in sorted((_index(one), one.sent) for one in answers):
            while at < len(self._seen) and self._seen[at][1] <= index:
                at += 1
            found.append(self._seen[at][0] - sent if at < len(self._seen) else ANCHOR_SECONDS)
        return found


def _index(answer: Answered) -> int:
    index: int = json.loads(answer.body)["index"]
    return index


def _placed(answer: Answered) -> int:
    return answer.body.count(b'"status":201')


def _tally(body: bytes) -> bytes:
    """Look-ups, verdicts and recognitions of a good answer: a run has more answers than memory holds."""
    if b'"problem"' in body or b'"as_of":' not in body:
        return body
    marks = (b'"as_of":', b'"verdict":', b'"verdict":"recognised"')
    return b" ".join(b"%d" % body.count(one) for one in marks)


def _counts(answer: Answered) -> tuple[int, int, int]:
    """What `_tally` wrote."""
    made, asked, found = answer.body.split()
    return int(made), int(asked), int(found)


def _require(load: Load, status: int) -> None:
    """Refuse a measurement in which anything else was answered."""
    bad: list[Any] = [one for one in load.answers if one.status != status or b'"problem"' in one.body]
    if bad:
        raise SystemExit(f"{len(bad)} answers were refusals, such as {bad[0].status} {bad[0].body[:600]!r}")


def main() -> None:
    """Read the world and one job from stdin, print the numbers."""
    world = World.parse(sys.stdin.readline())
    job = Job(**json.loads(sys.stdin.readline()))
    sys.stdout.write(json.dumps(Generator(world).run(job)) + "\n")


if __name__ == "__main__":
    main()
