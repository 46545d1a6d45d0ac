# SPDX-License-Identifier: Apache-2.0
"""What a signed-in holder is shown: only their own, and every look of theirs is an entry too."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from api.identity import citizen_in
from attest.data_check_requests.repository import requests_on, words_of
from attest.data_check_requests.rules import state_of
from attest.days import day_of
from attest.fields import octets_of
from attest.holders.repository import holder_known
from attest.oversight.grouped import first_page
from attest.oversight.holdings import holdings_of
from attest.oversight.uses import reliances_for, uses_of
from attest.recognition.repository import reliance_by_id

if TYPE_CHECKING:
    from fastapi import Request

    from api.auth import Principal
    from api.core import Ledger
    from api.identity.roles import Citizen
    from attest.data_check_requests.model import RequestRow
    from attest.oversight.holdings import Holding
    from attest.oversight.uses import HolderUse

_READ: Final = 1000
"""Entries of which a page of uses is made."""
_EVERY: Final = 2**31
OWN: Final = "own_record"
"""The purpose of a holder's own looks."""


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
    state: str


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
    wanted = octets_of(text, 16) or b""
    found = mine.by_id().get(wanted)
    if found is None:
        await ledger.oversight.refuse(mine.principal, route, "acceptance.unknown", None, OWN)
    return found


async def use_of(mine: Mine, text: str, ledger: Ledger, route: str) -> tuple[Holding, HolderUse]:
    """The reliance on a material of the holder's that an address names; any other is refused alike."""
    wanted = octets_of(text, 16) or b""
    found = reliance_by_id(wanted, ledger.store)
    held = mine.by_id().get(found[0]) if found is not None else None
    uses = await reliances_of(mine, ledger, _EVERY, only=held.acceptance) if held is not None else []
    use = next((one for one in uses if one.reliance == wanted), None)
    if held is not None and use is not None:
        return held, use
    return await ledger.oversight.refuse(mine.principal, route, "data_check.use_unknown", None, OWN)


async def reliances_of(mine: Mine, ledger: Ledger, most: int, only: bytes | None = None) -> list[HolderUse]:
    """The newest reliances on the holder's materials, or on one of them."""
    head = await ledger.newest_head()
    return await run_in_threadpool(reliances_for, mine.holder, mine.holdings, ledger.store, head, most, only)


async def uses_for(
    mine: Mine, ledger: Ledger, most: int, before: int | None = None
) -> tuple[list[HolderUse], int | None]:
    """The newest uses that make `most` groups of look-ups alike; below which entry to go on."""
    head = await ledger.newest_head()

    def look() -> list[HolderUse]:
        store, context = ledger.store, ledger.context
        return uses_of(mine.holder, mine.holdings, store, context, head, before=before, most=_READ + 1)

    found = await run_in_threadpool(look)
    until = first_page(found[:_READ], most)
    return found[:until], found[until - 1].index if len(found) > until else None


def use_dispute(use: HolderUse, mine: Mine, ledger: Ledger) -> Dispute | None:
    """The holder's last dispute of a reliance."""
    if use.acceptance is None or use.reliance is None:
        return None
    rows = requests_on(use.acceptance, ledger.store)
    own = [row for row in rows if row.holder == mine.holder and row.reliance == use.reliance]
    return _opened(own[-1], ledger) if own else None


def disputes_of(mine: Mine, one: Holding, ledger: Ledger) -> list[Dispute]:
    """The holder's own disputes of a material, the newest first; another party's are that party's."""
    return [
        _opened(row, ledger)
        for row in reversed(requests_on(one.acceptance, ledger.store))
        if row.holder == mine.holder and row.reliance is None
    ]


def _opened(row: RequestRow, ledger: Ledger) -> Dispute:
    answer = row.answer.index if row.answer is not None else None
    store, sealer = ledger.store, ledger.context.sealer
    return Dispute(
        row,
        words_of(row.index, store, sealer) or "",
        "" if answer is None else words_of(answer, store, sealer) or "",
        state_of(row, day_of(int(time.time()))),
    )
