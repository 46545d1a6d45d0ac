# SPDX-License-Identifier: Apache-2.0
"""T02: a DBA rewrites entries and repairs every hash; the signed checkpoints remain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.audit import ChainRoots, audit
from ledger.store import Store
from tests.builders import ORIGIN, Append, a_leaf, a_log, a_publisher, a_signer
from tests.tampering import change, findings, rebuild

if TYPE_CHECKING:
    from pathlib import Path

SIZES = (200, 300, 301, 600, 900)


@pytest.fixture
def log_folder(tmp_path: Path) -> Path:
    """A closed log of 900 entries with checkpoints at five sizes."""
    with a_log(tmp_path) as log:
        for size in SIZES:
            first = log.store.head().size
            log.writer.submit_wait(Append([a_leaf(b"entry %d" % index) for index in range(first, size)]))
            a_publisher(log).publish_once()
    return tmp_path


@pytest.mark.parametrize(
    ("index", "size", "text"),
    [(0, 200, "from 0 to 199"), (250, 300, "from 200 to 299"), (300, 301, "from 300 to 300"), (899, 900, "")],
)
def test_a_rewritten_entry_is_bisected_between_checkpoints(
    log_folder: Path, index: int, size: int, text: str
) -> None:
    """With every hash repaired, the first checkpoint that disagrees and the range before it are named."""
    database = log_folder / "ledger.db"
    change(database, f"UPDATE entries SET leaf = X'00' WHERE idx = {index}")
    rebuild(database)
    (finding,) = findings(database)

    assert (finding.code, finding.size) == ("checkpoint.root", size)
    assert text in finding.text


def test_the_chain_still_tells_when_the_checkpoints_are_gone(log_folder: Path) -> None:
    """A DBA who also deletes the checkpoints is found out by the chain's roots, or by any kept note."""
    database = log_folder / "ledger.db"
    store = Store(f"sqlite:///{database}", read_only=True)
    kept = store.checkpoints()
    store.close()
    change(database, "UPDATE entries SET leaf = X'00' WHERE idx = 450", "DELETE FROM checkpoints")
    rebuild(database)
    store = Store(f"sqlite:///{database}", read_only=True)
    verifier = a_signer().verifier()
    chain = ChainRoots(900, {one.size: one.root for one in kept})

    assert audit(store, verifier, ORIGIN).ok
    assert {(one.code, one.size) for one in audit(store, verifier, ORIGIN, chain=chain).findings} == {
        ("chain.root", 600),
        ("chain.root", 900),
    }
    assert [
        one.size for one in audit(store, verifier, ORIGIN, notes=[one.note for one in kept]).findings
    ] == [600]
    store.close()


def test_a_rewritten_log_does_not_start(log_folder: Path) -> None:
    """The head mark lies outside the database: a consistent rewrite is a fork, and read-only."""
    change(log_folder / "ledger.db", "UPDATE entries SET leaf = X'00' WHERE idx = 450")
    rebuild(log_folder / "ledger.db")
    with a_log(log_folder) as log:
        assert (log.writer.read_only or "").startswith("fork: ")
