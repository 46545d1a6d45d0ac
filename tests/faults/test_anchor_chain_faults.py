# SPDX-License-Identifier: Apache-2.0
"""The anchor path while the chain is away, wrong, slow, reorganised, emptied or killed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from ledger.chain.accounts import ChainAccount
from ledger.chain.anchor import AnchorTerms, Turn
from ledger.chain.client import Web3Chain
from ledger.chain.contract import anchor_call, grant_anchor_call
from ledger.chain.engine import AnvilEngine
from ledger.chain.fake import FakeChain
from ledger.chain.founding import Refounded, refound
from ledger.chain.protocol import ContractCall
from ledger.chain.sending import Patience
from ledger.errors import ChainPinError, ChainUnreachableError
from tests.builders import a_log
from tests.chain_parts import PATIENCE, Anchoring, started
from tests.faults.fault_proxy import MODES, FaultProxy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def own_anvil(tmp_path: Path) -> Iterator[AnvilEngine]:
    """An anvil that the test may kill."""
    engine = started(lambda: AnvilEngine(tmp_path / "chain"))
    yield engine
    engine.kill()


def fake_of(anchoring: Anchoring) -> FakeChain:
    return cast("FakeChain", anchoring.chain)


def founded_again(anchoring: Anchoring, profile: str) -> Refounded:
    return refound(
        anchoring.chain,
        anchoring.admin,
        anchoring.founding(),
        anchoring.account.address,
        lost=anchoring.pins,
        profile=profile,
        log=anchoring.view,
        patience=PATIENCE,
    )


def test_unreachable(fake_anchoring: Anchoring) -> None:
    """Chain unreachable: the log goes on growing, and one anchor for the latest size follows its return."""
    chain = fake_of(fake_anchoring)
    chain.reachable = False
    for _ in range(3):
        size = fake_anchoring.grow(2)
        turn = fake_anchoring.worker().turn()
        assert turn.outcome == "unreachable"
    assert fake_anchoring.log.store.head().halt is None
    chain.reachable = True
    assert fake_anchoring.worker().turn() == Turn("anchored", size)
    assert chain.nonce(fake_anchoring.account.address) == 1


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode not in {"pass", "flip"}])
def test_bad_node(anvil: AnvilEngine, tmp_path: Path, mode: str) -> None:
    """Whatever a broken node answers is 'unreachable', never a fact; once it is well the work is done."""
    with a_log(tmp_path, entries=5) as log, FaultProxy(anvil.url) as proxy:
        chain = Web3Chain(proxy.url, connect_seconds=0.5, answer_seconds=0.5)
        anchoring = Anchoring(log, chain)
        size = anchoring.grow(3)
        proxy.set(mode)
        assert anchoring.worker().turn().outcome == "unreachable"
        for ask in (chain.chain_id, chain.latest, lambda: chain.nonce(bytes(20)), anchoring.contract.head):
            with pytest.raises(ChainUnreachableError):
                ask()
        assert log.store.head().halt is None
        proxy.set("pass")
        assert anchoring.worker().turn() == Turn("anchored", size)


def test_nobody_listens() -> None:
    """A port without a listener is ChainUnreachableError, within two seconds."""
    chain = Web3Chain("http://127.0.0.1:9", connect_seconds=0.5)
    with pytest.raises(ChainUnreachableError):
        chain.latest()


def test_dropped_keep_alive(own_anvil: AnvilEngine) -> None:
    """A node that restarted between two questions is asked again without notice."""
    chain = Web3Chain(own_anvil.url)
    before = chain.chain_id()
    own_anvil.restart()
    assert chain.chain_id() == before


def test_reorganisation(fake_anchoring: Anchoring) -> None:
    """The chain went back: the lost anchors are withdrawn and made again from the same account."""
    chain = fake_of(fake_anchoring)
    fake_anchoring.worker().turn()
    for entries in (2, 3):
        size = fake_anchoring.grow(entries)
        fake_anchoring.worker().turn()
    last = fake_anchoring.view.last_anchor(fake_anchoring.pins.contract)
    chain.reorganise(2)
    assert fake_anchoring.contract.head().size < size
    assert fake_anchoring.worker().turn() == Turn("waiting", size - 3, "more is published")
    assert fake_anchoring.worker().turn() == Turn("anchored", size)
    again = fake_anchoring.view.last_anchor(fake_anchoring.pins.contract)
    assert last is not None
    assert again is not None
    assert (again.size, again.root) == (last.size, last.root)
    assert again.block_hash != last.block_hash


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_anvil_reorganisation(own_anvil: AnvilEngine, tmp_path: Path, depth: int) -> None:
    """On anvil a reorganisation makes transactions vanish; the worker ends where it was."""
    with a_log(tmp_path, entries=5) as log:
        chain = Web3Chain(own_anvil.url)
        anchoring = Anchoring(log, chain)
        for _ in range(3):
            size = anchoring.grow(4)
            anchoring.worker().turn()
        lost = chain.latest()
        chain._fact("anvil_reorg", depth, [])
        assert chain.block(lost.number) != lost
        for _ in range(depth + 1):
            turn = anchoring.worker().turn()
        assert turn == Turn("anchored", size)
        assert anchoring.contract.head().size == size


def test_rollback_withdraws(own_anvil: AnvilEngine, tmp_path: Path) -> None:
    """Anchors of blocks that are gone stop covering entries until they are made again."""
    with a_log(tmp_path, entries=5) as log:
        chain = Web3Chain(own_anvil.url)
        anchoring = Anchoring(log, chain)
        anchoring.worker().turn()
        size = anchoring.grow(4)
        anchoring.worker().turn()
        assert log.store.anchor_covering(size - 1) is not None
        chain._fact("anvil_rollback", 1)
        anchoring.admin_call(ContractCall("pause"))
        assert anchoring.worker().turn().outcome == "waiting"
        assert anchoring.worker().turn() == Turn("refused", detail="EnforcedPause")
        assert log.store.anchor_covering(size - 1) is None


def test_kill_and_restart(own_anvil: AnvilEngine, tmp_path: Path) -> None:
    """SIGKILL loses at most the last second of the chain; the worker makes good whatever is missing."""
    with a_log(tmp_path, entries=5) as log:
        chain = Web3Chain(own_anvil.url)
        anchoring = Anchoring(log, chain)
        own_anvil.restart()
        for _ in range(3):
            size = anchoring.grow(4)
            assert anchoring.worker().turn() == Turn("anchored", size)
        own_anvil.kill()
        assert anchoring.worker().turn().outcome == "unreachable"
        own_anvil.start()
        for _ in range(3):
            turn = anchoring.worker().turn()
        assert turn == Turn("anchored", size)


def test_pending(fake_anchoring: Anchoring) -> None:
    """A transaction that is not mined in time is waited for, not signed again."""
    chain = fake_of(fake_anchoring)
    chain.automatic = False
    fake_anchoring.terms = AnchorTerms(patience=Patience(seconds=0))
    size = fake_anchoring.grow(2)
    account = fake_anchoring.account.address
    for _ in range(3):
        assert fake_anchoring.worker().turn().outcome == "waiting"
        assert len(fake_anchoring.view.txs(account, 0)) == 1
    later = fake_anchoring.grow(2)
    assert fake_anchoring.worker().turn().outcome == "waiting"
    chain.mine()
    assert fake_anchoring.contract.head().size == size
    fake_anchoring.worker().turn()
    chain.mine()
    assert fake_anchoring.worker().turn() == Turn("anchored", later)
    assert chain.nonce(account) == 2


def test_nonce_gap(anvil: AnvilEngine, tmp_path: Path) -> None:
    """A stray transaction of the same key at a later nonce neither stops nor confuses the worker."""
    with a_log(tmp_path, entries=5) as log:
        chain = Web3Chain(anvil.url)
        anchoring = Anchoring(log, chain)
        stray = chain.sign(anchoring.account, 2, anchoring.pins.contract, anchor_call(1, bytes(32), [], b""))
        chain.send(stray.raw)
        for _ in range(4):
            size = anchoring.grow(1)
            turn = anchoring.worker().turn()
        assert turn == Turn("anchored", size)
        assert chain.nonce(anchoring.account.address) == 5


def test_stale_signed_transaction(fake_anchoring: Anchoring) -> None:
    """Bytes signed before another worker was faster revert once, and the next turn signs anew."""
    chain = fake_of(fake_anchoring)
    chain.automatic = False
    fake_anchoring.terms = AnchorTerms(patience=Patience(seconds=0))
    fake_anchoring.grow(2)
    fake_anchoring.worker().turn()
    chain._pool.clear()
    chain.automatic = True
    second = ChainAccount.fresh()
    fake_anchoring.admin_call(grant_anchor_call(second.address))
    size = fake_anchoring.grow(2)
    assert fake_anchoring.worker(account=second).turn() == Turn("anchored", size)
    final = fake_anchoring.grow(1)
    fake_anchoring.worker().turn()
    assert fake_anchoring.worker().turn() == Turn("anchored", final)


def test_lost_chain(fake_anchoring: Anchoring) -> None:
    """An emptied chain is 'not the one this ledger was founded on'; only a demo founds again, loudly."""
    chain = fake_of(fake_anchoring)
    fake_anchoring.worker().turn()
    size = fake_anchoring.grow(3)
    fake_anchoring.worker().turn()
    chain.reset()
    assert fake_anchoring.worker().turn().outcome == "wrong_chain"
    assert chain.latest().number == 0
    with pytest.raises(ChainPinError, match="only a demo ledger"):
        founded_again(fake_anchoring, "production")
    assert chain.latest().number == 0
    again = founded_again(fake_anchoring, "demo")
    assert "THE DEMO CHAIN WAS LOST" in again.message
    assert again.founded.pins.genesis_size == size
    assert fake_anchoring.view.last_anchor(fake_anchoring.pins.contract) is None
    assert fake_anchoring.worker().turn().outcome == "wrong_chain"
    fake_anchoring.pins = again.founded.pins
    assert fake_anchoring.worker().turn() == Turn("anchored", size)
    with pytest.raises(ChainPinError, match="still stands"):
        founded_again(fake_anchoring, "demo")


def test_refound_elsewhere(tmp_path: Path) -> None:
    """A chain with another id than 31337 is never founded again, whatever the profile."""
    with a_log(tmp_path, entries=5) as log:
        anchoring = Anchoring(log, FakeChain(chain_id=1337))
        fake_of(anchoring).reset()
        with pytest.raises(ChainPinError, match="only a demo ledger"):
            founded_again(anchoring, "demo")
