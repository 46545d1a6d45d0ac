# SPDX-License-Identifier: Apache-2.0
"""Webhooks: a department has its events sent to its own system, sees how that goes, ends it, repeats it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool

from api.auth import DEPARTMENT
from api.events.addresses import MOST_URL, ForbiddenTargetError, parse_target
from api.events.delivering import OVERLAP_SECONDS
from api.events.hook_history import queued
from api.events.hook_queries import dead_letters, of_department, settled, webhook_by_id
from api.events.hooks import (
    REPLAY_MOST,
    SECRET_BYTES,
    Begin,
    End,
    Replay,
    Rotate,
    replay_told,
    secret_told,
)
from api.events.model import PREFIX, TYPES, parse_place
from api.events.turns import due, next_attempt
from api.problems import Problem
from api.requests import ThinResponse
from api.routes.webhook_docs import BEGIN, END, LIST, ONE, REPLAY, ROTATE
from api.thin import ThinRoute
from ledger.hashing import sha256

if TYPE_CHECKING:
    from api.core import Ledger
    from api.events.hook_queries import Webhook
    from api.requests import ThinRequest
    from attest.fields import Fields
    from ledger.commands import Outcome

_NAMES: Final = frozenset(PREFIX + one for one in TYPES)


class WebhookRoutes:
    """`webhooks`, `webhooks/{id}`, `:rotate`, `:replay`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._demo = ledger.settings.profile == "demo"

    async def begin(self, request: ThinRequest) -> ThinResponse:
        """A webhook from now on; a repeat answers with the same id and secret while that is the newest."""
        fields, raw = await request.fields()
        url = fields.text("url", MOST_URL)
        types = _types(fields)
        fields.done()
        try:
            parse_target(url, demo=self._demo)
        except ForbiddenTargetError as error:
            raise Problem("webhook.target", str(error)) from None
        key = request.request_key(raw)
        webhook = sha256(b"once/webhook/1\n" + key.key + key.fingerprint)[:16]
        context = self._ledger.context
        command = Begin(
            request.department, webhook, key, url, types, context.random(SECRET_BYTES), context.sealer
        )
        secret, _ = await self._secret(webhook, await self._ledger.writer.submit(command))
        answer = {
            "id": webhook.hex(),
            "secret": secret,
            "url": url,
            "types": [PREFIX + one for one in types],
        }
        return ThinResponse.created(answer, f"/api/v1/webhooks/{webhook.hex()}")

    async def _secret(self, webhook: bytes, outcome: Outcome[None]) -> tuple[str, int]:
        """The secret that this request made, and when; `webhook.secret_made` where a repeat may not."""
        store, sealer = self._ledger.store, self._ledger.context.sealer
        told = await run_in_threadpool(secret_told, webhook, outcome, store, sealer)
        if told is None:
            raise Problem("webhook.secret_made")
        return told

    async def list_all(self, request: ThinRequest) -> ThinResponse:
        """The department's own."""
        request.query()
        shown = await run_in_threadpool(self._shown_all, request.department)
        return ThinResponse.of({"webhooks": shown})

    def _shown_all(self, department: str) -> list[dict[str, Any]]:
        return [self._shown(one) for one in of_department(department, self._ledger.store)]

    async def one(self, request: ThinRequest) -> ThinResponse:
        """One of the department's own."""
        request.query()
        webhook = self._own(request)
        return ThinResponse.of(await run_in_threadpool(self._shown, webhook))

    def _own(self, request: ThinRequest) -> Webhook:
        found = webhook_by_id(bytes.fromhex(request.params["id"]), self._ledger.store)
        if found is None or found.department != request.department:
            raise Problem("webhook.unknown")
        return found

    def _shown(self, webhook: Webhook) -> dict[str, Any]:
        store = self._ledger.store
        waits, last = due(webhook, time.time(), store), settled(webhook, store)
        waiting = None
        if waits is not None:
            tried = waits.attempts[-1] if waits.attempts else None
            waiting = {
                "event": str(waits.event.place),
                "attempts": len(waits.attempts),
                "cause": tried.cause if tried else None,
                "status": tried.status if tried else None,
                "next": int(next_attempt(waits)) if tried else None,
            }
        return {
            "id": webhook.id.hex(),
            "url": webhook.url,
            "types": [PREFIX + one for one in webhook.types],
            "created": webhook.created,
            "delivered_to": str(last) if last else None,
            "waiting": waiting,
            "queued": queued(webhook, store),
            "dead": len(dead_letters(webhook.id, REPLAY_MOST, store)),
        }

    async def end(self, request: ThinRequest) -> ThinResponse:
        """Nothing more is sent; a repeat is refused as unknown unless it has the same Idempotency-Key."""
        raw = await request.no_body()
        webhook = bytes.fromhex(request.params["id"])
        outcome = await self._ledger.writer.submit(End(request.department, webhook, request.request_key(raw)))
        return ThinResponse.of({"id": webhook.hex(), "ended": outcome.answer or self._ended(webhook)})

    def _ended(self, webhook: bytes) -> int:
        rows = self._ledger.store.query_raw("SELECT time FROM webhook_ends WHERE webhook = ?", (webhook,))
        if not rows:
            raise Problem("webhook.unknown")
        return int(rows[0][0])

    async def rotate(self, request: ThinRequest) -> ThinResponse:
        """A new secret; a repeat answers the same while that is the newest."""
        raw = await request.no_body()
        context = self._ledger.context
        webhook = bytes.fromhex(request.params["id"])
        command = Rotate(
            request.department,
            webhook,
            request.request_key(raw),
            context.random(SECRET_BYTES),
            context.sealer,
        )
        secret, made = await self._secret(webhook, await self._ledger.writer.submit(command))
        return ThinResponse.of({"id": webhook.hex(), "secret": secret, "old_until": made + OVERLAP_SECONDS})

    async def replay(self, request: ThinRequest) -> ThinResponse:
        """What follows an event, or what was given up on, is sent again, after what was not sent yet."""
        fields, raw = await request.fields()
        after = None
        if fields.has("dead"):
            if fields.raw("dead") is not True:
                fields.fail("dead", "true")
        else:
            after = parse_place(fields.text("after", 40))
            if after is None:
                fields.fail("after", "an event's id, INDEX-PART")
        fields.done()
        webhook = bytes.fromhex(request.params["id"])
        outcome = await self._ledger.writer.submit(
            Replay(request.department, webhook, request.request_key(raw), after)
        )
        replay, count = replay_told(outcome)
        return ThinResponse.of({"id": webhook.hex(), "replay": replay, "events": count})

    def routes(self) -> list[ThinRoute]:
        """The routes of this feature."""
        department, base = frozenset({DEPARTMENT}), "/api/v1/webhooks"
        one = base + "/{id:hex32}"
        return [
            ThinRoute("POST", base, self.begin, BEGIN, department, write=True),
            ThinRoute("GET", base, self.list_all, LIST, department),
            ThinRoute("GET", one, self.one, ONE, department),
            ThinRoute("DELETE", one, self.end, END, department, write=True),
            ThinRoute("POST", one + ":rotate", self.rotate, ROTATE, department, write=True),
            ThinRoute("POST", one + ":replay", self.replay, REPLAY, department, write=True),
        ]


def _types(fields: Fields) -> tuple[str, ...]:
    """The event types asked for, without prefix; all where none are named."""
    if not fields.has("types"):
        return tuple(TYPES)
    value = fields.raw("types")
    if (
        not isinstance(value, list)
        or not value
        or not _NAMES.issuperset(one for one in value if type(one) is str)
    ):
        fields.fail("types", "one or more of " + ", ".join(sorted(_NAMES)))
    if not all(type(one) is str for one in value) or len(set(value)) != len(value):
        fields.fail("types", "each type once")
    return tuple(one.removeprefix(PREFIX) for one in value)
