# SPDX-License-Identifier: Apache-2.0
"""`once submit`, `check` and `trace` against a demo that really runs."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from api.cli.child import once_command
from api.cli.client import ClientError, find_place
from api.demo.samples import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LICENCE = FOLDER / "documents" / "business-licence.pdf"


@dataclass
class Shell:
    """A shell in which a demo's home is set."""

    home: Path

    @property
    def facts(self) -> Any:
        return json.loads((self.home / "demo.json").read_text(encoding="utf-8"))

    @property
    def case(self) -> str:
        case: str = self.facts["cases"]["XF-001"]
        return case

    def once(self, *arguments: str, code: int = 0, who: str = "XF") -> tuple[str, str]:
        """Both outputs of a command that ends with `code`."""
        ended = subprocess.run(
            [*once_command(*arguments), "--as", who],
            env={"ONCE_HOME": str(self.home), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == code, ended.stderr
        return ended.stdout, ended.stderr

    def submit(self) -> Any:
        out, _ = self.once(
            "submit", str(LICENCE), "--case", self.case, "--type", "business_licence", "--issuer", "SC",
            "--number", "92990101MA99A1172F", "--party", "holder=eatery", "--party", "operator=chen",
            "--json",
        )  # fmt: skip
        return json.loads(out)["acceptances"][0]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    home = tmp_path_factory.mktemp("demo") / "home"
    with subprocess.Popen(
        once_command("demo", "--dir", str(home)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        try:
            assert demo.stdout.readline().startswith("READY ")
            yield Shell(home)
        finally:
            demo.terminate()
            demo.wait()


def test_a_file_is_accepted_once(shell: Shell) -> None:
    """The same command again answers with the first entry, and the trace shows one acceptance."""
    first, again = shell.submit(), shell.submit()
    assert (first["index"], first["id"]) == (again["index"], again["id"])
    out, _ = shell.once("trace", shell.case, "--json")
    kinds = [one["kind"] for one in json.loads(out)["entries"]]
    assert kinds[0] == "case.opened"
    assert kinds.count("material.accepted") == 1


def test_the_trace_is_a_table(shell: Shell) -> None:
    """Without --json the trace is one line an entry, in the log's order."""
    out, _ = shell.once("trace", shell.case)
    lines = out.splitlines()[1:-1]
    assert [int(line.split()[0]) for line in lines] == sorted(int(line.split()[0]) for line in lines)
    assert "case.opened" in lines[0]


def test_a_check_says_what_is_needed(shell: Shell) -> None:
    """Each requirement of the guide gets its verdict with a sentence, under the guide's own words."""
    shell.submit()
    out, _ = shell.once("check", "--case", shell.case, "--item", "XF-001", "--json")
    answer = json.loads(out)
    assert {one["verdict"] for one in answer["results"]} <= {"recognised", "required"}
    text, _ = shell.once("check", "--case", shell.case, "--item", "XF-001")
    assert all(one["text"] in text for one in answer["results"])


def test_an_item_that_is_not_the_case_s_is_usage(shell: Shell) -> None:
    """Naming another item than the case's is refused with exit code 2."""
    _, said = shell.once("check", "--case", shell.case, "--item", "ZR-007", code=2)
    assert "not of ZR-007" in said


def test_a_refusal_has_code_and_next_step(shell: Shell) -> None:
    """A case of another department is refused with the problem's code and what to do, exit code 1."""
    _, said = shell.once("trace", shell.case, who="SW", code=1)
    assert "case.unknown" in said
    assert len(said.splitlines()) > 1


def test_a_ledger_that_is_away_is_no_verdict(shell: Shell) -> None:
    """Where nothing answers the exit code is 3."""
    _, said = shell.once("trace", shell.case, "--url", "http://127.0.0.1:9", code=3)
    assert "once serve" in said


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """Without URL or key the message names the options and variables that give them."""
    environ = {"ONCE_HOME": str(tmp_path)}
    with pytest.raises(ClientError, match="ONCE_URL"):
        find_place(None, None, None, environ)
    with pytest.raises(ClientError, match="ONCE_API_KEY"):
        find_place("http://127.0.0.1:1", None, None, environ)
    assert find_place("http://h/", None, None, {**environ, "ONCE_API_KEY": "k"}).url == "http://h"
