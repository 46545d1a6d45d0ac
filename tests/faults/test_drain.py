# SPDX-License-Identifier: Apache-2.0
"""SIGTERM: what was begun is answered, nothing new is taken, and the end is in order and in time."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import time
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tests.homes import Serving, copy_of, wait_until
from tests.papers import a_pdf
from tests.worlds import fill, open_world

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["tests.api_parts"]

CONTENT = a_pdf(extra=bytes(50_000))
BOUND = 20.0
"""Seven for requests and a little for the rest; this machine may be busy."""


def refused(port: int) -> bool:
    """Whether nobody takes a new connection."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def answer(connection: socket.socket) -> tuple[int, dict[str, object]]:
    """Status and document of the one answer, to the end of the connection."""
    connection.settimeout(BOUND)
    said = b""
    while piece := connection.recv(65_536):
        said += piece
    head, _, body = said.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def test_what_was_begun_is_answered_and_kept(bare_home: Path, tmp_path: Path) -> None:
    """An upload half sent at SIGTERM gets its 201 and is in the database; new connections are refused."""
    home = copy_of(bare_home, tmp_path / "home")
    world = open_world(home)
    fill(world)
    key = world.keys["SC"]
    before = len(world.ledger.store.query("SELECT upload FROM uploads"))
    world.close()
    with Serving(home, ("--no-worker",)) as serving:
        port = int(serving.url.rpartition(":")[2])
        head = (
            f"PUT /api/v1/documents/{sha256(CONTENT).hexdigest()} HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Length: {len(CONTENT)}\r\nContent-Type: application/pdf\r\n"
            f"Authorization: Bearer {key}\r\nIdempotency-Key: drain-0001\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", port)) as begun:
            begun.sendall(head.encode() + CONTENT[:30_000])
            time.sleep(0.5)
            told = time.monotonic()
            serving.child.send_signal(signal.SIGTERM)
            wait_until(lambda: refused(port))
            assert serving.child.poll() is None
            begun.sendall(CONTENT[30_000:])
            status, document = answer(begun)
        code = serving.child.wait(BOUND)
        spent = time.monotonic() - told
        serving.stop()  # only closes what was opened for it
    assert (status, document["size"]) == (201, len(CONTENT))
    assert (code, spent < BOUND) == (0, True)
    with closing(sqlite3.connect(home / "ledger.db")) as database:
        assert database.execute("SELECT count(*) FROM uploads").fetchone()[0] == before + 1
    lines = [json.loads(line) for line in serving_lines(home)]
    requests = [line for line in lines if line["event"] == "request"]
    assert requests[-1]["status"] == 201
    assert all(line["request"] and line["route"] for line in requests)


def serving_lines(home: Path) -> list[str]:
    """Log lines of the service."""
    text = (home.parent / f"{home.name}.err").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("{")]


def test_systemd_is_told(bare_home: Path, tmp_path: Path) -> None:
    """READY=1 when requests are answered, STOPPING=1 at SIGTERM, to the socket that systemd names."""
    home = copy_of(bare_home, tmp_path / "home")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        place = str(tmp_path / "notify")
        listening.bind(place)
        listening.settimeout(BOUND)
        os.environ["NOTIFY_SOCKET"] = place
        try:
            serving = Serving(home, ("--no-worker",))
        finally:
            del os.environ["NOTIFY_SOCKET"]
        with serving:
            assert listening.recv(100) == b"READY=1"
            assert serving.get("/health/ready").status_code == 200
            assert serving.stop() == 0
        assert listening.recv(100) == b"STOPPING=1"


@pytest.mark.parametrize("place", ["", "relative", "/nowhere/notify", "@no-such-name"])
def test_nobody_to_tell_is_no_fault(place: str, tmp_path: Path) -> None:
    """Without systemd, or with a socket that is gone, nothing happens."""
    from api.notify import notify

    before = os.environ.get("NOTIFY_SOCKET")
    os.environ["NOTIFY_SOCKET"] = place
    try:
        assert notify("READY=1") is False
    finally:
        del os.environ["NOTIFY_SOCKET"]
        if before is not None:
            os.environ["NOTIFY_SOCKET"] = before
