# SPDX-License-Identifier: Apache-2.0
"""What stands in the inboxes of the acceptance world: a recall, a paper that ends."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from attest.days import day_of
from tests.numbers import licence_number

if TYPE_CHECKING:
    from tests.worlds import World


def recalled(world: World) -> str:
    """A recall of YC that stands; one is made if there is none."""
    for state in ("open", "seen"):
        standing = world.get("YC", "recalls", purpose="review", state=state).json()["recalls"]
        if standing:
            return str(standing[0]["id"])
    paper = world.acceptance(world.cases["XF-001"], "business-licence.pdf", number=licence_number(7001))
    accepted = world.made("ZW", "acceptances", paper)["id"]
    case = world.made("YC", "cases", world.case("YC-004"))["case"]
    world.made("YC", "reliances", {"case": case, "requirement": "licence", "acceptance": accepted})
    world.made("ZW", f"acceptances/{accepted}:retract", {"reason": "checked_wrongly"})
    world.settle()
    return recalled(world)


def expiring(world: World) -> str:
    """A reliance of YC on a paper that ends within a month; one is made if there is none."""
    for state in ("open", "seen"):
        standing = world.get("YC", "expiries", purpose="review", state=state).json()["expiries"]
        if standing:
            return str(standing[0]["reliance"])
    end = (day_of(int(time.time())) + timedelta(days=20)).isoformat()
    paper = world.acceptance(
        world.cases["XF-001"], "business-licence.pdf", number=licence_number(7002), valid_until=end
    )
    accepted = world.made("ZW", "acceptances", paper)["id"]
    case = world.made("YC", "cases", world.case("YC-004"))["case"]
    world.made("YC", "reliances", {"case": case, "requirement": "licence", "acceptance": accepted})
    world.settle()
    return expiring(world)
