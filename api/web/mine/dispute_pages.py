# SPDX-License-Identifier: Apache-2.0
"""A citizen disputes a material, or one use of it, and takes an open dispute back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response  # noqa: TC002  # read from annotations at run time
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.problems import sentence_of
from api.requests import request_key
from api.web.forms import read_form
from api.web.frame import language_for, render, texts_for
from api.web.mine.disputing import (
    DISPUTABLE,
    DisputeForm,
    due_of,
    is_taken_back,
    read_dispute,
    request_of,
    withdrawal_of,
)
from api.web.mine.looking import OWN, Mine, mine_of, one_of, use_of
from api.web.mine.words import MineWords
from attest.data_check_requests.commands import RequestDataCheck, WithdrawDataCheck
from attest.data_check_requests.model import REASONS, USE_REASONS
from attest.data_check_requests.repository import request_by_id
from attest.fields import octets_of
from attest.oversight.holdings import RETRACTED
from attest.registry.model import SERVICE
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from api.core import Ledger
    from attest.oversight.holdings import Holding
    from attest.oversight.uses import HolderUse

_SHOWN: Final = frozenset(
    {"data_check.open", "data_check.repeated", "data_check.fallen", "data_check.use_fallen"}
)
"""Refusals that the form itself explains."""
_ROUTE: Final = "page.my.dispute"
_USE: Final = "page.my.use.dispute"
_BACK: Final = "page.my.dispute.withdraw"


class DisputePages:
    """The pages of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._act = RequestDataCheck(ledger.settings.disputes_per_day)
        self._withdraw = WithdrawDataCheck()

    def add_to(self, router: APIRouter) -> None:
        """The routes, none of which the API's document shows."""
        for method, path, endpoint in (
            ("GET", "/my/materials/{id}/dispute", self.ask),
            ("POST", "/my/materials/{id}/dispute", self.dispute),
            ("GET", "/my/uses/{id}/dispute", self.ask_use),
            ("POST", "/my/uses/{id}/dispute", self.dispute_use),
            ("POST", "/my/disputes/{id}/withdraw", self.withdraw),
        ):
            router.add_api_route(path, endpoint, methods=[method])

    async def ask(self, request: Request) -> Response:
        """The form of a material's dispute."""
        mine, one = await self._one(request)
        return await self._form(request, mine, one, None, DisputeForm())

    async def dispute(self, request: Request) -> Response:
        """Dispute a material: an entry that the service signs, seen by its department at once."""
        mine, one = await self._one(request)
        return await self._send(request, mine, one, None)

    async def ask_use(self, request: Request) -> Response:
        """The form of a use's dispute: it names the use."""
        mine, one, use = await self._use(request)
        return await self._form(request, mine, one, use, DisputeForm())

    async def dispute_use(self, request: Request) -> Response:
        """Dispute a use: whoever made it has to answer, and the material is not touched."""
        mine, one, use = await self._use(request)
        return await self._send(request, mine, one, use)

    async def withdraw(self, request: Request) -> Response:
        """Take an open dispute back; another's is refused like none, as an entry."""
        ledger, said = self._ledger, str(request.path_params["id"])
        mine = await mine_of(request, ledger, _BACK)
        fields = await read_form(request)
        id_ = octets_of(said, 16)
        found = request_by_id(id_, ledger.store) if id_ else None
        if found is None or found.holder != mine.holder:
            await ledger.oversight.refuse(mine.principal, _BACK, "data_check.unknown", None, OWN)
        pressed = fields.get("key", "")[:64]
        key = request_key(mine.principal.key_id, "POST", _BACK, said, pressed, b"withdraw")
        await ledger.acting.custodial(self._withdraw, withdrawal_of(found, ledger), SERVICE, key)
        return RedirectResponse(f"/my/materials/{found.acceptance.hex()}", 303)

    async def _one(self, request: Request) -> tuple[Mine, Holding]:
        mine = await mine_of(request, self._ledger, _ROUTE)
        return mine, await one_of(mine, request.path_params["id"], self._ledger, _ROUTE)

    async def _use(self, request: Request) -> tuple[Mine, Holding, HolderUse]:
        mine = await mine_of(request, self._ledger, _USE)
        return mine, *(await use_of(mine, request.path_params["id"], self._ledger, _USE))

    async def _send(self, request: Request, mine: Mine, one: Holding, use: HolderUse | None) -> Response:
        fields = await read_form(request)
        form = read_dispute(fields, REASONS if use is None else USE_REASONS)
        t, ledger = texts_for(request), self._ledger
        if form.faults:
            told = [(id_, t(said, n=len(form.text))) for id_, said in form.faults]
            return await self._form(request, mine, one, use, form, told)
        about = one.acceptance if use is None or use.reliance is None else use.reliance
        key = request_key(
            mine.principal.key_id,
            "POST",
            _ROUTE if use is None else _USE,
            about.hex(),
            form.key,
            repr((form.reason, form.text)).encode(),
        )
        try:
            record = request_of(form, one, use, mine.holder, ledger)
            await ledger.acting.custodial(self._act, record, SERVICE, key)
        except CommandRejected as error:
            if error.code not in _SHOWN:
                raise
            told = [("f-reason", sentence_of(error.code, language_for(request)))]
            waiting = error.code == "data_check.open"
            return await self._form(request, mine, one, use, form, told, waiting=waiting)
        return RedirectResponse(f"/my/materials/{one.acceptance.hex()}", 303)

    async def _form(
        self,
        request: Request,
        mine: Mine,
        one: Holding,
        use: HolderUse | None,
        form: DisputeForm,
        faults: list[tuple[str, str]] | None = None,
        *,
        waiting: bool = False,
    ) -> Response:
        def told() -> Response:
            over = one.state == RETRACTED if use is None else is_taken_back(use, self._ledger)
            words = MineWords(self._ledger, texts_for(request))
            context: dict[str, Any] = {
                "words": words,
                "one": one,
                "use": None if use is None else words.told(use, mine.by_id()),
                "form": form,
                "faults": faults or [],
                "faulty": {id_ for id_, _ in faults or []},
                "waiting": waiting,
                "over": over,
                "disputable": DISPUTABLE,
                "reasons": REASONS if use is None else USE_REASONS,
                "due": due_of(self._ledger.settings, int(time.time())),
                "key": form.key or self._ledger.context.random(12).hex(),
            }
            return render(request, "my-dispute.html", status=422 if faults else 200, **context)

        return await run_in_threadpool(told)
