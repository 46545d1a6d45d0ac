# SPDX-License-Identifier: Apache-2.0
"""In whose case a person who is signed in acts: their own, or, under a mandate to hand in, a principal's."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from api.claiming import own_case_of
from api.identity import citizen_in
from api.mandates.reading import lookup_of, opened
from api.web.mine.looking import OWN, mine_of
from attest.fields import octets_of
from attest.mandates.ground import person_of
from attest.mandates.model import HAND_IN, STANDS
from attest.mandates.repository import mandate_by_id
from attest.mandates.rules import hands_in, reaches
from attest.materials.model import Citation

if TYPE_CHECKING:
    from fastapi import Request

    from api.auth import Principal
    from api.claiming import OwnCase
    from api.core import Ledger
    from api.mandates.reading import Opened
    from attest.catalogue.model import Requirement

MANDATE: Final = "授权委托：第 {n} 条"
"""The purpose that an agent's look is recorded with."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Who is signed in, for which holder they act, and by which mandate; None in one's own cases.

    `base` is where the pages of that holder's cases stand, `purpose` why a look is recorded.
    """

    principal: Principal
    holder: bytes
    base: str = "/my"
    purpose: str = OWN
    one: Opened | None = None

    def citation(self, ledger: Ledger) -> Citation | None:
        """The mandate as the record of an act cites it."""
        if self.one is None:
            return None
        row = self.one.row
        return Citation(row.id, row.index, row.leaf, ledger.context.random(32))

    def admits(self, requirement: Requirement) -> bool:
        """Whether the mandate covers what meets the requirement."""
        return self.one is None or hands_in(self.one.mandate.scope, requirement)

    async def note(self, ledger: Ledger, route: str, case_no: str | None, count: int) -> None:
        """Record the look; an agent's is about the principal, who sees it."""
        about = () if self.one is None else (self.holder,)
        await ledger.oversight.read(self.principal, route, case_no, self.purpose, count, consulted=about)


async def standing_mandate(
    request: Request, ledger: Ledger, act: str | None, route: str
) -> tuple[Principal, Opened]:
    """The mandate that an address names, for its agent alone, while it holds and covers `act` (None: any).

    Refused as an entry: `mandate.unknown` for another's, `mandate.<state>` with why it does not hold.
    """
    person = await citizen_in(request)
    principal, oversight = person.principal(), ledger.oversight
    await ledger.identity.count_lookup(principal, route)
    said = str(request.path_params["id"])

    def look() -> Opened | None:
        id_ = octets_of(said, 16)
        row = mandate_by_id(id_, ledger.store) if id_ else None
        mine = row is not None and row.agent == lookup_of(person.holder, ledger)
        return opened(row, ledger, int(time.time())) if row is not None and mine else None

    one = await run_in_threadpool(look)
    if one is None:
        await oversight.refuse(principal, route, "mandate.unknown", None, OWN)
    if one.state != STANDS:
        await oversight.refuse(principal, route, f"mandate.{one.state}", None, OWN)
    if act not in (None, *one.mandate.scope.acts):
        await oversight.refuse(principal, route, "mandate.scope", None, OWN)
    return principal, one


async def acting_in(request: Request, ledger: Ledger, route: str) -> tuple[Acting, OwnCase]:
    """The case that an address names: of the person who is signed in, or of whom they may hand in for.

    A case that the mandate does not reach looks like none, as an entry.
    """
    case_no = request.path_params["case"]
    if "id" not in request.path_params:
        mine = await mine_of(request, ledger, route)
        acting = Acting(mine.principal, mine.holder)
        return acting, await own_case_of(ledger, mine.principal, mine.holder, case_no, route)
    principal, one = await standing_mandate(request, ledger, HAND_IN, route)
    holder = await run_in_threadpool(person_of, one.row.principal, ledger.store)
    own = await own_case_of(ledger, principal, holder, case_no, route)
    if not reaches(one.mandate.scope, HAND_IN, item=own.row.item, case_no=own.row.case_no):
        await ledger.oversight.refuse(principal, route, "case.unknown", case_no, OWN)
    base = f"/my/mandates/{one.row.id.hex()}"
    return Acting(principal, holder, base, purpose_of(one), one), own


def purpose_of(one: Opened) -> str:
    """Why an agent looks, as the principal reads it in the list of uses."""
    return MANDATE.format(n=one.row.index)
