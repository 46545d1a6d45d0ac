# SPDX-License-Identifier: Apache-2.0
"""The page of public verification without scripts: it promises no more than the file and the ledger hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.acceptance.test_denials import changed
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


def test_what_its_issuer_denied_is_not_to_be_relied_on(own_world: World) -> None:
    """An older file is told so by the ledger's line; a newer one says by whom, which entry and since when."""
    world, stranger = own_world, Browser(own_world)
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    licence = world.accepted["licence"]["id"]
    receipt = world.made("SC", "reliances", {"case": case, "requirement": "licence", "acceptance": licence})
    read = {"purpose": "audit"}
    before = world.get("XF", f"evidence/{licence}", **read).text
    said = world.made("SC", "denials", changed(world))
    now = f"Now: in entry No. {said['index']:,} its issuer says that the paper stands no more"
    page = stranger.post("/verify", evidence=before).text
    assert (now in page, "Ask the applicant for a paper that is in force" in page) == (True, True)
    after = world.get("XF", f"evidence/{licence}", **read).text
    page = stranger.post("/verify", evidence=after).text
    assert (RELY in page, "what was accepted of it before counts no more" in page, now in page) == (
        False,
        True,
        False,
    )
    assert f"superseded by a new one since 2026-01-05; entry No. {said['index']:,}" in page
    page = stranger.post("/verify", evidence=world.get("SC", f"evidence/{receipt['id']}", **read).text).text
    assert (RELY in page, "The receipt holds." in page, now in page) == (False, True, True)
    assert "Denied by its issuer" in page
