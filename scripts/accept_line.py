# SPDX-License-Identifier: Apache-2.0
"""What an acceptance line is, and the commands that several begin with."""

from dataclasses import dataclass

ONCE = ".venv/bin/once"
PYTEST = ".venv/bin/python -m pytest -q -p no:cacheprovider"
EVERY_STEP = f"env ONCE_FAULTS=full {PYTEST}"
"""Tests of deaths at every failpoint; `make test` meets a few of them."""
STORY = f"{ONCE} demo --check"
BENCH = f"{ONCE} bench --json --runs 3"


@dataclass(frozen=True)
class Line:
    """One promise. `expect` is a regular expression that the output must contain besides exit code 0."""

    id: str
    text: str
    command: str | None = None
    expect: str | None = None
    seconds: int = 600  # a line that takes longer has failed
