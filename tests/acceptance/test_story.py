# SPDX-License-Identifier: Apache-2.0
"""The whole story over HTTP, as `once demo --check` plays it, on the default chain; told as OpenAPI says.

It is played once, by what the command runs, so that every request and answer can be looked at. As a program
of its own `test_story_kill` runs the command on this chain, and `test_installed` on the other.
"""

from __future__ import annotations

import json
import re
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from api.demo.host import DemoHost
from api.demo.story import STEPS
from api.demo.story.play import Story, play
from tests.openapi_parts import Contract

if TYPE_CHECKING:
    from collections.abc import Iterable


class Judge:
    """Looks at each request and answer that passes, and keeps what the document does not say of them."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._places = [(_pattern(path), path) for path in _by_precision(contract.document["paths"])]
        self.faults: dict[str, int] = {}
        self.seen: set[tuple[str, str, int]] = set()

    def __call__(self, response: httpx.Response) -> None:
        response.read()
        request = response.request
        place = next((path for pattern, path in self._places if pattern.fullmatch(request.url.path)), None)
        if place is None or request.method.lower() not in self._contract.document["paths"][place]:
            return
        self.seen.add((request.method, place, response.status_code))
        found = self._contract.answer(request.method, place, response)
        if response.is_success and request.method == "POST":
            found += self._request(place, request.content)
        for fault in found:
            self.faults[fault] = self.faults.get(fault, 0) + 1

    def _request(self, place: str, content: bytes) -> list[str]:
        if content:
            return self._contract.request("POST", place, json.loads(content))
        wanted = self._contract.document["paths"][place]["post"].get("requestBody", {})
        return [f"POST {place}: nothing was sent"] if wanted.get("required") else []


def _by_precision(paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda path: path.count("{"))


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("[^/:]+".join(re.escape(part) for part in re.split(r"\{[^}]+\}", path)))


@dataclass(frozen=True)
class Played:
    """Exit code, the line of each step by its name, what was said to people, and who looked on."""

    code: int
    lines: dict[str, dict[str, Any]]
    said: str
    judge: Judge


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The story, looked at as it is played."""
    folder = tmp_path_factory.mktemp("story")
    with (
        (folder / "lines").open("w", encoding="utf-8") as out,
        (folder / "said").open("w", encoding="utf-8") as said,
        redirect_stdout(out),
        redirect_stderr(said),
        DemoHost("anvil") as host,
        Story(host, "anvil") as story,
    ):
        judge = Judge(Contract(httpx.get(f"{host.url}/openapi.json", trust_env=False).json()))
        story.doors._client.event_hooks = {"response": [judge]}
        code = play(STEPS, story, as_json=True)
    lines = map(json.loads, (folder / "lines").read_text(encoding="utf-8").splitlines())
    text = (folder / "said").read_text(encoding="utf-8")
    return Played(code, {line["name"]: line for line in lines}, text, judge)


@pytest.mark.parametrize("name", [step.name for step in STEPS])
def test_step_is_as_expected(played: Played, name: str) -> None:
    """Each step of the story is played and everything expected of it was seen."""
    line = played.lines[name]
    missed = [one["text"] for one in line["expectations"] if not one["met"]]
    assert line["expectations"]
    assert (line["result"], missed) == ("PASS", []), played.said


def test_the_story_exits_0(played: Played) -> None:
    """The exit code is 0 only because every step was as expected."""
    assert played.code == 0, played.said
    assert played.lines["story"]["result"] == "PASS"
    assert played.lines.keys() == {"story", *(step.name for step in STEPS)}


def test_the_story_is_as_described(played: Played) -> None:
    """Each request that the story has taken, and each answer that it gets, is one the document describes."""
    judge = played.judge
    assert not judge.faults, "\n".join(judge.faults)
    assert len({place for _, place, status in judge.seen if status < 400}) >= 12
    assert {status for _, _, status in judge.seen} >= {200, 201, 403, 404, 409}
