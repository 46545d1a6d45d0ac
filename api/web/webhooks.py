# SPDX-License-Identifier: Apache-2.0
"""`/webhooks`: how a department's webhooks are doing, what to send again, a new secret; no scripts needed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response  # read from annotations at run time
from starlette.concurrency import run_in_threadpool

from api.auth import OPERATOR
from api.events.delivering import OVERLAP_SECONDS
from api.events.hook_history import before, given_up, last_settled, queued
from api.events.hook_queries import dead_letters, of_department, secret_versions, settled, webhook_by_id
from api.events.hooks import REPLAY_MOST, SECRET_BYTES, Replay, Rotate, replay_told, secret_told
from api.events.model import TYPES, parse_place
from api.events.turns import due, next_attempt
from api.identity.guard import staff_in
from api.identity.roles import REVIEWER
from api.problems import Problem
from api.requests import request_key
from api.web.forms import read_form
from api.web.frame import render
from attest.fields import octets_of
from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.core import Ledger
    from api.events.hook_queries import Due, Webhook
    from api.identity.roles import Staff
    from ledger.commands import RequestKey

ROLES: Final = (REVIEWER, OPERATOR)
SHOWN: Final = 20
"""Rows of each table on a webhook's page."""
ALL_DEAD: Final = "dead"
_ROUTE: Final = "page.webhooks"
_QUEUE_SAYS: Final = {"webhook.replay_waits": "waits", "webhook.replay_full": "full"}
"""What the page says itself, beside what waits."""


@dataclass(frozen=True, slots=True)
class _State:
    """How a webhook is doing: `dead`, `failing`, `sending`, `done` or `new`; and what is under way."""

    hook: Webhook
    code: str
    waits: Due | None
    dead: int
    queued: int


class WebhookPages:
    """The pages of one ledger. Whose webhooks: those of the department that the account names, no other's."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/webhooks", self.list, methods=["GET"])
        router.add_api_route("/webhooks/{id}", self.show, methods=["GET"])
        router.add_api_route("/webhooks/{id}/replay", self.replay, methods=["POST"])
        router.add_api_route("/webhooks/{id}/rotate", self.rotate, methods=["POST"])
        return router

    async def list(self, request: Request) -> Response:
        """The department's own; an account without a department is told whose page this is."""
        department = (await staff_in(request, *ROLES)).department

        def told() -> Response:
            found = of_department(department, self._ledger.store) if department else []
            states = [self._state(one) for one in found]
            return render(request, "webhooks.html", states=states, bound=bool(department))

        return await run_in_threadpool(told)

    async def show(self, request: Request) -> Response:
        """One of them."""
        staff = await staff_in(request, *ROLES)
        return await self._page(request, await self._own(request, staff))

    async def replay(self, request: Request) -> Response:
        """Send again what was given up on, or everything from an event on; with the same ids."""
        staff = await staff_in(request, *ROLES)
        given = await read_form(request)
        hook = await self._own(request, staff)
        start = given.get("from", "")
        place = None if start == ALL_DEAD else parse_place(start)
        if start != ALL_DEAD and place is None:
            raise Problem("field.invalid", path="/from")
        after = None if place is None else before(place)
        key = _key(staff, "replay", hook, given, start)
        try:
            outcome = await self._ledger.writer.submit(Replay(hook.department, hook.id, key, after))
        except CommandRejected as error:
            if error.code not in _QUEUE_SAYS:
                raise
            return await self._page(request, hook, asked=_QUEUE_SAYS[error.code])
        return await self._page(request, hook, sent=replay_told(outcome)[1], asked="none")

    async def rotate(self, request: Request) -> Response:
        """A new secret; a repeat of the press changes nothing, and shows it only while it is the newest."""
        staff = await staff_in(request, *ROLES)
        given = await read_form(request)
        hook = await self._own(request, staff)
        context, key = self._ledger.context, _key(staff, "rotate", hook, given, "")
        command = Rotate(hook.department, hook.id, key, context.random(SECRET_BYTES), context.sealer)
        outcome = await self._ledger.writer.submit(command)
        told = await run_in_threadpool(secret_told, hook.id, outcome, self._ledger.store, context.sealer)
        return await self._page(request, hook, secret=told[0] if told else "", rotated=True)

    async def _own(self, request: Request, staff: Staff) -> Webhook:
        """The webhook in the address; another department's is none."""
        id_ = octets_of(str(request.path_params["id"]), 16)
        found = await run_in_threadpool(webhook_by_id, id_, self._ledger.store) if id_ else None
        if found is None or found.department != staff.department:
            raise Problem("webhook.unknown")
        return found

    def _state(self, hook: Webhook) -> _State:
        store = self._ledger.store
        waits, dead = due(hook, time.time(), store), len(dead_letters(hook.id, REPLAY_MOST, store))
        if dead:
            code = "dead"
        elif waits is not None:
            code = "failing" if waits.attempts else "sending"
        else:
            code = "done" if settled(hook, store) else "new"
        return _State(hook, code, waits, dead, queued(hook, store))

    async def _page(
        self,
        request: Request,
        hook: Webhook,
        *,
        sent: int = 0,
        asked: str = "",
        secret: str = "",
        rotated: bool = False,
    ) -> Response:
        def told() -> Response:
            store = self._ledger.store
            version, _, made = secret_versions(hook.id, store)[-1]
            state = self._state(hook)
            more: dict[str, Any] = {
                "dead": given_up(hook, SHOWN, store),
                "last": last_settled(hook, SHOWN, store),
                "next_at": int(next_attempt(state.waits)) if state.waits and state.waits.attempts else None,
            }
            return render(
                request,
                "webhook.html",
                state=state,
                hook=hook,
                every=len(hook.types) == len(TYPES),
                sent=sent,
                asked=asked,
                secret=secret,
                rotated=rotated,
                secret_made=made,
                old_until=made + OVERLAP_SECONDS if version > 1 else 0,
                key=self._ledger.context.random(12).hex(),
                **more,
            )

        return await run_in_threadpool(told)


def _key(staff: Staff, act: str, hook: Webhook, given: Mapping[str, str], said: str) -> RequestKey:
    """One press of one button, for the writer."""
    pressed = f"{act}/{given.get('key', '')[:64]}"
    return request_key(f"user/{staff.user}", "POST", _ROUTE, hook.id.hex(), pressed, said.encode())


def webhook_router(ledger: Ledger) -> APIRouter:
    """The routes, for the composition root."""
    return WebhookPages(ledger).router()
