# SPDX-License-Identifier: Apache-2.0
"""T08: an operator rewrites history, then posts a larger tree with its own valid signature."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from ledger.chain.contract import ContractHead, anchor_call
from ledger.errors import ChainRevertError
from tests.chain_parts import PATIENCE, Tree, a_site, signed

if TYPE_CHECKING:
    from ledger.chain.protocol import CheckpointChain


def test_200_forgeries(chain: CheckpointChain) -> None:
    """200 of 200 (size, root, proof) built from rewritten trees are refused, and the head stays."""
    site = a_site(chain, 5)
    site.anchor(100)
    rng = random.Random(8)
    refused = 0
    for _ in range(200):
        forged = Tree(200, fork_at=rng.randrange(100))
        size = rng.randint(101, 200)
        proof = rng.choice(
            [
                forged.consistency(100, size),
                site.tree.consistency(100, size),
                forged.consistency(rng.randint(1, 99), size),
                [site.tree.root(100), *forged.consistency(100, size)],
                [],
            ]
        )
        with pytest.raises(ChainRevertError, match="Inconsistent"):
            site.anchor(size, root=forged.root(size), proof=proof)
        refused += 1
    assert refused == 200
    assert site.contract.head() == ContractHead(100, site.tree.root(100))


def test_sent_anyway(chain: CheckpointChain) -> None:
    """A forged transaction that is sent without asking first is mined without effect."""
    site, forged = a_site(chain, 5), Tree(50, fork_at=2)
    root = forged.root(50)
    call = anchor_call(50, root, forged.consistency(5, 50), signed(50, root))
    tx = chain.sign(site.anchorer, 0, site.contract.address, call)
    chain.send(tx.raw)
    receipt = PATIENCE.receipt(chain, [tx.hash])
    assert receipt is not None
    assert not receipt.succeeded
    assert site.contract.head().size == 5
