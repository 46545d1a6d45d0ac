# SPDX-License-Identifier: Apache-2.0
"""All measurements in order, on one throw-away ledger."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

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

CONNECTIONS: Final = (64, 256)
BATCH: Final = 64
PORTION: Final = 5_000
"""Preloaded at once: signing so many takes some seconds."""
CHECK_CONNECTIONS: Final = 16
FASTEST: Final = {"single": 3_000, "bulk": 7_000, "check": 3_000}
"""Operations a second that requests are prepared for; a run that uses them up ends early."""
USUAL_RATE: Final = 1_000.0
"""Intake at full speed, taken for `mixed` where `single_64` was not measured in the same run."""
_EXTRA_SECONDS: Final = 1.5


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
                world = found_world(settings, self._plan.preload)
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
        plan, found = self._plan, {}
        for connections in CONNECTIONS:
            if plan.wants(f"single_{connections}"):
                found[f"single_{connections}"] = self._job(load, "single", connections)
        if "single_64" in found:
            single = found["single_64"]
            found["anchored"] = {name: single[f"anchored_{name}"] for name in ("p50_ms", "p99_ms")}
        for connections in CONNECTIONS[:1]:
            if plan.wants(f"bulk_{connections}"):
                found[f"bulk_{connections}"] = self._job(load, "bulk", connections)
        if plan.wants("check_20"):
            found["check_20"] = self._job(load, "check", CHECK_CONNECTIONS)
        if plan.wants("mixed"):
            rate = found["single_64"]["rate"] if "single_64" in found else USUAL_RATE
            found["mixed"] = self._job(load, "mixed", CONNECTIONS[0], rate / 2)
        return found

    def _job(self, load: _Loader, kind: str, connections: int, rate: float = 0.0) -> Measured:
        seconds = self._plan.seconds
        most = int((rate or FASTEST[kind]) * (seconds + _EXTRA_SECONDS))
        self._say(f"{kind} at {connections} connections: preparing {most}, then {seconds:g} s")
        job = Job(kind, load.served.port, load.served.process, connections, seconds, most, BATCH, rate)
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
