# SPDX-License-Identifier: Apache-2.0
"""`/my/erasure`: what deleting would mean and what is in the way; then, on a page of its own, the deed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response  # noqa: TC002  # read from annotations at run time
from starlette.concurrency import run_in_threadpool

from api.erasing import erase, outlook_of
from api.web.forms import read_form
from api.web.frame import render, texts_for
from api.web.mine.looking import OWN, mine_of
from api.web.mine.words import MineWords
from attest.erasure.model import MATERIAL
from attest.oversight.model import NOBODYS

if TYPE_CHECKING:
    from api.core import Ledger
    from api.erasing import Outlook
    from api.web.mine.looking import Mine

_ROUTE: Final = "page.my.erasure"


class ErasurePages:
    """The pages of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add_to(self, router: APIRouter) -> None:
        """The routes, none of which the API's document shows."""
        for method, path, endpoint in (
            ("GET", "/my/erasure", self.look),
            ("GET", "/my/erasure/confirm", self.ask),
            ("POST", "/my/erasure/confirm", self.erase),
        ):
            router.add_api_route(path, endpoint, methods=[method])

    async def look(self, request: Request) -> Response:
        """What there is, and for each thing that must be kept the ground and the first day."""
        mine, plan = await self._outlook(request)
        await self._ledger.oversight.read(mine.principal, _ROUTE, None, OWN, plan.materials + plan.cases)
        return await self._page(request, "my-erasure.html", mine, plan=plan)

    async def ask(self, request: Request) -> Response:
        """The second step, or the first one where something is in the way."""
        mine, plan = await self._outlook(request)
        if not plan.allowed:
            return await self._page(request, "my-erasure.html", mine, plan=plan)
        return await self._page(request, "my-erasure-confirm.html", mine, plan=plan, faults=[])

    async def erase(self, request: Request) -> Response:
        """Erase; the session ends with it, and this answer is the last page of theirs."""
        fields = await read_form(request)
        mine, plan = await self._outlook(request)
        if not plan.allowed:
            return await self._page(request, "my-erasure.html", mine, status=409, plan=plan)
        if fields.get("understood") != "yes":
            faults = [("f-understood", texts_for(request)("erasure.fault"))]
            return await self._page(
                request, "my-erasure-confirm.html", mine, status=422, plan=plan, faults=faults
            )
        done = await erase(self._ledger, [mine.holder], NOBODYS)
        return await self._page(request, "my-erasure-done.html", mine, done=done)

    async def _outlook(self, request: Request) -> tuple[Mine, Outlook]:
        mine = await mine_of(request, self._ledger, _ROUTE)
        return mine, await run_in_threadpool(outlook_of, self._ledger, [mine.holder])

    async def _page(
        self, request: Request, template: str, mine: Mine, *, status: int = 200, **more: Any
    ) -> Response:
        def told() -> Response:
            words = MineWords(self._ledger, texts_for(request))
            context = {"mine": mine, "words": words, "material": MATERIAL, **more}
            context["backup_days"] = self._ledger.settings.backup_days
            return render(request, template, status=status, **context)

        return await run_in_threadpool(told)
