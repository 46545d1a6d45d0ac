# SPDX-License-Identifier: Apache-2.0
"""Orders to one among several processes: who reaches the point first ends there, the others go on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Orders:
    """A file that every process of a service looks for at each of its failpoints."""

    def __init__(self, folder: Path) -> None:
        """Nothing is ordered yet."""
        self.file = folder / "order"

    @property
    def setting(self) -> str:
        """What the processes have in ONCE_FAILPOINT."""
        return f"@{self.file}"

    def give(self, point: str, action: str = "kill") -> None:
        """Have whoever comes to the point next act there."""
        whole = self.file.with_suffix(".new")
        whole.write_text(f"{point}:{action}", encoding="ascii")
        whole.rename(self.file)

    def taken(self) -> int:
        """Process id of the one that took the order, 0 before that; told once."""
        for file in self.file.parent.glob(f"{self.file.name}.[0-9]*"):
            file.unlink()
            return int(file.suffix[1:])
        return 0

    def carried_out(self, seconds: float, going: Callable[[], bool] = lambda: True) -> int:
        """Wait for that; 0 if it takes longer or there is no going on."""
        deadline = time.monotonic() + seconds
        while (process := self.taken()) == 0 and time.monotonic() < deadline and going():
            time.sleep(0.01)
        if process == 0:
            self.file.unlink(missing_ok=True)
            process = self.taken()
        return process
