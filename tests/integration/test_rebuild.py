# SPDX-License-Identifier: Apache-2.0
"""`once rebuild`: the tables are what entries and private records give, and every difference is named."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from typing import TYPE_CHECKING

import pytest

from api.operation.rebuild import BESIDE, Rebuilt, projections, rebuild
from attest.codes import case_number
from attest.tables import metadata
from ledger.store import Store
from tests.homes import copy_of, once

if TYPE_CHECKING:
    from pathlib import Path

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

EDITS = {
    "retraction taken away": ("DELETE FROM retractions", "row.missing", "retractions"),
    "key made valid again": ("DELETE FROM department_key_ends", "row.missing", "department_key_ends"),
    "acceptance by another": (
        "UPDATE acceptances SET accepted_by = 'XF' WHERE accepted_by = 'ZW'",
        "row.extra",
        "acceptances",
    ),
    "longer validity": ("UPDATE acceptances SET valid_until = '2099-01-01'", "row.missing", "acceptances"),
    "usage purged": ("DELETE FROM usage", "row.missing", "usage"),
    "a re-ask purged": ("DELETE FROM reasks", "row.missing", "reasks"),
    "a request invented": (
        "INSERT INTO askings SELECT case_no, 7777, x'00', 'XF', 'claim', 'web', 'y', 'z', 5 FROM cases",
        "row.extra",
        "askings",
    ),
    "a reliance invented": (
        "INSERT INTO reliances SELECT acceptance, 7777, x'00', 'XF', 'x', 'y', 'z', 5 FROM acceptances",
        "row.extra",
        "reliances",
    ),
    "a party added": (
        "INSERT INTO acceptance_parties SELECT acceptance, 'lessor', holder FROM acceptance_parties",
        "row.extra",
        "acceptance_parties",
    ),
    "a text exchanged": ("UPDATE texts SET body = x'7b7d'", "text.damaged", "texts"),
    "a text dropped": ("DELETE FROM texts", "text.missing", "texts"),
}


@pytest.fixture(scope="module")
def used(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an entry of every kind that the doors make, closed."""
    from tests.worlds import fill, open_world

    world = open_world(copy_of(bare_home, tmp_path_factory.mktemp("used") / "home"))
    fill(world)
    case, accepted = world.cases["SC-002"], world.accepted["licence"]["id"]
    look = {"case": case, "purpose": "a look-up"}
    assert world.post("SC", "recognitions:check", look).status_code == 200
    assert world.post("SC", "recognitions:check", {"case": case}).status_code == 403
    asked = {"case": case, "requirement": "licence"}
    assert world.made("SC", "requests", asked)["reask"] is not None
    assert world.made("SC", "claims", asked)["reask"] is None
    later = case_number("990101", date(2026, 11, 27), 999_999)
    for number in ("no such case", later):  # a look-up joins no file of a case that is not there, or not yet
        assert world.post("SC", "recognitions:check", {**look, "case": number}).status_code in {403, 404}
    assert world.made("SC", "cases", world.case("SC-002", later))["case"] == later
    retire(world)
    world.made("ZW", f"acceptances/{accepted}:retract", {"reason": "checked_wrongly", "text": "wrong"})
    home = world.ledger.settings.home
    world.close()
    return home


def retire(world: World) -> None:
    """Retire a key, so that its end is in a table."""
    from attest.acts import Custodial
    from attest.registry.commands import RetireKey
    from attest.registry.model import GOVERNANCE, KeyRetired
    from tests.worlds import OWN, OWN_SIGNER

    record = KeyRetired(OWN, OWN_SIGNER.address, "replaced", None)
    world.ledger.writer.submit_wait(Custodial(RetireKey(), record, GOVERNANCE, world.ledger.context))


def differences(home: Path) -> Rebuilt:
    """Rebuild in this process."""
    from api.operation.backup import sealer_for
    from api.operation.rebuild import NoKeys
    from api.trust_file import read_trust
    from attest.context import Context
    from attest.keyfiles import read_lookup_keys
    from tests.homes import settings_of

    stated = settings_of(home)
    trust = read_trust(stated.trust_file)
    lookup = read_lookup_keys(stated.lookup_key_file)
    context = Context(trust.log, trust.origin, trust.profile, lookup, sealer_for(stated.kek_file), NoKeys())
    store = Store(stated.database_url, read_only=True)
    try:
        return rebuild(store, context, lambda _: None)
    finally:
        store.close()


def test_every_table_is_derived_or_named_as_kept_beside(used: Path) -> None:
    """Of a ledger that was used, all rows of all projections come out again, and no table is forgotten."""
    done = once(used, "rebuild", "--json")
    said = json.loads(done.stdout)
    assert (done.returncode, said["verdict"], said["differences"]) == (0, "equal", []), done.stdout
    assert said["rows"].keys() == projections()
    assert BESIDE.keys() < metadata.tables.keys()
    for name in (
        "acceptances",
        "cases",
        "usage",
        "holders",
        "lookups",
        "retractions",
        "department_key_ends",
        "reasks",
        "askings",
    ):
        assert said["rows"][name] > 0, name


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_table_is_named(used: Path, tmp_path: Path, name: str) -> None:
    """A row taken, changed or added by hand: the table is named, and the entry where the row names one."""
    sql, code, table = EDITS[name]
    home = copy_of(used, tmp_path / "home")
    edited = sqlite3.connect(home / "ledger.db")
    assert edited.execute(sql).rowcount > 0
    edited.commit()
    edited.close()
    found = differences(home).differences
    assert (code, table) in {(one.code, one.table) for one in found}
    assert all(one.table == table for one in found)


def test_an_edited_table_is_exit_1(used: Path, tmp_path: Path) -> None:
    """The command says which table and entry, and exits 1; without the keys it cannot begin."""
    home = copy_of(used, tmp_path / "home")
    edited = sqlite3.connect(home / "ledger.db")
    edited.execute("DELETE FROM retractions")
    edited.commit()
    edited.close()
    done = once(home, "rebuild")
    assert done.returncode == 1
    assert "a row of retractions that is not stored" in done.stdout
    (home / "keys" / "kek").unlink()
    assert once(home, "rebuild").returncode == 1


def test_keys_of_another_ledger_accuse_nobody(used: Path, production_home: Path, tmp_path: Path) -> None:
    """A sound copy audited beside another ledger's home: private records stay closed, and that is said."""
    other = copy_of(production_home, tmp_path / "other")
    asked = ("--json", "--offline", "--copy", str(used / "ledger.db"), "--trust", str(used / "trust.json"))
    done = once(other, "audit", *asked)
    said = json.loads(done.stdout)
    assert (done.returncode, said["findings"]) == (0, [])
    assert any("private records were not opened" in one for one in said["remarks"])
