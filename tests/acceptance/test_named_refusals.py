# SPDX-License-Identifier: Apache-2.0
"""Refusals name what they are about: the parameter, the member, the one of two people who is not known."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.test_expiries import relied
from tests.doors import code_of
from tests.numbers import licence_number
from tests.worlds import a_request_key

if TYPE_CHECKING:
    import httpx

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]
JSON = ("content-type", "application/json")


def mark(world: World, path: str, body: bytes, *headers: tuple[str, str]) -> httpx.Response:
    """POST to an address that says all by itself."""
    given = [("idempotency-key", a_request_key()), *headers]
    return world.send("POST", f"/api/v1/{path}:seen", who="SC", content=body, headers=given)


def test_an_empty_object_says_as_much_as_nothing(own_world: World) -> None:
    """`{}` is taken like no body; a member is named, a body too long for nothing is refused as such."""
    world = own_world
    reliance, acceptance = relied(world, 5, licence_number(5))
    path = f"expiries/{reliance}"
    first = mark(world, path, b"{}", JSON)
    assert first.status_code == 200, first.text
    assert mark(world, path, b"").json() == first.json() == mark(world, path, b" {} ", JSON).json()
    world.made("ZW", f"acceptances/{acceptance}:retract", {"reason": "checked_wrongly"})
    world.settle()
    (recall,) = world.get("SC", "recalls", purpose="review").json()["recalls"]
    assert mark(world, f"recalls/{recall['id']}", b"{}", JSON).status_code == 200
    wrong = mark(world, path, b'{"seen":true}', JSON)
    assert (code_of(wrong), wrong.json()["path"]) == ("field.unknown", "/seen")
    assert code_of(mark(world, path, b"[]", JSON)).startswith("field.")
    assert code_of(mark(world, path, b"{}")) == "media.unsupported"
    assert code_of(mark(world, path, b" " * 1025, JSON)) == "body.too_large"


def test_the_same_key_with_and_without_an_empty_object_is_one_request(own_world: World) -> None:
    """A client that adds `{}` on a retry is answered like the first time."""
    reliance, _ = relied(own_world, 5, licence_number(5))
    path, key = f"/api/v1/expiries/{reliance}:seen", ("idempotency-key", a_request_key())
    first = own_world.send("POST", path, who="SC", headers=[key])
    again = own_world.send("POST", path, who="SC", content=b"{}", headers=[key, JSON])
    assert first.json() == again.json()


@pytest.mark.parametrize("route", ["expiries", "lookup-alarms", "recalls"])
def test_a_list_names_the_parameter_that_it_does_not_take(world: World, route: str) -> None:
    """Unknown, out of bounds or of another form: its name stands in the answer."""
    wrong = {"colour": "blue", "limit": "0", "state": "lost"}
    wrong |= {"expiries": {"days": "9999"}, "lookup-alarms": {"before": "-1"}}.get(route, {"after": "x"})
    if route == "expiries":
        wrong["after"] = "yesterday"
    for name, value in wrong.items():
        answer = world.get("SC", route, purpose="review", **{name: value})
        assert (code_of(answer), answer.json().get("parameter")) == ("query.invalid", name), name


def test_a_link_says_which_of_the_two_is_not_known(own_world: World) -> None:
    """The provisional one of the address, or the person of the body."""
    world = own_world
    newborn = {"id_type": "provisional", "number": secrets.token_hex(8).upper(), "name": "金丝雀婴"}
    provisional, nobody = world.made("ZW", "holders", newborn)["holder"], "0" * 32
    chen = {"holder": world.holders["chen"]}
    for earlier, body, which in ((nobody, chen, "earlier"), (provisional, {"holder": nobody}, "holder")):
        answer = world.post("SC", f"holders/{earlier}:link", body)
        assert (code_of(answer), answer.json()["which"]) == ("holder.unknown", which)
