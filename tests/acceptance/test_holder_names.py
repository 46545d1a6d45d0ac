# SPDX-License-Identifier: Apache-2.0
"""`POST holders` compares number and name where it is asked to, as the counter does; else it says nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.demo import samples
from attest.codes import citizen_number
from attest.private import open_private
from tests.worlds import a_request_key

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

CHEN: Final = next(one for one in samples.people() if one["key"] == "chen")
NOBODYS: Final = citizen_number("990101", date(1980, 1, 1), 5)


def naming(name: str, number: str = CHEN["number"], **more: Any) -> dict[str, Any]:
    return {"id_type": "111", "number": number, "name": name, **more}


def test_another_name_is_refused_where_it_is_compared(own_world: World) -> None:
    """The refusal is an entry that names the holder, tells no name, and stands for a repeat by its key."""
    world, key = own_world, a_request_key()
    size = world.size
    for _ in range(2):
        told = world.post("SC", "holders", naming("甲样例", compare=True), key)
        answer = told.json()
        assert (told.status_code, answer["code"], answer["index"]) == (404, "person.unknown", size)
        assert CHEN["name"] not in told.text
    assert [world.kind_of(at) for at in range(size, world.size)] == ["usage.refused"]
    record = open_private(size, world.ledger.store, world.ledger.context.sealer)[1]
    assert (record["outcome"], record["consulted"]) == (["person.unknown"], [world.holders["chen"]])


@pytest.mark.parametrize("name", [CHEN["name"], f" {CHEN['name'][0]}  {CHEN['name'][1:]} ".strip()])
def test_the_name_on_record_and_a_new_person_pass(own_world: World, name: str) -> None:
    """Known by this name, or by no number: the holder, as without comparing."""
    made = own_world.made("SC", "holders", naming(name, compare=True))
    assert made["holder"] == own_world.holders["chen"]
    assert own_world.kind_of(made["index"]) == "holder.named"
    assert own_world.made("SC", "holders", naming("乙样例", NOBODYS, compare=True))["holder"]


def test_without_it_nothing_is_compared(own_world: World) -> None:
    """One shape whether the person was known or not, under whatever name; a changed name goes on so."""
    assert own_world.made("SC", "holders", naming("甲样例"))["holder"] == own_world.holders["chen"]
    for wrong in (False, "yes", 1):
        answer = own_world.post("SC", "holders", naming("甲样例", compare=wrong)).json()
        assert (answer["code"], answer["path"]) == ("field.invalid", "/compare")
