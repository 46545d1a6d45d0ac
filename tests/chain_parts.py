# SPDX-License-Identifier: Apache-2.0
"""Chains and trees for tests: every kind of chain, a tree in memory, a contract founded on one.

anvil and Hardhat are installed from the npm lock on first use; in CI their absence is a failure.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from ledger.chain.accounts import ChainAccount
from ledger.chain.anchor import AnchorTerms, AnchorWorker
from ledger.chain.artifact import load_artifact
from ledger.chain.contract import CheckpointContract, Founding, anchor_call
from ledger.chain.engine import AnvilEngine, HardhatEngine
from ledger.chain.fake import FakeChain
from ledger.chain.founding import Founded, Pins, found
from ledger.chain.log_view import StoreAnchorLog
from ledger.chain.sending import Patience, send_and_wait
from ledger.eip712 import checkpoint_digest
from ledger.errors import ChainEngineError
from ledger.hashing import leaf_hash, node_hash
from ledger.merkle import consistency_proof, inclusion_proof, root_at
from ledger.secp256k1 import Secp256k1Signer
from tests.builders import LOG_ID, Append, Log, a_leaf, a_log, a_publisher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ledger.chain.artifact import Artifact
    from ledger.chain.client import Web3Chain
    from ledger.chain.engine import Engine
    from ledger.chain.protocol import CheckpointChain, ContractCall, Receipt

E = TypeVar("E", bound="AnvilEngine | HardhatEngine")
SIGNER = Secp256k1Signer(b"\1" * 32)
PATIENCE = Patience(seconds=20)


def harness_artifact(name: str) -> Artifact:
    """A compiled test harness, else a contract that the package ships."""
    folder = Path(__file__).resolve().parent / "contracts" / "artifacts"
    return load_artifact(name, folder) if (folder / f"{name}.json").exists() else load_artifact(name)


class Tree:
    """A Merkle tree in memory; `fork_at` makes every leaf from there on another one."""

    def __init__(self, size: int, *, fork_at: int | None = None) -> None:
        self.size = size
        self._fork_at = size if fork_at is None else fork_at
        self._nodes: dict[tuple[int, int], bytes] = {}

    def leaf(self, index: int) -> bytes:
        """Leaf hash."""
        return leaf_hash(b"%s %d" % (b"entry" if index < self._fork_at else b"forged", index))

    def node(self, level: int, index: int) -> bytes:
        """Hash of a complete subtree."""
        if level == 0:
            return self.leaf(index)
        key = level, index
        if key not in self._nodes:
            self._nodes[key] = node_hash(self.node(level - 1, 2 * index), self.node(level - 1, 2 * index + 1))
        return self._nodes[key]

    def root(self, size: int | None = None) -> bytes:
        """Root of the first `size` leaves."""
        return root_at(self.size if size is None else size, self.node)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Consistency proof."""
        return consistency_proof(old, new, self.node)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Inclusion proof."""
        return inclusion_proof(index, size, self.node)


def signed(size: int, root: bytes, signer: Secp256k1Signer = SIGNER, log_id: bytes = LOG_ID) -> bytes:
    """The log's signature over a checkpoint, for the contract."""
    return signer.sign(checkpoint_digest(log_id, size, root))


@dataclass
class Site:
    """A contract founded on the first `size` leaves of a tree, with its accounts."""

    chain: CheckpointChain
    tree: Tree
    founded: Founded
    admin: ChainAccount
    anchorer: ChainAccount
    contract: CheckpointContract = field(init=False)

    def __post_init__(self) -> None:
        self.contract = CheckpointContract(self.chain, self.founded.pins.contract)

    def send(self, account: ChainAccount, call: ContractCall) -> Receipt:
        """Send a call that the contract takes, and wait for it."""
        return send_and_wait(self.chain, account, self.contract.address, call, PATIENCE)

    def anchor(
        self,
        new: int,
        *,
        root: bytes | None = None,
        proof: Sequence[bytes] | None = None,
        signature: bytes | None = None,
        account: ChainAccount | None = None,
    ) -> Receipt:
        """Anchor size `new` of the tree from the contract's head; any part may be replaced by a wrong one."""
        root = self.tree.root(new) if root is None else root
        proof = self.tree.consistency(self.contract.head().size, new) if proof is None else proof
        signature = signed(new, root) if signature is None else signature
        return self.send(account or self.anchorer, anchor_call(new, root, proof, signature))


