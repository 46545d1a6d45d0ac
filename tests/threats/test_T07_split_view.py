# SPDX-License-Identifier: Apache-2.0
"""T07: an operator signs two checkpoints of one size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ledger.errors import ChainRevertError
from tests.chain_parts import Tree, a_site, signed

if TYPE_CHECKING:
    from ledger.chain.protocol import CheckpointChain


def test_second_root_of_a_size(chain: CheckpointChain) -> None:
    """Signed with the log's real key, a second root of an anchored size is refused by the contract."""
    site, fork = a_site(chain, 5), Tree(64, fork_at=5)
    site.anchor(64)
    root = fork.root(64)
    with pytest.raises(ChainRevertError, match="NoGrowth"):
        site.anchor(64, root=root, proof=fork.consistency(5, 64), signature=signed(64, root))
    assert site.contract.root_at(64) == site.tree.root(64)


def test_growth_of_the_fork(chain: CheckpointChain) -> None:
    """Neither can the fork be continued: it does not extend what was anchored."""
    site, fork = a_site(chain, 5), Tree(80, fork_at=5)
    site.anchor(64)
    with pytest.raises(ChainRevertError, match="Inconsistent"):
        site.anchor(80, root=fork.root(80), proof=fork.consistency(64, 80))
