# SPDX-License-Identifier: Apache-2.0
"""The golden vectors of mandates: granted and revoked on line, recorded and ended by a department."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from attest.catalogue.model import AGENT
from attest.catalogue.repository import Catalogue
from attest.mandates.commands import GrantMandate, RevokeMandate
from attest.mandates.model import HAND_IN, VIEW, Ending, Mandate, Recording, Revocation, Scope
from attest.mandates.recording import EndMandate, RecordMandate
from attest.materials.model import Citation
from ledger.hashing import leaf_hash
from scripts.golden_data_checks import vector

if TYPE_CHECKING:
    from collections.abc import Callable

    from attest.statements import Envelope


def mandates(
    accepted: Envelope, index: int, case: str, signed: Any, secret: Callable[[str], bytes]
) -> dict[str, Any]:
    """A holder lets an agent see and hand in one type in one case for a week; XF records it, then ends it.

    `accepted` stands for the paper, at `index`; the entries come half an hour after it.
    """
    time = accepted.entry.time
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
    recording = Recording(
        mandate=replace(
            record,
            principal_salt=secret("recorded principal salt"),
            agent_salt=secret("recorded agent salt"),
        ),
        relation=AGENT,
        acceptance=Citation(
            accepted.entry.id, index, leaf_hash(accepted.canonical()), secret("mandate ground citation")
        ),
        case_no=case,
        case_salt=secret("mandate case salt"),
    )
    proved, recorded = vector(RecordMandate(Catalogue()), recording, "XF", time + 2400, signed, secret)
    ending = Ending(
        mandate=Citation(proved.entry.id, 13, leaf_hash(proved.canonical()), secret("ending citation")),
        case_no=case,
        case_salt=secret("ending case salt"),
        reason="taken_back",
        text="委托人到窗口撤回",
    )
    _, ended = vector(EndMandate(), ending, "XF", time + 2700, signed, secret)
    return {"granted": made, "revoked": revoked, "recorded": recorded, "ended": ended}
