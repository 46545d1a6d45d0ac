# SPDX-License-Identifier: Apache-2.0
"""Every `once X --help`, groups and their commands as well, answers at once and loads nothing heavy."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from api.cli import COMMANDS

HEAVY = (
    "web3",
    "eth_account",
    "sqlalchemy",
    "fastapi",
    "uvicorn",
    "alembic",
    "psycopg",
    "jinja2",
    "httpx",
    "openpyxl",
)
PROBE = """
import contextlib, importlib, io, json, sys
import typer
from api.cli import COMMANDS, main

def pages(name, command, path):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = main([name, *path, "--help"])
    yield [name, *path], code, said.getvalue()
    for inner, under in getattr(command, "commands", {}).items():
        yield from pages(name, under, [*path, inner])

name = sys.argv[1]
module = importlib.import_module(COMMANDS[name].module)
app = getattr(module, "app", None)
found = list(pages(name, typer.main.get_command(app) if app is not None else None, []))
loaded = sorted(one for one in HEAVY if one in sys.modules)
print(json.dumps({"pages": found, "loaded": loaded}))
""".replace("HEAVY", repr(HEAVY))


@pytest.mark.parametrize("name", COMMANDS)
def test_help_answers_and_loads_nothing_heavy(name: str) -> None:
    """Exit 0, what it does and how it is called on stdout, for the command and all below it."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, name], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    for path, code, text in said["pages"]:
        assert code == 0, path
        assert f"once {' '.join(path)}" in " ".join(text.split()), path
        assert "--help" in text, path
        assert len(text.split()) > 10, path
    assert said["loaded"] == []


def test_machine_readable_where_there_is_a_result() -> None:
    """Commands that answer with a result offer `--json`; those that run until they are ended do not."""
    running = {"serve", "worker"}
    groups = {"keys", "accounts", "catalogue", "reask"}
    for name in COMMANDS.keys() - running - groups:
        done = subprocess.run(
            [sys.executable, "-c", PROBE, name], capture_output=True, text=True, check=True, timeout=120
        )
        assert "--json" in json.loads(done.stdout)["pages"][0][2], name
