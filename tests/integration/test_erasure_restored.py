# SPDX-License-Identifier: Apache-2.0
"""A back-up from before an erasure is erased again before it serves, whatever database it is laid into."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from api.auditing import LeafJudge
from api.erasing import erase
from api.home import found_home
from api.operation.backup import take_backup
from api.operation.erasure_list import NAME, ends_in
from api.operation.errors import BackupError, ErasuresCutError
from api.operation.rebuild import rebuild
from api.operation.restore import Asked, Restored, restore
from api.operation.snapshot import take_snapshot
from api.wiring import open_ledger
from attest.codes import citizen_number
from attest.erasure.again import is_waiting
from attest.erasure.repository import all_erasures
from attest.statements import Envelope
from ledger.store import Store
from tests.erasure_parts import (
    NEWBORN,
    PAPER_NUMBER,
    a_case,
    a_world,
    entangle,
    found_by,
    live,
    rows_with,
    stored_bytes,
)
from tests.homes import copy_of, once, settings_of
from tests.worlds import CUSTODIAL, World, open_world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Server
    from tests.erasure_parts import Life

pytest_plugins = ["tests.api_parts", "tests.database_parts"]


@dataclass
class Before:
    """A ledger that erased somebody after its back-up: what was taken, whom, the log that went on."""

    home: Path
    backup: Path
    life: Life
    provisional: bytes
    size: int
    erasure: int


def quiet(_: str) -> None:
    """Nobody watches."""


def a_backup_before_an_erasure(home: Path, backup: Path, **stated: object) -> Before:
    """A person lives, a back-up is taken, the person comes again and is erased, somebody else goes on."""
    world = a_world(home, **stated)
    try:
        life = live(world)
        provisional = entangle(world, life)
        world.ledger.publisher.publish_once()
        size = take_backup(settings_of(home, **stated), backup, quiet).about.size
        a_case(world, "he")
        done = world.runner.run(erase(world.ledger, [life.holder], "SC"))
        world.made("SC", "cases", world.case("SC-002"))
        world.ledger.publisher.publish_once()
    finally:
        world.close()
    return Before(home, backup, life, provisional, size, done.index)


def elsewhere(before: Before, to: Path, *, marks: bool = True) -> Path:
    """Another machine's home with the keys, and the marks and the list unless those are lost."""
    to.mkdir(mode=0o700)
    shutil.copytree(before.home / "keys", to / "keys")
    if marks:
        shutil.copytree(before.home / "head", to / "head")
    return to


def laid(before: Before, to: Path, **asked: Any) -> Restored:
    """The older back-up restored there, the chain left alone."""
    return restore(before.backup, Asked(home=to, offline=True, **asked), quiet)


def judged(world: World) -> list[str]:
    """What the audit says against entries."""
    judge = LeafJudge(world.ledger.trust, world.ledger.store, world.ledger.context.sealer)
    said = [judge.check(index, world.ledger.store.leaf(index)) for index in range(world.size)]
    return [text for text in said if text is not None]


def differences(world: World, copy: Path) -> list[str]:
    """Where tables and log differ."""
    take_snapshot(world.ledger.settings, copy)
    with closing(Store(f"sqlite:///{copy}", read_only=True)) as snapshot:
        return [one.text for one in rebuild(snapshot, world.ledger.context, quiet).differences]


def assert_nobody_is_there(world: World, before: Before) -> None:
    """The attack of T29 finds nobody: not in records, not by keyed look-ups."""
    guessed = [before.life.number, before.life.name, PAPER_NUMBER, NEWBORN]
    assert found_by(world, guessed) == set()


@pytest.fixture
def before(bare_home: Path, tmp_path: Path) -> Before:
    """Over SQLite."""
    return a_backup_before_an_erasure(copy_of(bare_home, tmp_path / "home"), tmp_path / "old.backup")


