# SPDX-License-Identifier: Apache-2.0
"""What every act of this ledger needs at hand: who we are, the keyed look-ups, the seals, the signing keys."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attest.commitments import LookupKeys
    from attest.keys import KeyRing
    from attest.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Context:
    """One ledger as its acts see it; `random(n)` gives n unpredictable bytes."""

    log_id: bytes
    origin: str
    profile: str
    lookup: LookupKeys
    sealer: Sealer
    keys: KeyRing
    random: Callable[[int], bytes] = field(default=secrets.token_bytes)
