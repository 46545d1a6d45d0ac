# SPDX-License-Identifier: Apache-2.0
"""`once bench` runs to its end and says what it measured; how fast this machine is is not asserted."""

from __future__ import annotations

import json
import subprocess

from api.bench.floors import FLOORS, best, missed
from api.cli.child import once_command


def test_a_short_bench_reports_every_scenario() -> None:
    """One second of each scenario gives one JSON object with every number that a floor is about."""
    command = once_command("bench", "--json", "--seconds", "1", "--preload", "200")
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    answer = json.loads(ended.stdout)
    assert {
        "single_64",
        "single_256",
        "bulk_64",
        "check_1",
        "check_20",
        "check_bulk",
        "mixed",
        "verify",
        "audit",
        "anchored",
    } <= answer.keys()
    assert all(floor.number in answer[floor.scenario] for floor in FLOORS)
    checks = ("check_1", "check_20", "check_bulk")
    for name in ("single_64", "single_256", "bulk_64", *checks, "mixed"):
        assert answer[name]["rate"] > 0
        assert answer[name]["cpu_us"] > 0
        assert answer[name]["p50_ms"] <= answer[name]["p99_ms"]
    assert 0 < answer["mixed"]["intake_share"] < 1.2
    assert [answer[name]["requirements"] for name in checks] == [1, 20, 20]
    assert all(answer[name]["requirements_rate"] > answer[name]["rate"] for name in checks[1:])
    assert answer["storage"]["bytes_per_entry"] > answer["storage"]["leaf_bytes"]
    assert len(ended.stdout.splitlines()) == 1


def test_the_best_run_counts() -> None:
    """Of several runs the highest rate and the shortest tail stand; what was not measured is a miss."""
    runs = [
        {"single_64": {"rate": 1600.0, "cpu_us": 300.0}, "anchored": {"p99_ms": 1200.0}},
        {"single_64": {"rate": 1400.0, "cpu_us": 250.0}, "anchored": {"p99_ms": 900.0}},
    ]
    found = best(runs)
    assert found["single_64"]["rate"] == 1600.0
    assert found["anchored"]["p99_ms"] == 900.0
    assert {floor.scenario for floor in missed(found)} == {
        "bulk_64",
        "check_1",
        "check_20",
        "check_bulk",
        "mixed",
        "gas",
    }


def test_checks_beside_a_stalled_intake_are_a_miss() -> None:
    """Fast checks do not count where intake did not take four fifths of what it was offered."""
    for share, short in ((0.79, ["mixed.intake_share >= 0.8"]), (0.8, [])):
        found = missed({"mixed": {"p95_ms": 20.0, "intake_share": share}})
        assert [str(floor) for floor in found if floor.scenario == "mixed"] == short
