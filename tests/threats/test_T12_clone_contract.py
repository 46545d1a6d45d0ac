# SPDX-License-Identifier: Apache-2.0
"""T12: the contract in the configuration is replaced by a clone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ledger.chain.contract import Founding
from ledger.chain.founding import found, verify_pins
from ledger.errors import ChainPinError
from tests.builders import LOG_ID
from tests.chain_parts import PATIENCE, SIGNER, Anchoring, Tree, a_site

if TYPE_CHECKING:
    from ledger.chain.protocol import CheckpointChain


def test_clone_of_another_history(chain: CheckpointChain) -> None:
    """A clone with the same code, log id, keys and genesis size but another root is refused."""
    site, forged = a_site(chain, 5), Tree(5, fork_at=1)
    founding = Founding(LOG_ID, 5, forged.root(), SIGNER.address, site.admin.address)
    clone = found(chain, site.admin, founding, site.anchorer.address, PATIENCE)
    assert clone.pins.code_hash == site.founded.pins.code_hash
    with pytest.raises(ChainPinError, match="genesis root"):
        verify_pins(chain, replace(site.founded.pins, contract=clone.pins.contract))


def test_clone_of_another_log(chain: CheckpointChain) -> None:
    """A contract of another log id or genesis size has another code hash and is refused before any read."""
    site = a_site(chain, 5)
    for founding in (
        Founding(bytes([9]) * 32, 5, site.tree.root(5), SIGNER.address, site.admin.address),
        Founding(LOG_ID, 6, site.tree.root(6), SIGNER.address, site.admin.address),
    ):
        clone = found(chain, site.admin, founding, site.anchorer.address, PATIENCE)
        with pytest.raises(ChainPinError, match="code"):
            verify_pins(chain, replace(site.founded.pins, contract=clone.pins.contract))


def test_another_chain_id(chain: CheckpointChain) -> None:
    """Another chain id is refused before anything is read."""
    site = a_site(chain, 5)
    with pytest.raises(ChainPinError, match="chain id"):
        verify_pins(chain, replace(site.founded.pins, chain_id=1))


def test_worker_refuses(anchoring: Anchoring) -> None:
    """The anchor worker sends nothing to an address that is not its contract."""
    anchoring.grow(3)
    anchoring.pins = replace(anchoring.pins, contract=b"\x42" * 20)
    assert anchoring.worker().turn().outcome == "wrong_chain"
    assert anchoring.chain.nonce(anchoring.account.address) == 0
