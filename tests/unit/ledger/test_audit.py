# SPDX-License-Identifier: Apache-2.0
"""The audit recomputes everything and names what is wrong."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ledger.audit import AuditReport, ChainRoots, audit
from ledger.hashing import sha256
from ledger.store import Store
from tests.builders import ORIGIN, Append, Log, a_leaf, a_log, a_publisher, a_signer

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 700


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a closed log of 700 entries with checkpoints at 300, 301 and 700."""
    folder = tmp_path_factory.mktemp("sound")
    with a_log(folder) as log:
        for more in (300, 1, 399):
            first = log.store.head().size
            log.writer.submit_wait(Append([a_leaf(b"entry %d" % n) for n in range(first, first + more)]))
            a_publisher(log).publish_once()
    return folder


def audited(folder: Path, *statements: str, **options: object) -> AuditReport:
    """The report on a database file after `statements` changed it behind the log's back."""
    path = folder / "ledger.db"
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)
    database.close()
    store = Store(f"sqlite:///{path}", read_only=True)
    try:
        return audit(store, a_signer().verifier(), ORIGIN, **options)  # type: ignore[arg-type]  # test sugar
    finally:
        store.close()


def found(report: AuditReport) -> set[tuple[str, int | None]]:
    """The findings as `(code, entry or size)`."""
    return {(one.code, one.size if one.entry is None else one.entry) for one in report.findings}


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    """A copy of the sound log that a test may damage."""
    shutil.copytree(sound, tmp_path / "copy")
    return tmp_path / "copy"


def test_a_sound_log_has_no_findings(copy: Path) -> None:
    """A log nobody touched is audited without a finding, from a copy opened read-only."""
    report = audited(copy, entry_id_of=sha256)

    assert report.ok, report.findings
    assert report.entries == SIZE


def test_a_read_only_audit_writes_nothing(copy: Path) -> None:
    """Auditing a copy leaves its folder and bytes as they were."""
    database = copy / "ledger.db"
    before = (sorted(path.name for path in copy.iterdir()), sha256(database.read_bytes()))
    store = Store(f"sqlite:///{database}", read_only=True)
    audit(store, a_signer().verifier(), ORIGIN)
    store.close()

    assert (sorted(path.name for path in copy.iterdir()), sha256(database.read_bytes())) == before


def test_a_live_log_is_audited_at_the_size_it_had(tmp_path: Path) -> None:
    """A log that is being written to has no findings."""
    with a_log(tmp_path, entries=SIZE) as log:

        def grow(_index: int, _leaf: bytes) -> None:
            if _index % 100 == 0:
                log.writer.submit_wait(Append([a_leaf(), a_leaf()]))

        report = audit(log.store, a_signer().verifier(), ORIGIN, check_leaf=grow)

    assert (report.findings, report.entries) == ((), SIZE)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE entries SET leaf = X'00' WHERE idx = 299",
            {("entry.mismatch", 299), ("entry_id.wrong", 299)},
        ),
        ("UPDATE entries SET leaf = 'text' WHERE idx = 5", {("entry.mismatch", 5), ("entry_id.wrong", 5)}),
        ("DELETE FROM entries WHERE idx = 650", {("entry.missing", 650)}),
        ("INSERT INTO entries VALUES (700, X'00')", {("entry.extra", 700)}),
        ("INSERT INTO entry_ids VALUES (zeroblob(16), 700)", {("entry_id.extra", 700)}),
        ("INSERT INTO entry_ids VALUES (zeroblob(16), 7)", {("entry_id.twice", 7), ("entry_id.wrong", 7)}),
        ("DELETE FROM entry_ids WHERE idx = 5", {("entry_id.missing", 5)}),
        ("UPDATE entry_ids SET key = zeroblob(16) WHERE idx = 5", {("entry_id.wrong", 5)}),
        ("DELETE FROM tiles WHERE idx = 1", {("tile.missing", 512)}),
        ("INSERT INTO tiles VALUES (0, 2, zeroblob(8192))", {("tile.extra", None)}),
        ("UPDATE edge SET hashes = zeroblob(64) WHERE level = 1", {("edge.damaged", 700)}),
        ("DELETE FROM edge WHERE level = 0", {("tile.missing", 700)}),
        ("UPDATE head SET root = zeroblob(32)", {("head.root", 700)}),
        ("UPDATE checkpoints SET note = 'x' WHERE size = 301", {("checkpoint.signature", 301)}),
        (
            "UPDATE checkpoints SET root = zeroblob(32) WHERE size = 301",
            {("checkpoint.row", 301), ("checkpoint.root", 301)},
        ),
        (
            "UPDATE checkpoints SET size = 800 WHERE size = 301",
            {("checkpoint.row", 800), ("checkpoint.ahead", 800)},
        ),
    ],
)
def test_damage_is_named(copy: Path, statement: str, expected: set[tuple[str, int | None]]) -> None:
    """Each kind of damage is reported by its code and place, and nothing else is."""
    assert found(audited(copy, statement, entry_id_of=sha256)) == expected


