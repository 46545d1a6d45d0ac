# SPDX-License-Identifier: Apache-2.0
"""T29: after an erasure nothing leads to the person, whoever holds every key; old proofs still verify."""

from __future__ import annotations

import hashlib
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from api.auditing import LeafJudge
from api.erasing import erase, outlook_of, plan_erasure
from api.operation.rebuild import rebuild
from attest.codes import citizen_number
from attest.erasure.commands import EraseHolder
from attest.errors import VaultError
from attest.fields import Fields
from attest.private import open_private
from attest.submission.repository import choosers
from attest.verify import verify
from attest.verify.model import OFFLINE
from tests.erasure_parts import (
    NEWBORN,
    PAPER_NUMBER,
    a_case,
    a_world,
    acted_for_another,
    entangle,
    found_by,
    live,
    plain_hashes,
    rows_with,
    sealed_records,
    stored_bytes,
)
from tests.homes import copy_of
from tests.people import as_person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from attest.erasure.model import Erasure
    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]


@pytest.fixture
def home(bare_home: Path, tmp_path: Path) -> Path:
    """The folder of the test's own ledger."""
    return copy_of(bare_home, tmp_path / "home")


@pytest.fixture
def lived(home: Path) -> Iterator[World]:
    """A ledger without a general retention rule."""
    world = a_world(home)
    yield world
    world.close()


def guesses(number: str) -> list[str]:
    """Every possible citizen number of the person's place and day of birth, and those of a day before."""
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    days = (born, born - timedelta(days=1))
    return [citizen_number(number[:6], day, sequence) for day in days for sequence in range(1000)]


def erasure_of(world: World, index: int) -> Erasure:
    """The record of an erasure."""
    record = open_private(index, world.ledger.store, world.ledger.context.sealer)[1]
    return EraseHolder().parse(Fields(record))


def test_nothing_leads_to_an_erased_person(lived: World, home: Path) -> None:
    """Database, vault and all keys in one hand: each possible number is tried, and none is found.

    Controls: before it the same attack finds exactly that person; the same search finds a plain hash.
    """
    world, life = lived, live(lived)
    numbers = guesses(life.number)
    assert life.number in numbers
    assert found_by(world, numbers) == {life.number}
    plan = plan_erasure(world.ledger, [life.holder])
    assert outlook_of(world.ledger, [life.holder]).hindrances == plan.hindrances == ()
    assert (plan.allowed, plan.materials, plan.cases, plan.files) == (True, 1, 2, 1)
    done = world.runner.run(erase(world.ledger, [life.holder], "PUBLIC"))
    record = erasure_of(world, done.index)
    assert world.kind_of(done.index) == "holder.erased"
    assert len(record.entries) == done.entries >= plan.entries
    assert found_by(world, numbers) == set()
    content = stored_bytes(home)
    assert plain_hashes(content, numbers) == set()
    planted = hashlib.sha256(life.number.encode()).digest()
    assert plain_hashes(content + planted, numbers) == {life.number}


def test_mandates_and_linked_identifiers_go_too(lived: World) -> None:
    """Whom they trusted, who trusted them, and the identifier before their number: no row, no record is left.

    Either identifier of the person erases both.
    """
    world, life = lived, live(lived)
    provisional = entangle(world, life)
    numbers = guesses(life.number)
    assert {"mandates", "holder_ids"} <= rows_with(world, life.holder)
    assert {"holder_links", "holder_ids"} <= rows_with(world, provisional)
    assert outlook_of(world.ledger, [provisional]).materials == 1
    world.runner.run(erase(world.ledger, [provisional], "PUBLIC"))
    assert rows_with(world, life.holder) | rows_with(world, provisional) == set()
    assert found_by(world, [*numbers, NEWBORN, life.name]) == set()
    assert rebuild(world.ledger.store, world.ledger.context, lambda _: None).differences == []
    assert judged(world) == []


def test_who_was_added_to_a_case_goes_with_it(lived: World) -> None:
    """Neither of the two goes alone, by tables and log alike; erased together, nothing leads to them."""
    world, life = lived, live(lived)
    ma = bytes.fromhex(world.holders["ma"])
    parties = [{"role": "employee", "holder": ma.hex()}]
    world.made("SC", "parties", {"case": life.cases[1], "parties": parties})
    assert "party_additions" in rows_with(world, ma)
    for one in (life.holder, ma):
        plan = plan_erasure(world.ledger, [one])
        assert outlook_of(world.ledger, [one]).hindrances == plan.hindrances != ()
    world.runner.run(erase(world.ledger, [life.holder, ma], "PUBLIC"))
    assert rows_with(world, life.holder) | rows_with(world, ma) == set()
    assert rebuild(world.ledger.store, world.ledger.context, lambda _: None).differences == []
    assert judged(world) == []