def test_before_it_serves_nobody_is_there(before: Before, tmp_path: Path) -> None:
    """Restored and adopted: erased in the copy at once, said by the log at the first start, and once only.

    Control: the same back-up without the list brings the person back, and says that it was not judged.
    """
    bare = elsewhere(before, tmp_path / "bare", marks=False)
    unjudged = laid(before, bare, adopt=True)
    assert any("no list of erasures" in one for one in unjudged.remarks)
    assert unjudged.again.erasures == 0
    world = open_world(bare, retention_years=0)
    try:
        assert before.life.number in found_by(world, [before.life.number])
    finally:
        world.close()

    home = elsewhere(before, tmp_path / "restored")
    done = laid(before, home, adopt=True)
    assert (done.writes, done.again.erasures, done.again.files) == (True, 1, 1)
    world = open_world(home, retention_years=0)
    try:
        assert_nobody_is_there(world, before)
        assert rows_with(world, before.life.holder) | rows_with(world, before.provisional) == set()
        (said,) = all_erasures(world.ledger.store)
        assert (said.index, said.entries) == (before.size, done.again.entries)
        assert not is_waiting(world.ledger.store)
        assert judged(world) == []
        assert differences(world, tmp_path / "copy.db") == []
        assert world.made("SC", "cases", a_stranger(world))
    finally:
        world.close()
    world = open_world(home, retention_years=0)
    try:
        assert len(all_erasures(world.ledger.store)) == 1
    finally:
        world.close()


def a_stranger(world: World) -> dict[str, Any]:
    """A case of somebody new."""
    person = {"id_type": "111", "number": citizen_number("990101", date(2000, 1, 1), 1), "name": "样例新人"}
    world.holders["eatery"] = world.holders["chen"] = world.made("ZW", "holders", person)["holder"]
    return world.case("SC-002")


def test_a_copy_that_may_not_write_is_erased_too(before: Before, tmp_path: Path) -> None:
    """Reads only: nothing is left, and the audit takes the signed line; a line of nobody's is a finding."""
    home = elsewhere(before, tmp_path / "restored")
    done = laid(before, home)
    assert (done.writes, done.again.erasures) == (False, 1)
    world = World(open_ledger(settings_of(home)), asyncio.Runner(), io.BytesIO())
    world.ledger.start()
    try:
        assert world.ledger.writer.read_only is not None
        assert_nobody_is_there(world, before)
        assert judged(world) == []
        assert differences(world, tmp_path / "copy.db") == []
        with world.ledger.store.transaction() as connection:
            kept = next(
                index
                for index in range(before.size)
                if Envelope.parse(world.ledger.store.leaf(index)).entry.kind == "material.accepted"
                and world.ledger.store.query_raw("SELECT 1 FROM private_records WHERE idx = ?", (index,))
            )
            connection.exec_driver_sql(f"DELETE FROM private_records WHERE idx = {kept}")
            connection.exec_driver_sql(
                f"INSERT INTO restored_entries SELECT {kept}, erasure FROM restored_erasures"
            )
        assert len(judged(world)) == 1
    finally:
        world.close()


def test_no_byte_of_it_is_laid_down(before: Before, tmp_path: Path) -> None:
    """Neither the sealed records nor the file's key stand anywhere in the restored home."""
    home = elsewhere(before, tmp_path / "restored")
    with closing(Store(f"sqlite:///{before.home / 'ledger.db'}", read_only=True)) as store:
        gone = [
            int(row[0]) for row in store.query_raw("SELECT entry FROM erased_entries") if row[0] < before.size
        ]
        documents = [bytes(row[0]).hex() for row in store.query_raw("SELECT document FROM erased_documents")]
    plain = elsewhere(before, tmp_path / "plain", marks=False)
    laid(before, plain)
    with closing(Store(f"sqlite:///{plain / 'ledger.db'}", read_only=True)) as store:
        rows = store.query_raw("SELECT idx, sealed FROM private_records")
        sealed = [bytes(row[1]) for row in rows if int(row[0]) in gone]
    assert len(sealed) == len(gone) > 0
    assert documents
    assert all(list((plain / "vault").rglob(one)) for one in documents)
    laid(before, home)
    content = stored_bytes(home)
    assert not [one for one in sealed if one[:63] in content or one[-64:] in content]
    assert not [one for one in documents if list((home / "vault").rglob(one))]


