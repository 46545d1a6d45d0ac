# SPDX-License-Identifier: Apache-2.0
"""Acceptance lines of speed: 64 connections where none are named, anvil, best of three."""

from scripts.accept_line import BENCH, Line

SPEED_LINES = (
    Line(
        "bench.report",
        "all rates, latencies, gas, bytes and CPU are reported",
        BENCH,
        r'^(?=.*"single_64":)(?=.*"single_256":)(?=.*"bulk_64":)(?=.*"check_1":)(?=.*"check_20":)'
        r'(?=.*"check_bulk":)(?=.*"mixed":)'
        r'(?=.*"verify":)(?=.*"audit":)(?=.*"anchored":)(?=.*"per_material_10000":)(?=.*"bytes_per_entry":)(?=.*"cpu_us":)',
        seconds=1800,
    ),
    Line(
        "bench.single",
        "1,500 single signed submissions/s at 350 us of CPU or less",
        BENCH,
        r'"floors":\{"missed":\[(?!.*single_64)',
        seconds=1800,
    ),
    Line(
        "bench.bulk",
        "4,000 bulk submissions/s at 250 us of CPU or less",
        BENCH,
        r'"floors":\{"missed":\[(?!.*bulk_64)',
        seconds=1800,
    ),
    Line(
        "bench.anchored",
        "submit to anchored p99 within 1 s",
        BENCH,
        r'"floors":\{"missed":\[(?!.*anchored)',
        seconds=1800,
    ),
    Line(
        "bench.check_single",
        "1,500 checks of one requirement a second, each an entry",
        BENCH,
        r'"floors":\{"missed":\[(?!.*check_1)',
        seconds=1800,
    ),
    Line(
        "bench.check",
        "p95 of a check of 20 requirements within 300 ms",
        BENCH,
        r'"floors":\{"missed":\[(?!.*check_20)',
        seconds=1800,
    ),
    Line(
        "bench.check_bulk",
        "60,000 requirements a second in batches of checks, each check an entry",
        BENCH,
        r'"floors":\{"missed":\[(?!.*check_bulk)',
        seconds=1800,
    ),
    Line(
        "bench.beside_intake",
        "p95 of a check of 20 requirements within 50 ms while intake runs at half its rate",
        BENCH,
        r'"floors":\{"missed":\[(?!.*mixed)',
        seconds=1800,
    ),
    Line(
        "bench.gas",
        "90 gas a material or less at 1,000",
        BENCH,
        r'"floors":\{"missed":\[(?!.*gas)',
        seconds=1800,
    ),
)
