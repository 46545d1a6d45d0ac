# SPDX-License-Identifier: Apache-2.0
"""Look-ups alike of one day are one line of a holder's list, with every entry; reliances stand out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.people import as_person

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def check(world: World, purpose: str) -> None:
    """SC asks about its case."""
    asked = {"case": world.cases["SC-002"], "purpose": purpose, "requirements": ["licence"]}
    assert world.post("SC", "recognitions:check", asked).status_code == 200


def test_look_ups_alike_are_one_line_with_every_entry(own_world: World) -> None:
    """Seven look-ups of one purpose are one group of seven, each entry named; another purpose is apart."""
    world = own_world
    reliance = {"case": world.cases["SC-002"], "requirement": "licence"}
    world.made("SC", "reliances", {**reliance, "acceptance": world.accepted["licence"]["id"]})
    chen, first = as_person(world, "chen"), world.size
    for _ in range(7):
        check(world, "application")
    check(world, "另一次")
    page = chen.get("/my/uses").text
    groups = re.findall(r'data-use="checked" data-entries="([0-9 ]+)"', page)
    assert [len(one.split()) for one in groups[:2]] == [1, 7]
    assert (
        sorted(int(one) for one in groups[1].split())
        == [at for at in range(first, world.size) if world.kind_of(at) == "usage.checked"][:7]
    )
    assert "7 alike that day" in page
    for one in groups[1].split():
        assert f"entry {int(one):,}" in page
    assert "Purpose: handling an application" in page
    assert "Purpose: 另一次" in page
    front = chen.get("/my/materials").text
    assert re.findall(r'data-use="([a-z]+)"', front)[0] == "relied"
