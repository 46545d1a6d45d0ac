# SPDX-License-Identifier: Apache-2.0
"""`once verify --url`: what a living, a silent and a lying ledger make of the verdict, in words and JSON."""

from __future__ import annotations

import json
import socket
import threading
import time
import tracemalloc
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from api.cli import main
from api.cli.live_checkpoint import live_checkpoint
from attest.verify.evidence import Evidence
from attest.verify.model import ANCHOR, CHECKS
from ledger.checkpoint import Checkpoint
from ledger.note import parse_note
from tests.attest_parts import a_ledger
from tests.builders import ORIGIN, a_signer
from tests.denied_parts import denied
from tests.evidence_parts import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


_REQUIRED = tuple(one for one in CHECKS if one != ANCHOR)


@dataclass(frozen=True)
class Handed:
    """Paths of an evidence file and its trust file, and the checkpoint that the file's proof leads to."""

    evidence: Path
    trust: Path
    note: bytes

    @property
    def size(self) -> int:
        return Checkpoint.parse(parse_note(self.note).text).size


def hand_over(folder: Path, index_of: Callable[[Scene], int]) -> Handed:
    """Of a ledger without a chain, so that only the ledger itself is asked."""
    scene = Scene(a_ledger(folder / "ledger"), now=int(time.time()))
    evidence, trust = folder / "one.evidence.json", folder / "trust.json"
    evidence.write_bytes(scene.evidence(index_of(scene)).format())
    trust.write_bytes(replace(scene.trust, chain=None, required=_REQUIRED).format())
    scene.ledger.close()
    return Handed(evidence, trust, Evidence.parse(evidence.read_bytes()).entries[0].proof.checkpoint)


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Handed:
    """Evidence of an acceptance that stands."""
    return hand_over(tmp_path_factory.mktemp("handed"), lambda scene: scene.accepted.index)


