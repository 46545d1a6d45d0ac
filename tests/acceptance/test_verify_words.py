# SPDX-License-Identifier: Apache-2.0
"""The page of public verification without scripts: it promises no more than the file and the ledger hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.people import Browser

if TYPE_CHECKING:
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

RELY = "you may rely on it"


def test_a_receipt_holds_and_its_material_serves_no_more(own_world: World) -> None:
    """After a retraction the receipt's file is valid, tells so, and nowhere says "you may rely on it"."""
    world, stranger = own_world, Browser(own_world)
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    licence = world.accepted["licence"]["id"]
    receipt = world.made("SC", "reliances", {"case": case, "requirement": "licence", "acceptance": licence})
    read = {"purpose": "audit"}
    before = world.get("SC", f"evidence/{receipt['id']}", **read).text
    page = stranger.post("/verify", evidence=before).text
    assert (RELY in page, "Now: it stands in the ledger" in page) == (True, True)
    gone = world.made("ZW", f"acceptances/{licence}:retract", {"reason": "checked_wrongly"})
    page = stranger.post("/verify", evidence=before).text
    assert f"Now: retracted by entry No. {gone['index']:,}" in page
    after = world.get("SC", f"evidence/{receipt['id']}", **read).text
    page = stranger.post("/verify", evidence=after).text
    assert "it was retracted later, and the receipt holds" in page
    assert RELY not in page