def test_the_command_takes_copies_and_counts(before: Before, tmp_path: Path) -> None:
    """`once restore --erasures` says what it erased again; without any list it says that it did not judge."""
    home = elsewhere(before, tmp_path / "restored", marks=False)
    told = once(home, "restore", str(before.backup), "--offline", "--json")
    assert any("not judged" in one for one in json.loads(told.stdout)["remarks"])
    (home / "ledger.db").unlink()
    listed = ("--erasures", str(before.home / "head" / NAME))
    told = once(home, "restore", str(before.backup), "--offline", "--json", *listed)
    said = json.loads(told.stdout)
    again = said["erased_again"]
    assert (told.returncode, again["erasures"], again["files"]) == (3, 1, 1), told.stderr
    assert (again["listed"], again["last"]["index"]) == (1, before.erasure)
    last = f"has 1; the last is entry {before.erasure} of "
    assert any(last in one and "later ones cannot be known" in one for one in said["remarks"])
    assert [once(home, name).returncode for name in ("audit", "rebuild")] == [0, 0]


def test_an_empty_copy_of_the_list_is_refused(before: Before, tmp_path: Path) -> None:
    """Cut to nothing it says nothing: refused by its code with the next step, nothing laid down."""
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    home = elsewhere(before, tmp_path / "restored", marks=False)
    told = once(home, "restore", str(before.backup), "--offline", "--json", "--erasures", str(empty))
    error = json.loads(told.stdout)["error"]
    assert (told.returncode, error["code"]) == (1, "erasures.cut")
    assert all(error[name] for name in ("zh", "en", "next_zh", "next_en"))
    assert not (home / "ledger.db").exists()


def test_a_list_that_lacks_what_the_back_up_tells_is_refused(before: Before, tmp_path: Path) -> None:
    """The back-up's own log has an erasure, the home's list was cut to nothing; a whole one will do."""
    newer = tmp_path / "newer.backup"
    take_backup(settings_of(before.home), newer, quiet)
    home = elsewhere(before, tmp_path / "restored", marks=False)
    (home / "head").mkdir(mode=0o700)
    (home / "head" / NAME).write_bytes(b"")
    with pytest.raises(ErasuresCutError, match=f"entry {before.erasure} of the back-up"):
        restore(newer, Asked(home=home, offline=True), quiet)
    assert not (home / "ledger.db").exists()
    whole = before.home / "head" / NAME
    done = restore(newer, Asked(home=home, offline=True, erasures=(whole,)), quiet)
    assert (done.again.erasures, done.again.listed) == (0, 1)


@pytest.mark.parametrize("left", [b"", None], ids=["cut", "gone"])
def test_a_list_that_ends_before_the_mark_says_is_refused(
    before: Before, tmp_path: Path, left: bytes | None
) -> None:
    """The mark states how far it reached: cut or gone is refused; a whole copy does, and is put back."""
    home = elsewhere(before, tmp_path / "restored")
    kept = home / "head" / NAME
    kept.unlink()
    if left is not None:
        kept.write_bytes(left)
    with pytest.raises(ErasuresCutError, match="the head mark states 1 erasures; the list at hand has 0"):
        laid(before, home)
    assert not (home / "ledger.db").exists()
    whole = before.home / "head" / NAME
    assert laid(before, home, erasures=(whole,), adopt=True).again.erasures == 1
    shutil.copy(whole, kept)
    with closing(open_world(home, retention_years=0)) as world:
        world.ledger.erasure_list.keep_up(world.ledger.store, world.ledger.context.sealer)
        ends = ends_in(home / "head", world.ledger.note_signer.verifier(), world.ledger.trust.origin)
    assert {one.count for one in ends} >= {1, 2}


