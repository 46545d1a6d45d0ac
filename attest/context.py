# SPDX-License-Identifier: Apache-2.0
"""What every act of this ledger needs at hand: who we are, keyed look-ups, seals, signing keys."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from attest.cases.remembered import Openings

if TYPE_CHECKING:
    from collections.abc import Callable

    from attest.commitments import LookupKeys
    from attest.sealing import Sealer
    from attest.statements import Signer


class Signers(Protocol):
    """The keys that the service keeps, by issuer."""

    def signer(self, name: str) -> Signer:
        """The issuer's key (KeystoreError where the service keeps none)."""


@dataclass(frozen=True, slots=True)
class Context:
    """One ledger as its acts see it; `random(n)` gives n unpredictable bytes."""

    log_id: bytes
    origin: str
    profile: str
    lookup: LookupKeys
    sealer: Sealer
    keys: Signers
    random: Callable[[int], bytes] = field(default=secrets.token_bytes)
    openings: Openings = field(default_factory=Openings)
