# SPDX-License-Identifier: Apache-2.0
"""The command line: loads what a sub-command needs and nothing else."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import COMMANDS, ExitCode, emit, main, usage

HEAVY = ("web3", "eth_account", "sqlalchemy", "fastapi", "pydantic", "uvicorn")
PROBE = """
import sys
from api.cli import main
code = main(sys.argv[1:])
print("LOADED", *sorted(name for name in {heavy!r} if name in sys.modules), file=sys.stderr)
sys.exit(code)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`once …` in its own interpreter, telling at the end which heavy packages it loaded."""
    command = [sys.executable, "-c", PROBE.format(heavy=HEAVY), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def loaded(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The heavy packages named in the last line."""
    return done.stderr.splitlines()[-1].split()[1:]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], [], ["nothing"]], ids=["help", "version", "none", "unknown"]
)
def test_the_front_page_loads_nothing(arguments: list[str]) -> None:
    """Help, version and usage errors load no heavy package."""
    assert loaded(run(*arguments)) == []


def test_verify_stays_light() -> None:
    """`once verify --help` loads neither web3, eth_account, SQLAlchemy nor FastAPI."""
    if importlib.util.find_spec("api.cli.verify") is None:
        pytest.skip("once verify is not part of this build")
    assert not set(loaded(run("verify", "--help"))) & {"web3", "eth_account", "sqlalchemy", "fastapi"}


def test_config_stays_light() -> None:
    """`once config` loads the settings' library but no chain, database or web framework."""
    done = run("config", "--json")
    assert done.returncode == 0
    assert loaded(done) == ["pydantic"]


def test_usage_goes_where_it_belongs() -> None:
    """Help asked for is a result on stdout; help for a mistake is on stderr with exit code 2."""
    asked = run("--help")
    assert (asked.returncode, asked.stdout.startswith("usage: once")) == (0, True)
    mistaken = run("nothing")
    assert (mistaken.returncode, mistaken.stdout) == (2, "")
    assert "no such command" in mistaken.stderr
    assert all(f"  {name} " in usage() for name in COMMANDS)


def test_wrong_options_are_usage_errors() -> None:
    """A wrong option of a sub-command ends with 2 and one line, not with a trace."""
    done = run("config", "--nothing")
    assert done.returncode == ExitCode.USAGE
    assert "Traceback" not in done.stderr
    named = run("keys", "rotate").stderr
    assert "once keys rotate --help says what it takes" in named


def test_results_are_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` prints one object on one line, readable in any language."""
    emit({"verdict": "valid", "text": "核验通过"}, "…", as_json=True)
    assert capsys.readouterr().out == '{"verdict":"valid","text":"核验通过"}\n'


def test_main_gives_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """`main` returns the code instead of leaving the interpreter."""
    assert main(["--version"]) == 0
    assert main([]) == 2
    assert capsys.readouterr().out.startswith("once ")


def test_the_application_loads_no_chain_library() -> None:
    """Importing the whole application loads neither web3 nor eth_account."""
    probe = "import sys, api.app; sys.exit(bool({'web3', 'eth_account'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", probe], check=False, timeout=60).returncode == 0


@pytest.mark.parametrize("place", ["missing/list.json", "."])
@pytest.mark.parametrize(("language", "step"), [("zh", "请给出"), ("en", "Name a file")])
def test_a_file_that_cannot_be_written_is_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str, language: str, step: str
) -> None:
    """Exit 2, the file and what to do in the language asked for, and nothing is asked of the ledger first."""
    out = tmp_path / place
    assert main(["export", "0a", "--out", str(out), "--lang", language]) == ExitCode.USAGE
    said = capsys.readouterr().err
    assert str(out.parent if place != "." else out) in said
    assert step in said
    assert main(["export", "0a", f"--out={out}", "--json"]) == ExitCode.USAGE
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "file.unusable"


def test_a_file_that_cannot_be_read_is_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever command opens it: one line with the file, and exit 2."""
    assert main(["keys", "deliver", str(tmp_path / "no.json")]) == ExitCode.USAGE
    assert str(tmp_path / "no.json") in capsys.readouterr().err


@pytest.mark.parametrize("group", ["catalogue", "keys", "accounts"])
def test_a_group_alone_says_its_help(capsys: pytest.CaptureFixture[str], group: str) -> None:
    """A group without a command gives its help and no word of an error; exit 2."""
    assert main([group]) == ExitCode.USAGE
    said = capsys.readouterr()
    assert "Usage: once" in said.out + said.err
    assert "Error" not in said.err
