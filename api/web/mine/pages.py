# SPDX-License-Identifier: Apache-2.0
"""`/my/materials` and `/my/uses`: the pages of a citizen who is signed in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.problems import Problem, text_of
from api.requests import request_key
from api.web.forms import read_form
from api.web.frame import language_for, render, texts_for
from api.web.mine.choosing import ReusePages
from api.web.mine.disputing import DisputeForm, due_of, read_dispute, request_of
from api.web.mine.erasing import ErasurePages
from api.web.mine.handing import HandedPages
from api.web.mine.looking import OWN, Mine, disputes_of, mine_of, one_of, uses_for
from api.web.mine.submitting import SubmissionPages
from api.web.mine.words import MineWords
from attest.cases.repository import cases_of
from attest.data_check_requests.commands import RequestDataCheck
from attest.data_check_requests.model import REASONS
from attest.data_check_requests.rules import state_of
from attest.days import day_of
from attest.oversight.evidence import Sources, build_evidence
from attest.registry.model import SERVICE
from attest.reuse.repository import removals_of
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from attest.oversight.holdings import Holding
    from attest.oversight.uses import HolderUse

FIRST: Final = 5
"""Uses on the front page; the others are one click away."""
PAGE: Final = 50
_SHOWN: Final = frozenset({"data_check.open", "data_check.repeated", "data_check.fallen"})
"""Refusals that the form itself explains."""


class MyPages:
    """The citizen's pages of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._act = RequestDataCheck()

    def router(self) -> APIRouter:
        """The routes, none of which the API's document shows."""
        router = APIRouter(include_in_schema=False)
        one = "/my/materials/{id}"
        for method, path, endpoint in (
            ("GET", "/my/materials", self.materials),
            ("GET", one, self.material),
            ("POST", f"{one}/evidence", self.evidence),
            ("GET", f"{one}/dispute", self.ask),
            ("POST", f"{one}/dispute", self.dispute),
            ("GET", "/my/uses", self.uses),
        ):
            router.add_api_route(path, endpoint, methods=[method])
        HandedPages(self._ledger).add_to(router)
        ReusePages(self._ledger).add_to(router)
        SubmissionPages(self._ledger).add_to(router)
        ErasurePages(self._ledger).add_to(router)
        return router

    # Looking

    async def materials(self, request: Request) -> Response:
        """What was accepted of mine, and who used it last."""
        mine = await mine_of(request, self._ledger, "page.my.materials")
        uses, more = await uses_for(mine, self._ledger, FIRST)
        await self._note(mine, "page.my.materials", len(mine.holdings) + len(uses))
        today, days = day_of(int(time.time())), self._ledger.settings.expiry_notice_days
        ending = [one for one in mine.holdings if one.ends_within(today, days)]
        soon = sorted(ending, key=lambda one: one.valid_until or today)
        left = {one.acceptance: (one.valid_until - today).days for one in soon if one.valid_until}
        return await self._page(request, "my-materials.html", mine, uses, more=more, soon=soon, left=left)

    async def uses(self, request: Request) -> Response:
        """Who used them, all of it, a page at a time."""
        before = request.query_params.get("before", "")
        if before and not (before.isascii() and before.isdigit() and len(before) <= 15):
            raise Problem("query.invalid", parameter="before")
        mine = await mine_of(request, self._ledger, "page.my.uses")
        uses, more = await uses_for(mine, self._ledger, PAGE, int(before) if before else None)
        await self._note(mine, "page.my.uses", len(uses))
        return await self._page(request, "my-uses.html", mine, uses, more=more, before=before)

    async def material(self, request: Request) -> Response:
        """One material: how it stands, who relied on it, what was disputed."""
        mine, one = await self._one(request, "page.my.material")
        uses, _ = await uses_for(mine, self._ledger, PAGE, only=one.acceptance)
        await self._note(mine, "page.my.material", 1 + len(uses))
        disputes = await run_in_threadpool(disputes_of, mine, one, self._ledger)
        today = day_of(int(time.time()))
        states = {dispute.row.id: state_of(dispute.row, today) for dispute in disputes}
        more: dict[str, Any] = {
            "one": one,
            "disputes": disputes,
            "states": states,
            "waiting": any(dispute.row.answer is None for dispute in disputes),
            "removal": removals_of(one.acceptance, self._ledger.store).get(mine.holder),
            "own_case": one.case_no in cases_of(mine.holder, self._ledger.store),
        }
        return await self._page(request, "my-material.html", mine, uses, **more)

    async def evidence(self, request: Request) -> Response:
        """The evidence file of a material of mine; its private record stays closed, as it names others."""
        ledger, route = self._ledger, "page.my.evidence"
        mine, one = await self._one(request, route)
        head = await ledger.newest_head()
        await self._note(mine, route, 1)
        sources = Sources(ledger.store, ledger.context, ledger.receipts, ledger.trust.chain)
        made = await run_in_threadpool(build_evidence, one.index, sources, head, int(time.time()), reader="")
        name = f"{one.acceptance.hex()}.evidence.json"
        headers = {
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
        }
        return Response(made.format(), media_type="application/json", headers=headers)

    # Disputing

    async def ask(self, request: Request) -> Response:
        """The form of a dispute."""
        mine, one = await self._one(request, "page.my.dispute")
        return await self._form(request, mine, one, DisputeForm())

    async def dispute(self, request: Request) -> Response:
        """Dispute a material: an entry that the service signs, seen by its department at once."""
        mine, one = await self._one(request, "page.my.dispute")
        fields = await read_form(request)
        form = read_dispute(fields)
        t, ledger = texts_for(request), self._ledger
        if form.faults:
            return await self._form(request, mine, one, form, [(id_, t(said)) for id_, said in form.faults])
        key = request_key(
            mine.principal.key_id,
            "POST",
            "page.my.dispute",
            one.acceptance.hex(),
            form.key,
            repr((form.reason, form.text)).encode(),
        )
        try:
            record = request_of(form, one, mine.holder, ledger)
            await ledger.acting.custodial(self._act, record, SERVICE, key)
        except CommandRejected as error:
            if error.code not in _SHOWN:
                raise
            return await self._form(request, mine, one, form, [("f-reason", _said(request, error.code))])
        return RedirectResponse(f"/my/materials/{one.acceptance.hex()}", 303)

    async def _form(
        self,
        request: Request,
        mine: Mine,
        one: Holding,
        form: DisputeForm,
        faults: list[tuple[str, str]] | None = None,
    ) -> Response:
        return await self._page(
            request,
            "my-dispute.html",
            mine,
            [],
            status=422 if faults else 200,
            one=one,
            form=form,
            faults=faults or [],
            faulty={id_ for id_, _ in faults or []},
            reasons=REASONS,
            due=due_of(self._ledger.settings, int(time.time())),
            key=form.key or self._ledger.context.random(12).hex(),
        )

    # Parts

    async def _one(self, request: Request, route: str) -> tuple[Mine, Holding]:
        mine = await mine_of(request, self._ledger, route)
        return mine, await one_of(mine, request.path_params["id"], self._ledger, route)

    async def _note(self, mine: Mine, route: str, count: int) -> None:
        await self._ledger.oversight.read(mine.principal, route, None, OWN, count)

    async def _page(
        self,
        request: Request,
        template: str,
        mine: Mine,
        uses: list[HolderUse],
        *,
        status: int = 200,
        **more: Any,
    ) -> Response:
        def told() -> Response:
            words, held = MineWords(self._ledger, texts_for(request)), mine.by_id()
            shown = [words.told(use, held) for use in uses]
            context: Mapping[str, Any] = {"mine": mine, "words": words, "uses": shown, **more}
            return render(request, template, status=status, **context)

        return await run_in_threadpool(told)


def _said(request: Request, code: str) -> str:
    text = text_of(code)
    return f"{text.zh}。{text.next_zh}" if language_for(request) == "zh" else f"{text.en}. {text.next_en}"


def my_router(ledger: Ledger) -> APIRouter:
    """The routes of the citizen's pages, for the composition root."""
    return MyPages(ledger).router()
