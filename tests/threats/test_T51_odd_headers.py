# SPDX-License-Identifier: Apache-2.0
"""T51: headers that two readers would understand differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.requests import ONCE_ONLY
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.mark.parametrize("name", sorted(ONCE_ONLY))
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/cases"),
        ("GET", "/api/v1/entries/1"),
        ("GET", "/log/tile/entries/000.p/1"),
        ("GET", "/health/live"),
        ("GET", "/nothing"),
    ],
)
def test_a_header_that_stands_twice_is_refused(world: World, name: bytes, method: str, path: str) -> None:
    """Two of a header of which there is one are refused at every door, even if they agree."""
    values = {
        "authorization": f"Bearer {world.keys['auditor']}",
        "content-type": "application/json",
        "content-length": "2",
        "host": "localhost",
    }
    twice = (name.decode(), values.get(name.decode(), "http://localhost"))
    headers = [twice, twice, ("idempotency-key", a_request_key()), ("accept-language", "en")]
    answer = world.send(method, path, who="SC", content=b"{}" if method == "POST" else None, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "header.repeated")
    assert values["authorization"] not in answer.text


def test_a_foreign_header_changes_nothing(world: World) -> None:
    """Headers by which proxies or frameworks change method, address or client are not obeyed."""
    plain = world.send("GET", "/api/v1/departments/keys")
    for name, value in {
        "x-http-method-override": "DELETE",
        "x-original-url": "/api/v1/entries/1",
        "x-rewrite-url": "/metrics",
        "x-forwarded-host": "evil.example",
        "x-forwarded-prefix": "/evil",
        "forwarded": "host=evil.example",
    }.items():
        answer = world.send("GET", "/api/v1/departments/keys", headers=[(name, value)])
        assert (answer.status_code, answer.content) == (200, plain.content)
        assert "evil" not in str(answer.headers)
