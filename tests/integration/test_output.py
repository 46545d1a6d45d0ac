# SPDX-License-Identifier: Apache-2.0
"""Standard output that lacks characters or cannot be written: neither changes what a command found."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from api.cli.child import once_command
from tests.homes import environment
from tests.integration.test_verify_live import hand_over

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.test_verify_live import Handed

ENCODINGS = ("gbk", "latin-1", "ascii", "gb18030", "utf-8")


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Handed:
    """Evidence that is valid."""
    return hand_over(tmp_path_factory.mktemp("handed"), lambda scene: scene.accepted.index)


def verifying(handed: Handed, *more: str) -> list[str]:
    """The arguments of `once verify`."""
    return ["verify", str(handed.evidence), "--trust", str(handed.trust), "--offline", *more]


def said_in(encoding: str, home: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and stdout of `once ARGUMENT…` on a terminal of this encoding; nothing is on stderr."""
    told = environment(home, PYTHONIOENCODING=encoding)
    done = subprocess.run(once_command(*arguments), env=told, capture_output=True, timeout=60, check=False)
    assert done.stderr == b""
    return done.returncode, done.stdout.decode(encoding)


@pytest.mark.parametrize("encoding", ["gbk", "latin-1", "ascii", "gb18030", "utf-8"])
def test_a_terminal_that_lacks_a_mark(handed: Handed, encoding: str) -> None:
    """What is valid stays valid: marks in ASCII there, JSON that reads the same everywhere, no trace."""
    home, mark = handed.trust.parent, "✓" if encoding in {"gb18030", "utf-8"} else "+"
    code, said = said_in(encoding, home, *verifying(handed, "--lang", "en"))
    assert (code, f"  {mark} content: " in said) == (0, True)
    code, said = said_in(encoding, home, *verifying(handed, "--lang", "zh"))
    assert (code, mark in said) == (0, True)
    assert ("核验通过" in said) == (encoding not in {"latin-1", "ascii"})
    code, said = said_in(encoding, home, *verifying(handed, "--json"))
    assert (code, json.loads(said)["verdict"]) == (0, "valid")


@pytest.mark.parametrize("arguments", [("--help",), ("reask", "--help"), ("verify", "--help")])
def test_help_of_a_terminal_without_chinese(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Help that names Chinese words is said on any terminal."""
    assert said_in("ascii", tmp_path, *arguments)[0] == 0
