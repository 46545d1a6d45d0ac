# SPDX-License-Identifier: Apache-2.0
"""T06: a DBA inserts an entry before others; the audit finds it even when every hash was repaired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders import Append, a_leaf, a_log, a_publisher
from tests.tampering import change, findings, rebuild

if TYPE_CHECKING:
    from pathlib import Path


def test_a_back_dated_entry_is_found(tmp_path: Path) -> None:
    """An entry inserted before others moves them, and the first signed size after it disagrees."""
    with a_log(tmp_path) as log:
        for first, size in ((0, 200), (200, 300), (300, 900)):
            log.writer.submit_wait(Append([a_leaf(b"entry %d" % index) for index in range(first, size)]))
            a_publisher(log).publish_once()
    database = tmp_path / "ledger.db"
    change(
        database,
        "UPDATE entries SET idx = -idx - 1 WHERE idx >= 250",
        "UPDATE entries SET idx = -idx WHERE idx < 0",
        "INSERT INTO entries VALUES (250, 'back-dated')",
        "UPDATE entries SET leaf = CAST(leaf AS BLOB) WHERE idx = 250",
    )
    assert {one.code for one in findings(database)} == {"entry.mismatch", "entry.extra"}

    rebuild(database)
    assert ("checkpoint.root", 300) in [(one.code, one.size) for one in findings(database)]
