# SPDX-License-Identifier: Apache-2.0
"""`once verify --url`: what a living, a silent and a lying ledger make of the verdict, in words and JSON."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from api.cli import main
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