def test_a_changed_tile_names_the_entry_below(copy: Path) -> None:
    """A leaf hash changed in a tile is reported as a mismatch of exactly that entry."""
    with closing(sqlite3.connect(copy / "ledger.db")) as database, database:
        hashes = bytearray(database.execute("SELECT hashes FROM tiles WHERE idx = 1").fetchone()[0])
        hashes[44 * 32] ^= 1
        database.execute("UPDATE tiles SET hashes = ? WHERE idx = 1", (bytes(hashes),))

    assert {("entry.mismatch", 300)} <= found(audited(copy))


def test_the_chain_is_believed(copy: Path) -> None:
    """A root on the chain that the log does not have, or a larger head there, is a finding."""
    report = audited(copy, chain=ChainRoots(900, {300: bytes(32), 900: bytes(32)}))

    assert found(report) == {("chain.root", 300), ("chain.ahead", 900)}


def test_a_checkpoint_kept_elsewhere_is_believed(sound: Path, copy: Path) -> None:
    """A signed checkpoint that an auditor kept is compared, and a note by another key is named."""
    store = Store(f"sqlite:///{sound / 'ledger.db'}", read_only=True)
    kept = store.checkpoints()[1].note
    store.close()

    assert audited(copy, notes=[kept]).ok
    assert found(audited(copy, notes=[kept.replace(b"\n301\n", b"\n302\n")])) == {("note.signature", None)}


def test_the_meaning_layer_is_asked(copy: Path) -> None:
    """What `check_leaf` says of an entry becomes a finding with its index."""
    report = audited(copy, check_leaf=lambda _, leaf: "odd" if leaf == b"entry 3" else None)

    assert found(report) == {("entry.meaning", 3)}


def test_findings_of_one_code_are_counted_beyond_a_hundred(copy: Path) -> None:
    """A wholly rewritten log gives a readable report: a hundred findings and the number of the rest."""
    report = audited(copy, "UPDATE entries SET leaf = 'forged'")

    texts = [one.text for one in report.findings if one.code == "entry.mismatch"]
    assert len(texts) == 101
    assert texts[-1] == "and 600 more"


def test_a_hundred_thousand_entries_are_audited_in_a_minute(tmp_path: Path) -> None:
    """An audit of 100,000 entries takes less than a minute."""
    with a_log(tmp_path) as log:
        fill(log, 100_000)
        started = time.monotonic()
        report = audit(log.store, a_signer().verifier(), ORIGIN)

    assert report.ok
    assert time.monotonic() - started < 60


def fill(log: Log, entries: int) -> None:
    """Append numbered entries, ten thousand a command."""
    for first in range(0, entries, 10_000):
        log.writer.submit_wait(Append([a_leaf(b"entry %d" % n) for n in range(first, first + 10_000)]))
