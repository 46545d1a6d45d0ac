# SPDX-License-Identifier: Apache-2.0
"""T04: a DBA restores yesterday's back-up; nothing more is signed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.builders import Append, a_leaf, a_log, a_publisher
from tests.tampering import assert_nothing_is_signed

if TYPE_CHECKING:
    from pathlib import Path


def test_yesterdays_back_up_is_read_only(tmp_path: Path) -> None:
    """A restored back-up has no damage at all, and still may not sign."""
    with a_log(tmp_path, entries=300) as log:
        a_publisher(log).publish_once()
    shutil.copy(tmp_path / "ledger.db", tmp_path / "yesterday.db")
    with a_log(tmp_path) as log:
        log.writer.submit_wait(Append([a_leaf() for _ in range(300)]))
        a_publisher(log).publish_once()
    shutil.copy(tmp_path / "yesterday.db", tmp_path / "ledger.db")

    assert_nothing_is_signed(tmp_path, "mark.ahead")


def test_a_log_that_went_on_after_the_restore_is_a_fork(tmp_path: Path) -> None:
    """A back-up that grew past the mark with other entries is a fork."""
    a_log(tmp_path, entries=3).close()
    shutil.copytree(tmp_path, tmp_path / "elsewhere")
    a_log(tmp_path, entries=3).close()
    with a_log(tmp_path / "elsewhere") as log:
        log.writer.submit_wait(Append([a_leaf() for _ in range(9)]))
    shutil.copy(tmp_path / "elsewhere" / "ledger.db", tmp_path / "ledger.db")

    assert_nothing_is_signed(tmp_path, "fork")
