# SPDX-License-Identifier: Apache-2.0
"""The check sheet of a copy says what the acceptance says, and of no other case's papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.demo import samples
from tests.people import add_accounts, signed_in

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


def test_the_sheet_says_what_was_checked(own_world: World) -> None:
    """Paper, number, parties, clerk, how, digest, pages and entry; the look that shows them is an entry."""
    world = own_world
    add_accounts(world)
    case, licence = world.cases["XF-001"], world.accepted["licence"]
    asked = world.acceptance(case, "business-licence.pdf", assurance="certified_copy", checked_by="clerk.zw")
    accepted = world.made("ZW", "acceptances", asked)
    size = world.size
    page = signed_in(world, "clerk").get(f"/counter/sheet?case={case}&acceptance={accepted['id']}").text
    one = samples.sample("business-licence.pdf")
    for said in (
        one.sha256,
        one.number,
        "clerk.zw",
        accepted["leaf"],
        f"entry {accepted['index']}",
        "/verify",
    ):
        assert said in page, said
    assert [world.kind_of(index) for index in range(size, world.size)] == ["usage.checked"]
    assert licence["leaf"] not in page


def test_no_sheet_of_what_fell_or_came_in_elsewhere(own_world: World) -> None:
    """Another case's acceptance, one taken back and one that is not there read the same."""
    world = own_world
    add_accounts(world)
    case = world.cases["XF-001"]
    clerk = signed_in(world, "clerk")
    asked = world.acceptance(case, "business-licence.pdf")
    fallen = world.made("ZW", "acceptances", asked)["id"]
    world.made("ZW", f"acceptances/{fallen}:retract", {"reason": "checked_wrongly"})
    answers = [
        clerk.get(f"/counter/sheet?case={case}&acceptance={one}")
        for one in (fallen, world.accepted["layout"]["id"], "0" * 32, "x", "")
    ]
    assert {one.status_code for one in answers} == {404}
