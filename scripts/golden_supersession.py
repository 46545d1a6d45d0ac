# SPDX-License-Identifier: Apache-2.0
"""The golden vector of what an owner's acceptance renewed, as the service records it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attest.materials.model import Citation
from attest.supersession.commands import RecordSupersession
from attest.supersession.model import Recorded
from ledger.hashing import leaf_hash
from scripts.golden_data_checks import vector

if TYPE_CHECKING:
    from collections.abc import Callable

    from attest.statements import Envelope


def supersession(
    accepted: Envelope, index: int, case_no: str, signed: Any, secret: Callable[[str], bytes]
) -> dict[str, Any]:
    """SC's own acceptance renews an earlier one."""
    salt = secret("supersession citation")
    cited = Citation(accepted.entry.id, index, leaf_hash(accepted.canonical()), salt)
    older = ((secret("supersession older")[:16], 3),)
    recorded = Recorded(case_no, secret("supersession case salt"), "SC", cited, older)
    at = accepted.entry.time
    return {"recorded": vector(RecordSupersession(), recorded, "service", at, signed, secret)[1]}
