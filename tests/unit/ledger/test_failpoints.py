# SPDX-License-Identifier: Apache-2.0
"""Failpoints do nothing unless armed, and act at exactly the nth hit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ledger import failpoints
from ledger.failpoints import Failpoint, FailpointError, armed, failpoint

if TYPE_CHECKING:
    from pathlib import Path


def test_an_unarmed_failpoint_does_nothing() -> None:
    """Without the variable every point returns False, known or not."""
    assert [failpoint(name) for name in sorted(failpoints.NAMES)] == [False] * 24


def test_it_acts_at_the_nth_hit_of_its_name_alone() -> None:
    """The third hit of F8 raises; other names and other hits pass."""
    armed = Failpoint("F8:3:raise")

    assert [armed("F8"), armed("F9"), armed("F8")] == [False] * 3
    with pytest.raises(FailpointError, match="F8"):
        armed("F8")
    assert armed("F8") is False


def test_a_flip_says_so_once() -> None:
    """A flip returns True at its hit, for the caller to damage what it holds."""
    armed = Failpoint("F7:2:flip")

    assert [armed("F7"), armed("F7"), armed("F7")] == [False, True, False]


@pytest.mark.parametrize("setting", ["F8", "F8:1", "F99:1:kill", "F8:0:kill", "F8:1:burn", "F8:x:kill"])
def test_a_wrong_setting_is_refused(setting: str) -> None:
    """A misspelt failpoint stops the program instead of testing nothing."""
    with pytest.raises(ValueError):
        Failpoint(setting)


def test_kill_is_sigkill_of_the_own_process() -> None:
    """An armed kill ends the process by SIGKILL, with nothing cleaned up."""
    code = "from ledger.failpoints import failpoint; failpoint('F5'); print('alive'); failpoint('F5')"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "ONCE_FAILPOINT": "F5:2:kill"},
        capture_output=True,
        check=False,
    )

    assert ended.returncode == -signal.SIGKILL


def test_an_order_is_carried_out_by_one(tmp_path: Path) -> None:
    """Of several that wait for orders the first to reach the point takes it; the others go on."""
    file = tmp_path / "order"
    first, second = armed(f"@{file}"), armed(f"@{file}")
    assert [first("F8"), second("F8")] == [False] * 2

    file.write_text("F8:flip", encoding="ascii")
    assert [second("F9"), second("F8"), first("F8"), second("F8")] == [False, True, False, False]

    assert [path.name for path in tmp_path.iterdir()] == [f"order.{os.getpid()}"]
    file.write_text("F8:raise", encoding="ascii")
    with pytest.raises(FailpointError, match="F8"):
        first("F8")


@pytest.mark.parametrize("order", ["", "F8", "F99:kill", "F8:burn", "F8:1:kill"])
def test_a_wrong_order_is_refused(order: str, tmp_path: Path) -> None:
    """A misspelt order is an error wherever it is read, and nobody takes it."""
    (tmp_path / "order").write_text(order, encoding="ascii")
    with pytest.raises(ValueError):
        armed(f"@{tmp_path / 'order'}")("F8")
    assert (tmp_path / "order").exists()
