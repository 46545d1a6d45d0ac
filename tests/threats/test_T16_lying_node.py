# SPDX-License-Identifier: Apache-2.0
"""T16: somebody between us and the node changes what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.chain.anchor import Turn
from ledger.chain.client import Web3Chain
from ledger.chain.quorum import agreed_head
from ledger.errors import ChainConflictError, ChainPinError
from tests.builders import a_log
from tests.chain_parts import Anchoring
from tests.faults.fault_proxy import FaultProxy

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.chain.engine import AnvilEngine
    from ledger.chain.protocol import Block, ContractCall, Value


class LyingChain(Web3Chain):
    """A node that answers for another root than the contract holds."""

    def view(
        self, contract: bytes, call: ContractCall, at: Block | None = None, sender: bytes | None = None
    ) -> tuple[Value, ...]:
        """One bit of the head's root is flipped."""
        answer = super().view(contract, call, at, sender)
        if call.name != "head":
            return answer
        size, root = answer
        assert isinstance(root, bytes)
        return size, root[:-1] + bytes([root[-1] ^ 1])


def test_two_nodes(anvil: AnvilEngine, tmp_path: Path) -> None:
    """With a second node a changed root is seen as disagreement; two honest nodes agree."""
    with a_log(tmp_path, entries=5) as log:
        honest = Web3Chain(anvil.url)
        anchoring = Anchoring(log, honest)
        block, head = agreed_head([honest, Web3Chain(anvil.url)], anchoring.pins)
        assert head == anchoring.contract.head(block)
        with pytest.raises(ChainConflictError) as caught:
            agreed_head([honest, LyingChain(anvil.url)], anchoring.pins)
        assert caught.value.reason == "chain.nodes_disagree"
        assert len(caught.value.evidence["answers"]) == 2  # type: ignore[arg-type]  # a list


def test_flipped_on_the_wire(anvil: AnvilEngine, tmp_path: Path) -> None:
    """Behind a proxy that changes every contract read, already the pins fail and nothing is sent."""
    with a_log(tmp_path, entries=5) as log, FaultProxy(anvil.url) as proxy:
        anchoring = Anchoring(log, Web3Chain(proxy.url))
        size = anchoring.grow(2)
        proxy.set("flip")
        assert anchoring.worker().turn().outcome == "wrong_chain"
        with pytest.raises(ChainPinError):
            agreed_head([Web3Chain(anvil.url), anchoring.chain], anchoring.pins)
        proxy.set("pass")
        assert anchoring.worker().turn() == Turn("anchored", size)
