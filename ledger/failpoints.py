# SPDX-License-Identifier: Apache-2.0
"""Named points where a test may kill, raise or flip a bit: `ONCE_FAILPOINT=name:n:kill|raise|flip`.

`ONCE_FAILPOINT=@FILE` is for one among several processes: see `Order`.

With the variable unset at import a failpoint is a function that returns False. In order of a submission:

====  =====================================================================
F2    vault: blob written
F3    vault: blob and folder fsynced
F7    writer: batch chosen, transaction open, nothing decided (flip: a bit of its first leaf hash)
F8    writer: rows, tiles and edge written
F4    writer: head row written, before COMMIT
F9    writer: after COMMIT, before the read-back
F5    writer: read back, before the head mark
F17   writer: after the head mark, before the answer
F6    writer: after the answer
F10   publisher: checkpoint signed, before it is stored
F11   publisher: checkpoint stored
F12   anchor: transaction built and stored
F13   anchor: broadcast, before it is noted
F14   anchor: before the receipt
F15   anchor: receipt seen, before the commit
F16   anchor: confirmed
F18   erasure: committed, before its first file goes
F19   restore: database laid, then keys laid, before trust
F20   look-up keys: every row changed, before COMMIT
F21   look-up keys: after COMMIT, before the new keys take the old ones' place
F22   log key: new keys on the disk, before the entry
F23   log key: entry published, before the list of erasures and the trust file
F24   log key: trust file written, before the new keys take the old ones' place
====  =====================================================================

F1 (request body read) is the door's; killing there is the same as never having been called.
"""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES: Final = frozenset(f"F{number}" for number in range(1, 25))
ACTIONS: Final = frozenset({"kill", "raise", "flip"})


class FailpointError(RuntimeError):
    """Raised on purpose by an armed failpoint."""


class Failpoint:
    """One armed point: acts at the nth hit of `name`, counted over all threads."""

    def __init__(self, setting: str) -> None:
        """Read `name:n:action`; ValueError for anything else."""
        name, number, action = setting.split(":")
        if name not in NAMES or action not in ACTIONS or int(number) < 1:
            raise ValueError(f"not a failpoint: {setting!r}")
        self._name, self._left, self._action = name, int(number), action
        self._lock = threading.Lock()

    def __call__(self, name: str) -> bool:
        """Count a hit; True means: flip a bit of what you hold."""
        if name != self._name:
            return False
        with self._lock:
            self._left -= 1
            if self._left != 0:
                return False
        if self._action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self._action == "raise":
            raise FailpointError(f"failpoint {name}")
        return True


class Order:
    """`@FILE`: the first process to reach the point in FILE, which holds `name:action`, takes it and acts.

    To take it is to rename it to FILE.PID: it is carried out once, and whoever gave it sees by whom.
    """

    def __init__(self, setting: str) -> None:
        """Read `@FILE`; the file need not be there yet."""
        self._file = Path(setting.removeprefix("@"))

    def __call__(self, name: str) -> bool:
        """Act if that is ordered here; True means: flip a bit of what you hold. ValueError for nonsense."""
        try:
            wanted, _, action = self._file.read_text(encoding="ascii").partition(":")
            order = Failpoint(f"{wanted}:1:{action}")
            if wanted != name:
                return False
            self._file.rename(f"{self._file}.{os.getpid()}")
        except FileNotFoundError:  # nothing is ordered, or another was quicker
            return False
        return order(name)


def armed(setting: str) -> Callable[[str], bool]:
    """What a setting of `ONCE_FAILPOINT` asks for; ValueError if it asks for nothing."""
    return Order(setting) if setting.startswith("@") else Failpoint(setting)


def _unarmed(name: str) -> bool:  # noqa: ARG001  # the shape of Failpoint.__call__
    """Do nothing: no failpoint is armed."""
    return False


def is_armed() -> bool:
    """Whether this process may be told to die, to raise or to flip a bit."""
    return failpoint is not _unarmed


_setting = os.environ.get("ONCE_FAILPOINT")
failpoint: Callable[[str], bool] = armed(_setting) if _setting else _unarmed