def a_founding(tree: Tree, size: int, admin: ChainAccount, signer: bytes = SIGNER.address) -> Founding:
    """Found on the first `size` leaves."""
    return Founding(LOG_ID, size, tree.root(size), signer, admin.address)


def a_site(chain: CheckpointChain, size: int = 5, tree: Tree | None = None) -> Site:
    """Fresh accounts and a fresh contract."""
    admin, anchorer = ChainAccount.fresh(), ChainAccount.fresh()
    tree = tree or Tree(200)
    founded = found(chain, admin, a_founding(tree, size, admin), anchorer.address, PATIENCE)
    return Site(chain, tree, founded, admin, anchorer)


def started(make: Callable[[], E]) -> E:
    """The engine, started; skipped where its program cannot be had, which in CI is a failure."""
    try:
        engine = make()
        engine.start()
    except ChainEngineError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    return engine


@pytest.fixture(scope="session")
def anvil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnvilEngine]:
    """One anvil for all tests that do not harm it."""
    folder = tmp_path_factory.mktemp("anvil")
    engine = started(lambda: AnvilEngine(folder, state_seconds=3600))  # thousands of blocks, never killed
    yield engine
    engine.stop()


@pytest.fixture(scope="session")
def hardhat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HardhatEngine]:
    """One Hardhat node for all tests that do not harm it."""
    engine = started(lambda: HardhatEngine(tmp_path_factory.mktemp("hardhat")))
    yield engine
    engine.stop()


@pytest.fixture(params=["fake", "anvil", "hardhat"])
def chain(request: pytest.FixtureRequest) -> CheckpointChain:
    """Every kind of chain; what holds on one must hold on all."""
    if request.param == "fake":
        return FakeChain()
    from ledger.chain.client import Web3Chain  # seconds of import that most tests need not pay

    engine: Engine = request.getfixturevalue(request.param)
    return Web3Chain(engine.url)


@pytest.fixture
def web3_chain(anvil: AnvilEngine) -> Web3Chain:
    """A client of the shared anvil."""
    from ledger.chain.client import Web3Chain

    return Web3Chain(anvil.url)


@dataclass
class Anchoring:
    """A real log beside a chain, founded on its first checkpoint, and the worker that anchors it."""

    log: Log
    chain: CheckpointChain
    account: ChainAccount = field(default_factory=ChainAccount.fresh)
    admin: ChainAccount = field(default_factory=ChainAccount.fresh)
    terms: AnchorTerms = field(default_factory=lambda: AnchorTerms(patience=PATIENCE))
    pins: Pins = field(init=False)
    view: StoreAnchorLog = field(init=False)

    def __post_init__(self) -> None:
        self.view = StoreAnchorLog(self.log.store)
        self.publish()
        self.pins = found(self.chain, self.admin, self.founding(), self.account.address, PATIENCE).pins

    def founding(self) -> Founding:
        """Found on the log's published checkpoint."""
        published = self.view.latest_published()
        assert published is not None
        return Founding(LOG_ID, published.size, published.root, SIGNER.address, self.admin.address)

    @property
    def contract(self) -> CheckpointContract:
        """The pinned contract."""
        return CheckpointContract(self.chain, self.pins.contract)

    def worker(
        self, chain: CheckpointChain | None = None, account: ChainAccount | None = None
    ) -> AnchorWorker:
        """A worker that remembers nothing."""
        return AnchorWorker(self.view, chain or self.chain, self.pins, account or self.account, self.terms)

    def publish(self) -> None:
        """Sign and store the log's head."""
        a_publisher(self.log).publish_once()

    def grow(self, entries: int, word: bytes = b"entry") -> int:
        """Append and publish; the new size."""
        first = self.log.store.head().size
        leaves = [a_leaf(b"%s %d" % (word, index)) for index in range(first, first + entries)]
        self.log.writer.submit_wait(Append(leaves))
        self.publish()
        return first + entries

    def admin_call(self, call: ContractCall) -> None:
        """Send a call of the administrator."""
        assert send_and_wait(self.chain, self.admin, self.pins.contract, call, PATIENCE).succeeded


@pytest.fixture
def anchoring(chain: CheckpointChain, tmp_path: Path) -> Iterator[Anchoring]:
    """A log of five entries beside every kind of chain."""
    with a_log(tmp_path, entries=5) as log:
        yield Anchoring(log, chain)


@pytest.fixture
def fake_anchoring(tmp_path: Path) -> Iterator[Anchoring]:
    """A log of five entries beside the chain in memory."""
    with a_log(tmp_path, entries=5) as log:
        yield Anchoring(log, FakeChain())