def test_what_an_agent_said_for_another_stays(lived: World) -> None:
    """It is the principal's: choice and record outlive the agent, whom nothing in them leads to."""
    world, life = lived, live(lived)
    said = acted_for_another(world, life)
    world.runner.run(erase(world.ledger, [life.holder], "PUBLIC"))
    case, chen = world.cases["SC-002"], bytes.fromhex(world.holders["chen"])
    assert choosers(case, world.ledger.store) == {"licence": {chen}}
    assert open_private(said, world.ledger.store, world.ledger.context.sealer)[1]["requirement"] == "licence"
    assert found_by(world, guesses(life.number)) == set()
    assert rebuild(world.ledger.store, world.ledger.context, lambda _: None).differences == []
    assert as_person(world, "chen").get("/my/uses").status_code == 200


def test_what_was_destroyed_is_in_no_file(lived: World, home: Path) -> None:
    """Ciphertexts and wrapped keys of the records are overwritten, and the file's key and blob are gone."""
    world, life, store = lived, live(lived), lived.ledger.store
    documents = [bytes(row[0]) for row in store.query_raw("SELECT document FROM uploads")]
    sealed = dict(enumerate_sealed(world))
    store.let_go()
    before = stored_bytes(home)
    assert all(one in before for one in sealed.values())
    done = world.runner.run(erase(world.ledger, [life.holder], "PUBLIC"))
    record = erasure_of(world, done.index)
    store.let_go()
    after = stored_bytes(home)
    for index, one in sealed.items():
        parts = (one, one[:63], one[-64:])
        assert [part in after for part in parts] == [index not in record.entries] * 3
    assert len(record.documents) == 1
    for document in documents:
        here = bool(list((home / "vault").rglob(document.hex())))
        assert here == (document not in record.documents)
    with pytest.raises(VaultError, match="erased"):
        world.ledger.vault.open(record.documents[0])


def enumerate_sealed(world: World) -> Iterator[tuple[int, bytes]]:
    """Ciphertexts of private records by index."""
    for index in range(world.size):
        for sealed in sealed_records(world, [index]):
            yield index, sealed


def test_old_proofs_verify_and_the_log_is_whole(lived: World) -> None:
    """Evidence given out before is valid; audit and rebuild find no fault, and name a forged erasure."""
    world, life = lived, live(lived)
    size, root = world.size, world.ledger.store.root_at(world.size)
    done = world.runner.run(erase(world.ledger, [life.holder], "PUBLIC"))
    assert world.ledger.store.root_at(size) == root
    for file in life.files.values():
        assert verify(file, world.ledger.trust, int(time.time()), profile=OFFLINE).verdict == "valid"
    found = rebuild(world.ledger.store, world.ledger.context, lambda _: None)
    assert found.differences == []
    assert found.rows["erased_entries"] == done.entries
    assert judged(world) == []
    with world.ledger.store.transaction() as connection:
        kept = world.accepted["licence"]["index"]
        connection.exec_driver_sql(f"DELETE FROM private_records WHERE idx = {kept}")
        connection.exec_driver_sql(f"INSERT INTO erased_entries VALUES ({kept}, {done.index})")
    assert [index for index, _ in judged(world)] == [kept]
    assert rebuild(world.ledger.store, world.ledger.context, lambda _: None).differences


def judged(world: World) -> list[tuple[int, str]]:
    """What the audit says of each entry."""
    judge = LeafJudge(world.ledger.trust, world.ledger.store, world.ledger.context.sealer)
    said = [(index, judge.check(index, world.ledger.store.leaf(index))) for index in range(world.size)]
    return [(index, text) for index, text in said if text is not None]


def test_the_doors_know_the_person_no_more(lived: World) -> None:
    """Their pages, cases, evidence and events are unknown; named again they are somebody new."""
    world, life = lived, live(lived)
    browser = as_person(world, "he")
    world.settle()
    world.runner.run(erase(world.ledger, [life.holder], "PUBLIC"))
    assert browser.get("/my/materials").headers["location"].startswith("/sign-in")
    for path, code in (
        (f"evidence/{life.accepted['id']}", "evidence.unknown"),
        (f"evidence/{life.relied['id']}", "evidence.unknown"),
        (f"cases/{life.cases[0]}/trace", "case.unknown"),
    ):
        assert world.get("SC", path, purpose="x").json()["code"] == code
    events = world.get("SC", "events", limit="500").text
    assert life.accepted["id"] not in events
    person = {"id_type": "111", "number": life.number, "name": life.name}
    again = world.made("ZW", "holders", person)["holder"]
    assert again != life.holder.hex()
    world.holders["he"] = again
    case = a_case(world, "he")
    check = {"case": case, "purpose": "受理", "requirements": ["licence"]}
    result = world.post("SC", "recognitions:check", check).json()["results"][0]
    assert (result["verdict"], result["reason"]) == ("required", "evidence.never_seen")
    assert PAPER_NUMBER not in str(result)


def test_others_keep_theirs(lived: World) -> None:
    """Materials, recognition and evidence of everybody else are as they were."""
    world = lived
    life = live(world)
    case = str(world.made("SC", "cases", world.case("SC-002"))["case"])
    world.runner.run(erase(world.ledger, [life.holder], "PUBLIC"))
    check = {"case": case, "purpose": "受理", "requirements": ["licence"]}
    assert world.post("SC", "recognitions:check", check).json()["results"][0]["verdict"] == "recognised"
    licence = world.accepted["licence"]["id"]
    assert world.get("XF", f"evidence/{licence}", purpose="x").status_code == 200
