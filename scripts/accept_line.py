# SPDX-License-Identifier: Apache-2.0
"""What an acceptance line is, and the commands that several begin with."""

from dataclasses import dataclass

ONCE = ".venv/bin/once"
PYTHON = ".venv/bin/python"
PYTEST = f"{PYTHON} -m pytest -q -p no:cacheprovider"
_NAMED = "--dist loadfile --no-loadscope-reorder --continue-on-collection-errors -rpfE"
TOGETHER = f"{PYTEST} -n 4 {_NAMED}"
"""Many files in one go, as `make test` runs them; each test that passed, failed or broke is named."""
FAULTS = f"env ONCE_FAULTS=full {PYTEST} -n 3 {_NAMED} tests/faults"
"""Deaths at every failpoint; `make test` meets a few of them."""
COLD = "env PYTEST_ADDOPTS=-rpfE bash scripts/cold.sh"
"""The demo and `.ci/run` in a fresh clone, which names each test that passed, failed or broke."""
STORY = f"{ONCE} demo --check"
BENCH = f"{ONCE} bench --json --runs 3"


@dataclass(frozen=True)
class Line:
    """One promise. `expect` is a regular expression that the output must contain besides exit code 0.

    Lines that share a command may be judged apart: a `part` by `expect` alone, whatever the exit code; one
    with `files` by the outcomes of those test files that the output names.
    """

    id: str
    text: str
    command: str | None = None
    expect: str | None = None
    seconds: int = 600  # a line that takes longer has failed
    part: bool = False
    files: tuple[str, ...] = ()
