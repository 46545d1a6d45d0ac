# SPDX-License-Identifier: Apache-2.0
"""`/my/materials/{id}/reuse`: a holder removes a material from reuse, or puts it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response  # noqa: TC002  # read from annotations at run time
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.requests import request_key
from api.web.forms import read_form
from api.web.frame import render, texts_for
from api.web.mine.looking import mine_of, one_of
from api.web.mine.words import MineWords
from attest.materials.model import Citation
from attest.materials.repository import acceptance_by_id
from attest.registry.model import SERVICE
from attest.reuse.commands import RemoveFromReuse, RestoreToReuse
from attest.reuse.model import ReuseChoice
from attest.reuse.repository import removals_of
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from api.core import Ledger
    from api.web.mine.looking import Mine
    from attest.oversight.holdings import Holding

_ROUTE: Final = "page.my.reuse"


class ReusePages:
    """The pages of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._acts = {"remove": RemoveFromReuse(), "restore": RestoreToReuse()}

    def add_to(self, router: APIRouter) -> None:
        """The routes, none of which the API's document shows."""
        path = "/my/materials/{id}/reuse"
        router.add_api_route(path, self.ask, methods=["GET"])
        router.add_api_route(path, self.choose, methods=["POST"])

    async def ask(self, request: Request) -> Response:
        """What it would mean, before it is done."""
        mine, one = await self._one(request)
        return await self._page(request, mine, one)

    async def choose(self, request: Request) -> Response:
        """The entry that the service signs; recognition reads it from the next look-up on."""
        mine, one = await self._one(request)
        fields = await read_form(request)
        act = self._acts.get(fields.get("act", ""))
        if act is None:
            return await self._page(request, mine, one)
        accepted, said, ledger = one.acceptance.hex(), fields["act"], self._ledger
        pressed = fields.get("key", "")[:64]
        key = request_key(mine.principal.key_id, "POST", _ROUTE, accepted, pressed, said.encode())
        await ledger.acting.custodial(act, choice_of(one, mine.holder, ledger), SERVICE, key)
        return RedirectResponse(f"/my/materials/{accepted}", 303)

    async def _one(self, request: Request) -> tuple[Mine, Holding]:
        mine = await mine_of(request, self._ledger, _ROUTE)
        return mine, await one_of(mine, request.path_params["id"], self._ledger, _ROUTE)

    async def _page(self, request: Request, mine: Mine, one: Holding) -> Response:
        def told() -> Response:
            own = removals_of(one.acceptance, self._ledger.store).get(mine.holder)
            context: dict[str, Any] = {
                "mine": mine,
                "words": MineWords(self._ledger, texts_for(request)),
                "one": one,
                "own": own,
                "key": self._ledger.context.random(12).hex(),
            }
            return render(request, "my-reuse.html", **context)

        return await run_in_threadpool(told)


def choice_of(one: Holding, holder: bytes, ledger: Ledger) -> ReuseChoice:
    """The record that the service signs for the holder."""
    row = acceptance_by_id(one.acceptance, ledger.store)
    if row is None:
        raise CommandRejected("acceptance.unknown")
    random = ledger.context.random
    cited = Citation(row.id, row.index, row.leaf, random(32))
    return ReuseChoice(cited, row.case_no, random(32), row.authority, row.accepted_by, holder)
