# SPDX-License-Identifier: Apache-2.0
"""「我已交过」 by an applicant who is signed in: taken down in their own case, signed by the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from api.problems import Problem
from attest.cases.repository import case_by_no
from attest.cases.speaking import applies, speaks_for
from attest.catalogue.situations import requirements_for
from attest.holders.repository import ids_of
from attest.reask.commands import ClaimHeld
from attest.reask.model import Claim
from attest.reask.repository import reask_of
from attest.recognition.decision import opening_of
from attest.registry.model import SERVICE
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from api.auth import Principal
    from api.core import Ledger
    from attest.cases.model import CaseRow
    from attest.catalogue.model import Requirement
    from attest.materials.model import Citation
    from attest.reask.model import ReaskRow
    from ledger.commands import RequestKey


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case in which the holder is a party, and what its guide asks for of which they have a say.

    `applies`: whether they apply; then they have a say in all of it. `roles`: what they stand in.
    """

    row: CaseRow
    requirements: tuple[Requirement, ...]
    applies: bool
    roles: tuple[str, ...] = ()

    @property
    def has_say(self) -> bool:
        """Whether anything in it is theirs to say; an agent's say comes from a mandate alone."""
        return self.applies or bool(self.requirements)


async def own_case_of(
    ledger: Ledger, principal: Principal, holder: bytes, case_no: str, route: str
) -> OwnCase:
    """The case, for a party; Problem `case.unknown`, an entry too, where this holder is none.

    `case.not_applicant`, an entry too, where they have no say in anything that it asks for, as an agent.
    """
    found = await run_in_threadpool(case_of_party, ledger, holder, case_no)
    if found is None:
        await ledger.oversight.refuse(principal, route, "case.unknown", case_no)
    if not found.has_say:
        await ledger.oversight.refuse(principal, route, "case.not_applicant", case_no)
    return found


async def claim_handed_in(
    ledger: Ledger,
    principal: Principal,
    holder: bytes,
    case_no: str,
    requirement: str,
    *,
    again: bool,
    key: RequestKey | None = None,
    mandate: Citation | None = None,
) -> tuple[int, ReaskRow | None]:
    """Index of the claim, and the re-ask that it reports of whoever took the case in, where it was one.

    `again`: the applicant says that it was asked of them again; else it is looked up and no more. The channel
    is the case's, which is where it would have been asked.

    Problem `case.unknown`, an entry too, for a case in which this holder is no party; `requirement.unknown`
    for what its guide does not ask for. `mandate`: by which an agent says it for the holder.
    """
    own = await own_case_of(ledger, principal, holder, case_no, "claims")
    if requirement not in {one.code for one in own.requirements}:
        raise Problem("requirement.unknown")
    channel = own.row.channel
    claim = Claim(case_no, ledger.context.random(32), channel, requirement, None, mandate, again)
    act = ClaimHeld(ledger.catalogue, holder)
    outcome = await ledger.acting.custodial(act, claim, SERVICE, key)
    index, id_, _ = ledger.acting.placed(outcome)
    return index, await run_in_threadpool(reask_of, id_, ledger.store)


def case_of_party(ledger: Ledger, holder: bytes, case_no: str) -> OwnCase | None:
    """The case as one of its parties sees it; None for anybody else. Problem where its record is closed."""
    case = case_by_no(case_no, ledger.store)
    if case is None:
        return None
    try:
        opening = opening_of(case, ledger.catalogue, ledger.store, ledger.context)
        item, _ = ledger.catalogue.guide(case, ledger.store)
    except CommandRejected as error:
        raise Problem(error.code) from error
    own = ids_of(holder, ledger.store)
    if not any(one in own for _, one in opening.parties):
        return None
    asked = requirements_for(item, dict(opening.answers))
    said = tuple(one for one in asked if speaks_for(own, opening.parties, one))
    roles = dict.fromkeys(role for role, one in opening.parties if one in own)
    return OwnCase(case, said, applies(own, opening.parties), tuple(roles))
