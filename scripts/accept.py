# SPDX-License-Identifier: Apache-2.0
"""Run the acceptance lines: `accept.py [--list] [ID...]`; prints `PASS|FAIL|OPEN id command`.

OPEN: declared, but no command shows it yet. Exits 0 only if every line passed. An ID also names the lines
below it (`story` runs `story.*`). A command that several lines share runs once.
"""

import argparse
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scripts.accept_line import ONCE, Line
from scripts.accept_lines import LINES

ROOT = Path(__file__).resolve().parent.parent
_NO_TEST_RAN = 5
_TOO_LATE = 124
_TAIL = 15


@dataclass(frozen=True)
class Result:
    """How a command ended: exit code, both outputs in order, seconds."""

    code: int
    output: str
    seconds: float


@cache
def run(command: str, seconds: int) -> Result:
    """Run a command from the root, once; a missing vector counts as a failure (CI=true)."""
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


def judge(line: Line) -> tuple[str, str]:
    """(PASS, FAIL or OPEN; remark) of one line."""
    if line.command is None:
        return "OPEN", "no command yet"
    if not exists(line.command):
        return "OPEN", "what it names is not there yet"
    result = run(line.command, line.seconds)
    remark = f"{result.seconds:.1f} s"
    if "pytest" in line.command:
        closing = re.findall(r"^.*\b\d+ (?:passed|failed|skipped|error).*$", result.output, re.MULTILINE)
        remark += f", {closing[-1].strip('= ')}" if closing else ", no test ran"
        if result.code == _NO_TEST_RAN or not re.search(r"\b[1-9]\d* passed", remark):
            return "FAIL", remark
    if result.code != 0:
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
    counts = {"PASS": 0, "FAIL": 0, "OPEN": 0}
    for line in lines:
        state, remark = judge(line)
        counts[state] += 1
        print(f"{state} {line.id} {line.command or '-'}  ({remark})", flush=True)
        if state == "FAIL" and line.command is not None:
            tail = run(line.command, line.seconds).output.splitlines()[-_TAIL:]
            print("\n".join(f"     | {text}" for text in tail), flush=True)
    print(", ".join(f"{number} {state}" for state, number in counts.items()))
    sys.exit(0 if counts["PASS"] == len(lines) else 1)


if __name__ == "__main__":
    main()
