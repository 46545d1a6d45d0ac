# SPDX-License-Identifier: Apache-2.0
"""Acceptance lines name commands that are there, and sweep as far as their texts say."""

from __future__ import annotations

import shlex

import pytest

from scripts.accept import exists
from scripts.accept_line import EVERY_STEP
from scripts.accept_lines import LINES


def test_what_a_line_names_is_there() -> None:
    """Every file that a line's command mentions exists, also where the command begins with settings."""
    commands = {line.id: line.command for line in LINES if line.command and "pytest" in line.command}
    missing = [name for name, command in commands.items() if not exists(command)]
    assert missing == []


@pytest.mark.parametrize("named", ["tests/faults/test_gone.py", "tests/faults/test_gone.py::test_it"])
def test_what_is_not_there_is_seen(named: str) -> None:
    """Settings before a command hide no file of it that is missing."""
    assert exists(f"{EVERY_STEP} tests/faults")
    assert not exists(f"{EVERY_STEP} {named}")


def test_lines_about_every_step_meet_every_step() -> None:
    """A line that promises deaths at every step asks for all of them, and has the time."""
    lines = {line.id: line for line in LINES}
    for name in ("faults.kill", "faults.group", "faults.story"):
        assert "ONCE_FAULTS=full" in shlex.split(lines[name].command or ""), name
        assert lines[name].seconds >= 3600, name
