# SPDX-License-Identifier: Apache-2.0
"""Acceptance lines name commands that are there, and sweep as far as their texts say."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from scripts.accept import exists, files_of, judge, judge_together, shared_by
from scripts.accept_line import COLD, FAULTS, PYTEST, PYTHON, TOGETHER, Line
from scripts.accept_lines import LINES


def test_what_a_line_names_is_there() -> None:
    """Every file that a line's command mentions exists, also where the command begins with settings."""
    commands = {line.id: line.command for line in LINES if line.command and "pytest" in line.command}
    missing = [name for name, command in commands.items() if not exists(command)]
    assert missing == []


@pytest.mark.parametrize("named", ["tests/faults/test_gone.py", "tests/faults/test_gone.py::test_it"])
def test_what_is_not_there_is_seen(named: str) -> None:
    """Settings before a command hide no file of it that is missing."""
    assert exists(FAULTS)
    assert not exists(FAULTS.replace("tests/faults", named))


def test_lines_about_every_step_meet_every_step() -> None:
    """A line that promises deaths at every step asks for all of them, and has the time."""
    lines = {line.id: line for line in LINES}
    for name in ("faults.kill", "faults.group", "faults.story"):
        assert "ONCE_FAULTS=full" in shlex.split(lines[name].command or ""), name
        assert lines[name].seconds >= 3600, name
    named = {file for name in ("kill", "group", "story") for file in lines[f"faults.{name}"].files}
    assert named == {str(path) for path in Path("tests/faults").glob("test_*.py")}


def test_each_threat_has_a_line() -> None:
    """Every test of an attack is run by an acceptance line."""
    named = {word for line in LINES for word in (*shlex.split(line.command or ""), *line.files)}
    threats = {f"tests/threats/{path.name}" for path in Path("tests/threats").glob("test_*.py")}
    assert threats - named == set()


FILES = {
    "good": "def test_it():\n    assert True\n",
    "bad": "def test_it():\n    assert False\n",
    "idle": "import pytest\n\n@pytest.mark.skip\ndef test_it():\n    assert False\n",
    "broken": "import nothing_such\n",
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The command that runs test files of several lines, here in a project of their own."""
    root = tmp_path_factory.mktemp("project")
    (root / "tests").mkdir()
    for name, text in FILES.items():
        (root / "tests" / f"test_{name}.py").write_text(text, encoding="ascii")
    here = TOGETHER.replace(PYTHON, sys.executable).replace("-n 4 --dist loadfile --no-loadscope-reorder", "")
    return f"env --chdir={root} {here} -c /dev/null --rootdir {root} tests"


@pytest.mark.parametrize(
    ("names", "state"),
    [
        (["good"], "PASS"),
        (["bad"], "FAIL"),
        (["good", "bad"], "FAIL"),
        (["idle"], "FAIL"),
        (["good", "idle"], "FAIL"),
        (["broken"], "FAIL"),
        (["absent"], "FAIL"),
    ],
)
def test_lines_that_run_together_are_judged_by_their_own_files(
    names: list[str], state: str, shared: str
) -> None:
    """One command runs the files of several lines; a line passes only if each of its own passed tests."""
    line = Line("mine", "mine", " ".join((PYTEST, *(f"tests/test_{name}.py" for name in names))))
    assert judge_together(line, shared)[0] == state


def test_only_whole_files_run_together() -> None:
    """A line with settings, one test of a file or an expected output runs by itself."""
    path = "tests/packaging/test_accept.py"
    assert files_of(Line("a", "a", f"{PYTEST} {path}")) == (path,)
    for command in (
        f"env ONCE_CASES=100 {PYTEST} {path}",
        f"{PYTEST} -s {path}",
        f"{PYTEST} {path}::test_it",
        "make check",
    ):
        assert files_of(Line("a", "a", command)) == (), command
    assert files_of(Line("a", "a", f"{PYTEST} {path}", "said")) == ()


def test_a_part_is_judged_by_its_own_words() -> None:
    """Of a command that ends badly those parts pass of which it says so; alone, its end counts."""
    command = "sh -c 'echo PASS one; echo FAIL two; exit 1'"
    for name, part, state in (("one", True, "PASS"), ("two", True, "FAIL"), ("one", False, "FAIL")):
        line = Line(name, name, command, rf"^PASS {name}$", part=part)
        assert judge(line)[0] == state, (name, part)


def test_the_whole_suite_runs_once() -> None:
    """Where it runs in a fresh clone, files of other lines are judged by that run; else they run together."""
    plain = [Line(name, name, f"{PYTEST} tests/packaging/test_{name}.py") for name in ("accept", "locks")]
    together = shared_by(plain)
    assert together is not None
    assert together.startswith(TOGETHER)
    assert shared_by(plain[:1]) is None
    assert shared_by([*plain, Line("cold", "cold", COLD)]) == COLD


def test_the_fresh_clone_says_what_its_lines_look_for() -> None:
    """Each part of a run of `scripts/cold.sh` passes by the words that the script prints."""
    good = (
        "PASS cold.cold 21.0 s (limit 60 s) READY http://127.0.0.1:1/\n"
        "PASS cold.warm 5.1 s (limit 8 s) READY http://127.0.0.1:1/\n"
        "PASS cold.test  6,157 passed in 1100.00s\n"
        "PASS cold.ci exit 0 after 1150.0 s (limit 1200 s)\n"
    )
    parts = {line.id: re.compile(line.expect or "", re.MULTILINE) for line in LINES if line.command == COLD}
    assert set(parts) == {"start.cold", "start.test", "start.ci"}
    for name, expected in parts.items():
        assert expected.search(good), name
        assert not expected.search(good.replace("PASS", "FAIL")), name
    assert not parts["start.cold"].search(good.replace("PASS cold.warm", "FAIL cold.warm"))
    words = Path("scripts/cold.sh").read_text(encoding="utf-8")
    assert all(f"report {word}" in words for word in ("PASS test", "$verdict ci"))
