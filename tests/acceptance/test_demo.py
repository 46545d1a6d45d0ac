# SPDX-License-Identifier: Apache-2.0
"""`once demo` as its users see it: one URL, one file of keys, and nothing left behind."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import psutil
import pytest

from api.cli.child import once_command
from api.demo.doors import Doors
from api.demo.samples import departments, items, people
from api.demo.story import STEPS
from api.demo.story.play import NotPlayableError, Step, Story, play
from api.identity.roles import STAFF_ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMIT = 120.0


@dataclass
class Running:
    """A demo that said READY."""

    process: subprocess.Popen[str]
    folder: Path
    line: str

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self.folder / "demo.json").read_text(encoding="utf-8"))
        return facts


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Running]:
    """A demo in a folder of its own."""
    folder = tmp_path / "ledger"
    with subprocess.Popen(
        once_command("demo", "--dir", str(folder)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield Running(process, folder, process.stdout.readline())
        finally:
            process.kill()


def gone(processes: list[psutil.Process]) -> bool:
    """Whether all of them end within some seconds."""
    return not psutil.wait_procs(processes, timeout=30)[1]


def test_ready_means_served(demo: Running) -> None:
    """`READY <url>` comes alone on stdout; then people, guides, keys, cases and the counter can be used."""
    facts = demo.facts
    assert demo.line == f"READY {facts['url']}\n"
    file = demo.folder / "demo.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert facts.keys() == {"url", "accounts", "api_keys", "people", "units", "holders", "cases"}
    codes = {one["code"] for one in departments()}
    assert codes | {"operator", "auditor"} <= facts["api_keys"].keys()
    assert {role for one in facts["accounts"] for role in one["roles"]} == set(STAFF_ROLES)
    form = {name: facts["accounts"][0][name] for name in ("user", "password")}
    entered = httpx.post(f"{facts['url']}/sign-in", data=form, trust_env=False)
    assert (entered.status_code, "once_session" in entered.cookies) == (303, True)
    told = [(one["name"], one["id_type"], one["number"]) for one in facts["people"]]
    assert told == [(one["name"], one["id_type"], one["number"]) for one in people()]
    assert facts["holders"].keys() == {one["key"] for one in people()}
    assert facts["cases"].keys() == {"SC-002", "XF-001", "YC-004", "ZR-007"}
    listed = httpx.get(f"{facts['url']}/api/v1/catalogue/versions", trust_env=False).json()["versions"]
    guides = {(one["code"], one["version"]) for one in listed if one["subject"] == "item"}
    assert guides == {(one["code"], one["version"]) for one in items()}
    asked = httpx.post(
        f"{facts['url']}/api/v1/recognitions:check",
        headers={"Authorization": f"Bearer {facts['api_keys']['YC']}"},
        json={"case": facts["cases"]["YC-004"], "purpose": "受理审查"},
        trust_env=False,
    )
    assert asked.status_code == 200
    assert {one["verdict"] for one in asked.json()["results"]} == {"required"}
    require_newborn(facts)


def require_newborn(facts: dict[str, Any]) -> None:
    """The newborn's bundle begins at the counter, with a child that has no number yet."""
    account = next(one for one in facts["accounts"] if one["roles"] == ["clerk"])
    lin = next(one for one in facts["people"] if one["key"] == "lin")
    form = {
        "item": "WJ-051",
        "bundle": "newborn",
        "name.mother.0": lin["name"],
        "number.mother.0": lin["number"],
        "name.newborn.0": "林小满",
        "number.newborn.0": "B990120260001",
        "answer.married": "yes",
        "way": "window",
        "key": "newborn-1",
    }
    with httpx.Client(base_url=facts["url"], trust_env=False, headers={"accept-language": "en"}) as client:
        client.post("/sign-in", data={name: account[name] for name in ("user", "password")})
        page = client.get("/counter/new?item=WJ-051&bundle=newborn").text
        token = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
        assert token is not None
        form["csrf"] = token[1]
        assert 'href="#f-newborn"' in client.post("/counter/new", data=form).text
        opened = client.post("/counter/new", data={**form, "provisional.newborn.0": "yes"})
        assert opened.status_code == 303, opened.text
        desk = client.get(opened.headers["location"]).text
        assert 'data-bundle="newborn"' in desk
        assert 'data-provisional="open"' in desk


def test_a_termination_leaves_no_process_behind(demo: Running) -> None:
    """SIGTERM ends the demo with exit code 0, and server, worker and chain with it."""
    children = psutil.Process(demo.process.pid).children(recursive=True)
    assert len(children) >= 3
    demo.process.send_signal(signal.SIGTERM)
    assert demo.process.wait(LIMIT) == 0
    assert gone(children)


def test_a_kill_leaves_no_process_behind(demo: Running) -> None:
    """Even SIGKILL of the demo ends server, worker and chain."""
    children = psutil.Process(demo.process.pid).children(recursive=True)
    demo.process.kill()
    assert gone(children)


def test_a_dead_server_ends_the_demo(demo: Running) -> None:
    """A server that ends by itself ends the demo, with exit code 1 and every other process."""
    children = psutil.Process(demo.process.pid).children(recursive=True)
    server = next(one for one in children if "api.demo.warm" in one.cmdline())
    server.kill()
    assert demo.process.wait(LIMIT) == 1
    assert gone(children)


def test_a_temporary_ledger_is_removed(tmp_path: Path) -> None:
    """Without --dir the folder goes with the demo, also when it is ended while still founding."""
    with subprocess.Popen(
        once_command("demo"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment(tmp_path)
    ) as process:
        deadline = time.monotonic() + LIMIT
        while not list(tmp_path.glob("once-demo-*/home/keys")) and time.monotonic() < deadline:
            time.sleep(0.05)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) == 0
    assert gone(children)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    """A named folder that is not empty is refused, and nothing of it is touched."""
    tmp_path.chmod(0o700)
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    done = subprocess.run(
        once_command("demo", "--dir", str(tmp_path)), capture_output=True, timeout=LIMIT, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_the_player_believes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A step that breaks off, misses something or expects nothing fails; the others are still played."""

    def breaks(story: Story) -> str:
        return story.cases["nowhere"]

    def misses(story: Story) -> str:
        story.expect("one", met=True)
        story.expect_equal("two", 1, 2)
        return "seen"

    def passes(story: Story) -> str:
        story.expect("one", met=True)
        return "seen"

    def cannot(_: Story) -> str:
        raise NotPlayableError("not here")

    steps = [
        Step(name, "", "", how)
        for name, how in [("a", breaks), ("b", misses), ("c", lambda _: "nothing"), ("d", passes)]
    ]
    story = Story.__new__(Story)
    story.doors = Doors("http://localhost", {})
    story.cases = {}
    story.expectations = []
    assert play(steps, story, as_json=False) == 1
    assert play(steps[3:], story, as_json=False) == 0
    capsys.readouterr()
    assert play([Step("e", "", "", cannot), *steps[3:]], story, as_json=False) == 3
    assert capsys.readouterr().out.startswith("SKIP  e  not here  ")
    play(steps, story, as_json=False)
    words = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert words == [["FAIL", "a"], ["FAIL", "b"], ["FAIL", "c"], ["PASS", "d"], ["FAIL", "story"]]
    assert len({step.name for step in STEPS}) == len(STEPS)


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(folder)}
