# SPDX-License-Identifier: Apache-2.0
"""One delivery: sign (Standard Webhooks 1.0), connect to a checked address, POST, read the status line.

Nothing else of the answer is read, no redirect is followed, and all of it ends within `SECONDS`.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import ssl
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from api.events.addresses import ForbiddenTargetError, checked_address, resolve

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from api.events.addresses import Target

SECONDS: Final = 10.0
"""For name, connection, request and status line together."""
MOST_LINE: Final = 1024
_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})[ \r\n]")


class Result(NamedTuple):
    """What came of an attempt: `ok`, `status`, `timeout`, `refused`, `tls`, `answer` or `forbidden`."""

    cause: str
    status: int | None = None

    @property
    def taken(self) -> bool:
        """Whether the receiver took the event."""
        return self.cause == "ok"


def signatures(secrets: Sequence[bytes], message: str, seconds: int, body: bytes) -> str:
    """The `webhook-signature` header: one `v1,` signature for each secret that is in use."""
    signed = f"{message}.{seconds}.".encode("ascii") + body
    return " ".join(
        "v1," + b64encode(hmac.digest(secret, signed, sha256)).decode("ascii") for secret in secrets
    )


def request_bytes(target: Target, message: str, seconds: int, signature: str, body: bytes) -> bytes:
    """The whole HTTP/1.1 request."""
    lines = (
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.authority}",
        "User-Agent: once-ledger",
        "Content-Type: application/cloudevents+json; charset=utf-8",
        f"Content-Length: {len(body)}",
        f"webhook-id: {message}",
        f"webhook-timestamp: {seconds}",
        f"webhook-signature: {signature}",
        "Connection: close",
    )
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


async def post(
    target: Target,
    request: bytes,
    *,
    demo: bool,
    lookup: Callable[[str, int], Awaitable[Sequence[str]]] = resolve,
    context: ssl.SSLContext | None = None,
    seconds: float = SECONDS,
) -> Result:
    """Send it; never raises for what the other side does."""
    try:
        async with asyncio.timeout(seconds):
            address = await checked_address(target, demo=demo, lookup=lookup)
            reader, writer = await asyncio.open_connection(
                address,
                target.port,
                ssl=(context or ssl.create_default_context()) if target.secure else None,
                server_hostname=target.host if target.secure else None,
                limit=MOST_LINE,
            )
            try:
                writer.write(request)
                await writer.drain()
                line = await reader.readline()
            finally:
                writer.transport.abort()
    except ForbiddenTargetError:
        return Result("forbidden")
    except TimeoutError:
        return Result("timeout")
    except ssl.SSLError:
        return Result("tls")
    except (OSError, UnicodeError):
        return Result("refused")
    except ValueError:  # a status line without an end
        return Result("answer")
    found = _STATUS.match(line)
    if found is None:
        return Result("answer")
    status = int(found[1])
    return Result("ok" if 200 <= status < 300 else "status", status)
