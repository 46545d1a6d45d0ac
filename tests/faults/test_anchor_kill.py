# SPDX-License-Identifier: Apache-2.0
"""kill -9 of the anchor worker at each of its failpoints: the next one ends where it would have."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ledger.chain.anchor import Turn
from ledger.chain.client import Web3Chain
from tests.builders import a_log
from tests.chain_parts import Anchoring

if TYPE_CHECKING:
    from ledger.chain.engine import AnvilEngine

ROOT = Path(__file__).resolve().parents[2]
ONE_TURN = """
import sys
from ledger.chain.accounts import ChainAccount
from ledger.chain.anchor import AnchorWorker
from ledger.chain.client import Web3Chain
from ledger.chain.founding import Pins
from ledger.chain.log_view import StoreAnchorLog
from ledger.store import Store

database, url, secret, contract, code_hash, size, root = sys.argv[1:]
pins = Pins(31337, bytes.fromhex(contract), bytes.fromhex(code_hash), int(size), bytes.fromhex(root))
account = ChainAccount(bytes.fromhex(secret))
print(AnchorWorker(StoreAnchorLog(Store(database)), Web3Chain(url), pins, account).turn().outcome)
"""


def one_turn(anchoring: Anchoring, url: str, failpoint: str | None) -> subprocess.CompletedProcess[str]:
    """A worker in a process of its own."""
    pins = anchoring.pins
    arguments = [anchoring.log.store.url, url, anchoring.account.secret().hex(), pins.contract.hex()]
    arguments += [pins.code_hash.hex(), str(pins.genesis_size), pins.genesis_root.hex()]
    environment = {name: value for name, value in os.environ.items() if name != "ONCE_FAILPOINT"}
    if failpoint is not None:
        environment["ONCE_FAILPOINT"] = failpoint
    return subprocess.run(
        [sys.executable, "-c", ONE_TURN, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("point", ["F12", "F13", "F14", "F15", "F16"])
def test_kill(anvil: AnvilEngine, tmp_path: Path, point: str) -> None:
    """Killed there, the worker's successor anchors with the same single transaction."""
    with a_log(tmp_path, entries=5) as log:
        chain = Web3Chain(anvil.url)
        anchoring = Anchoring(log, chain)
        size = anchoring.grow(4)
        killed = one_turn(anchoring, anvil.url, f"{point}:1:kill")
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        stored = anchoring.view.txs(anchoring.account.address, 0)
        assert len(stored) == 1
        healed = one_turn(anchoring, anvil.url, None)
        assert (healed.returncode, healed.stdout) == (0, "anchored\n"), healed.stderr
        assert anchoring.worker().turn() == Turn("anchored", size)
        assert chain.nonce(anchoring.account.address) == 1
        anchor = anchoring.view.last_anchor(anchoring.pins.contract)
        assert anchor is not None
        assert (anchor.size, anchor.tx) == (size, stored[0].hash)
