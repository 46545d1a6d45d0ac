# SPDX-License-Identifier: Apache-2.0
"""Holders as the ledger knows them: a random id; the number only inside a sealed record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ID_TYPES: Final = ("111", "001", "provisional")
"""GB/T 36903 holder types: 111 citizen number, 001 unified social credit code; provisional: a newborn."""

PROVISIONAL: Final = "provisional"
FIRM: Final = "001"


@dataclass(frozen=True, slots=True)
class Naming:
    """A department names a holder by type and number; the first naming gives the holder its id."""

    holder: bytes
    salt: bytes
    department: str
    id_type: str
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Linking:
    """The private record of `holder.linked`: two ids of one person, and the salts of their commitments."""

    provisional: bytes
    provisional_salt: bytes
    holder: bytes
    salt: bytes
