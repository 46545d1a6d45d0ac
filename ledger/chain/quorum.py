# SPDX-License-Identifier: Apache-2.0
"""Read one contract through several nodes and believe only what all of them say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.chain.contract import CheckpointContract, ContractHead
from ledger.chain.founding import Pins, verify_pins
from ledger.errors import ChainConflictError, ChainUnreachableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.chain.protocol import Block, CheckpointChain


def agreed_head(chains: Sequence[CheckpointChain], pins: Pins) -> tuple[Block, ContractHead]:
    """The contract's head at the newest block that every node has; ChainConflictError if any two differ."""
    if not chains:
        raise ValueError("no nodes to ask")
    number = min(chain.latest().number for chain in chains)
    answers: list[tuple[Block, ContractHead]] = []
    for chain in chains:
        block = chain.block(number)
        if block is None:
            raise ChainUnreachableError(f"a node lost block {number} while it was asked")
        verify_pins(chain, pins, block)
        answers.append((block, CheckpointContract(chain, pins.contract).head(block)))
    if len(set(answers)) > 1:
        said = [
            {"block_hash": block.hash.hex(), "size": head.size, "root": head.root.hex()}
            for block, head in answers
        ]
        raise ChainConflictError("chain.nodes_disagree", {"block": number, "answers": said})
    return answers[0]
