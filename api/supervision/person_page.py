# SPDX-License-Identifier: Apache-2.0
"""`/oversight/person`: who looked at one person or enterprise, and why; for auditors, and never quietly.

The number is posted, matched by keyed look-up and forgotten; the person finds the auditor's look in their own
list, with its purpose.
"""

from __future__ import annotations

import time
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth import AUDITOR
from api.identity.guard import staff_in
from api.purposes import purpose_words
from api.supervision.opening import user_name
from api.web.forms import read_form
from api.web.frame import render, texts_for
from api.web.mine.words import MineWords
from attest.codes import Scheme, is_valid
from attest.errors import AttestError
from attest.fields import is_plain
from attest.holders.commands import holder_lookup
from attest.holders.repository import holder_by_lookup
from attest.oversight.holdings import holdings_of
from attest.oversight.uses import uses_of
from attest.private import open_private
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from api.auth import Principal
    from api.core import Ledger
    from api.web.mine.words import ToldUse
    from ledger.rows import Head

MOST: Final = 200
"""Looks that the page shows, the newest ones."""
MOST_PURPOSE: Final = 200
ROUTE: Final = "page.oversight.person"
_SCHEMES: Final = (("111", Scheme.CITIZEN_NUMBER), ("001", Scheme.CREDIT_CODE))


@dataclass(frozen=True, slots=True)
class PersonLook:
    """A use in words, and who it was, in which case and why, as its private record says."""

    told: ToldUse
    user: str
    case_no: str | None
    purpose: str | None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the form leads to: looks, faults of the form, or nothing known; `recorded` is the entry of it."""

    status: int = 200
    looks: tuple[PersonLook, ...] | None = None
    more: bool = False
    faults: tuple[tuple[str, str], ...] = ()
    recorded: int | None = None
    purpose: str = ""


class PersonPage:
    """The page of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/oversight/person", self.ask, methods=["GET"])
        router.add_api_route("/oversight/person", self.answer, methods=["POST"])
        return router

    async def ask(self, request: Request) -> Response:
        """The form."""
        await staff_in(request, AUDITOR)
        return await self._page(request, _Answer())

    async def answer(self, request: Request) -> Response:
        """The looks; without a purpose, or of a number that nobody has, refused on record."""
        principal = (await staff_in(request, AUDITOR)).principal()
        given = await read_form(request)
        return await self._page(request, await self._find(request, principal, given))

    async def _find(self, request: Request, principal: Principal, given: dict[str, str]) -> _Answer:
        t, oversight = texts_for(request), self._ledger.oversight
        number = unicodedata.normalize("NFKC", given.get("number", "")).strip().upper()
        purpose = given.get("purpose", "").strip()
        id_type = next((code for code, scheme in _SCHEMES if is_valid(scheme, number)), None)
        faults = []
        if id_type is None:
            faults.append(("number", t("person.number_wrong" if number else "person.number_missing")))
        recorded = None
        if not 0 < len(purpose) <= MOST_PURPOSE or not is_plain(purpose):
            faults.append(("purpose", t("person.purpose_missing")))
            recorded = await oversight.record_refusal(principal, ROUTE, "lookup.purpose_missing")
        if faults or id_type is None:
            return _Answer(422, faults=tuple(faults), recorded=recorded, purpose=purpose)
        await self._ledger.identity.count_lookup(principal, ROUTE)
        store, context = self._ledger.store, self._ledger.context
        holder = holder_by_lookup(holder_lookup(id_type, number, context), store)
        if holder is None:
            recorded = await oversight.record_refusal(principal, ROUTE, "holder.unknown", None, purpose)
            return _Answer(404, recorded=recorded, purpose=purpose)
        head = await self._ledger.newest_head()
        found = await run_in_threadpool(self._looks, request, holder, head)
        recorded = await oversight.read(
            principal, ROUTE, None, purpose, len(found[:MOST]), consulted=(holder,)
        )
        looks = tuple(found[:MOST])
        return _Answer(looks=looks, more=len(found) > MOST, recorded=recorded, purpose=purpose)

    def _looks(self, request: Request, holder: bytes, head: Head) -> list[PersonLook]:
        store, context = self._ledger.store, self._ledger.context
        held = holdings_of(holder, int(time.time()), store, context)
        words = MineWords(self._ledger, texts_for(request), own=False)
        mine = {one.acceptance: one for one in held}
        made = []
        for use in uses_of(holder, held, store, context, head, most=MOST + 1):
            record = self._record(use.index)
            user = user_name(record["key"], self._ledger) if "key" in record else ""
            told = words.told(use, mine)
            made.append(
                PersonLook(
                    told,
                    user,
                    record.get("case"),
                    purpose_words(record.get("purpose") or "", texts_for(request).language),
                )
            )
        return made

    def _record(self, index: int) -> dict[str, Any]:
        try:
            return open_private(index, self._ledger.store, self._ledger.context.sealer)[1]
        except (LookupError, AttestError, LedgerError):
            return {}

    async def _page(self, request: Request, answer: _Answer) -> Response:
        return await run_in_threadpool(
            render, request, "oversight-person.html", status=answer.status, answer=answer
        )


def person_router(ledger: Ledger) -> APIRouter:
    """The routes, for the composition root."""
    return PersonPage(ledger).router()
