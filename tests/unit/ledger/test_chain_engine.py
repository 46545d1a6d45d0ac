# SPDX-License-Identifier: Apache-2.0
"""The local chain as a child program."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from ledger.chain.child import ChildServer, answers, free_port
from ledger.chain.client import Web3Chain
from ledger.chain.engine import AnvilEngine, ExternalEngine, HardhatEngine, running
from ledger.errors import ChainEngineError
from tests.chain_parts import a_site, started

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
STARTS_AND_DIES = """
import os, signal, sys
from pathlib import Path
from ledger.chain.engine import AnvilEngine
engine = AnvilEngine(Path(sys.argv[1]))
engine.start()
print(engine.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[AnvilEngine]:
    engine = started(lambda: AnvilEngine(tmp_path / "chain"))
    yield engine
    engine.kill()


def gone(pid: int, seconds: float = 5.0) -> bool:
    """Whether the process ends in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def test_life(engine: AnvilEngine) -> None:
    """It answers when start returns, on loopback only, and is gone after stop."""
    pid = engine.pid
    assert engine.alive()
    assert answers(engine.port)
    addresses = {c.laddr.ip for c in psutil.Process(pid).net_connections() if c.status == "LISTEN"}
    assert addresses == {"127.0.0.1"}
    with pytest.raises(ChainEngineError, match="already runs"):
        engine.start()
    engine.stop()
    assert not engine.alive()
    assert gone(pid)
    assert not answers(engine.port)
    engine.stop()


def test_no_known_accounts(engine: AnvilEngine) -> None:
    """It offers no account of its own, and its price is 0."""
    chain = Web3Chain(engine.url)
    assert chain._fact("eth_accounts") == []
    assert int(chain._fact("eth_gasPrice"), 16) == 0
    assert chain.chain_id() == 31337


def test_state_is_kept(engine: AnvilEngine) -> None:
    """Stopped in order and started again on the same port, it knows every block."""
    site = a_site(Web3Chain(engine.url), 5)
    site.anchor(9)
    before, port = site.chain.latest(), engine.port
    engine.restart()
    assert engine.port == port
    assert not engine.forgetful
    assert site.chain.latest() == before
    assert site.contract.head().size == 9
    assert site.anchor(12).succeeded


def test_kill_keeps_the_last_dump(engine: AnvilEngine) -> None:
    """What is older than the dump interval survives SIGKILL."""
    site = a_site(Web3Chain(engine.url), 5)
    time.sleep(2.5)
    engine.kill()
    engine.start()
    assert site.contract.head().size == 5


def test_half_written_state(engine: AnvilEngine) -> None:
    """A state file cut off by a kill is set aside, the chain begins empty, and the engine says so."""
    a_site(Web3Chain(engine.url), 5)
    engine.stop()
    content = engine.state.read_bytes()
    engine.state.write_bytes(content[: len(content) // 2])
    engine.start()
    assert Web3Chain(engine.url).latest().number == 0
    assert engine.forgetful
    assert engine.state.with_suffix(".damaged").exists()


def test_dies_with_its_parent(tmp_path: Path) -> None:
    """When the parent is killed the child ends too, and its state is written."""
    started(lambda: AnvilEngine(tmp_path / "first")).stop()
    done = subprocess.run(
        [sys.executable, "-c", STARTS_AND_DIES, str(tmp_path / "chain")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert gone(int(done.stdout))


def test_outlives_the_starting_thread(tmp_path: Path) -> None:
    """The thread that called start may end; the child lives on."""
    engine = AnvilEngine(tmp_path / "chain")
    thread = threading.Thread(target=lambda: started(lambda: engine))
    thread.start()
    thread.join()
    try:
        time.sleep(0.2)
        assert engine.alive()
        assert answers(engine.port)
    finally:
        engine.stop()


class _Stranger(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Answer like a chain."""
        body = b'{"jsonrpc":"2.0","id":1,"result":"0x7a69"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Say nothing."""


@pytest.mark.parametrize("engine_class", [AnvilEngine, HardhatEngine])
def test_stranger_on_the_port(tmp_path: Path, engine_class: type[AnvilEngine | HardhatEngine]) -> None:
    """Another chain on the port is never taken for ours."""
    started(lambda: engine_class(tmp_path / "first")).stop()
    with HTTPServer(("127.0.0.1", 0), _Stranger) as stranger:
        threading.Thread(target=stranger.serve_forever, args=(0.02,), daemon=True).start()
        assert answers(stranger.server_port)
        with pytest.raises(ChainEngineError, match="taken"):
            engine_class(tmp_path / "chain", port=stranger.server_port).start()
        stranger.shutdown()


def test_program_that_ends_at_once(tmp_path: Path) -> None:
    """A program that ends says its last words in the error."""
    child = ChildServer(
        [sys.executable, "-c", "import sys; sys.exit('no such chain')"], free_port(), tmp_path / "log"
    )
    with pytest.raises(ChainEngineError, match="no such chain"):
        child.start()


def test_missing_program(tmp_path: Path) -> None:
    """A program that is not there is a ChainEngineError."""
    child = ChildServer([str(tmp_path / "nothing")], free_port(), tmp_path / "log")
    with pytest.raises(ChainEngineError):
        child.start()


def test_blocks_at_intervals(tmp_path: Path) -> None:
    """With a block time, blocks come by themselves and a receipt has to be waited for."""
    first = started(lambda: AnvilEngine(tmp_path / "first"))
    first.stop()
    with running(AnvilEngine(tmp_path / "chain", block_seconds=1)) as engine:
        site = a_site(Web3Chain(engine.url), 5)
        assert site.anchor(9).succeeded


def test_external() -> None:
    """An external chain is neither started nor stopped."""
    with running(ExternalEngine("http://127.0.0.1:1")) as engine:
        assert engine.url == "http://127.0.0.1:1"
