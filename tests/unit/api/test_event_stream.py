# SPDX-License-Identifier: Apache-2.0
"""The event stream's own promises: promptness, resumption, an end, a bound for slow consumers."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING

import pytest

from api.events.model import BEFORE_ALL, Event, Place, parse_place
from api.events.stream import PAGE, RETRY, Stream

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LOG = "ab" * 32


def an_event(index: int, part: int = 0) -> Event:
    return Event("SC", Place(index, part), "acceptance.recalled", "ZW", 1_767_225_600, b"\1" * 16, 3)


class Source:
    """Events in a list, and the signs that a stream looks at."""

    def __init__(self, *kept: Event) -> None:
        self.kept = list(kept)
        self.version = 0
        self.closing = False
        self.left = asyncio.Event()
        self.fetched = 0

    def fetch(self, after: Place) -> list[Event]:
        self.fetched += 1
        return [one for one in self.kept if one.place > after][:PAGE]

    async def gone(self) -> None:
        await self.left.wait()

    def stream(self, stalled: float = 5.0) -> Stream:
        return Stream(self.fetch, LOG, lambda: self.version, lambda: self.closing, self.gone, stalled)


async def places(chunks: AsyncIterator[bytes]) -> list[str]:
    """Ids in a whole stream."""
    text = b"".join([chunk async for chunk in chunks]).decode()
    return [line.removeprefix("id: ") for line in text.splitlines() if line.startswith("id: ")]


def test_everything_then_an_end() -> None:
    """More than a page comes in order, once, and the stream ends after the silence asked for."""

    async def run() -> list[str]:
        source = Source(*(an_event(index) for index in range(PAGE * 2 + 1)))
        return await places(source.stream().chunks(BEFORE_ALL, 0))

    assert asyncio.run(run()) == [f"{index}-0" for index in range(PAGE * 2 + 1)]


def test_what_comes_is_told_at_once() -> None:
    """An event that is kept while the stream waits is told within half a second."""

    async def run() -> tuple[list[str], float]:
        source = Source(an_event(1))
        told: list[str] = []
        began = 0.0
        async for chunk in source.stream().chunks(Place(1, 0), 5):
            if chunk == RETRY:
                await asyncio.sleep(0)
                asyncio.get_running_loop().call_later(0.3, source.kept.append, an_event(2, 1))
                asyncio.get_running_loop().call_later(0.3, lambda: setattr(source, "version", 1))
                began = time.monotonic() + 0.3
            else:
                told.append(json.loads(chunk.decode().partition("data: ")[2])["id"])
                source.closing = True
        return told, time.monotonic() - began

    told, late = asyncio.run(run())
    assert told == ["2-1"]
    assert late < 0.5


@pytest.mark.parametrize("how", ["left", "closing"])
def test_a_stream_ends_with_its_client_or_process(how: str) -> None:
    """A client that goes, or a process that ends, ends the stream within half a second."""

    async def run() -> float:
        source = Source()
        loop, began = asyncio.get_running_loop(), time.monotonic()
        if how == "left":
            loop.call_later(0.2, source.left.set)
        else:
            loop.call_later(0.2, lambda: setattr(source, "closing", True))
        assert await places(source.stream().chunks(BEFORE_ALL)) == []
        return time.monotonic() - began

    assert asyncio.run(run()) < 1.0


def test_a_slow_consumer_is_cut_off() -> None:
    """Who does not take what was sent is cut off; no second page was read for it meanwhile."""

    async def run() -> int:
        source = Source(*(an_event(index) for index in range(PAGE * 3)))
        stream = source.stream(stalled=0.2)

        async def consume() -> None:
            async for chunk in stream.chunks(BEFORE_ALL):
                if chunk != RETRY:
                    await asyncio.sleep(60)

        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(asyncio.ensure_future(consume()), 5)
        return source.fetched

    assert asyncio.run(run()) == 1


@pytest.mark.parametrize(
    "text", ["", "1", "1-", "-1", "01-0", "1-0 ", "1-0\n", "١-0", "1" * 17 + "-0", "1-0-0"]
)
def test_an_id_has_one_form(text: str) -> None:
    """What is not INDEX-PART is no place."""
    assert parse_place(text) is None
    assert parse_place("12-3") == Place(12, 3)
