# SPDX-License-Identifier: Apache-2.0
"""The chain under the ledger: a child program on this machine, or somebody else's at a URL."""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Protocol

from ledger.chain.child import ChildServer, free_port
from ledger.chain.packages import anvil_binary, ensure_chain_packages, find_node
from ledger.errors import ChainEngineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

DEMO_CHAIN_ID = 31337
_KEPT_BLOCKS = 1000
"""Blocks whose transactions and events a local anvil remembers; contract state it keeps for ever."""


class Engine(Protocol):
    """A chain that can be reached at `url` between `start` and `stop`."""

    @property
    def url(self) -> str:
        """Where its JSON-RPC answers; the same before and after a restart."""

    def start(self) -> None:
        """Return when it answers."""

    def stop(self) -> None:
        """End it, keeping what it can keep."""


class _ChildEngine:
    """An engine that is a child program; subclasses say which."""

    forgetful = False
    """Whether the chain that was started last began empty, whatever it held before."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.port = port or free_port()
        self._child: ChildServer | None = None

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _environment(self) -> Mapping[str, str] | None:
        return None

    @property
    def url(self) -> str:
        """Loopback address; fixed for the engine's life."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Process id of the running child."""
        if self._child is None:
            raise ChainEngineError("the local chain is not running")
        return self._child.pid

    def alive(self) -> bool:
        """Whether the child runs."""
        return self._child is not None and self._child.alive()

    def start(self) -> None:
        """Start the child; it answers when this returns."""
        if self.alive():
            raise ChainEngineError("the local chain already runs")
        self.folder.mkdir(parents=True, exist_ok=True)
        child = ChildServer(self._command(), self.port, self.folder / "chain.log", self._environment())
        self._child = child
        child.start()

    def stop(self) -> None:
        """End the child in order."""
        if self._child is not None:
            self._child.stop()

    def kill(self) -> None:
        """End the child at once, as a power cut would."""
        if self._child is not None:
            self._child.kill()

    def restart(self) -> None:
        """Stop, then start on the same port."""
        self.stop()
        self.start()


class AnvilEngine(_ChildEngine):
    """anvil: ready in 0.1 s, keeps its state in `folder/state.json` (regularly, and when stopped in order).

    Base fee and gas price are 0 and there are no ready-made accounts: anybody on loopback may send.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        chain_id: int = DEMO_CHAIN_ID,
        block_seconds: int | None = None,
        state_seconds: int = 1,
        binary: Path | None = None,
    ) -> None:
        """`block_seconds`: None mines at once; `state_seconds`: how much of the chain a kill may take."""
        super().__init__(folder, port)
        self._chain_id = chain_id
        self._block_seconds = block_seconds
        self._state_seconds = state_seconds
        self._binary = binary

    @property
    def state(self) -> Path:
        """The file that holds the chain between runs."""
        return self.folder / "state.json"

    def start(self) -> None:
        """Start it on its kept state; a state file that a kill left half written is set aside.

        The chain then begins empty, which the pins tell apart from the one that was lost.
        """
        self.forgetful = False
        try:
            json.loads(self.state.read_bytes())
        except FileNotFoundError:
            self.forgetful = True
        except ValueError:
            self.state.replace(self.state.with_suffix(".damaged"))
            self.forgetful = True
        super().start()

    def _command(self) -> list[str]:
        command = [str(self._binary or anvil_binary())]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--no-cors", "--quiet"]
        command += ["--chain-id", str(self._chain_id), "--accounts", "0", "--hardfork", "prague"]
        command += ["--block-base-fee-per-gas", "0", "--gas-price", "0", "--disable-min-priority-fee"]
        command += ["--order", "fifo", "--threads", "2"]
        command += ["--state", str(self.state), "--state-interval", str(self._state_seconds)]
        # The whole state is written each time: without old transactions it is 2 KB a block, not 12.
        command += ["--transaction-block-keeper", str(_KEPT_BLOCKS)]
        if self._block_seconds is not None:
            command += ["--block-time", str(self._block_seconds)]
        return command


class HardhatEngine(_ChildEngine):
    """Hardhat 3's node: the same chain id and prices; it forgets everything when it ends."""

    forgetful = True

    def __init__(self, folder: Path, *, port: int = 0) -> None:
        super().__init__(folder, port)
        self._project = ensure_chain_packages(packages="full")

    def _command(self) -> list[str]:
        cli = self._project / "node_modules" / "hardhat" / "dist" / "src" / "cli.js"
        config = self._project / "hardhat.config.js"
        arguments = ["--config", str(config), "node", "--hostname", "127.0.0.1", "--port", str(self.port)]
        return [str(find_node().node), str(cli), *arguments]

    def _environment(self) -> Mapping[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HARDHAT_")}
        return {**kept, "HARDHAT_DISABLE_TELEMETRY_PROMPT": "true", "CI": "true"}


class ExternalEngine:
    """A chain that others run; starting and stopping it is not ours."""

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def url(self) -> str:
        """The address given."""
        return self._url

    def start(self) -> None:
        """Nothing: it runs or it does not, the client will say."""

    def stop(self) -> None:
        """Nothing: not ours to stop."""


@contextlib.contextmanager
def running(engine: Engine) -> Iterator[Engine]:
    """The engine started, and stopped at the end whatever happens."""
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()
