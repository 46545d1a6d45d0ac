# SPDX-License-Identifier: Apache-2.0
"""T47: bodies that are too large, too slow or too deep meet a real server on loopback."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
import uvicorn

from api.app import App, create_app
from api.connections import Connection
from api.routes.health import Health
from tests.builders import a_log
from tests.doors import DEPARTMENT_KEY, Parts, the_keys

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator
    from pathlib import Path

HEAD = (
    "POST /api/v1/things:check HTTP/1.1\r\nHost: localhost\r\n"
    f"Authorization: Bearer {DEPARTMENT_KEY}\r\nContent-Type: application/json\r\n"
).encode()
KILOBYTE = b"400\r\n" + b"x" * 1024 + b"\r\n"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The port of a server on loopback."""
    with a_log(tmp_path) as log:
        yield from _serving(create_app(Parts(log, the_keys(), Health(0, 0))))


def _serving(app: App, http: type[asyncio.Protocol] = Connection) -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, http=http))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield int(listener.getsockname()[1])
        server.should_exit = True
        thread.join(10)


def answer_of(connection: socket.socket) -> bytes:
    """Everything the server says until it closes the connection; time runs out after 10 s."""
    connection.settimeout(10)
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def test_an_announced_giant_is_refused_at_once(port: int) -> None:
    """10 GB in Content-Length: refused with 413 and closed without reading a byte."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(HEAD + b"Content-Length: 10000000000\r\n\r\n")
        answer = answer_of(connection)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"body.too_large" in answer


def test_an_endless_body_is_cut(port: int) -> None:
    """Chunks without end: refused and closed soon after the limit."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + KILOBYTE * 2)
        answer = answer_of(connection)
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_slow_body_is_cut(port: int) -> None:
    """A body that never arrives: refused with 408 and closed within 10 s."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        answer = answer_of(connection)
    assert answer.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - started < 10


def test_depth_and_size_are_no_fault_of_the_server(port: int) -> None:
    """Deep nesting within the limit is a 400, and the connection serves the next request."""
    deep = b"[" * 500
    good = b'{"name":"a"}'
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(HEAD + b"Content-Length: 500\r\n\r\n" + deep)
        connection.sendall(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(good) + good)
        answer = answer_of(connection)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"json.too_deep" in answer
    assert b"HTTP/1.1 200" in answer


def test_an_unread_body_behind_a_refusal_ends_the_connection(port: int) -> None:
    """A large body to a route that refuses before reading is not swallowed to its end."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(
            b"POST /api/v1/none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000000\r\n\r\n"
        )
        answer = answer_of(connection)
    assert answer.startswith(b"HTTP/1.1 404")


class Few(Connection):
    """At most 50 connections."""

    most = 50


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[int]:
    """The port of a server that holds few connections."""
    with a_log(tmp_path) as log:
        yield from _serving(create_app(Parts(log, the_keys(), Health(0, 0))), http=Few)


def test_many_connections_do_not_lock_others_out(crowded: int) -> None:
    """Beyond what the server holds the longest waiting are let go: whoever comes next is answered."""
    good = b'{"name":"a"}'
    asked = HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(good) + good
    with ExitStack() as crowd:
        for number in range(200):
            one = crowd.enter_context(socket.create_connection(("127.0.0.1", crowded)))
            one.sendall((b"", HEAD, HEAD + b"Content-Length: 100\r\n\r\n{")[number % 3])
            if number % 40 == 39:
                with socket.create_connection(("127.0.0.1", crowded)) as honest:
                    honest.sendall(asked)
                    assert answer_of(honest).startswith(b"HTTP/1.1 200")
