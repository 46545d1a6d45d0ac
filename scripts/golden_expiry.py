# SPDX-License-Identifier: Apache-2.0
"""The golden vector of a notice that a paper ends soon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attest.catalogue.repository import Catalogue
from attest.expiry.commands import TellExpiry
from attest.expiry.model import Notice
from attest.materials.model import Citation
from ledger.hashing import leaf_hash
from scripts.golden_data_checks import vector

if TYPE_CHECKING:
    from collections.abc import Callable

    from attest.statements import Envelope


def expiry(accepted: Envelope, index: int, signed: Any, secret: Callable[[str], bytes]) -> dict[str, Any]:
    """XF is told that the paper which it accepted ends; the next one is SC's, who owns the type."""
    cited = Citation(accepted.entry.id, index, leaf_hash(accepted.canonical()), secret("expiry citation"))
    notice = Notice(cited, "XF", "SC")
    act, at = TellExpiry(Catalogue()), accepted.entry.time + 2100
    return {"told": vector(act, notice, "service", at, signed, secret)[1]}
