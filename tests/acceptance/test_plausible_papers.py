# SPDX-License-Identifier: Apache-2.0
"""What no paper can say is refused, and a number is found however it was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

LICENCE = "business-licence.pdf"


@pytest.mark.parametrize(
    "days",
    [
        {"issued": "9999-12-31"},
        {"issued": "2025-01-01", "valid_until": "2024-01-01"},
        {"valid_from": "2025-01-01", "valid_until": "2024-12-31"},
    ],
)
def test_impossible_days_are_refused(world: World, days: dict[str, str]) -> None:
    """A paper issued tomorrow, or ended before it began, is no entry."""
    request = world.acceptance(world.cases["XF-001"], LICENCE)
    for name in ("issued", "valid_from", "valid_until"):
        request.pop(name, None)
    size = world.size
    answer = world.post("ZW", "acceptances", {**request, **days})
    assert (answer.status_code, answer.json()["code"]) == (422, "acceptance.dates")
    assert world.size == size


def test_a_number_is_found_in_full_width_and_with_spaces(world: World) -> None:
    """Width, spaces and letter case of a number as typed do not count."""
    request = world.acceptance(world.cases["XF-001"], LICENCE)
    number = str(request["number"])
    wide = " ".join(chr(ord(mark) + 0xFEE0) if mark.isascii() else mark for mark in number.lower())
    shown = [{"type": "business_licence", "issuer": "SC", "number": wide}]
    asked = {"case": world.cases["YC-004"], "purpose": "review", "presented": shown}
    answer = world.post("YC", "recognitions:check", {**asked, "requirements": ["licence"]})
    assert answer.json()["results"][0]["reason"] == "matched.number", answer.text


def test_a_second_retraction_says_when_the_first_was(own_world: World) -> None:
    """The refusal names the time of the first retraction, as a time."""
    world = own_world
    path = f"acceptances/{world.accepted['licence']['id']}:retract"
    first = world.made("ZW", path, {"reason": "checked_wrongly"})
    again = world.post("ZW", path, {"reason": "checked_wrongly"})
    assert again.json()["code"] == "acceptance.retracted"
    assert "index" not in again.json()
    assert isinstance(again.json()["at"], int)
    assert first["recall"] == []


def test_the_bare_address_says_where_things_are(world: World) -> None:
    """A browser at `/` is told of the API document, the state and the log."""
    answer = world.send("GET", "/", headers=[])
    assert answer.status_code == 200
    assert "/openapi.json" in answer.text
