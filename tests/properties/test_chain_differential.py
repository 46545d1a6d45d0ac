# SPDX-License-Identifier: Apache-2.0
"""The fake chain and the compiled contract, driven by the same random story, never differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from ledger.chain.accounts import ChainAccount
from ledger.chain.client import Web3Chain
from ledger.chain.contract import ANCHOR_ROLE, anchor_call, set_signer_call
from ledger.chain.fake import FakeChain
from ledger.chain.founding import found
from ledger.chain.protocol import ContractCall
from ledger.errors import ChainRevertError
from ledger.secp256k1 import Secp256k1Signer
from tests.chain_parts import PATIENCE, Site, Tree, a_founding, signed

if TYPE_CHECKING:
    from ledger.chain.engine import AnvilEngine

SIGNERS = [Secp256k1Signer(bytes([number]) * 32) for number in (1, 2)]
FORK = Tree(70, fork_at=4)
TREE = Tree(70)
NUMBERS = st.integers(1, 70)


class Story(RuleBasedStateMachine):
    """Every act is done on both chains; answers and states must be equal."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.accounts = [ChainAccount.fresh() for _ in range(2)] + [ChainAccount(b"\2" * 32)]
        admin = ChainAccount.fresh()
        self.accounts.append(admin)
        self.sites = []
        for chain in (FakeChain(), Web3Chain(self.url)):
            founded = found(chain, admin, a_founding(TREE, 5, admin), self.accounts[0].address, PATIENCE)
            self.sites.append(Site(chain, TREE, founded, admin, self.accounts[0]))

    def act(self, account: int, call: ContractCall) -> None:
        answers = []
        for site in self.sites:
            try:
                site.send(self.accounts[account], call)
                answers.append("done")
            except ChainRevertError as error:
                answers.append(error.name)
        assert answers[0] == answers[1]

    @rule(
        account=st.integers(0, 3),
        size=NUMBERS,
        old=st.one_of(st.none(), NUMBERS),
        forged=st.booleans(),
        proof_forged=st.booleans(),
        signer=st.sampled_from(SIGNERS),
        extra=st.integers(-1, 60),
    )
    def anchor_anything(
        self,
        account: int,
        size: int,
        old: int | None,
        forged: bool,  # noqa: FBT001  # drawn
        proof_forged: bool,  # noqa: FBT001  # drawn
        signer: Secp256k1Signer,
        extra: int,
    ) -> None:
        """A checkpoint of either history with a proof of either, longer or shorter."""
        head = self.sites[0].contract.head().size
        start = min(head if old is None else old, size)
        root = (FORK if forged else TREE).root(size)
        proof = (FORK if proof_forged else TREE).consistency(start, size)
        proof = proof[:extra] if extra < 0 else proof + [root] * (extra if extra > 50 else 0)
        self.act(account, anchor_call(size, root, proof, signed(size, root, signer)))

    @rule(step=st.integers(1, 5), signer=st.sampled_from(SIGNERS))
    def anchor_next(self, step: int, signer: Secp256k1Signer) -> None:
        """What an honest worker sends."""
        head = self.sites[0].contract.head()
        size = min(head.size + step, 70)
        if head.root == TREE.root(head.size):
            proof = TREE.consistency(head.size, size)
            self.act(0, anchor_call(size, TREE.root(size), proof, signed(size, TREE.root(size), signer)))

    @rule(account=st.integers(0, 3), name=st.sampled_from(["pause", "unpause"]))
    def pause(self, account: int, name: str) -> None:
        """Pause or go on."""
        self.act(account, ContractCall(name))

    @rule(account=st.integers(0, 3), signer=st.sampled_from([*[s.address for s in SIGNERS], bytes(20)]))
    def rotate(self, account: int, signer: bytes) -> None:
        """Another checkpoint key."""
        self.act(account, set_signer_call(signer))

    @rule(
        account=st.integers(0, 3), name=st.sampled_from(["grantRole", "revokeRole"]), whom=st.integers(0, 3)
    )
    def role(self, account: int, name: str, whom: int) -> None:
        """Give or take the anchor role."""
        self.act(account, ContractCall(name, (ANCHOR_ROLE, self.accounts[whom].address)))

    @invariant()
    def same_state(self) -> None:
        """Head, signer, pause and roles are equal, and the head never leaves the honest history."""
        states = [
            (
                site.contract.head(),
                site.contract.signer(),
                site.contract.paused(),
                [site.contract.may_anchor(account.address) for account in self.accounts],
            )
            for site in self.sites
        ]
        assert states[0] == states[1]
        head = states[0][0]
        assert head.root == TREE.root(head.size)


def test_same_story(anvil: AnvilEngine) -> None:
    """Thirty random stories of twenty acts come out the same on both."""
    Story.url = anvil.url
    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
