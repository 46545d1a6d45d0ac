# SPDX-License-Identifier: Apache-2.0
"""`once bench`: measure this installation on a throw-away ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import ExitCode, emit, progress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.bench.floors import Floor, Measured


def command(
    *,
    seconds: Annotated[float, typer.Option(min=0.5, help="measured time of each scenario")] = 30.0,
    preload: Annotated[int, typer.Option(min=1, help="entries before anything is measured")] = 10_000,
    runs: Annotated[int, typer.Option(min=1, help="the best of so many counts")] = 1,
    only: Annotated[list[str] | None, typer.Option(help="a scenario, such as single_64; may repeat")] = None,
    check_floors: Annotated[bool, typer.Option("--check-floors", help="exit 1 below a floor")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> int:
    """Found a throw-away ledger, serve it, load it, and say rates, CPU, latency, gas and bytes."""
    from api.bench.floors import best, missed
    from api.bench.scenarios import Bench, Plan

    plan = Plan(seconds, preload, runs, frozenset(only or ()))
    results = best(Bench(plan, progress).run())
    short = [floor for floor in missed(results) if plan.wants(floor.scenario)]
    answer: dict[str, Any] = {**results, "floors": {"missed": [str(floor) for floor in short]}}
    emit(answer, _table(results, short), as_json=as_json)
    return ExitCode.NOT_VALID if check_floors and short else ExitCode.VALID


def _table(results: Mapping[str, Measured], short: list[Floor]) -> str:
    lines = ["scenario     number                       value"]
    for scenario, measured in results.items():
        lines += [f"{scenario:<12} {name:<20} {value:>13,.1f}" for name, value in measured.items()]
    lines.append("rates are operations a second; cpu_us is CPU of the serving process for each of them;")
    lines.append("load generator, chain and worker share this machine with it.")
    lines += [f"below its floor: {floor}" for floor in short]
    return "\n".join(lines)
