# SPDX-License-Identifier: Apache-2.0
"""Standard output that lacks characters or cannot be written: neither changes what a command found."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from api.cli.child import once_command
from attest.verify.evidence import Evidence
from tests.homes import environment, once
from tests.integration.test_verify_live import hand_over
from tests.mounts import the_command
from tests.unit.api.test_foreign_answers import answering

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.integration.test_verify_live import Handed

ENCODINGS = ("gbk", "latin-1", "ascii", "gb18030", "utf-8")


pytest_plugins = ["tests.home_parts"]


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


def not_written(home: Path, *arguments: str, stdout: str = "full") -> tuple[int, str]:
    """Exit code and stderr of `once ARGUMENT…` where stdout is a full disk, or a pipe that nobody reads."""
    if stdout == "full":
        descriptor = os.open("/dev/full", os.O_WRONLY)
    else:
        reads, descriptor = os.pipe()
        os.close(reads)
    try:
        done = subprocess.run(
            once_command(*arguments),
            env=environment(home),
            stdout=descriptor,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
            text=True,
        )
    finally:
        os.close(descriptor)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize("stdout", ["full", "pipe"])
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_verdict_that_cannot_be_written(handed: Handed, stdout: str, more: Sequence[str]) -> None:
    """Nobody was told that a paper is not valid: 3, in the language asked for."""
    for language, words in (("zh", "结果没有写出来"), ("en", "The result could not be written")):
        asked = verifying(handed, "--lang", language, *more)
        code, said = not_written(handed.trust.parent, *asked, stdout=stdout)
        assert (code, words in said) == (3, True)


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (1, ("--help",)),
        (1, ("--version",)),
        (1, ("keys", "--help")),
        (3, ("audit", "--offline")),
        (3, ("rebuild", "--json")),
        (3, ("reask", "replay")),
        (1, ("keys", "list")),
        (1, ("config", "--json")),
    ],
)
def test_a_result_that_cannot_be_written(home: Path, code: int, arguments: tuple[str, ...]) -> None:
    """One line says so; it is not told as the database's fault, and judges cannot tell."""
    found, said = not_written(home, *arguments)
    assert (found, "The result could not be written" in said) == (code, True), said
    assert "disk is full" not in said


def test_a_secret_that_cannot_be_written(home: Path) -> None:
    """A key or password that was made and never seen: said, with the way to another, never to do it again."""
    key = ("keys", "api", "--scope", "operator")
    code, said = not_written(home, *key)
    assert (code, "once keys rotate ID" in said, "do not give it again" in said) == (1, True, True)
    made = json.loads(once(home, "keys", "list", "--json").stdout)["api_keys"]
    code, said = not_written(home, "keys", "rotate", made[0]["id"], "--overlap", "0")
    assert (code, "the old key has ended" in said) == (1, True)
    account = ("accounts", "add", "li", "--role", "operator", "--name", "Li")
    code, said = not_written(home, *account)
    assert (code, "once accounts password USER" in said) == (1, True)
    assert "li " in once(home, "accounts", "list").stdout


def test_an_evidence_file_is_there_whole_or_not_at_all(handed: Handed, tmp_path: Path) -> None:
    """Where it cannot be written to its end, no file of its name is left, and one that was there stays."""
    evidence = handed.evidence.read_bytes()
    out = tmp_path / "out.evidence.json"
    with answering(evidence) as url:
        told = environment(tmp_path, ONCE_API_KEY="key", ONCE_URL=url)
        export = the_command("export", "0a", "--out", str(out), "--json")

        def run(script: str) -> subprocess.CompletedProcess[bytes]:
            return subprocess.run(
                ["sh", "-c", script], env=told, capture_output=True, timeout=60, check=False
            )

        done = run(f"ulimit -f 0; {export}")
        assert (done.returncode, list(tmp_path.iterdir())) == (1, []), done.stderr
        assert b"Traceback" not in done.stderr
        out.write_bytes(b"mine")
        assert run(f"ulimit -f 0; {export}").returncode == 1
        assert out.read_bytes() == b"mine"
        assert run(export).returncode == 0
        assert Evidence.parse(out.read_bytes()) == Evidence.parse(evidence)
        assert list(tmp_path.iterdir()) == [out]
