# SPDX-License-Identifier: Apache-2.0
"""Founding, departments and keys: records of the entries that only governance signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SERVICE: Final = "service"
GOVERNANCE: Final = "governance"
LEVELS: Final = ("national", "province", "city", "county", "town", "village")
CUSTODY: Final = ("service", "department")
"""Who keeps a department's key: this service (custodial), or the department itself (`:prepare`)."""


@dataclass(frozen=True, slots=True)
class Founding:
    """Entry 0: the keys that the log id commits to, and the profile it was founded with."""

    origin: str
    log_key: bytes
    checkpoint_signer: bytes
    governance: bytes
    service: bytes
    profile: str


@dataclass(frozen=True, slots=True)
class Department:
    """A department enters the ledger; its names stand in a text that the entry names by digest."""

    code: str
    level: str
    text: bytes


@dataclass(frozen=True, slots=True)
class KeyAdded:
    """A department's signing address is valid from this entry's index on."""

    department: str
    address: bytes
    custody: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as the tables hold it: owner, custody, and the indexes between which it is valid."""

    address: bytes
    department: str
    added: int
    custody: str
    retired: int | None
    compromised_since: int | None


@dataclass(frozen=True, slots=True)
class LogKeyRotated:
    """From the next size on: the log's Ed25519 key (32 bytes), its checkpoint signer (20), and why."""

    log_key: bytes
    checkpoint_signer: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class KeyRetired:
    """The address is not valid after this entry, nor from `compromised_since` on where that is given."""

    department: str
    address: bytes
    reason: str
    compromised_since: int | None
