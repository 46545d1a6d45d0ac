# SPDX-License-Identifier: Apache-2.0
"""The command line: loads what a sub-command needs and nothing else."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

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
