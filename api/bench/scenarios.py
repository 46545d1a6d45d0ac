# SPDX-License-Identifier: Apache-2.0
"""All measurements in order, on one throw-away ledger."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import httpx

from api.bench.gas import gas_costs
from api.bench.generator import Job
from api.bench.offline import an_acceptance, audit_rate, stored, verify_rate
from api.bench.served import BenchError, serving
from api.bench.world import bench_settings, found_world
from api.cli.child import once_environment
from ledger.chain.engine import AnvilEngine, running

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.bench.floors import Measured
    from api.bench.served import Served
    from api.bench.world import World
    from api.settings import Settings

BATCH: Final = 64
CHECKS_TOGETHER: Final = 100
PORTION: Final = 5_000
"""Preloaded at once: signing so many takes some seconds."""
MIXED_CONNECTIONS: Final = 64
USUAL_RATE: Final = 1_000.0
"""Intake at full speed, taken for `mixed` where `single_64` was not measured in the same run."""
_EXTRA_SECONDS: Final = 1.5


class Scenario(NamedTuple):
    """A load at full speed; `size` is the items of a batch.

    `fastest`: operations a second that requests are made for; a run that uses them up ends early.
    """

    name: str
    kind: str
    connections: int
    fastest: int
    size: int = BATCH


INTAKE: Final = (
    Scenario("single_64", "single", 64, 2_500),
    Scenario("single_256", "single", 256, 2_500),
    Scenario("bulk_64", "bulk", 64, 5_000),
)
CHECKS: Final = (
    Scenario("check_1", "check_1", 64, 3_000),
    Scenario("check_20", "check_20", 16, 1_500),
    # Two: what is under way together is of different cases, as the look-ups of many counters are.
    Scenario("check_bulk", "check_bulk", 2, 4_000, CHECKS_TOGETHER),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: seconds a scenario, entries beforehand, runs of which the best counts."""

    seconds: float = 30.0
    preload: int = 10_000
    runs: int = 1
    only: frozenset[str] = frozenset()

    def wants(self, scenario: str) -> bool:
        """Whether a scenario was asked for."""
        return not self.only or scenario in self.only

    def most(self, rate: float) -> int:
        """Operations of one scenario at this rate (1/s), warm-up included."""
        return int(rate * (self.seconds + _EXTRA_SECONDS))

    def intake(self) -> int:
        """Acceptances that are submitted while measuring, at most."""
        rates: list[float] = [one.fastest for one in INTAKE if self.wants(one.name)]
        if self.wants("mixed"):
            rates.append(INTAKE[0].fastest / 2)
        return self.runs * sum(self.most(rate) for rate in rates)


class Bench:
    """One plan on one ledger."""

    def __init__(self, plan: Plan, say: Callable[[str], None]) -> None:
        self._plan = plan
        self._say = say

    def run(self) -> list[dict[str, Measured]]:
        """Found, preload, measure `runs` times; the results of each run."""
        with tempfile.TemporaryDirectory(prefix="once-bench-") as folder:
            engine = AnvilEngine(Path(folder) / "anvil")
            with running(engine):
                settings = bench_settings(Path(folder) / "home", engine.url)
                self._say("founding a throw-away ledger")
                world = found_world(settings, self._plan.preload, self._plan.intake())
                with serving(settings) as served:
                    return self._measure(settings, world, served, engine.url)

    def _measure(
        self, settings: Settings, world: World, served: Served, chain: str
    ) -> list[dict[str, Measured]]:
        plan, load = self._plan, _Loader(settings, world, served)
        before = stored(settings)
        self._say(f"preloading {plan.preload} entries in batches")
        for start in range(0, plan.preload, PORTION):  # signed no longer ahead than a signature is taken
            count = min(PORTION, plan.preload - start)
            load(Job("preload", served.port, served.process, 8, 600.0, count, BATCH))
        after = stored(settings)
        if (placed := int(after["entries"] - before["entries"])) < plan.preload:
            raise BenchError(f"only {placed} of {plan.preload} entries were preloaded in time")
        first: dict[str, Measured] = {
            "storage": {
                "bytes_per_entry": round(
                    (after["bytes"] - before["bytes"]) / (after["entries"] - before["entries"]), 1
                ),
                "leaf_bytes": round(after["leaf"], 1),
            }
        }
        if plan.wants("gas"):
            first["gas"] = gas_costs(chain, after["entries"])
        runs = [self._http(load) for _ in range(plan.runs)]
        if plan.wants("verify"):
            self._say("verdicts")
            answer = httpx.get(
                f"http://127.0.0.1:{served.port}/api/v1/evidence/{an_acceptance(settings)}",
                params={"purpose": "bench"},
                headers={"Authorization": f"Bearer {world.api_key}"},
                trust_env=False,
            )
            first["verify"] = verify_rate(answer.raise_for_status().content, settings, min(plan.seconds, 5.0))
        if plan.wants("audit"):
            self._say("audit")
            first["audit"] = audit_rate(settings)
        return [{**first, **runs[0]}, *runs[1:]]

    def _http(self, load: _Loader) -> dict[str, Measured]:
        plan = self._plan
        found = {one.name: self._full(load, one) for one in (*INTAKE, *CHECKS) if plan.wants(one.name)}
        if "single_64" in found:
            single = found["single_64"]
            found["anchored"] = {name: single[f"anchored_{name}"] for name in ("p50_ms", "p99_ms")}
        if plan.wants("mixed"):
            rate = (found["single_64"]["rate"] if "single_64" in found else USUAL_RATE) / 2
            found["mixed"] = self._job(load, Scenario("mixed", "mixed", MIXED_CONNECTIONS, 0), rate)
        return found

    def _full(self, load: _Loader, one: Scenario) -> Measured:
        return self._job(load, one, one.fastest)

    def _job(self, load: _Loader, one: Scenario, rate: float) -> Measured:
        seconds, most = self._plan.seconds, self._plan.most(rate)
        self._say(f"{one.kind} at {one.connections} connections: preparing {most}, then {seconds:g} s")
        served = load.served
        job = Job(one.kind, served.port, served.process, one.connections, seconds, most, one.size, rate)
        return load(job)


class _Loader:
    """Runs the load generator as a process of its own."""

    def __init__(self, settings: Settings, world: World, served: Served) -> None:
        self._settings = settings
        self._world = world
        self.served = served

    def __call__(self, job: Job) -> Measured:
        child = subprocess.run(
            [sys.executable, "-P", "-m", "api.bench.generator"],
            input=f"{self._world.text()}\n{job.text()}\n".encode(),
            env=once_environment(self._settings),
            stdout=subprocess.PIPE,
            check=False,
        )
        if child.returncode != 0:
            raise BenchError(f"the load generator failed in {job.kind}; see the lines above")
        measured: Measured = json.loads(child.stdout)
        return measured
