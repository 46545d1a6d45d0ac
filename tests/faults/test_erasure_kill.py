# SPDX-License-Identifier: Apache-2.0
"""`once erase`: said first, done on a second word, refused by law; killed after its commit it is finished."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from api.database import open_store
from api.erasing import standing_of
from api.operation.backup import take_backup
from api.operation.backup_list import known_backups
from api.operation.erasure_list import NAME
from api.workers.housekeeping import Housekeeping
from attest.erasure.repository import all_erasures, waiting_files
from attest.errors import VaultError
from tests import warm
from tests.erasure_parts import a_world, found_by, live
from tests.homes import copy_of, settings_of, wait_until
from tests.worlds import open_world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.erasure_parts import Life

pytest_plugins = ["tests.api_parts"]

RUN = "import sys; from api.cli import main; sys.exit(main(['erase', *sys.argv[1:]]))"


@pytest.fixture
def home(bare_home: Path, tmp_path: Path) -> Path:
    """The folder of the test's own ledger."""
    return copy_of(bare_home, tmp_path / "home")


def lived(home: Path) -> Life:
    """A life in that ledger, which is closed again."""
    world = a_world(home)
    try:
        return live(world)
    finally:
        world.close()


def erase(home: Path, people: str, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    settings = settings_of(home)
    stated = {
        "ONCE_HOME": str(home),
        "ONCE_PROFILE": settings.profile,
        "ONCE_ORIGIN": settings.origin,
        "ONCE_RETENTION_YEARS": "0",
    }
    told = {**os.environ, **stated, **environment}
    return warm.run(("--json", *more), told, program=RUN, given=people)


def read(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The one JSON line on stdout."""
    return dict(json.loads(done.stdout))


def test_said_first_and_done_on_a_second_word(home: Path) -> None:
    """Without --confirm nothing changes; with it the answer names the entry and the day of completion."""
    life = lived(home)
    person = f"111 {life.number}\n"
    plan = erase(home, person)
    assert (plan.returncode, plan.stderr) == (0, "")
    assert read(plan)["allowed"] is True
    assert (read(plan)["materials"], read(plan)["cases"], read(plan)["files"]) == (1, 2, 1)
    again = erase(home, person)
    assert again.stdout == plan.stdout
    done = erase(home, person, "--confirm", "--department", "SC")
    assert done.returncode == 0, done.stderr
    assert read(done)["entries"] == read(plan)["entries"]
    listed = read(erase(home, "", "--list"))["erasures"]
    assert [(one["index"], one["state"]) for one in listed] == [(read(done)["index"], "backups")]
    past = read(erase(home, "", "--list", ONCE_BACKUP_DAYS="0"))["erasures"]
    assert (past[0]["state"], past[0]["held_by"]) == ("complete", [])
    assert life.number not in done.stdout + done.stderr + plan.stdout
    gone = erase(home, person)
    assert gone.returncode == 1
    assert "holder.unknown" in gone.stderr or "no such person" in gone.stderr
    for wrong in ("", "111\n", "111 a b\n"):
        assert erase(home, wrong).returncode == 2


def test_back_ups_that_hold_it_are_named(home: Path, tmp_path: Path) -> None:
    """Those from before are named with their day, one from after is not; one there past its day is late.

    A file that went is believed to be gone only once its day has passed.
    """
    life = lived(home)
    old, moved, new = (tmp_path / name for name in ("old.backup", "moved.backup", "new.backup"))
    for path in (old, moved):
        take_backup(settings_of(home), path, lambda _: None)
    assert erase(home, f"111 {life.number}\n", "--confirm").returncode == 0
    take_backup(settings_of(home), new, lambda _: None)
    moved.rename(tmp_path / "elsewhere")
    (listed,) = read(erase(home, "", "--list"))["erasures"]
    there = {one["path"]: one["there"] for one in listed["held_by"]}
    assert there == {str(old): True, str(moved): False}
    assert {one["until"] for one in listed["held_by"]} == {listed["complete"]}
    store = open_store(settings_of(home), read_only=True)
    try:
        known = known_backups(settings_of(home).head_mark)
        later = all_erasures(store)[0].time + 31 * 86_400
        (late,) = standing_of(store, 30, known, later)
        assert (late.state, [one.path for one in late.held_by]) == ("overdue", [str(old)])
        old.unlink()
        (done,) = standing_of(store, 30, known, later)
        assert (done.state, done.held_by) == ("complete", ())
    finally:
        store.close()


def test_the_law_says_no_with_ground_and_day(home: Path) -> None:
    """Within its years nothing goes, and the first day on which it may is said; shared things say so."""
    life = lived(home)
    kept = erase(home, f"111 {life.number}\n", "--confirm", ONCE_RETENTION_YEARS="10")
    assert kept.returncode == 1
    causes = {(one["kind"], one["cause"]) for one in read(kept)["hindrances"]}
    assert causes == {("material", "retention"), ("case", "retention")}
    assert all(one["possible"] > "2030" for one in read(kept)["hindrances"])
    world = open_world(home)
    try:
        assert all_erasures(world.ledger.store) == []
        assert found_by(world, [life.number]) == {life.number}
    finally:
        world.close()


def test_killed_after_the_commit_it_is_finished(home: Path) -> None:
    """Killed before the first file goes: the entry stands, the file too; the next start destroys it, once."""
    life = lived(home)
    before = files(home)
    killed = erase(home, f"111 {life.number}\n", "--confirm", ONCE_FAILPOINT="F18:1:kill")
    assert killed.returncode == -9
    assert files(home) == before
    assert listed_in(home) == []
    world = open_world(home, retention_years=0)
    try:
        store = world.ledger.store
        (erasure,) = all_erasures(store)
        wait_until(lambda: listed_in(home) == [erasure.id.hex()])
        assert found_by(world, [life.number]) == set()
        keeper = Housekeeping(store, world.ledger.vault, lambda: None)
        keeper.turn()
        keeper.turn()
        assert waiting_files(store) == []
        ((document,),) = store.query_raw("SELECT document FROM erased_document_ends")
        assert before - files(home) == {
            f"{part}/{document.hex()[:2]}/{document.hex()}" for part in ("blobs", "keys")
        }
        with pytest.raises(VaultError, match="erased"):
            world.ledger.vault.open(bytes(document))
    finally:
        world.close()


def listed_in(home: Path) -> list[str]:
    """Ids of the erasures that are written down beside the head mark."""
    path = home / "head" / NAME
    lines = path.read_bytes().splitlines() if path.exists() else []
    return [json.loads(one)["item"]["erasure"] for one in lines]


def files(home: Path) -> set[str]:
    """Files of the vault."""
    vault = home / "vault"
    return {str(one.relative_to(vault)) for one in vault.rglob("*") if one.is_file()}
