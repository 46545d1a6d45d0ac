# SPDX-License-Identifier: Apache-2.0
"""When an issuer that fails is asked again: after some failures only after a pause, then one at a time.

Pure: times are seconds of any one clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

AT_A_TIME: Final = 8
"""Connections to one issuer at once."""
FAILURES: Final = 3
"""Failures in a row after which an issuer is left alone."""
PAUSE: Final = 30.0
"""Seconds for which it is left alone."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """`failed` in a row so far; `until` it is left alone; `trying`: one question is out as a trial."""

    failed: int = 0
    until: float = 0.0
    trying: bool = False

    def admits(self, now: float) -> bool:
        """Whether a question may go out at `now`."""
        return self.failed < FAILURES or (now >= self.until and not self.trying)

    def begun(self) -> Circuit:
        """After a question went out."""
        return replace(self, trying=self.failed >= FAILURES)

    def given_up(self) -> Circuit:
        """After whoever asked went away: that says nothing of the issuer."""
        return replace(self, trying=False)

    def ended(self, now: float, *, answered: bool) -> Circuit:
        """After its answer came, or did not."""
        if answered:
            return Circuit()
        failed = min(self.failed + 1, FAILURES)
        return Circuit(failed, now + PAUSE if failed >= FAILURES else 0.0)
