# SPDX-License-Identifier: Apache-2.0
"""An issuer's denial over PostgreSQL: evidence, the ledger's line and the trace say it as over SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.home import found_home
from attest.data_checks.repository import denial_after
from ledger.merkle import MAX_SIZE
from tests.acceptance.test_denials import changed
from tests.acceptance.test_trace_fallen import traced
from tests.homes import settings_of
from tests.people import Browser, add_accounts, signed_in
from tests.worlds import CUSTODIAL, fill, open_world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Server

pytest_plugins = ["tests.database_parts"]


def test_a_denial_over_postgresql(postgres: Server, tmp_path: Path) -> None:
    """The first denial after the acceptance is found by the keyed number, below a size alone."""
    stated = {"database_url": postgres.create()}
    home = tmp_path / "home"
    found_home(settings_of(home, **stated), departments=CUSTODIAL)
    world = open_world(home, **stated)
    try:
        fill(world)
        add_accounts(world)
        licence = world.accepted["licence"]
        said = [world.made("SC", "denials", changed(world))["index"] for _ in range(2)]
        store, id_ = world.ledger.store, bytes.fromhex(licence["id"])
        assert denial_after(id_, store, said[0]) is None
        for before in (said[0] + 1, MAX_SIZE):
            found = denial_after(id_, store, before)
            assert found is not None
            assert (found.index, found.department) == (said[0], "SC")
        octets = world.get("XF", f"evidence/{licence['id']}", purpose="audit").text
        page = Browser(world).post("/verify", evidence=octets).text
        assert f"entry No. {said[0]:,} (as of" in page
        assert [how for how, _ in traced(signed_in(world, "auditor"), licence["index"])] == ["denied"]
    finally:
        world.close()
