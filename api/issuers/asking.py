# SPDX-License-Identifier: Apache-2.0
"""One question over HTTP: to a checked address, no redirect, bounded in time and size; no exception leaves.

The address that was checked is the one that is connected to (T46), under the name that the certificate has.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Final, NamedTuple

import httpx

from api.events.addresses import ForbiddenTargetError, checked_address, resolve
from attest.data_checks.wire import MOST_ANSWER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from api.issuers.addresses import Address

CONNECT_SECONDS: Final = 1.0


class Reply(NamedTuple):
    """What came: `ok` with the body, or why not: `forbidden timeout refused tls status answer too_large`."""

    cause: str
    body: bytes = b""


class Transport:
    """Connections to issuers; to be closed."""

    def __init__(
        self,
        seconds: float,
        *,
        demo: bool,
        lookup: Callable[[str, int], Awaitable[Sequence[str]]] = resolve,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """`seconds` is the most that name, connection, request and answer take together."""
        self._seconds, self._demo, self._lookup = seconds, demo, lookup
        self._client = httpx.AsyncClient(
            verify=context or ssl.create_default_context(),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        )

    async def post(self, address: Address, body: bytes) -> Reply:
        """Send it and read the answer, whatever the other side does."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._post(address, body)
        except ForbiddenTargetError:
            return Reply("forbidden")
        except (TimeoutError, httpx.TimeoutException):
            return Reply("timeout")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError, ValueError) as error:
            if _is_tls(error):
                return Reply("tls")
            return Reply("refused" if isinstance(error, (httpx.ConnectError, OSError)) else "answer")

    async def _post(self, address: Address, body: bytes) -> Reply:
        target = address.target
        host = await checked_address(target, demo=self._demo, lookup=self._lookup)
        place = f"[{host}]" if ":" in host else host
        request = self._client.build_request(
            "POST",
            f"{'https' if target.secure else 'http'}://{place}:{target.port}{target.path}",
            content=body,
            headers={
                "Host": target.authority,
                "Authorization": f"Bearer {address.secret}",
                "Content-Type": "application/json",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": "once-ledger",
            },
            extensions={"sni_hostname": target.host} if target.secure else {},
        )
        answer = await self._client.send(request, stream=True)
        try:
            if answer.status_code != httpx.codes.OK:
                return Reply("status")
            kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json" or "content-encoding" in answer.headers:
                return Reply("answer")
            read = bytearray()
            async for piece in answer.aiter_raw():
                read += piece
                if len(read) > MOST_ANSWER:
                    return Reply("too_large")
            return Reply("ok", bytes(read))
        finally:
            await answer.aclose()

    async def close(self) -> None:
        """Give connections up."""
        await self._client.aclose()


def _is_tls(error: BaseException | None) -> bool:
    """Whether TLS failed, at whatever depth the error says so."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
