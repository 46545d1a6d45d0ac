# SPDX-License-Identifier: Apache-2.0
"""What a row of the counter's list is put together from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Missing:
    """Evidence still to be added: `position` within the combination that comes nearest."""

    position: int
    type: str
    name: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Fallen:
    """Who took back what this case had relied on, by name, and when (Unix seconds).

    `rectified`: because a later acceptance corrects it.
    """

    by: str
    at: int
    rectified: bool = False

    @property
    def how(self) -> str:
        """Which text says it."""
        return "rectified" if self.rectified else "recalled"


@dataclass(frozen=True, slots=True)
class Known:
    """Evidence that need not be handed in, and could be all the same: its place in the combination."""

    position: int
    name: str


@dataclass(frozen=True, slots=True)
class ByNumber:
    """A paper whose issuer can be asked by a number that the clerk types; `issuers` are (code, name)."""

    type: str
    name: str
    issuers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A paper of this case that the clerk's department may take back: id in hex, name, index of its entry."""

    id: str
    name: str
    index: int


@dataclass(frozen=True, slots=True)
class ReceiptHere:
    """A reliance receipt of this case that stands: the index of its entry, and who took its ground back."""

    index: int
    fallen: Fallen | None = None


@dataclass(frozen=True, slots=True)
class Disputed:
    """Who has to answer a dispute of what this case relied on, by name, and the last day to do so."""

    by: str
    due: date
