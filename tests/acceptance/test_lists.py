# SPDX-License-Identifier: Apache-2.0
"""Lists page by page (DESIGN 13): every row once, by a `Link` that can be followed as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

NEXT = re.compile(r'<(/api/v1/[^>]+)>; rel="next"\Z')


@pytest.fixture(scope="module")
def world(file_world: World) -> World:
    """A ledger of this file's own: what is done here would change what others see."""
    return file_world


def walked(world: World, who: str, path: str, member: str) -> tuple[list[Any], int]:
    """All rows by following `Link`, and how many pages that took."""
    rows: list[Any] = []
    address, pages = f"/api/v1/{path}", 0
    while address:
        answer = world.send("GET", address, who=who)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        rows, pages = rows + said[member], pages + 1
        found = NEXT.match(answer.headers.get("link", ""))
        assert (found is None) == (said["next"] is None)
        if found is not None:  # what else was asked stays
            given, kept = (dict(parse_qsl(urlsplit(one).query)) for one in (address, found[1]))
            assert {**given, "after": kept["after"]} == kept
            assert kept["after"] == str(said["next"])
        address = found[1] if found is not None else ""
    return rows, pages


def fill(world: World) -> str:
    """Three reliances on a licence and two re-asks; the path of the former."""
    licence = world.accepted["licence"]["id"]
    for _ in range(3):
        case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
        world.made("SC", "requests", {"case": case, "requirement": "licence"})
        world.made("SC", "reliances", {"case": case, "requirement": "licence", "acceptance": licence})
    world.settle()
    return f"acceptances/{licence}/reliances"


@pytest.mark.parametrize(
    ("who", "path", "member"),
    [
        ("", "catalogue/versions", "versions"),
        ("", "departments/keys", "keys"),
        ("operator", "api-keys", "api_keys"),
        ("ZW", "reliances", "reliances"),
        ("SC", "events", "events"),
        ("SC", "reasks", "reasks"),
    ],
)
def test_every_row_once_by_following_the_link(world: World, who: str, path: str, member: str) -> None:
    """Two at a time gives what the whole list has, in its order, and the last page has no link."""
    of_licence = fill(world)
    asked = (of_licence if path == "reliances" else path) + "?limit={}"
    if path in ("reliances", "reasks"):
        asked += "&purpose=%E5%AE%A1%E6%9F%A5%20a%26b"
    whole, _ = walked(world, who, asked.format(500), member)
    rows, pages = walked(world, who, asked.format(2), member)
    assert rows == whole
    assert pages >= len(whole) / 2 > 1


def test_wrong_places_are_refused_in_words(world: World) -> None:
    """A limit beyond the most, a place that no page named: `query.invalid` with the parameter."""
    for who, path in (("", "catalogue/versions"), ("", "departments/keys"), ("operator", "api-keys")):
        for query in ("limit=0", "limit=501", "after=%00", "after=no-such"):
            answer = world.send("GET", f"/api/v1/{path}?{query}", who=who)
            said = answer.json()
            assert (answer.status_code, said["code"], said["parameter"]) == (
                400,
                "query.invalid",
                query.split("=")[0],
            )


def test_a_key_that_ended_still_says_where_the_next_page_begins(world: World) -> None:
    """The last key of a page ends before the next page is asked for: no other key is left out."""
    asked = {"scopes": ["checker"], "department": "SC"}
    made = {str(world.made("operator", "api-keys", asked)["id"]) for _ in range(2)}
    every = [str(one["id"]) for one in world.get("operator", "api-keys").json()["api_keys"]]
    last, following = (one for one in every if one in made)

    def after() -> list[str]:
        found = world.get("operator", "api-keys", after=last).json()["api_keys"]
        return [str(one["id"]) for one in found]

    rest = after()
    assert following in rest
    assert world.post("operator", f"api-keys/{last}:end", {}).status_code == 200
    assert after() == rest
