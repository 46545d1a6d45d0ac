# SPDX-License-Identifier: Apache-2.0
"""What an acceptance line is, and the commands that several begin with."""

from dataclasses import dataclass

ONCE = ".venv/bin/once"
PYTHON = ".venv/bin/python"
PYTEST = f"{PYTHON} -m pytest -q -p no:cacheprovider"
TOGETHER = f"{PYTEST} -n 5 --dist loadfile --no-loadscope-reorder --continue-on-collection-errors -rpfE"
"""Many files in one go, as `make test` runs them; each test that passed, failed or broke is named."""
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
