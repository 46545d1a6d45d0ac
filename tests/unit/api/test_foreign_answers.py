# SPDX-License-Identifier: Apache-2.0
"""Commands that ask a server which is no ledger, or one of another shape."""

from __future__ import annotations

import json
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from api.cli import main
from api.cli.client import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ASKING = (
    ("check", "--case", "990101-X-20261129-0001"),
    ("check", "--case", "990101-X-20261129-0001", "--item", "YC-004"),
    ("trace", "990101-X-20261129-0001"),
    ("expiring",),
    ("reask", "report"),
    ("export", "0a"),
)
SHAPES = (
    b"{}",
    b"[]",
    b"no json",
    b"[" * 100_000,
    b'{"item":"YC-004","version":[],"results":7,"entries":[{}],"expiries":[{}],"next":null,"rates":[{}],"fallen":0}',
    b'{"results":[{"verdict":"?"}],"entries":{"a":1},"expiries":4,"rates":"x","index":1,"policy":{},"item":"YC-004"}',
)


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """The address of a server that answers everything with this."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            """Silent."""

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def deep() -> Iterator[None]:
    """As where key libraries are loaded, which let nesting go to 100,000: Python's reader would overflow."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize("body", SHAPES, ids=lambda body: repr(body[:24]))
def test_an_answer_of_another_shape(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    """One line in either language, exit 3: nothing can be told; and no evidence file is written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ONCE_API_KEY", "key")
    with answering(body) as url, deep():
        for arguments in ASKING:
            assert main([*arguments, "--url", url, "--lang", "en"]) == 3, arguments
            said = capsys.readouterr()
            assert (said.out, said.err.count("This is not the answer of a ledger.")) == ("", 1), arguments
            assert main([*arguments, "--url", url, "--json"]) == 3
            assert json.loads(capsys.readouterr().out)["error"]["code"] == "answer.foreign"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("rows", [b"[]", b'[{"day": 1}]'])
def test_a_list_that_goes_on_for_ever(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, rows: bytes
) -> None:
    """A page that brings nothing, or the same place again, and says that more follows is no ledger's."""
    monkeypatch.setenv("ONCE_API_KEY", "key")
    with answering(b'{"days":30,"expiries":%s,"next":"a"}' % rows) as url:
        assert main(["expiring", "--url", url, "--lang", "en"]) == 3
    assert "This is not the answer of a ledger." in capsys.readouterr().err


def test_an_answer_without_end(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is larger than any answer of a ledger is not read to its end."""
    monkeypatch.setenv("ONCE_API_KEY", "key")
    with answering(b" " * (MOST_BYTES + (8 << 20))) as url:
        assert main(["expiring", "--url", url, "--lang", "en"]) == 3
    assert "This is not the answer of a ledger." in capsys.readouterr().err
