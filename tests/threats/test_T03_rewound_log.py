# SPDX-License-Identifier: Apache-2.0
"""T03: a DBA takes away the last entries; nothing more is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.rows import Head
from ledger.startup import Action, ChainFacts, compare_chain
from tests.builders import a_log, a_publisher
from tests.tampering import assert_nothing_is_signed, rewind

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("left", [0, 1, 255, 599])
def test_a_log_without_its_last_entries_is_read_only(tmp_path: Path, left: int) -> None:
    """However cleanly the last entries were removed, the head mark is ahead."""
    with a_log(tmp_path, entries=600) as log:
        a_publisher(log).publish_once()
    rewind(tmp_path / "ledger.db", left)

    assert_nothing_is_signed(tmp_path, "mark.ahead")


def test_a_chain_that_is_ahead_stops_the_log() -> None:
    """With mark and database rewound together the chain still holds the larger size."""
    finding = compare_chain(Head(300, b"r" * 32), ChainFacts(600, b"s" * 32, None, 600))

    assert (finding.code, finding.action) == ("chain.ahead", Action.READ_ONLY)
