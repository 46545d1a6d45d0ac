# SPDX-License-Identifier: Apache-2.0
"""The golden vectors of consents: given on line for an item, recorded in a case, withdrawn, relied under."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attest.catalogue.repository import Catalogue
from attest.consents.commands import GiveConsent, WithdrawConsent
from attest.consents.model import Consent, Withdrawal
from attest.materials.model import Citation
from attest.recognition.commands import Reliance, Rely
from ledger.hashing import leaf_hash, sha256
from scripts.golden_data_checks import vector

if TYPE_CHECKING:
    from collections.abc import Callable

    from attest.statements import Envelope


def consents(
    accepted: Envelope, index: int, record: dict[str, Any], signed: Any, secret: Callable[[str], bytes]
) -> dict[str, Any]:
    """The holder of the golden log's acceptance consents for an item; SC records one and relies."""
    time, case = accepted.entry.time, record["case"]
    holder, catalogue = bytes.fromhex(record["parties"][0]["holder"]), Catalogue()
    wide = Consent(holder, secret("consent holder"), "SC-002", "licence", time + 604_800)
    _, given = vector(GiveConsent(catalogue), wide, "service", time + 1800, signed, secret)
    here = Consent(
        holder,
        secret("window holder"),
        "SC-002",
        "licence",
        time + 604_800,
        case,
        secret("consent case"),
        "head",
    )
    said, recorded = vector(GiveConsent(catalogue), here, "SC", time + 2100, signed, secret)
    cited = Citation(said.entry.id, 11, leaf_hash(said.canonical()), secret("consent citation"))
    reliance = Reliance(
        authority="SC",
        case_no=case,
        case_salt=secret("consented case"),
        requirement="licence",
        acceptance=Citation(accepted.entry.id, index, leaf_hash(accepted.canonical()), secret("consented")),
        ground="recognition",
        guide=sha256(b"guide"),
        policy=sha256(b"policy"),
        consents=(cited,),
    )
    _, relied = vector(Rely(catalogue), reliance, "SC", time + 2400, signed, secret)
    back = Withdrawal(cited, holder, secret("withdrawal holder"), case, secret("withdrawal case"), "head")
    _, withdrawn = vector(WithdrawConsent(), back, "SC", time + 2700, signed, secret)
    return {"given": given, "recorded": recorded, "relied": relied, "withdrawn": withdrawn}
