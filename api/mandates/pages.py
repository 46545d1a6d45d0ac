# SPDX-License-Identifier: Apache-2.0
"""`/my/mandates`: who may act for me, for whom I may act, and what I see of theirs."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.identity import citizen_in
from api.mandates.acting import purpose_of, standing_mandate
from api.mandates.granting import CASE, ITEM, GrantForm, mandate_of, read_grant
from api.mandates.reading import cases_for_agent, granted_by, granted_to, shown_to_agent
from api.problems import sentence_of
from api.requests import request_key
from api.web.forms import read_form
from api.web.frame import language_for, render, texts_for
from api.web.mine.looking import OWN
from api.web.mine.words import AGENT as AGENT_ROUTE
from api.web.mine.words import MineWords
from attest.cases.repository import case_by_no, cases_of
from attest.days import day_of
from attest.fields import octets_of
from attest.holders.repository import ids_of
from attest.mandates.commands import GrantMandate, RevokeMandate
from attest.mandates.ground import person_of
from attest.mandates.model import ACTS, MOST_DAYS, VIEW, Revocation
from attest.mandates.repository import mandate_by_id
from attest.materials.model import Citation
from attest.oversight.holdings import holdings_of
from attest.registry.model import SERVICE
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from api.auth import Principal
    from api.core import Ledger
    from api.mandates.reading import Opened
    from attest.cases.model import CaseRow
    from attest.oversight.holdings import Holding

ROUTE: Final = "page.my.mandates"
_SAID: Final = {"mandate.self": "f-number", "mandate.agent": "f-number", "mandate.until": "f-until"}
"""Refusals that the form itself explains, and at which field."""


class MandatePages:
    """The pages of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._grant, self._revoke = GrantMandate(), RevokeMandate()

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        for method, path, endpoint in (
            ("GET", "/my/mandates", self.show),
            ("GET", "/my/mandates/new", self.ask),
            ("POST", "/my/mandates/new", self.grant),
            ("GET", "/my/mandates/{id}", self.act),
            ("POST", "/my/mandates/{id}/revoke", self.revoke),
        ):
            router.add_api_route(path, endpoint, methods=[method])
        return router

    async def show(self, request: Request) -> Response:
        """Mandates of both sides; numbers of agents are shown by their last four characters alone."""
        holder, principal = await self._citizen(request, ROUTE)
        now = int(time.time())

        def look() -> tuple[list[Opened], list[Opened], set[bytes]]:
            held = holdings_of(holder, now, self._ledger.store, self._ledger.context)
            own = {one.acceptance for one in held}
            return granted_by(holder, self._ledger, now), granted_to(holder, self._ledger, now), own

        mine, others, own = await run_in_threadpool(look)
        await self._ledger.oversight.read(principal, ROUTE, None, OWN, len(mine) + len(others))
        return await self._page(request, "my-mandates.html", mine=mine, others=others, own=own)

    async def ask(self, request: Request) -> Response:
        """The form."""
        holder, _ = await self._citizen(request, ROUTE)
        return await self._form(request, holder, GrantForm())

    async def grant(self, request: Request) -> Response:
        """Grant: an entry that the service signs for the principal who is signed in."""
        holder, principal = await self._citizen(request, ROUTE)
        types, places = await run_in_threadpool(self._offered, request, holder)
        form = read_grant(await read_form(request), types, places, int(time.time()))
        t = texts_for(request)
        if form.faults:
            return await self._form(request, holder, form, [(id_, t(said)) for id_, said in form.faults])
        asked = (form.number, form.acts, form.types, form.where, form.until)
        key = request_key(principal.key_id, "POST", ROUTE, "new", form.key, repr(asked).encode())
        try:
            record = mandate_of(form, holder, self._ledger)
            await self._ledger.acting.custodial(self._grant, record, SERVICE, key)
        except CommandRejected as error:
            if error.code not in _SAID:
                raise
            said = sentence_of(error.code, language_for(request))
            return await self._form(request, holder, form, [(_SAID[error.code], said)])
        return RedirectResponse("/my/mandates", 303)

    async def revoke(self, request: Request) -> Response:
        """Take a mandate back, at once; another's is refused like none, as an entry."""
        holder, principal = await self._citizen(request, ROUTE)
        id_ = octets_of(str(request.path_params["id"]), 16)
        row = mandate_by_id(id_, self._ledger.store) if id_ else None
        if row is None or row.principal not in ids_of(holder, self._ledger.store):
            await self._ledger.oversight.refuse(principal, ROUTE, "mandate.unknown", None, OWN)
        random = self._ledger.context.random
        record = Revocation(Citation(row.id, row.index, row.leaf, random(32)), holder, random(32))
        await self._ledger.acting.custodial(self._revoke, record, SERVICE)
        return RedirectResponse("/my/mandates", 303)

    async def act(self, request: Request) -> Response:
        """What the agent may see and do there: an entry that names both; the principal sees it."""
        principal, one = await standing_mandate(request, self._ledger, None, AGENT_ROUTE)

        def look() -> tuple[list[Holding], list[CaseRow], bytes]:
            held = shown_to_agent(one, self._ledger) if VIEW in one.mandate.scope.acts else []
            person = person_of(one.row.principal, self._ledger.store)
            return held, cases_for_agent(one, self._ledger), person

        held, cases, person = await run_in_threadpool(look)
        count = len(held) + len(cases)
        await self._ledger.oversight.read(
            principal, AGENT_ROUTE, None, purpose_of(one), count, consulted=(person,)
        )
        return await self._page(request, "my-mandate.html", one=one, held=held, cases=cases)

    # Parts

    async def _citizen(self, request: Request, route: str) -> tuple[bytes, Principal]:
        person = await citizen_in(request)
        principal = person.principal()
        await self._ledger.identity.count_lookup(principal, route)
        return person.holder, principal

    def _offered(self, request: Request, holder: bytes) -> tuple[dict[str, str], dict[str, str]]:
        """Types of the holder's materials, and their cases and items, by value of the form, in words."""
        ledger, words = self._ledger, MineWords(self._ledger, texts_for(request))
        held = holdings_of(holder, int(time.time()), ledger.store, ledger.context)
        types = {one.type: words.type(one.type) for one in held}
        items: dict[str, str] = {}
        cases: dict[str, str] = {}
        for number in cases_of(holder, ledger.store):
            case = case_by_no(number, ledger.store)
            if case is not None:
                name = words.item((case.item, case.version))
                items[f"{ITEM}{case.item}"] = name
                cases[f"{CASE}{number}"] = f"{name} · {number}"
        return types, {**items, **cases}

    async def _form(
        self,
        request: Request,
        holder: bytes,
        form: GrantForm,
        faults: list[tuple[str, str]] | None = None,
    ) -> Response:
        types, places = await run_in_threadpool(self._offered, request, holder)
        today = day_of(int(time.time()))
        return await self._page(
            request,
            "my-mandate-new.html",
            status=422 if faults else 200,
            form=form,
            faults=faults or [],
            faulty={id_ for id_, _ in faults or []},
            acts=ACTS,
            types=types,
            where=places,
            today=today,
            last=today + timedelta(days=MOST_DAYS - 1),
            key=form.key or self._ledger.context.random(12).hex(),
        )

    async def _page(self, request: Request, template: str, *, status: int = 200, **more: Any) -> Response:
        def told() -> Response:
            words = MineWords(self._ledger, texts_for(request))
            return render(request, template, status=status, words=words, last_day=_last_day, **more)

        return await run_in_threadpool(told)


def _last_day(until: int) -> Any:
    """The last day on which a mandate holds."""
    return day_of(until - 1)


def mandate_router(ledger: Ledger) -> APIRouter:
    """The routes, for the composition root."""
    return MandatePages(ledger).router()
