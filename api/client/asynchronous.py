# SPDX-License-Identifier: Apache-2.0
"""The client for asyncio: `OnceClient` with `await`."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

import httpx

from api.client import calls
from api.client.errors import UnreachableError
from api.client.retrying import AGAIN, pause
from api.client.wire import options, refusal
from api.signing import sign_prepared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence

    from api.client.calls import Call
    from api.client.events import Event, EventPage, Webhook
    from api.client.models import (
        Accepted,
        BatchResult,
        Case,
        CheckAnswer,
        CheckResult,
        Json,
        Reliance,
        Retraction,
        Uploaded,
    )
    from attest.statements import Signer

AnswerT = TypeVar("AnswerT")
SECONDS: Final = 30.0
ATTEMPTS: Final = 5


class AsyncOnceClient:
    """Speaks to one ledger as one department; safe to share between tasks of one loop.

    A write gets an Idempotency-Key that all its attempts have; give your own `key` to repeat it after a
    crash. Connection losses and 429, 502, 503, 504 are tried again, `attempts` times in all.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        language: str = "en",
        signer: Signer | None = None,
        timeout: float = SECONDS,
        attempts: int = ATTEMPTS,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`signer` is the department's own key, where it keeps one: acts are then signed here."""
        self._client = httpx.AsyncClient(transport=transport, **options(url, api_key, language, timeout))
        self._signer, self._attempts, self._sleep = signer, attempts, sleep

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def send(self, call: Call[AnswerT]) -> AnswerT:
        """Send a call, again where that may help; its answer, a ProblemError, or UnreachableError."""
        for attempt in range(1, self._attempts + 1):
            try:
                response = await self._client.request(
                    call.method,
                    call.path,
                    content=call.content,
                    params=dict(call.query) or None,
                    headers=call.headers(),
                )
            except httpx.TransportError as error:
                if attempt == self._attempts:
                    raise UnreachableError(f"no answer ({type(error).__name__})") from error
                retry_after = None
            else:
                if response.is_success:
                    return call.read(response.content)
                if response.status_code not in AGAIN or attempt == self._attempts:
                    raise refusal(response)
                retry_after = response.headers.get("retry-after")
            await self._sleep(pause(attempt, retry_after, random.random()))  # noqa: S311  # spreads load, guards nothing
        raise UnreachableError("no attempt was allowed")

    async def _act(self, call: Call[AnswerT]) -> AnswerT:
        """An act, signed here where the department keeps its own key."""
        if self._signer is None:
            return await self.send(call)
        prepared = await self.send(calls.prepared(call))
        return await self.send(call.signed(sign_prepared(prepared, self._signer)))

    async def upload(self, content: bytes, media: str, *, key: str | None = None) -> Uploaded:
        """Put a PDF, JPEG or PNG into the vault."""
        return await self.send(calls.upload(content, media, key))

    async def name_holder(self, id_type: str, number: str, name: str, *, key: str | None = None) -> str:
        """The id of a person or enterprise (id_type 111, 001 or provisional)."""
        return await self.send(calls.name_holder(id_type, number, name, key))

    async def open_case(self, request: Mapping[str, Any], *, key: str | None = None) -> Case:
        """Open a case; members of `request` as the API document says."""
        return await self._act(calls.open_case(request, key))

    async def accept(
        self, request: Mapping[str, Any], *, key: str | None = None, changed: int | None = None
    ) -> Accepted:
        """Accept a material in a case; `changed`, as its trace says it: refused if it went on since."""
        return await self._act(calls.accept(request, key, changed))

    async def accept_many(
        self, requests: Iterable[Mapping[str, Any]], *, key: str | None = None
    ) -> tuple[BatchResult, ...]:
        """Accept up to 500, each on its own, with the key that the service keeps."""
        return await self.send(calls.accept_many(requests, key))

    async def retract(
        self,
        acceptance: str,
        reason: str,
        text: str | None = None,
        *,
        rectified_by: str | None = None,
        key: str | None = None,
        changed: int | None = None,
    ) -> Retraction:
        """Take an acceptance back; `rectified_by` names the one that corrects it, with reason `rectified`.

        `changed` as in `accept`.
        """
        return await self._act(calls.retract(acceptance, reason, text, rectified_by, key, changed))

    async def check(
        self,
        case: str,
        purpose: str,
        *,
        requirements: Sequence[str] | None = None,
        presented: Sequence[Mapping[str, str]] = (),
    ) -> CheckAnswer:
        """Which materials of a case need not be handed in."""
        return await self.send(calls.check(case, purpose, requirements, presented))

    async def check_many(self, requests: Iterable[Mapping[str, Any]]) -> tuple[CheckResult, ...]:
        """Up to 100 look-ups, each with the members of `check`: answered, counted and recorded on its own."""
        return await self.send(calls.check_many(requests))

    async def rely(
        self,
        case: str,
        requirement: str,
        acceptance: str,
        *,
        policy: str | None = None,
        key: str | None = None,
        changed: int | None = None,
    ) -> Reliance:
        """Rely on an acceptance in a case; `policy` is the digest that a check named, refused if replaced.

        `changed` as in `accept`.
        """
        return await self._act(calls.rely(case, requirement, acceptance, policy, key, changed))

    async def trace(self, case: str, purpose: str) -> Json:
        """Every entry of a case with its proof."""
        return await self.send(calls.trace(case, purpose))

    async def evidence(self, id_: str, purpose: str) -> bytes:
        """The evidence file of an acceptance or a reliance, for `once verify`."""
        return await self.send(calls.evidence(id_, purpose))

    async def events(self, after: str | None = None, *, limit: int = 100) -> EventPage:
        """A page of the department's events after the one named."""
        return await self.send(calls.events(after, limit))

    async def all_events(self, after: str | None = None) -> AsyncIterator[Event]:
        """Every event after the one named that there is now."""
        while True:
            page = await self.events(after, limit=500)
            for one in page.events:
                yield one
            if page.next is None:
                return
            after = page.next

    async def begin_webhook(
        self, url: str, types: Sequence[str] | None = None, *, key: str | None = None
    ) -> Webhook:
        """Have events sent to an https URL from now on."""
        return await self.send(calls.begin_webhook(url, types, key))
