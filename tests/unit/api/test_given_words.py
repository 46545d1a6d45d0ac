# SPDX-License-Identifier: Apache-2.0
"""What was typed wrongly on a command line: named, said in both languages, and before anything is begun."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from api.cli import main
from api.serving import listen
from api.settings import SettingsError, load_settings

if TYPE_CHECKING:
    from pathlib import Path

NOWHERE = "http://127.0.0.1:9"


def once(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    command = [sys.executable, "-c", "import sys; from api.cli import main; sys.exit(main())", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("day", ["nonsense", "2027-02-30", "20270104", ""])
def test_a_day_that_is_none_is_named(day: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`catalogue where --day` names the option, shows what was typed and how a day is written."""
    asked = ["catalogue", "where", "SC-002", "--day", day, "--url", NOWHERE]
    assert main([*asked, "--lang", "en"]) == 2
    said = capsys.readouterr().err
    assert f"--day is no day: {day}" in said
    assert "YYYY-MM-DD" in said
    assert main([*asked, "--lang", "zh"]) == 2
    assert "--day 不是日期" in capsys.readouterr().err
    assert main(["catalogue", "where", "SC-002", "--day", "2027-01-04", "--url", NOWHERE]) == 3


@pytest.mark.parametrize("number", ["123", "990101199001010011", "abc"])
def test_a_malformed_number_is_not_an_unknown_person(number: str) -> None:
    """`once erase` says which line is malformed, never the number, and not that there is no such person."""
    done = once("erase", "--lang", "en", given=f"001 92990101MA99A1172F\n111 {number}\n")
    assert done.returncode == 2
    assert "person 2: the number is malformed" in done.stderr
    assert "18 characters" in done.stderr
    assert "no such person" not in done.stderr
    assert number not in done.stderr
    told = json.loads(once("erase", "--json", given=f"111 {number}\n").stdout)["error"]
    assert "第 1 个人" in told["zh"]


def test_a_taken_port_is_said_at_once() -> None:
    """`once demo --port` on a taken port says so before it founds anything, and how to go on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        began = time.monotonic()
        done = once("demo", "--port", str(port))
        assert time.monotonic() - began < 5
        assert done.returncode == 2
        assert f"Port {port} is taken, or not yours to use" in done.stderr
        assert "another with --port" in done.stderr
        assert "founding" not in done.stderr
        with pytest.raises(SettingsError, match="choose another with --port"):
            listen(load_settings(host="127.0.0.1", port=port))


def test_a_trust_file_without_end_is_not_read_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No more of it than a trust file may have: `--trust /dev/zero` is a usage error like any other."""
    huge = tmp_path / "trust.json"
    with huge.open("wb") as file:
        file.truncate(1 << 30)
    tracemalloc.start()
    try:
        assert main(["audit", "--offline", "--trust", str(huge)]) == 2
        assert tracemalloc.get_traced_memory()[1] < 256 << 20
    finally:
        tracemalloc.stop()
    assert f"{huge} cannot be read" in capsys.readouterr().err
