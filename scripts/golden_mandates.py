# SPDX-License-Identifier: Apache-2.0
"""The golden vectors of a mandate and of its revocation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attest.mandates.commands import GrantMandate, RevokeMandate
from attest.mandates.model import HAND_IN, VIEW, Mandate, Revocation, Scope
from attest.materials.model import Citation
from ledger.hashing import leaf_hash
from scripts.golden_data_checks import vector

if TYPE_CHECKING:
    from collections.abc import Callable


def mandates(time: int, case: str, signed: Any, secret: Callable[[str], bytes]) -> dict[str, Any]:
    """A holder lets an agent see and hand in one type in one case for a week; `time` in Unix seconds."""
    principal = secret("mandate principal")[:16]
    record = Mandate(
        principal=principal,
        principal_salt=secret("mandate principal salt"),
        agent_type="111",
        agent_number="990101199001010015",
        agent_salt=secret("mandate agent salt"),
        scope=Scope((VIEW, HAND_IN), ("business_licence",), None, case),
        until=time + 604_800,
    )
    granted, made = vector(GrantMandate(), record, "service", time + 1800, signed, secret)
    back = Revocation(
        mandate=Citation(granted.entry.id, 11, leaf_hash(granted.canonical()), secret("mandate citation")),
        principal=principal,
        principal_salt=secret("revocation principal salt"),
    )
    _, revoked = vector(RevokeMandate(), back, "service", time + 2100, signed, secret)
    return {"granted": made, "revoked": revoked}
