# SPDX-License-Identifier: Apache-2.0
"""Mandates as private records and tables hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from attest.materials.model import Citation

VIEW, HAND_IN = "view", "hand_in"
ACTS: Final = (VIEW, HAND_IN)
"""What an agent may do: see the principal's materials, hand papers in for them at a counter."""
STANDS, ENDED, EXPIRED = "stands", "ended", "expired"
MOST_DAYS: Final = 366
MOST_TYPES: Final = 32


@dataclass(frozen=True, slots=True)
class Scope:
    """How far it goes: `acts`, at least one; `types` of material, none meaning all; one item, one case."""

    acts: tuple[str, ...]
    types: tuple[str, ...] = ()
    item: str | None = None
    case_no: str | None = None


@dataclass(frozen=True, slots=True)
class Mandate:
    """The private record of `mandate.granted`; it holds before `until` (Unix seconds, exclusive).

    The agent is named by type and number of an identity document, whether or not the ledger knows them.
    """

    principal: bytes
    principal_salt: bytes
    agent_type: str
    agent_number: str
    agent_salt: bytes
    scope: Scope
    until: int


@dataclass(frozen=True, slots=True)
class Revocation:
    """The private record of `mandate.revoked`."""

    mandate: Citation
    principal: bytes
    principal_salt: bytes


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate as the tables hold it; `agent` is the keyed look-up of the agent's number.

    `ended`: index and time of its revocation, None while there is none.
    """

    id: bytes
    index: int
    leaf: bytes
    principal: bytes
    agent: bytes
    until: int
    time: int
    ended: tuple[int, int] | None
