# SPDX-License-Identifier: Apache-2.0
"""Acceptance lines of the citizen's own acts: claims, choices, erasure."""

from scripts.accept_line import PYTEST, Line

CITIZEN_LINES = (
    Line(
        "web.handed_in",
        "a citizen says that it was handed in before, reads where and when, and takes the proof along",
        f"{PYTEST} tests/browser/test_handed_in_page.py tests/acceptance/test_handed_in.py",
        seconds=1200,
    ),
    Line(
        "recognition.removed",
        "no recognised verdict cites what a party removed from reuse, or chose to hand in themselves",
        f"{PYTEST} tests/unit/attest/test_reuse.py tests/acceptance/test_removed_from_reuse.py"
        " tests/unit/attest/test_submission.py tests/acceptance/test_submission_by_choice.py",
        seconds=600,
    ),
    Line(
        "privacy.erasure",
        "erased: no key and no guess leads to the person, no file holds what went, old proofs verify",
        f"{PYTEST} tests/threats/test_T29_erasure.py tests/faults/test_erasure_kill.py"
        " tests/acceptance/test_my_erasure.py tests/unit/attest/test_erasure_rules.py",
        seconds=1200,
    ),
)
