# SPDX-License-Identifier: Apache-2.0
"""A served ledger without chain and worker: what its process costs, how it answers others meanwhile."""

from __future__ import annotations

import json
import re
import socket
import statistics
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Self

import httpx
import psutil

from api.wiring import mint_api_key, open_ledger
from tests.homes import DEPARTMENT, Serving, register, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

NO_CHAIN = 'chain = "http://127.0.0.1:9"'


def prepared_home(home: Path) -> str:
    """Let a founded home be served without a chain; the text of an API key of its department."""
    file = home / "once.toml"
    file.write_text(re.sub(r"(?m)^chain = .*$", NO_CHAIN, file.read_text(encoding="utf-8")), encoding="utf-8")
    ledger = open_ledger(settings_of(home))
    ledger.start()
    try:
        register(ledger, DEPARTMENT)
        return mint_api_key(ledger, DEPARTMENT, {"department"})
    finally:
        ledger.close()


def served(home: Path) -> Serving:
    """`once serve --no-worker`."""
    return Serving(home, ("--no-worker",))


class Wire:
    """A connection to a served ledger, byte by byte."""

    def __init__(self, serving: Serving, seconds: float = 12) -> None:
        url = httpx.URL(serving.url)
        self.socket = socket.create_connection((url.host, url.port or 80), timeout=seconds)

    def send(self, *parts: bytes) -> None:
        """Write; a connection that was closed meanwhile is the server's answer, not a fault."""
        try:
            for part in parts:
                self.socket.sendall(part)
        except OSError:
            pass

    def answer(self) -> bytes:
        """Everything up to the end of the connection."""
        parts = []
        try:
            while part := self.socket.recv(65_536):
                parts.append(part)
        except ConnectionResetError:
            pass
        return b"".join(parts)

    def drip(self, part: bytes) -> bytes | None:
        """Send a drop and see what comes within a tick; None once the connection has ended."""
        self.socket.settimeout(0.05)
        self.send(part)
        try:
            return self.socket.recv(65_536) or None
        except TimeoutError:
            return b""
        except OSError:
            return None

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def memory(serving: Serving) -> int:
    """Resident bytes of the serving process."""
    return int(psutil.Process(serving.child.pid).memory_info().rss)


class Others:
    """Somebody who asks for public things all the while; how long each answer took, in seconds."""

    def __init__(self, serving: Serving) -> None:
        self._address = httpx.URL(serving.url).netloc.decode()
        self.seconds: list[float] = []
        self.failed: list[str] = []

    def ask(self, times: int) -> Sequence[float]:
        """So many requests one after the other, each on a connection of its own."""
        took = []
        for _ in range(times):
            began = time.perf_counter()
            connection = HTTPConnection(self._address, timeout=10)
            try:
                connection.request("GET", "/api/v1/departments/keys")
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, HTTPException) as error:
                self.failed.append(repr(error))
                continue
            finally:
                connection.close()
            if answer.status != 200 or not json.loads(body)["keys"]:
                self.failed.append(f"{answer.status}")
            took.append(time.perf_counter() - began)
        return took

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask until the block ends."""
        stop = threading.Event()

        def run() -> None:
            while not stop.is_set():
                self.seconds += self.ask(1)
                time.sleep(0.01)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def p99(seconds: Sequence[float]) -> float:
    """The 99th percentile."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[98]
