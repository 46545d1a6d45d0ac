# SPDX-License-Identifier: Apache-2.0
"""Removal from reuse as private records and tables hold it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attest.materials.model import Citation


@dataclass(frozen=True, slots=True)
class ReuseChoice:
    """The private record of `reuse.removed` and `reuse.restored`: a party's word about an acceptance.

    `case_no`, `authority` and `accepted_by` are those of the acceptance.
    """

    acceptance: Citation
    case_no: str
    case_salt: bytes
    authority: str
    accepted_by: str
    holder: bytes


@dataclass(frozen=True, slots=True)
class Removal:
    """A removal that stands: whose, at which entry, when (Unix seconds)."""

    holder: bytes
    index: int
    time: int
