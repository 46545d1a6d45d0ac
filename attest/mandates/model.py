# SPDX-License-Identifier: Apache-2.0
"""Mandates as private records and tables hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from attest.catalogue.model import AGENT

if TYPE_CHECKING:
    from attest.materials.model import Citation

VIEW, HAND_IN = "view", "hand_in"
ACTS: Final = (VIEW, HAND_IN)
"""What an agent may do: see the principal's materials, hand papers in for them, on line or at a counter."""
STANDS, ENDED, EXPIRED, FALLEN, DISPUTED = "stands", "ended", "expired", "fallen", "disputed"
"""`fallen`: its paper was taken back; `disputed`: suspended until the dispute of its paper is answered."""
OVER: Final = (ENDED, EXPIRED, FALLEN, DISPUTED)
MOST_DAYS: Final = 366
MOST_TYPES: Final = 32
OF_AGE: Final = 18
"""Years after which nobody is under the guardianship of a minor (民法典第十七条)."""
WRONG: Final = "recorded_wrongly"
END_REASONS: Final = ("taken_back", "relation_ended", WRONG)
"""The principal took it back at the window, the relation came to an end, or the record was wrong."""


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
class Recording:
    """The private record of `mandate.recorded`: a department answers for it, by a paper accepted in a case.

    `relation` is `agent` or `guardian`, as the type of that paper has it.
    """

    mandate: Mandate
    relation: str
    acceptance: Citation
    case_no: str
    case_salt: bytes


@dataclass(frozen=True, slots=True)
class Revocation:
    """The private record of `mandate.revoked`."""

    mandate: Citation
    principal: bytes
    principal_salt: bytes


@dataclass(frozen=True, slots=True)
class Ending:
    """The private record of `mandate.ended`: a department ends what was recorded in its case."""

    mandate: Citation
    case_no: str
    case_salt: bytes
    reason: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Ground:
    """What a recorded mandate rests on: the acceptance (its id), in which case, recorded by whom."""

    acceptance: bytes
    department: str
    case_no: str


@dataclass(frozen=True, slots=True)
class MandateEnd:
    """The entry that ended a mandate; `department` and `reason` are None where the principal revoked it."""

    index: int
    time: int
    department: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate as the tables hold it; `agent` is the keyed look-up of the agent's number.

    `ground` is None where the principal granted it, signed in; `ended` while nothing ended it.
    """

    id: bytes
    index: int
    leaf: bytes
    principal: bytes
    agent: bytes
    until: int
    time: int
    ended: MandateEnd | None = None
    relation: str = AGENT
    ground: Ground | None = None
