# SPDX-License-Identifier: Apache-2.0
"""The whole story is told in the words of the OpenAPI document: every request taken, every answer given."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import httpx

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
            found += self._contract.request("POST", place, json.loads(request.content))
        for fault in found:
            self.faults[fault] = self.faults.get(fault, 0) + 1


def _by_precision(paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda path: path.count("{"))


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("[^/:]+".join(re.escape(part) for part in re.split(r"\{[^}]+\}", path)))


def test_the_story_is_as_described() -> None:
    """Each request that the story has taken, and each answer that it gets, is one the document describes."""
    with DemoHost("anvil") as host, Story(host, "anvil") as story:
        judge = Judge(Contract(httpx.get(f"{host.url}/openapi.json", trust_env=False).json()))
        story.doors._client.event_hooks = {"response": [judge]}
        play(STEPS, story, as_json=True)
    assert not judge.faults, "\n".join(judge.faults)
    assert len({place for _, place, status in judge.seen if status < 400}) >= 12
    assert {status for _, _, status in judge.seen} >= {200, 201, 403, 404, 409}
