# SPDX-License-Identifier: Apache-2.0
"""The start-up table: every row of it, first as a pure table, then on real files."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ledger.checkpoint import Checkpoint
from ledger.errors import ReadOnlyError
from ledger.hashing import EMPTY_ROOT
from ledger.headmark import Marked
from ledger.rows import Head
from ledger.startup import (
    Action,
    ChainFacts,
    LogFacts,
    adopt_head,
    compare,
    compare_chain,
    examine,
    initialise,
)
from tests.builders import ORIGIN, a_log, a_mark, a_store, an_append
from tests.databases import Server, copy_log, meddle, restore

if TYPE_CHECKING:
    from pathlib import Path

A, B = b"\xaa" * 32, b"\xbb" * 32


def marked(size: int, root: bytes = A) -> Marked:
    return Marked(Checkpoint(ORIGIN, size, root), b"note")


@pytest.mark.parametrize(
    ("facts", "code", "action"),
    [
        (LogFacts(Head(9, A), marked(9), A), "same", Action.SERVE),
        (LogFacts(Head(9, B), marked(5), A), "crash", Action.MARK_HEAD),
        (LogFacts(Head(9, B), marked(9), B), "fork", Action.READ_ONLY),
        (LogFacts(Head(9, A), marked(5), B), "fork", Action.READ_ONLY),
        (LogFacts(Head(9, A), marked(10), None), "mark.ahead", Action.READ_ONLY),
        (LogFacts(Head(9, A), Marked(None, None), A), "mark.missing", Action.READ_ONLY),
        (LogFacts(Head(9, A), Marked(None, None, ("w.mark",)), A), "mark.unreadable", Action.READ_ONLY),
        (
            LogFacts(Head(9, A), Marked(marked(9).checkpoint, b"", ("w",)), A),
            "mark.unreadable",
            Action.READ_ONLY,
        ),
        (LogFacts(Head(9, A), marked(9), A, damage="the edge"), "edge", Action.READ_ONLY),
        (LogFacts(Head(9, A, "chain"), marked(9), A), "halted", Action.READ_ONLY),
    ],
)
def test_mark_against_head(facts: LogFacts, code: str, action: Action) -> None:
    """Each relation of mark and head has its one action; damage outweighs everything."""
    finding = compare(facts)

    assert (finding.code, finding.action) == (code, action)


@pytest.mark.parametrize(
    ("chain", "code", "action"),
    [
        (ChainFacts(5, A, A, 5), "chain.same", Action.SERVE),
        (ChainFacts(5, A, B, 5), "chain.fork", Action.READ_ONLY),
        (ChainFacts(10, A, None, 5), "chain.ahead", Action.READ_ONLY),
        (ChainFacts(None, None, None, 5), "chain.unreachable", Action.COMPARE_LATER),
        (ChainFacts(3, A, A, 5), "chain.back", Action.WITHDRAW_ANCHORS),
        (ChainFacts(3, A, B, 5), "chain.fork", Action.READ_ONLY),
    ],
)
def test_chain_against_head(chain: ChainFacts, code: str, action: Action) -> None:
    """Each relation of chain and head has its one action; a silent chain stops nothing."""
    finding = compare_chain(Head(9, A), chain)

    assert (finding.code, finding.action) == (code, action)


def found(folder: Path) -> str:
    """The code of the finding with which a writer starts in `folder`."""
    store, mark = a_store(folder), a_mark(folder)
    finding = compare(examine(store, mark))
    mark.close()
    store.close()
    return finding.code


def test_a_new_log_is_marked_before_its_first_entry(folder: Path) -> None:
    """Initialising writes the mark of size 0, can be repeated, and is refused on a log with entries."""
    store, mark = a_store(folder), a_mark(folder)
    initialise(store, mark)
    initialise(store, mark)

    assert mark.largest().checkpoint == Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    mark.close()
    store.close()
    a_log(folder, entries=1).close()
    store, mark = a_store(folder), a_mark(folder)
    with pytest.raises(ReadOnlyError):
        initialise(store, mark)
    mark.close()
    store.close()


def test_a_normal_stop_is_the_same_head(folder: Path) -> None:
    """After a clean stop mark and head agree."""
    a_log(folder, entries=300).close()

    assert found(folder) == "same"


def test_a_crash_before_the_mark_is_made_good(folder: Path) -> None:
    """A head larger than the mark, with the mark's root inside, is marked and served."""
    a_log(folder, entries=300).close()
    shutil.copytree(folder / "marks", folder / "old")
    a_log(folder, entries=300).close()
    shutil.copy(folder / "old" / "writer-1.mark", folder / "marks" / "writer-1.mark")

    assert found(folder) == "crash"
    with a_log(folder) as log:
        assert log.writer.acknowledged.size == 600
    assert found(folder) == "same"


def test_a_missing_or_garbled_mark_is_read_only(folder: Path) -> None:
    """Without a readable mark nobody knows what was acknowledged."""
    a_log(folder, entries=3).close()
    path = folder / "marks" / "writer-1.mark"
    content = path.read_bytes()
    path.write_bytes(b"\xff" * 1024)
    assert found(folder) == "mark.unreadable"
    path.unlink()
    assert found(folder) == "mark.missing"
    path.write_bytes(content)

    assert found(folder) == "same"


def test_a_new_writer_adds_its_mark_beside_a_valid_one(folder: Path) -> None:
    """A second writer starts from the first one's mark and has its own from then on."""
    with a_log(folder, entries=3):
        pass
    store, mark = a_store(folder), a_mark(folder, "writer-2.mark")
    assert compare(examine(store, mark)).code == "same"
    mark.close()
    store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE head SET root = zeroblob(32)",
        "UPDATE head SET size = size - 1",
        "UPDATE edge SET hashes = zeroblob(1408) WHERE level = 0",
        "DELETE FROM edge",
        "UPDATE entries SET leaf = X'00' WHERE idx = 299",
        "DELETE FROM entries WHERE idx = 299",
    ],
)
def test_a_damaged_edge_is_read_only(folder: Path, statement: str) -> None:
    """If edge, head and the last entries do not fit together, nothing may be signed."""
    a_log(folder, entries=300).close()
    meddle(folder, statement)

    assert found(folder) == "edge"
    with a_log(folder) as log:
        assert (log.writer.read_only or "").startswith("edge: ")
        with pytest.raises(ReadOnlyError):
            log.writer.submit_wait(an_append())


def test_adopting_the_head_is_explicit_and_keeps_the_evidence(
    folder: Path, server: Server | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """After a restored back-up the log serves again only once adopted; the old marks are set aside."""
    a_log(folder, entries=3).close()
    backup = copy_log(folder, tmp_path_factory.mktemp("backup") / "log", server)
    a_log(folder, entries=3).close()
    restore(backup, folder, server)
    assert found(folder) == "mark.ahead"

    store, mark = a_store(folder), a_mark(folder, "writer-2.mark")
    assert adopt_head(store, mark).size == 3
    mark.close()
    store.close()

    assert found(folder) == "same"
    assert (folder / "marks" / "writer-1.mark.replaced-1").stat().st_size == 1024


def test_a_damaged_log_cannot_be_adopted(folder: Path) -> None:
    """Adopting is refused while edge and entries do not give the head."""
    a_log(folder, entries=3).close()
    meddle(folder, "UPDATE head SET root = zeroblob(32)")
    store, mark = a_store(folder), a_mark(folder)
    with pytest.raises(ReadOnlyError):
        adopt_head(store, mark)
    mark.close()
    store.close()
