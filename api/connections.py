# SPDX-License-Identifier: Apache-2.0
"""Connections under limits: how long a client may take, how much it may send unasked, how many there are.

What uvicorn leaves open (T47): a request head has no time or size limit, trailer fields become headers and
have no limit either, requests queue up without end behind one another, a client that reads no answer holds it
for ever, and a body that nobody asked for is swallowed to its end. Bodies have their limits in `api.body`.
"""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

HEAD_SECONDS: Final = 8.0
"""From the first byte of a request (or from connecting) to the end of its head."""
HEAD_BYTES: Final = 32 * 1024
HEADERS: Final = 100
PIPELINED: Final = 128
"""Requests that may wait behind the one that is being answered."""
READ_SECONDS: Final = 10.0
"""How long a client may leave what was written to it unread."""
SWEEP_SECONDS: Final = 1.0
MOST: Final = 2048
"""Connections at once; beyond them, whoever keeps the server waiting longest is let go."""
SPARE_FILES: Final = 256
"""File descriptors that are not for connections."""


class Connection(HttpToolsProtocol):
    """uvicorn's protocol, with the limits of this module."""

    most = MOST
    _since = 0.0
    """When we began to wait for a head, in the loop's time."""
    _whole = False
    """Whether the newest head is complete."""
    _head = 0
    """Bytes of an incomplete head, without those of the read in which it began."""
    _large = False
    """Whether this read alone is larger than a head may be."""
    _beside = 0
    """Bytes in a row that were neither head nor body: sizes of chunks, and trailer fields."""
    _stuck: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Take the connection in; make room if there are too many."""
        super().connection_made(transport)
        self._since = self.loop.time()
        if len(self.connections) > self.most:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head that is not complete, and what stands beside a body."""
        self._large = len(data) > HEAD_BYTES
        if not self._whole:
            self._head += len(data)
        self._beside += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if not self._whole and self._head > HEAD_BYTES:
            self.send_400_response("Request head too large.")
        elif self._whole and self._beside > HEAD_BYTES:
            self.transport.close()

    def on_message_begin(self) -> None:
        """A new request begins."""
        super().on_message_begin()
        self._since, self._whole, self._head, self._beside = self.loop.time(), False, 0, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the head; a trailer field is none of it (RFC 9110, section 6.5.1)."""
        if not self._whole:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Hand on a part of the body."""
        self._beside = 0
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Begin to answer, unless it is too much: an error here is a 400."""
        if len(self.headers) > HEADERS or ((self._large or self._head) and self._head_size() > HEAD_BYTES):
            raise ValueError("request head too large")
        if len(self.pipeline) >= PIPELINED:
            raise ValueError("too many requests at once")
        self._whole, self._beside = True, 0
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Go on with the next request, unless this one's body is still coming and nobody wants it."""
        alone = not self.pipeline
        super().on_response_complete()
        if alone and self.cycle.more_body and not self.transport.is_closing():
            self.transport.close()
        elif not alone:
            self.flow.pause_reading()  # what waits is answered before more is read
        else:
            self._since, self._whole, self._head = self.loop.time(), False, 0

    def pause_writing(self) -> None:
        """The client does not read as fast as we write."""
        super().pause_writing()
        self._stuck = self.loop.time()

    def resume_writing(self) -> None:
        """It read on."""
        super().resume_writing()
        self._stuck = None

    def sweep(self, now: float) -> None:
        """End the connection if its client has taken too long."""
        if self._stuck is not None and now - self._stuck > READ_SECONDS:
            self.transport.abort()
        elif not self._whole and self._is_idle() and now - self._since > HEAD_SECONDS:
            self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        """Answer as HTTP/1.1, as RFC 9110 (7.8) lets us; uvicorn would tell the operator what to install."""

    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _is_idle(self) -> bool:
        """Whether no request is being answered."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def _awaits_client(self) -> bool:
        return self._is_idle() or self.cycle.more_body or self._stuck is not None

    def _make_room(self) -> None:
        """Close the connection that has kept us waiting longest; this one, if none does."""
        waiting = [one for one in self.connections if isinstance(one, Connection) and one._awaits_client()]  # noqa: SLF001  # its own kind
        longest = min(waiting, key=lambda one: one._since, default=self)  # noqa: SLF001  # its own kind
        self.connections.discard(longest)  # it no longer counts, though closing takes a moment
        longest.transport.abort()


def sweep(connections: Iterable[object], now: float) -> None:
    """Look at every connection once; `now` is the loop's time in seconds."""
    for one in list(connections):
        if isinstance(one, Connection):
            one.sweep(now)


def allow_files(most: int = MOST) -> int:
    """Raise the limit of open files towards what `most` connections need; how many it allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return most if soft == resource.RLIM_INFINITY else max(1, min(most, soft - SPARE_FILES))