def test_a_list_of_a_ledger_that_erased_nobody_may_be_empty(bare_home: Path, tmp_path: Path) -> None:
    """The service itself writes it empty; the answer says that later ones cannot be known from it."""
    home = copy_of(bare_home, tmp_path / "home")
    world = a_world(home)
    try:
        live(world)
        world.ledger.publisher.publish_once()
        take_backup(settings_of(home), tmp_path / "of.backup", quiet)
        world.ledger.erasure_list.keep_up(world.ledger.store, world.ledger.context.sealer)
    finally:
        world.close()
    assert (home / "head" / NAME).read_bytes() == b""
    (home / "ledger.db").rename(tmp_path / "away.db")
    done = restore(tmp_path / "of.backup", Asked(home=home, offline=True), quiet)
    assert (done.again.listed, done.again.last) == (0, None)
    assert any("has no line" in one and "cannot be known" in one for one in done.remarks)


def test_a_copy_of_the_list_kept_elsewhere_will_do(before: Before, tmp_path: Path) -> None:
    """Marks and list lost with the machine: a copy given by hand is read; a damaged one lays nothing down."""
    copy = tmp_path / "kept.jsonl"
    shutil.copy(before.home / "head" / NAME, copy)
    home = elsewhere(before, tmp_path / "restored", marks=False)
    bad = tmp_path / "bad.jsonl"
    content = copy.read_bytes()
    for damaged in (content.replace(b'"SC"', b'"ZW"'), content + content, content[: len(content) // 2]):
        bad.write_bytes(damaged)
        with pytest.raises(BackupError, match="list of erasures"):
            laid(before, home, erasures=(bad,))
        assert not (home / "ledger.db").exists()
    with pytest.raises(BackupError, match="no list of erasures"):
        laid(before, home, erasures=(tmp_path / "nowhere",))
    assert laid(before, home, erasures=(copy,), adopt=True).again.erasures == 1


def test_an_index_of_another_line_of_the_log_is_spared(before: Before, tmp_path: Path) -> None:
    """After the restore the log goes on otherwise: its entries at erased indexes are not to be erased."""
    home = elsewhere(before, tmp_path / "restored")
    laid(before, home, adopt=True)
    world = open_world(home, retention_years=0)
    try:
        while world.size <= before.erasure + 2:
            number = citizen_number("990101", date(2000, 1, 1), world.size)
            world.made("ZW", "holders", {"id_type": "111", "number": number, "name": "样例"})
        world.ledger.publisher.publish_once()
        records = world.ledger.store.query_raw("SELECT count(*) FROM private_records")
        take_backup(world.ledger.settings, tmp_path / "new.backup", quiet)
    finally:
        world.close()
    again = elsewhere(before, tmp_path / "again", marks=False)
    lists = (before.home / "head" / NAME, home / "head" / NAME)
    done = restore(tmp_path / "new.backup", Asked(home=again, offline=True, erasures=lists), quiet)
    assert done.again.erasures == 0
    with closing(Store(f"sqlite:///{again / 'ledger.db'}", read_only=True)) as store:
        assert store.query_raw("SELECT count(*) FROM private_records") == records


def test_over_postgresql(postgres: Server, tmp_path: Path) -> None:
    """From PostgreSQL into PostgreSQL: nothing of the person ever reaches the new database."""
    stated = {"database_url": postgres.create()}
    home = tmp_path / "home"
    found_home(settings_of(home, **stated), departments=CUSTODIAL)
    before = a_backup_before_an_erasure(home, tmp_path / "old.backup", **stated)
    to = elsewhere(before, tmp_path / "restored")
    url = postgres.create()
    (to / "once.toml").write_text(f'database_url = "{url}"\n')
    (to / "once.toml").chmod(0o600)
    assert laid(before, to, adopt=True).again.erasures == 1
    world = open_world(to, retention_years=0, database_url=url)
    try:
        assert_nobody_is_there(world, before)
        assert len(all_erasures(world.ledger.store)) == 1
        assert judged(world) == []
        assert differences(world, tmp_path / "copy.db") == []
    finally:
        world.close()


def test_the_list_names_nobody(before: Before) -> None:
    """Indexes, public hashes, random ids and a department's code: no member has room for a person."""
    (line,) = (before.home / "head" / NAME).read_bytes().splitlines()
    item = json.loads(line)["item"]
    assert set(item) == {"department", "documents", "entries", "erasure", "index", "time"}
    for said in (before.life.number, before.life.name, before.life.holder.hex(), PAPER_NUMBER):
        assert said.encode() not in line
