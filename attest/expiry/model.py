# SPDX-License-Identifier: Apache-2.0
"""A notice that a paper ends soon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from attest.materials.model import Citation

EXPIRING: Final = "material.expiring"
"""The stable code of such a notice: kind of the entry, type of the event, and of the rows of the list."""
OPEN_DAYS: Final = 365
"""Days after its opening in which a case counts as open: the ledger is not told how cases end."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The private record of `material.expiring`: which acceptance ends, which department is told.

    `duty`: the owner of the paper's type (管理单位); it is to take in the one that follows.
    """

    acceptance: Citation
    department: str
    duty: str


@dataclass(frozen=True, slots=True)
class Ending:
    """An acceptance that ends soon, whose the duty is, and the departments not told yet, in order."""

    id: bytes
    index: int
    leaf: bytes
    duty: str
    untold: tuple[str, ...]
