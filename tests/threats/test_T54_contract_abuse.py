# SPDX-License-Identifier: Apache-2.0
"""T54: strangers, long proofs and front-running against the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.chain.accounts import ChainAccount
from ledger.chain.contract import anchor_call
from ledger.errors import ChainRevertError
from tests.chain_parts import PATIENCE, a_site, signed

if TYPE_CHECKING:
    from ledger.chain.client import Web3Chain
    from ledger.chain.protocol import CheckpointChain


def test_long_proof_is_cheap(web3_chain: Web3Chain) -> None:
    """A proof of 65 hashes is refused for little more than its own calldata (40 gas a byte at most)."""
    site = a_site(web3_chain, 5)
    call = anchor_call(9, site.tree.root(9), [b"\xff" * 32] * 65, signed(9, site.tree.root(9)))
    tx = web3_chain.sign(site.anchorer, 0, site.contract.address, call)
    web3_chain.send(tx.raw)
    receipt = PATIENCE.receipt(web3_chain, [tx.hash])
    assert receipt is not None
    assert not receipt.succeeded
    assert receipt.gas < 21_000 + 40 * (65 * 32 + 400) + 10_000


def test_third_party(chain: CheckpointChain) -> None:
    """Somebody who copies a good transaction out of the pool cannot send it first."""
    site, stranger = a_site(chain, 5), ChainAccount.fresh()
    with pytest.raises(ChainRevertError, match="AccessControlUnauthorizedAccount"):
        site.anchor(9, account=stranger)
    assert site.anchor(9).succeeded


def test_payment_is_refused(web3_chain: Web3Chain) -> None:
    """Nothing is payable, there is no fallback: unknown calls revert."""
    site = a_site(web3_chain, 5)
    place = "0x" + site.contract.address.hex()
    for question in ({"to": place, "data": "0x"}, {"to": place, "data": "0xdeadbeef"}):
        with pytest.raises(Exception, match="revert"):
            web3_chain._ask("eth_call", question, "latest")
