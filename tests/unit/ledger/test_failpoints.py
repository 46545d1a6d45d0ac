# SPDX-License-Identifier: Apache-2.0
"""Failpoints do nothing unless armed, and act at exactly the nth hit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from ledger import failpoints
from ledger.failpoints import Failpoint, FailpointError, failpoint


def test_an_unarmed_failpoint_does_nothing() -> None:
    """Without the variable every point returns False, known or not."""
    assert [failpoint(name) for name in sorted(failpoints.NAMES)] == [False] * 17


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
