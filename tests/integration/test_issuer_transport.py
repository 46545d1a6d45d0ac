# SPDX-License-Identifier: Apache-2.0
"""One question over a real socket, to services that answer, hang, drip, redirect, lie or send too much."""

from __future__ import annotations

import asyncio
import threading
import time
from functools import partial
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.events.addresses import parse_target
from api.issuers.addresses import Address
from api.issuers.asking import Reply, Transport
from attest.data_checks.wire import MOST_ANSWER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from socket import socket

SECONDS: Final = 1.5
SECRET: Final = "secret0123456789abcdef"
BODY: Final = b'{"v":1}'


class Service:
    """Accepts connections, reads one request each, keeps it, and answers as `play` does."""

    def __init__(self, play: Callable[[socket], None]) -> None:
        self.requests: list[bytes] = []
        self.over = threading.Event()
        service = self

        class Handler(BaseRequestHandler):
            def handle(self) -> None:
                read = b""
                while b"\r\n\r\n" not in read or not read.endswith(BODY):
                    piece = self.request.recv(4096)
                    if not piece:
                        return
                    read += piece
                service.requests.append(read)
                try:
                    play(self.request)
                except OSError:
                    return

        ThreadingTCPServer.daemon_threads = True
        self._server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def stop(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def serve() -> Iterator[Any]:
    """Start services; they end with the test."""
    made: list[Service] = []

    def start(play: Callable[[socket], None]) -> Service:
        made.append(Service(play))
        return made[-1]

    yield start
    for one in made:
        one.stop()


def ask(port: int, *, times: int = 1) -> list[Reply]:
    """So many questions at once, and what came of them."""

    async def run() -> list[Reply]:
        transport = Transport(SECONDS, demo=True)
        address = Address(parse_target(f"http://127.0.0.1:{port}/check?of=us", demo=True), SECRET)
        try:
            return list(await asyncio.gather(*(transport.post(address, BODY) for _ in range(times))))
        finally:
            await transport.close()

    return asyncio.run(run())


def whole(body: bytes, status: bytes = b"200 OK", more: bytes = b"") -> bytes:
    head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%b\r\n"
    return head % (status, len(body), more) + body


def test_a_question_carries_what_it_must_and_no_more(serve: Any) -> None:
    """POST of the JSON body to the address with the secret; no cookie, no compression, no proxy's headers."""
    service = serve(lambda to: to.sendall(whole(b"{}")))
    assert ask(service.port) == [Reply("ok", b"{}")]
    head, _, body = service.requests[0].partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    assert (first, body) == ("POST /check?of=us HTTP/1.1", BODY)
    assert headers == {
        "host": f"127.0.0.1:{service.port}",
        "authorization": f"Bearer {SECRET}",
        "content-type": "application/json",
        "content-length": str(len(BODY)),
        "accept": "application/json",
        "accept-encoding": "identity",
        "connection": headers["connection"],
        "user-agent": "once-ledger",
    }


def test_a_chunked_answer_is_read_whole(serve: Any) -> None:
    """Gateways answer in chunks; it is the same answer."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    service = serve(lambda to: to.sendall(head + b"2\r\n{}\r\n0\r\n\r\n"))
    assert ask(service.port) == [Reply("ok", b"{}")]


ENDLESS: Final = b"x" * 65_536
ANSWERS: Final[dict[str, tuple[bytes, str]]] = {
    "an error": (whole(b"{}", b"500 no"), "status"),
    "no content": (b"HTTP/1.1 204 No\r\n\r\n", "status"),
    "unauthorized": (whole(b"{}", b"401 no"), "status"),
    "another media type": (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n{}",
        "answer",
    ),
    "compressed": (whole(b"{}", more=b"Content-Encoding: gzip\r\n"), "answer"),
    "no HTTP": (b"SSH-2.0-x\r\n", "answer"),
    "nothing": (b"", "answer"),
    "cut off": (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{",
        "answer",
    ),
    "two lengths": (whole(b"{}", more=b"Content-Length: 3\r\n"), "answer"),
    "a huge body": (whole(ENDLESS + b"x"), "too_large"),
    "a huge header": (b"HTTP/1.1 200 OK\r\nX: " + ENDLESS * 4 + b"\r\n\r\n", "answer"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_no_answer_is_told_apart_and_raises_nothing(serve: Any, name: str) -> None:
    """Each has its cause, and the body of none is used."""
    said, cause = ANSWERS[name]
    service = serve(lambda to: to.sendall(said))
    assert ask(service.port) == [Reply(cause)]


def test_the_largest_answer_fits(serve: Any) -> None:
    """The bound is exact: one byte more is too large, as above."""
    service = serve(lambda to: to.sendall(whole(b"x" * MOST_ANSWER)))
    (reply,) = ask(service.port)
    assert (reply.cause, len(reply.body)) == ("ok", MOST_ANSWER)


def test_a_redirect_is_not_followed(serve: Any) -> None:
    """Neither the question nor the secret goes where the answer points."""
    other = serve(lambda to: to.sendall(whole(b"{}")))
    for status in (b"301 M", b"302 F", b"303 S", b"307 T", b"308 P"):
        to_other = b"Location: http://127.0.0.1:%d/\r\n" % other.port
        service = serve(partial(_send, whole(b"", status, to_other)))
        assert ask(service.port) == [Reply("status")]
    assert other.requests == []


def _send(said: bytes, to: socket) -> None:
    to.sendall(said)


def _drip(to: socket) -> None:
    to.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        to.sendall(b"x")
        time.sleep(0.05)


def _drip_head(to: socket) -> None:
    to.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(100):
        to.sendall(b"X: y\r\n")
        time.sleep(0.05)


@pytest.mark.parametrize("play", [_drip, _drip_head, lambda _: time.sleep(5)])
def test_one_that_hangs_or_drips_is_cut_off(serve: Any, play: Callable[[socket], None]) -> None:
    """All of a question ends within its time, however alive the connection looks; many end together."""
    service = serve(play)
    began = time.monotonic()
    assert ask(service.port, times=8) == [Reply("timeout")] * 8
    assert time.monotonic() - began < SECONDS * 4


def test_nobody_there_is_refused() -> None:
    """A closed port is an outage like any other."""
    service = Service(lambda _: None)
    port = service.port
    service.stop()
    assert ask(port) == [Reply("refused")]
