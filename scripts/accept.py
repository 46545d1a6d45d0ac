# SPDX-License-Identifier: Apache-2.0
"""Run the acceptance lines: `accept.py [--list] [ID...]`; prints `PASS|FAIL|OPEN id command`.

OPEN: declared, but no command shows it yet. Exits 0 only if every line passed. An ID also names the lines
below it (`story` runs `story.*`). A command that several lines share runs once; test files of several lines
run once for all of them, in one go, and each line is judged by its own. Where the whole suite runs anyway, in
a fresh clone, that run is the one: what is not committed is not in it.
"""

import argparse
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scripts.accept_line import COLD, ONCE, PYTEST, TOGETHER, Line
from scripts.accept_lines import LINES

ROOT = Path(__file__).resolve().parent.parent
_NO_TEST_RAN = 5
_TOO_LATE = 124
_BAD = ("FAILED", "ERROR")
_TAIL = 15
_MOST_TOGETHER = 5400


@dataclass(frozen=True)
class Result:
    """How a command ended: exit code, both outputs in order, seconds."""

    code: int
    output: str
    seconds: float


_ended: dict[str, Result] = {}


def run(command: str, seconds: int) -> Result:
    """How a command ended that is run from the root, the first time that it is asked for."""
    if command not in _ended:
        _ended[command] = _run(command, seconds)
    return _ended[command]


def _run(command: str, seconds: int) -> Result:
    """Run it; a missing vector counts as a failure (CI=true)."""
    began = time.monotonic()
    with subprocess.Popen(
        shlex.split(command),
        cwd=ROOT,
        env={**os.environ, "CI": "true"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as child:
        try:
            output, _ = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)  # its own group: its servers and chains end with it
            output, _ = child.communicate()
            return Result(_TOO_LATE, output.decode(errors="replace"), time.monotonic() - began)
    return Result(child.returncode, output.decode(errors="replace"), time.monotonic() - began)


def exists(command: str) -> bool:
    """Whether what the command names is there: the files it mentions, the sub-command of `once`."""
    words = shlex.split(command)
    named = [word for word in words if "/" in word and not word.startswith("-")]
    if not all((ROOT / word.partition("::")[0]).exists() for word in named):
        return False
    return words[0] != ONCE or run(f"{ONCE} {words[1]} --help", 60).code == 0


def files_of(line: Line) -> tuple[str, ...]:
    """Test files and folders that a line is judged by, or asks for and for nothing else."""
    if line.files:
        return line.files
    begins, _, rest = (line.command or "").partition(PYTEST)
    words = shlex.split(rest)
    plain = not begins and line.expect is None and all(word.startswith("tests/") for word in words)
    return tuple(words) if plain and "::" not in rest else ()


def together(lines: list[Line]) -> str:
    """The one command for the test files of several lines, each file once."""
    return shlex.join([*shlex.split(TOGETHER), *sorted({name for line in lines for name in files_of(line)})])


@cache
def outcomes(command: str) -> Counter[tuple[str, str]]:
    """How many tests of each file ended in which way: `{("PASSED", "tests/…/test_x.py"): 3}`."""
    ended = re.findall(r"^(PASSED|FAILED|ERROR) ([^ :]+)", run(command, _MOST_TOGETHER).output, re.MULTILINE)
    return Counter(ended)


def shared_by(lines: list[Line]) -> str | None:
    """The command whose run stands for the test files of several lines; None where each line runs its own."""
    if any(line.command == COLD for line in lines):
        return COLD
    several = [line for line in lines if files_of(line) and not line.files and exists(line.command or "")]
    return together(several) if len(several) > 1 else None


def judge_together(line: Line, command: str) -> tuple[str, str]:
    """(PASS or FAIL; remark) of a line by its own files in the run of all: each has to have passed tests."""
    counts: Counter[str] = Counter()
    silent = []
    for name in files_of(line):
        own = Counter[str]()
        for (outcome, file), number in outcomes(command).items():
            if file == name or file.startswith(f"{name.rstrip('/')}/"):
                own[outcome] += number
        counts += own
        if not own["PASSED"]:
            silent.append(name)
    remark = ", ".join(f"{counts[one]} {one.lower()}" for one in ("PASSED", "FAILED", "ERROR") if counts[one])
    if silent:
        return "FAIL", f"{remark or 'no test ran'}; none passed in {', '.join(silent)}"
    return "FAIL" if counts["FAILED"] or counts["ERROR"] else "PASS", remark


def judge(line: Line, shared: str | None = None) -> tuple[str, str]:
    """(PASS, FAIL or OPEN; remark) of one line; `shared` is the command that runs the files of several."""
    if line.command is None:
        return "OPEN", "no command yet"
    if not exists(line.command):
        return "OPEN", "what it names is not there yet"
    if line.files:
        return judge_together(line, line.command)
    if shared is not None and files_of(line):
        return judge_together(line, shared)
    result = run(line.command, line.seconds)
    remark = f"{result.seconds:.1f} s"
    if "pytest" in line.command:
        closing = re.findall(r"^.*\b\d+ (?:passed|failed|skipped|error).*$", result.output, re.MULTILINE)
        remark += f", {closing[-1].strip('= ')}" if closing else ", no test ran"
        if result.code == _NO_TEST_RAN or not re.search(r"\b[1-9]\d* passed", remark):
            return "FAIL", remark
    if result.code != 0 and not line.part:
        return "FAIL", f"exit {result.code}, {remark}"
    if line.expect is not None and not re.search(line.expect, result.output, re.MULTILINE):
        return "FAIL", f"{remark}, output lacks {line.expect!r}"
    return "PASS", remark


def chosen(ids: list[str]) -> list[Line]:
    """The lines asked for, all of them if none is named; an unknown id ends the program."""
    unknown = [one for one in ids if not any(_under(line.id, one) for line in LINES)]
    if unknown:
        sys.exit(f"accept: no line {', '.join(unknown)}; see --list")
    return [line for line in LINES if not ids or any(_under(line.id, one) for one in ids)]


def _under(line_id: str, asked: str) -> bool:
    return line_id == asked or line_id.startswith(f"{asked}.")


def _tail(line: Line, shared: str | None) -> list[str]:
    """What to show of a line that failed."""
    command = line.command if line.files else shared
    if command is None or not (names := files_of(line)):
        return run(line.command or "", line.seconds).output.splitlines()[-_TAIL:]
    said = run(command, _MOST_TOGETHER).output.splitlines()
    own = [text for text in said if text.startswith(tuple(f"{how} {name}" for how in _BAD for name in names))]
    return own[:_TAIL] or said[-_TAIL:]


def main() -> None:
    parser = argparse.ArgumentParser(description="Run the acceptance lines.")
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument("--list", action="store_true", help="show the lines and run nothing")
    options = parser.parse_args()
    lines = chosen(options.ids)
    if options.list:
        for line in lines:
            print(f"{line.id:26} {line.text}")
        return
    shared = shared_by(lines)
    counts = {"PASS": 0, "FAIL": 0, "OPEN": 0}
    for line in lines:
        state, remark = judge(line, shared)
        counts[state] += 1
        print(f"{state} {line.id} {line.command or '-'}  ({remark})", flush=True)
        if state == "FAIL" and line.command is not None:
            print("\n".join(f"     | {text}" for text in _tail(line, shared)), flush=True)
    print(", ".join(f"{number} {state}" for state, number in counts.items()))
    sys.exit(0 if counts["PASS"] == len(lines) else 1)


if __name__ == "__main__":
    main()
