# SPDX-License-Identifier: Apache-2.0
"""The page that leads from a new ledger to its first case is run as it stands."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.cli.child import once_command
from tests.homes import Serving, environment, once

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PAGE: Final = ROOT / "docs" / "howto" / "start.md"


def commands() -> Iterator[str]:
    """Every indented line of the page, in order."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            yield line[4:]


def test_every_command_of_the_page_does_what_it_says(tmp_path: Path) -> None:
    """On a ledger that was just founded: a department, papers, people, a guide, a case that is checked."""
    home = tmp_path / "home"
    made = once(home, "init", "--origin", "ledger.test/start", "--department", "SC", "--json")
    assert made.returncode == 0, made.stderr
    operator = json.loads(made.stdout)["operator_key"]
    page = "\n".join(commands())
    page, places = re.subn(r"^export ONCE_HOME=.*$", "", page, flags=re.MULTILINE)
    page, keys = re.subn(r"^read -rs operator\b.*$", f"operator={operator}", page, flags=re.MULTILINE)
    assert (places, keys) == (1, 1)
    with Serving(home, ("--no-worker",)) as serving:
        own = f'once() {{ {shlex.join(once_command())} "$@"; }}\nexport ONCE_URL={serving.url}\n'
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", own + page],
            env=environment(home, PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin", LC_ALL="C.UTF-8"),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr + done.stdout
    said = done.stdout.splitlines()
    assert said[1] == "types"
    assert "SC-001" in said
    assert len(json.loads(once(home, "accounts", "list", "--json").stdout)["accounts"]) == 3
    assert "• application" in said, done.stdout
