# SPDX-License-Identifier: Apache-2.0
"""What a measurement must reach: one table, for `--check-floors` and the acceptance lines. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Measured = dict[str, float]
"""The numbers of one scenario by name: `rate` (1/s), `cpu_us` (of the serving process, an operation), …"""


class Floor(NamedTuple):
    """A bound on one number of one scenario; `least` says which way."""

    scenario: str
    number: str
    bound: float
    least: bool

    def met(self, results: Mapping[str, Measured]) -> bool:
        """Whether the number was measured and keeps the bound."""
        value = results.get(self.scenario, {}).get(self.number)
        if value is None:
            return False
        return value >= self.bound if self.least else value <= self.bound

    def __str__(self) -> str:
        return f"{self.scenario}.{self.number} {'>=' if self.least else '<='} {self.bound:g}"


FLOORS: Final = (
    Floor("single_64", "rate", 1500, least=True),
    Floor("single_64", "cpu_us", 350, least=False),
    Floor("bulk_64", "rate", 4000, least=True),
    Floor("bulk_64", "cpu_us", 250, least=False),
    Floor("anchored", "p99_ms", 1000, least=False),
    Floor("check_1", "rate", 1500, least=True),
    Floor("check_20", "p95_ms", 300, least=False),
    Floor("check_bulk", "requirements_rate", 60_000, least=True),
    Floor("mixed", "p95_ms", 50, least=False),
    Floor("mixed", "intake_share", 0.8, least=True),  # checks beside an intake that stalls are no measure
    Floor("gas", "per_material_1000", 90, least=False),
)


def best(runs: list[dict[str, Measured]]) -> dict[str, Measured]:
    """Of several runs the best of each scenario: the highest rate, else the lowest p99, else the first."""
    found: dict[str, Measured] = {}
    for run in runs:
        for name, measured in run.items():
            if name not in found or _better(measured, found[name]):
                found[name] = measured
    return found


def _better(one: Measured, other: Measured) -> bool:
    if "rate" in one and "rate" in other:
        return one["rate"] > other["rate"]
    return one.get("p99_ms", 0.0) < other.get("p99_ms", 0.0)


def missed(results: Mapping[str, Measured]) -> list[Floor]:
    """The floors that were not reached."""
    return [floor for floor in FLOORS if not floor.met(results)]
