# SPDX-License-Identifier: Apache-2.0
"""The whole story over HTTP, as `once demo --check` plays it, on the default chain."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from api.cli.child import once_command
from api.demo.story import STEPS

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 400
"""Seconds: 25 on an idle machine, several times that on a shared one."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, dict[str, Any]], str]:
    """Exit code, the line of each step by its name, and what was said to people."""
    where: Path = tmp_path_factory.mktemp("story")
    done = subprocess.run(
        once_command("demo", "--check", "--chain", "anvil", "--json"),
        cwd=where,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {line["name"]: line for line in lines}, done.stderr


@pytest.mark.parametrize("name", [step.name for step in STEPS])
def test_step_is_as_expected(played: tuple[int, dict[str, dict[str, Any]], str], name: str) -> None:
    """Each step of the story is played and everything expected of it was seen."""
    _, lines, said = played
    missed = [one["text"] for one in lines[name]["expectations"] if not one["met"]]
    assert lines[name]["expectations"]
    assert (lines[name]["result"], missed) == ("PASS", []), said


def test_the_story_exits_0(played: tuple[int, dict[str, dict[str, Any]], str]) -> None:
    """The command exits 0 only because every step was as expected."""
    code, lines, said = played
    assert code == 0, said
    assert lines["story"]["result"] == "PASS"
    assert lines.keys() == {"story", *(step.name for step in STEPS)}