@contextmanager
def a_ledger_that_shows(note: bytes, status: int = 200) -> Iterator[str]:
    """Its address: `/log/checkpoint` answers with `note`."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/log/checkpoint" else 404)
            self.end_headers()
            self.wfile.write(note)

        def log_message(self, *_: Any) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def asked(handed: Handed, url: str, capsys: pytest.CaptureFixture[str], lang: str) -> tuple[int, str, Any]:
    """Exit code, the text for people, and the verdict in JSON."""
    command = ["verify", str(handed.evidence), "--trust", str(handed.trust), "--url", url, "--lang", lang]
    code = main(command)
    text = capsys.readouterr().out
    assert main([*command, "--json"]) == code
    return code, text, json.loads(capsys.readouterr().out)


def test_a_comparison_is_told(handed: Handed, capsys: pytest.CaptureFixture[str]) -> None:
    """With a living ledger the text and the JSON say that it was compared, and with which size."""
    larger = a_signer().sign(Checkpoint(ORIGIN, handed.size + 9, b"\7" * 32).text())
    smaller = a_signer().sign(Checkpoint(ORIGIN, 1, b"\7" * 32).text())
    for note, size, words in (
        (handed.note, handed.size, "the same tree"),
        (larger, handed.size + 9, "a larger tree"),
        (smaller, 1, "behind"),
    ):
        with a_ledger_that_shows(note) as url:
            code, text, verdict = asked(handed, url, capsys, "en")
        assert code == 0
        assert f"compared with the ledger's live checkpoint (size {size})" in text
        assert words in text
        assert verdict["ledger"] == {"answered": True, "compared": True, "size": size}


def test_a_ledger_that_cannot_be_asked(handed: Handed, capsys: pytest.CaptureFixture[str]) -> None:
    """Who asks for a comparison that cannot be made is told so: exit 3, never valid and never invalid."""
    with a_ledger_that_shows(handed.note) as gone:
        pass
    with a_ledger_that_shows(b"no such page", status=404) as other:
        rows = ((gone, "no answer from"), (other, "HTTP 404"), ("nonsense", "no answer from"))
        for url, why in rows:
            code, text, verdict = asked(handed, url, capsys, "en")
            assert code == 3, url
            assert text.startswith("Cannot tell: The ledger did not show its live checkpoint")
            assert "the ledger could not be asked: " in text
            assert why in text
            assert "--offline" in text
            assert (verdict["verdict"], verdict["reason"]) == ("cannot_tell", "checkpoint.unreachable")
            assert verdict["ledger"] == {"answered": False, "compared": False, "size": None}
        assert "账本未能应答" in asked(handed, other, capsys, "zh")[1]


@contextmanager
def a_stranger(*parts: bytes, drop: bytes) -> Iterator[str]:
    """The address of who answers a connection with `parts`, then with a drop five times a second."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answers() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, suppress(OSError):
                        for part in (b"HTTP/1.1 200 OK\r\n", *parts):
                            connection.sendall(part)
                        while True:
                            connection.sendall(drop)
                            time.sleep(0.2)

        threading.Thread(target=answers, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("packed", [True, False])
def test_a_large_answer_is_not_read(
    handed: Handed, capsys: pytest.CaptureFixture[str], *, packed: bool
) -> None:
    """256 MiB, packed to a thousandth or as they are, are neither unfolded nor kept: exit 3, and why."""
    packer = zlib.compressobj(wbits=31)
    folded = b"".join(packer.compress(bytes(1 << 20)) for _ in range(256)) + packer.flush()
    parts = [b"Content-Encoding: gzip\r\n\r\n", folded] if packed else [b"\r\n", *[bytes(1 << 20)] * 256]
    command = ["verify", str(handed.evidence), "--trust", str(handed.trust), "--lang", "en", "--url"]
    with a_stranger(*parts, drop=bytes(1 << 16)) as url:
        tracemalloc.start()
        try:
            assert main([*command, url]) == 3
            assert tracemalloc.get_traced_memory()[1] < 64 << 20
        finally:
            tracemalloc.stop()
    assert "is too long for a checkpoint" in capsys.readouterr().out


@pytest.mark.parametrize("parts", [(), (b"\r\n",), (b"Content-Length: 1000\r\n\r\n",)])
def test_an_answer_in_drops_is_not_waited_for(parts: tuple[bytes, ...]) -> None:
    """Head or body that come a line at a time, each in time: all of it has its own limit."""
    with a_stranger(*parts, drop=b"x: y\r\n") as url:
        began = time.monotonic()
        answer = live_checkpoint(url, seconds=1.5)
        assert time.monotonic() - began < 10
    assert answer.note is None
    assert "did not end its answer within" in answer.why[1]


def test_a_ledger_that_lies(handed: Handed, capsys: pytest.CaptureFixture[str]) -> None:
    """Another tree of the same size is not valid; an answer that is no checkpoint tells nothing."""
    fork = a_signer().sign(Checkpoint(ORIGIN, handed.size, b"\7" * 32).text())
    for note, code, reason, compared in (
        (fork, 1, "checkpoint.fork", True),
        (b"no note", 3, "checkpoint.live", False),
    ):
        with a_ledger_that_shows(note) as url:
            found, _, verdict = asked(handed, url, capsys, "en")
        assert (found, verdict["reason"]) == (code, reason)
        assert verdict["ledger"]["compared"] is compared


def test_what_its_issuer_denied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Compared as every file, and not valid: the denial stands in text and JSON, exit 4."""
    file = hand_over(tmp_path, lambda scene: denied(scene)["denied"])
    with a_ledger_that_shows(file.note) as url:
        code, text, verdict = asked(file, url, capsys, "en")
    assert (code, verdict["reason"], verdict["ledger"]["compared"]) == (4, "status.denied", True)
    assert verdict["denied"]["by"] == "SC"
    assert "denied by its issuer SC" in text
    assert "Ask the applicant for a paper that is in force" in text
