# SPDX-License-Identifier: Apache-2.0
"""「我已交过」 by an applicant who is signed in: taken down in their own case, signed by the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from api.problems import Problem
from attest.cases.repository import case_by_no
from attest.reask.commands import ClaimHeld
from attest.reask.model import Claim
from attest.reask.repository import reask_of
from attest.recognition.decision import opening_of
from attest.registry.model import SERVICE
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from api.core import Ledger
    from api.identity.roles import Citizen
    from attest.reask.model import ReaskRow


async def claim_handed_in(
    ledger: Ledger, citizen: Citizen, case_no: str, requirement: str, *, channel: str = "web"
) -> tuple[int, ReaskRow | None]:
    """Index of the claim, and the re-ask against whoever took the case in, where it was one.

    Problem `case.unknown`, an entry too, for a case in which this holder is no party.
    """
    if not await run_in_threadpool(_is_party, ledger, citizen.holder, case_no):
        await ledger.oversight.refuse(citizen.principal(), "claims", "case.unknown", case_no)
    claim = Claim(case_no, ledger.context.random(32), channel, requirement, None)
    outcome = await ledger.acting.custodial(ClaimHeld(ledger.catalogue), claim, SERVICE)
    index, id_, _ = ledger.acting.placed(outcome)
    return index, await run_in_threadpool(reask_of, id_, ledger.store)


def _is_party(ledger: Ledger, holder: bytes, case_no: str) -> bool:
    case = case_by_no(case_no, ledger.store)
    if case is None:
        return False
    try:
        opening = opening_of(case, ledger.catalogue, ledger.store, ledger.context)
    except CommandRejected as error:
        raise Problem(error.code) from error
    return any(one == holder for _, one in opening.parties)
