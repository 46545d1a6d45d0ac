# SPDX-License-Identifier: Apache-2.0
"""T24: the account that anchors is stolen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.chain.contract import ANCHOR_ROLE, ContractHead
from ledger.chain.protocol import ContractCall
from ledger.errors import ChainRevertError
from ledger.secp256k1 import Secp256k1Signer
from tests.chain_parts import Tree, a_site, signed

if TYPE_CHECKING:
    from ledger.chain.protocol import CheckpointChain


def test_garbage(chain: CheckpointChain) -> None:
    """Alone it can post nothing: no root without proof, none without the log's signature."""
    site = a_site(chain, 5)
    thief = Secp256k1Signer(site.anchorer.secret())
    forged = Tree(64, fork_at=5)
    root = b"\6" * 32
    with pytest.raises(ChainRevertError, match="WrongSigner"):
        site.anchor(2**63, root=root, proof=[], signature=signed(2**63, root, thief))
    with pytest.raises(ChainRevertError, match="WrongSigner"):
        site.anchor(64, root=forged.root(64), proof=forged.consistency(5, 64), signature=bytes(65))
    with pytest.raises(ChainRevertError, match="Inconsistent"):
        site.anchor(64, root=root, proof=[])
    assert site.contract.head() == ContractHead(5, site.tree.root(5))


def test_pause_and_revocation(chain: CheckpointChain) -> None:
    """The administrator can pause, take the role away, and go on with another account."""
    site = a_site(chain, 5)
    site.send(site.admin, ContractCall("pause"))
    with pytest.raises(ChainRevertError, match="EnforcedPause"):
        site.anchor(9)
    site.send(site.admin, ContractCall("revokeRole", (ANCHOR_ROLE, site.anchorer.address)))
    site.send(site.admin, ContractCall("unpause"))
    with pytest.raises(ChainRevertError, match="AccessControlUnauthorizedAccount"):
        site.anchor(9)
    other = type(site.anchorer).fresh()
    site.send(site.admin, ContractCall("grantRole", (ANCHOR_ROLE, other.address)))
    assert site.anchor(9, account=other).succeeded
