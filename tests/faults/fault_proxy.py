# SPDX-License-Identifier: Apache-2.0
"""A JSON-RPC proxy on loopback that misbehaves on request."""

from __future__ import annotations

import http.client
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from types import TracebackType

MODES = ("pass", "drop", "error_500", "not_json", "half", "slow", "empty", "null", "flip")
"""`flip` changes one digit of what `eth_call` returned; `slow` answers after 3 s."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """Answer one question in the way the proxy is set to."""
        question = self.rfile.read(int(self.headers["Content-Length"]))
        mode = self.server.mode
        if mode == "drop":
            self.close_connection = True
            return
        if mode == "slow":
            time.sleep(3)
        body = {"not_json": b"<html>busy</html>", "empty": b"", "null": b'{"jsonrpc":"2.0","id":1}'}.get(mode)
        if body is None:
            body = self._forward(question)
        if mode == "flip" and b"eth_call" in question:
            place = body.rindex(b'"', 0, body.rindex(b"}")) - 1
            body = body[:place] + (b"1" if body[place : place + 1] != b"1" else b"2") + body[place + 1 :]
        self.send_response(500 if mode == "error_500" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if mode == "half" else body)
        self.close_connection = mode == "half"

    def _forward(self, question: bytes) -> bytes:
        connection = http.client.HTTPConnection(self.server.target, timeout=10)
        try:
            connection.request("POST", "/", question, {"Content-Type": "application/json"})
            return connection.getresponse().read()
        finally:
            connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    target: str
    mode = "pass"


class FaultProxy:
    """Stands before a node at `target`; set `mode` to one of MODES."""

    def __init__(self, target: str) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.target = urlsplit(target).netloc
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """Where clients call."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def set(self, mode: str) -> None:
        """Misbehave like this from now on."""
        if mode not in MODES:
            raise ValueError(mode)
        self._server.mode = mode

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
