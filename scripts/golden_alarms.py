# SPDX-License-Identifier: Apache-2.0
"""The golden vectors of an alarm about look-ups and of its acknowledgement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attest.materials.model import Citation
from attest.supervision.commands import AcknowledgeAlarm, RaiseAlarm
from attest.supervision.model import Acknowledgement, Alarm, Finding
from ledger.hashing import leaf_hash
from scripts.golden_data_checks import vector

if TYPE_CHECKING:
    from collections.abc import Callable


def alarms(time: int, signed: Any, secret: Callable[[str], bytes]) -> dict[str, Any]:
    """Five case numbers in a row by a clerk of SC, and the word of the reviewer; `time` in Unix seconds."""
    since = time - time % 86_400
    found = Finding("sequence", "user/geng", "SC", since, since + 86_400, 5, 5, (3, 4, 6, 7, 8))
    alarm = Alarm(found, secret("alarm user"))
    raised, made = vector(RaiseAlarm(), alarm, "service", time + 1200, signed, secret)
    said = Acknowledgement(
        alarm=Citation(raised.entry.id, 9, leaf_hash(raised.canonical()), secret("alarm citation")),
        department="SC",
        key_id="user/xin",
        key_salt=secret("acknowledged by"),
        reason="warned",
        text="当面核对",
    )
    _, acknowledged = vector(AcknowledgeAlarm(), said, "service", time + 1500, signed, secret)
    return {"raised": made, "acknowledged": acknowledged}
