# SPDX-License-Identifier: Apache-2.0
"""T05: a DBA swaps two entries; both are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import a_log
from tests.tampering import change, named

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("one", "other"), [(3, 4), (10, 999), (255, 256)])
def test_both_swapped_entries_are_named(tmp_path: Path, one: int, other: int) -> None:
    """Entries that changed places are both named."""
    a_log(tmp_path, entries=1_000).close()
    database = tmp_path / "ledger.db"
    moves = ((one, -1), (other, one), (-1, other))
    change(database, *(f"UPDATE entries SET idx = {new} WHERE idx = {old}" for old, new in moves))

    assert named(database) == [("entry.mismatch", one), ("entry.mismatch", other)]
