# SPDX-License-Identifier: Apache-2.0
"""What a signed-in holder is shown: only their own, and every look of theirs is an entry too."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from api.identity import citizen_in
from attest.data_check_requests.repository import requests_on, words_of
from attest.holders.repository import holder_known
from attest.oversight.holdings import holdings_of
from attest.oversight.uses import uses_of

if TYPE_CHECKING:
    from fastapi import Request

    from api.auth import Principal
    from api.core import Ledger
    from api.identity.roles import Citizen
    from attest.data_check_requests.model import RequestRow
    from attest.oversight.holdings import Holding
    from attest.oversight.uses import HolderUse

OWN: Final = "own_record"
"""The purpose of a holder's own looks."""
_ID: Final = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True, slots=True)
class Mine:
    """Everything accepted of one holder; `known`: whether the ledger knows the holder at all."""

    holder: bytes
    principal: Principal
    known: bool
    holdings: tuple[Holding, ...]

    def by_id(self) -> dict[bytes, Holding]:
        """Materials by the id of their acceptance."""
        return {one.acceptance: one for one in self.holdings}


@dataclass(frozen=True, slots=True)
class Dispute:
    """A request of the holder's own with the words of both sides, as far as they are still kept."""

    row: RequestRow
    text: str
    answer: str


async def mine_of(request: Request, ledger: Ledger, route: str) -> Mine:
    """The signed-in holder's materials; the look counts against their quota."""
    person: Citizen = await citizen_in(request)
    principal = person.principal()
    await ledger.identity.count_lookup(principal, route)

    def look() -> Mine:
        held = holdings_of(person.holder, int(time.time()), ledger.store, ledger.context)
        return Mine(person.holder, principal, holder_known(person.holder, ledger.store), tuple(held))

    return await run_in_threadpool(look)


async def one_of(mine: Mine, text: str, ledger: Ledger, route: str) -> Holding:
    """The material that an address names; another's, and none, are refused alike, as an entry."""
    wanted = bytes.fromhex(text) if _ID.match(text) else b""
    found = mine.by_id().get(wanted)
    if found is None:
        await ledger.oversight.refuse(mine.principal, route, "acceptance.unknown", None, OWN)
    return found


async def uses_for(
    mine: Mine, ledger: Ledger, most: int, before: int | None = None, only: bytes | None = None
) -> tuple[list[HolderUse], int | None]:
    """The newest uses, and below which entry to go on where there are more."""
    head = await ledger.newest_head()

    def look() -> list[HolderUse]:
        return uses_of(
            mine.holder,
            mine.holdings,
            ledger.store,
            ledger.context,
            head,
            before=before,
            most=most + 1,
            only=only,
        )

    found = await run_in_threadpool(look)
    return found[:most], found[most - 1].index if len(found) > most else None


def disputes_of(mine: Mine, one: Holding, ledger: Ledger) -> list[Dispute]:
    """The holder's own requests about a material, the newest first; another party's are that party's."""
    return [
        Dispute(
            row,
            words_of(row.index, ledger.store, ledger.context.sealer) or "",
            ""
            if row.answer is None
            else words_of(row.answer.index, ledger.store, ledger.context.sealer) or "",
        )
        for row in reversed(requests_on(one.acceptance, ledger.store))
        if row.holder == mine.holder
    ]
