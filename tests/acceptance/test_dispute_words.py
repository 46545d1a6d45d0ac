# SPDX-License-Identifier: Apache-2.0
"""What a holder writes in a dispute is for the departments that have to answer it, and for auditors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.people import as_person, dispute

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

CANARY: Final = "门牌应为十七号甲 CANARY-DISPUTE-10"


def test_the_other_department_of_the_case_reads_no_words(own_world: World) -> None:
    """Who opened the case, but neither accepted nor decides, sees the dispute's entry without its record."""
    world = own_world
    number = world.made("ZW", "cases", world.case("SC-002"))["case"]
    world.upload("SC", "business-licence.pdf")
    made = world.made("SC", "acceptances", world.acceptance(number, "business-licence.pdf"))
    assert dispute(as_person(world, "chen"), made["id"], text=CANARY).status_code == 303
    seen = {
        who: world.get(who, f"cases/{number}/trace", purpose="看看这个办件").json()["entries"]
        for who in ("ZW", "SC", "auditor")
    }
    shown = {
        who: [one["record"] for one in entries if one["kind"] == "data.check.requested"]
        for who, entries in seen.items()
    }
    assert shown["ZW"] == [None]
    assert CANARY not in str(seen["ZW"])
    assert [one["text"] for one in (*shown["SC"], *shown["auditor"])] == [CANARY, CANARY]
