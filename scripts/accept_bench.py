# SPDX-License-Identifier: Apache-2.0
"""Acceptance lines of speed: 64 connections, anvil, best of three."""

from scripts.accept_line import BENCH, Line

_SECONDS = 2400


def _floor(name: str, text: str, scenario: str) -> Line:
    """No floor of the scenario is missed."""
    return Line(
        f"bench.{name}", text, BENCH, rf'"floors":\{{"missed":\[(?!.*"{scenario}\.)', seconds=_SECONDS
    )


BENCH_LINES = (
    Line(
        "bench.report",
        "all rates, latencies, gas, bytes and CPU are reported",
        BENCH,
        r'^(?=.*"single_64":)(?=.*"single_256":)(?=.*"bulk_64":)(?=.*"check_1":)(?=.*"check_20":)'
        r'(?=.*"check_bulk":)(?=.*"mixed":)'
        r'(?=.*"verify":)(?=.*"audit":)(?=.*"anchored":)(?=.*"per_material_10000":)(?=.*"bytes_per_entry":)(?=.*"cpu_us":)',
        seconds=_SECONDS,
    ),
    _floor("single", "1,500 single signed submissions/s at 350 us of CPU or less", "single_64"),
    _floor("bulk", "4,000 bulk submissions/s at 250 us of CPU or less", "bulk_64"),
    _floor("anchored", "submit to anchored p99 within 1 s", "anchored"),
    _floor("check_single", "1,500 checks of one requirement a second, each an entry", "check_1"),
    _floor("check", "p95 of a check of 20 requirements within 300 ms", "check_20"),
    _floor("check_bulk", "60,000 requirements a second in batches, each check an entry", "check_bulk"),
    _floor(
        "beside_intake",
        "p95 of a check of 20 requirements within 50 ms while intake is offered, and takes, half its rate",
        "mixed",
    ),
    _floor("gas", "90 gas a material or less at 1,000", "gas"),
)
