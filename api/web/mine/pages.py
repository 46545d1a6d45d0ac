# SPDX-License-Identifier: Apache-2.0
"""`/my/materials` and `/my/uses`: the pages of a citizen who is signed in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.problems import Problem
from api.web.frame import render, texts_for
from api.web.mine.choosing import ReusePages
from api.web.mine.consenting import ConsentPages
from api.web.mine.dispute_pages import DisputePages
from api.web.mine.disputing import DISPUTABLE
from api.web.mine.erasing import ErasurePages
from api.web.mine.handing import HandedPages
from api.web.mine.looking import OWN, Mine, disputes_of, mine_of, one_of, reliances_of, use_dispute, uses_for
from api.web.mine.submitting import SubmissionPages
from api.web.mine.words import MineWords
from attest.cases.repository import cases_of
from attest.days import day_of
from attest.oversight.evidence import Sources, build_evidence
from attest.oversight.grouped import grouped, newest
from attest.oversight.uses import RELIED
from attest.reuse.repository import removals_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.web.mine.words import ToldUse
    from attest.oversight.holdings import Holding
    from attest.oversight.uses import HolderUse

FIRST: Final = 5
"""Reliances, and groups of look-ups, on the front page; the others are one click away."""
PAGE: Final = 50
"""Groups on a page of all uses, and reliances on the page of one material."""


class MyPages:
    """The citizen's pages of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def router(self) -> APIRouter:
        """The routes, none of which the API's document shows."""
        router = APIRouter(include_in_schema=False)
        one = "/my/materials/{id}"
        for method, path, endpoint in (
            ("GET", "/my/materials", self.materials),
            ("GET", one, self.material),
            ("POST", f"{one}/evidence", self.evidence),
            ("GET", "/my/uses", self.uses),
        ):
            router.add_api_route(path, endpoint, methods=[method])
        DisputePages(self._ledger).add_to(router)
        HandedPages(self._ledger).add_to(router)
        ReusePages(self._ledger).add_to(router)
        ConsentPages(self._ledger).add_to(router)
        SubmissionPages(self._ledger).add_to(router)
        ErasurePages(self._ledger).add_to(router)
        return router

    # Looking

    async def materials(self, request: Request) -> Response:
        """What was accepted of mine, and who used it last."""
        mine = await mine_of(request, self._ledger, "page.my.materials")
        relied = await reliances_of(mine, self._ledger, FIRST)
        uses, more = await uses_for(mine, self._ledger, FIRST)
        looks = [use for use in newest(uses, FIRST) if use.kind != RELIED]
        await self._note(mine, "page.my.materials", len(mine.holdings) + len(relied) + len(looks))
        today, days = day_of(int(time.time())), self._ledger.settings.expiry_notice_days
        ending = [one for one in mine.holdings if one.ends_within(today, days)]
        soon = sorted(ending, key=lambda one: one.valid_until or today)
        left = {one.acceptance: (one.valid_until - today).days for one in soon if one.valid_until}
        return await self._page(
            request, "my-materials.html", mine, relied, looks=looks, more=more, soon=soon, left=left
        )

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
        uses = await reliances_of(mine, self._ledger, PAGE, only=one.acceptance)
        await self._note(mine, "page.my.material", 1 + len(uses))
        disputes = await run_in_threadpool(disputes_of, mine, one, self._ledger)
        more: dict[str, Any] = {
            "one": one,
            "disputes": disputes,
            "disputable": DISPUTABLE,
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

    # Parts

    async def _one(self, request: Request, route: str) -> tuple[Mine, Holding]:
        mine = await mine_of(request, self._ledger, route)
        return mine, await one_of(mine, request.path_params["id"], self._ledger, route)

    async def _note(self, mine: Mine, route: str, count: int) -> None:
        await self._ledger.oversight.read(mine.principal, route, None, OWN, count)

    def _told(self, words: MineWords, uses: list[HolderUse], mine: Mine) -> list[ToldUse]:
        """Groups of uses in words, each reliance with the holder's last dispute of it."""
        held = mine.by_id()
        return [
            words.told_group(one, held, use_dispute(one.newest, mine, self._ledger)) for one in grouped(uses)
        ]

    async def _page(
        self,
        request: Request,
        template: str,
        mine: Mine,
        uses: list[HolderUse],
        looks: list[HolderUse] | None = None,
        **more: Any,
    ) -> Response:
        def told() -> Response:
            words = MineWords(self._ledger, texts_for(request))
            context: Mapping[str, Any] = {
                "mine": mine,
                "words": words,
                "uses": self._told(words, uses, mine),
                "key": self._ledger.context.random(12).hex(),
                **more,
            }
            if looks is not None:
                context = {**context, "looks": self._told(words, looks, mine)}
            return render(request, template, **context)

        return await run_in_threadpool(told)


def my_router(ledger: Ledger) -> APIRouter:
    """The routes of the citizen's pages, for the composition root."""
    return MyPages(ledger).router()
