# SPDX-License-Identifier: Apache-2.0
"""A ledger's public checkpoint, asked for by whoever verifies: a stranger's answer, which may be anything.

What it sends is not unfolded, is read to a limit and no longer than some seconds.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from api.cli.words import printable
from ledger.checkpoint import MAX_CHECKPOINT_BYTES

ANSWER_SECONDS: Final = 5.0
"""For each step: the connection, the next piece."""
WHOLE_SECONDS: Final = 10.0
"""For all of the answer."""
MOST_BYTES: Final = 2 * MAX_CHECKPOINT_BYTES
_NO_ANSWER: Final = ("{url} 没有应答", "no answer from {url}")
_NO_LEDGER: Final = ("{url} 答以 HTTP {status}", "{url} answered with HTTP {status}")
_TOO_LONG: Final = ("{url} 的应答不像检查点", "what {url} answered is too long for a checkpoint")
_TOO_SLOW: Final = (
    "{url} 未在 {seconds:.0f} 秒内答完",
    "{url} did not end its answer within {seconds:.0f} seconds",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the ledger showed when it was asked for its checkpoint; None, and why in zh and en, else."""

    note: bytes | None
    why: tuple[str, str] = ("", "")


def live_checkpoint(url: str, seconds: float = WHOLE_SECONDS) -> Answer:
    """The ledger's public checkpoint, or why there is none within `seconds`."""
    import httpx

    def none(why: tuple[str, str], status: int = 0) -> Answer:
        zh, en = (one.format(url=printable(url), status=status, seconds=seconds) for one in why)
        return Answer(None, (zh, en))

    try:
        status, found = asyncio.run(_asked(url.rstrip("/") + "/log/checkpoint", seconds))
    except TimeoutError:
        return none(_TOO_SLOW)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):  # a name too long for a host among them
        return none(_NO_ANSWER)
    if status != httpx.codes.OK:
        return none(_NO_LEDGER, status)
    return Answer(found) if len(found) <= MOST_BYTES else none(_TOO_LONG)


async def _asked(url: str, seconds: float) -> tuple[int, bytes]:
    """Status, and as much of the body as is too long, as it was sent; TimeoutError after `seconds`."""
    import httpx

    body = b""
    headers = {"Accept-Encoding": "identity"}
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(timeout=ANSWER_SECONDS, headers=headers) as client,
        client.stream("GET", url) as answer,
    ):
        async for piece in answer.aiter_raw():  # packed, it is no checkpoint
            body += piece
            if len(body) > MOST_BYTES:
                break
    return answer.status_code, body[: MOST_BYTES + 1]
