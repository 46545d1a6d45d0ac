# SPDX-License-Identifier: Apache-2.0
"""Erasures as records and tables hold them, and what stands in the way of one. Days are dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

    from attest.catalogue.model import Archive, Citation

MOST_ENTRIES: Final = 20_000
"""Entries of one erasure: its own record names each."""
RETENTION, FOR_EVER, ARCHIVED, SHARED, DISPUTED = "retention", "for_ever", "archived", "shared", "disputed"
HINDRANCES: Final = (RETENTION, FOR_EVER, ARCHIVED, SHARED, DISPUTED)
"""Not yet past its years · kept for ever by law · the copy here is the archival one · another person's, too ·
a dispute waits for its answer."""
MATERIAL, CASE = "material", "case"


@dataclass(frozen=True, slots=True)
class Erasure:
    """The private record of `holder.erased`: indexes of the entries whose records were destroyed, and files.

    It names nobody. `department` is who asked for it, or the code of nobody's department for the holder.
    """

    department: str
    entries: tuple[int, ...]
    documents: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A material or case of the holders: its type or item, and what its keeping hangs on.

    `last`: the day of acceptance, of opening, or of the last reliance. `others`: another person is a party.
    """

    kind: str
    code: str
    last: date
    others: bool
    disputed: bool = False
    version: int = 0
    """Of a case: the version of the guide that it pins."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why something may not be erased now; `possible` is the first day on which it may, where one is known.

    `ground` is the type's own citation, None where the ledger's general rule holds. `archive` is
    what the type says of its archival copy, where a department keeps one.
    """

    kind: str
    code: str
    cause: str
    possible: date | None
    ground: Citation | None
    version: int = 0
    archive: Archive | None = None
