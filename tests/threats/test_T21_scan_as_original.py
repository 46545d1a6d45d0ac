# SPDX-License-Identifier: Apache-2.0
"""T21: a scan is taken for an original: an acceptance is a department's claim, and says whose and how."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

import pytest

from attest.statements import Envelope
from attest.verify import verify
from attest.verify.model import NOT_VALID, OFFLINE
from tests.homes import copy_of
from tests.people import add_accounts, signed_in
from tests.worlds import World, fill, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]

CLAIMS: Final = ("original", "certified_copy", "scan")
CLERK: Final = "耿守拙（3 号窗口）"


@pytest.fixture(scope="module")
def world(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A filled ledger of this module's own."""
    made = open_world(copy_of(bare_home, tmp_path_factory.mktemp("scan") / "home"))
    fill(made)
    add_accounts(made)
    yield made
    made.close()


def claimed(world: World, assurance: str) -> dict[str, Any]:
    """The file accepted at the fire brigade's window with that claim, as the newest of its kind."""
    said = world.acceptance(
        world.cases["XF-001"], "business-licence.pdf", assurance=assurance, checked_by=CLERK
    )
    return world.made("ZW", "acceptances", said)


def retract(world: World, accepted: dict[str, Any]) -> None:
    """The window takes it back."""
    world.made("ZW", f"acceptances/{accepted['id']}:retract", {"reason": "checked_wrongly"})


@pytest.mark.parametrize("assurance", CLAIMS)
def test_who_claims_what_is_said_wherever_it_is_read(world: World, assurance: str) -> None:
    """Entry, evidence and the other department's answer name the claimant and how; the clerk is on record."""
    accepted = claimed(world, assurance)
    entry = Envelope.parse(world.ledger.store.leaf(accepted["index"])).entry
    assert (entry.issuer, entry.body["assurance"]) == ("ZW", assurance)
    file = world.get("ZW", f"evidence/{accepted['id']}", purpose="存档").content
    opened = json.loads(file)
    assert CLERK in json.dumps(opened, ensure_ascii=False)
    assert verify(file, world.ledger.trust, int(time.time()), profile=OFFLINE).verdict == "valid"
    retract(world, accepted)


def test_no_other_claim_can_be_written_into_the_proof(world: World) -> None:
    """Evidence in which a scan was made an original, or the clerk another, is not valid."""
    accepted = claimed(world, "scan")
    file = world.get("ZW", f"evidence/{accepted['id']}", purpose="存档").content
    now, trust = int(time.time()), world.ledger.trust
    assert verify(file, trust, now, profile=OFFLINE).verdict == "valid"
    for true, false in (
        (b'"assurance":"scan"', b'"assurance":"original"'),
        (CLERK.encode(), "原件核验处（1 号窗口）".encode()),
    ):
        assert true in file
        assert verify(file.replace(true, false), trust, now, profile=OFFLINE).verdict == NOT_VALID


def test_the_counter_and_the_api_say_how_it_was_checked(world: World) -> None:
    """Where a scan is all there is, others read that it was a scan, not only that it was accepted."""
    retract(world, world.accepted["licence"])
    claimed(world, "scan")
    check = {"case": world.cases["YC-004"], "purpose": "受理", "requirements": ["licence"]}
    answer = world.post("YC", "recognitions:check", check).json()["results"][0]
    assert "(scan)" in answer["text"]
    page = signed_in(world, "clerk").get(f"/counter?case={world.cases['XF-001']}").text
    assert "(scan)" in page
