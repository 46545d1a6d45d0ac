# SPDX-License-Identifier: Apache-2.0
"""The anchor worker's view of the log's database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ledger.chain.log_view import Anchor, StoreAnchorLog
from ledger.chain.protocol import SignedTransaction
from ledger.merkle import verify_consistency
from tests.builders import a_log, a_publisher

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTRACT, OTHER = b"\x0c" * 20, b"\x0d" * 20


@pytest.fixture
def view(tmp_path: Path) -> Iterator[StoreAnchorLog]:
    with a_log(tmp_path, entries=9) as log:
        yield StoreAnchorLog(log.store)


def anchor(size: int, *, contract: bytes = CONTRACT, block: int = 7) -> Anchor:
    """An anchor row."""
    return Anchor(size, contract, b"\1" * 32, b"\2" * 32, block, bytes([block]) * 32, 1_700_000_000)


def test_published(tmp_path: Path) -> None:
    """Nothing is published at first; then the checkpoint with its signature for the contract."""
    with a_log(tmp_path, entries=3) as log:
        view = StoreAnchorLog(log.store)
        assert view.latest_published() is None
        a_publisher(log).publish_once()
        published = view.latest_published()
        assert published is not None
        assert (published.size, published.root) == (view.size(), view.root_at(view.size()))
        assert len(published.evm_signature) == 65


def test_anchors(view: StoreAnchorLog) -> None:
    """The largest standing anchor of a contract counts; withdrawn ones stand again when recorded again."""
    assert view.last_anchor(CONTRACT) is None
    for row in (anchor(3), anchor(5), anchor(8), anchor(9, contract=OTHER)):
        view.record_anchor(row)
    assert view.last_anchor(CONTRACT) == anchor(8)
    assert view.last_anchor(OTHER) == anchor(9, contract=OTHER)
    assert view.withdraw_anchors_above(CONTRACT, 3) == 2
    assert view.withdraw_anchors_above(CONTRACT, 3) == 0
    assert view.last_anchor(CONTRACT) == anchor(3)
    assert view.anchors_standing() == 2
    view.record_anchor(anchor(8, block=9))
    assert view.last_anchor(CONTRACT) == anchor(8, block=9)


def test_transactions(view: StoreAnchorLog) -> None:
    """Every transaction of a nonce is kept once, apart from other nonces and accounts, until forgotten."""
    first, second = SignedTransaction(b"\1" * 32, b"raw"), SignedTransaction(b"\2" * 32, b"raw again")
    for tx in (first, second, first):
        view.record_tx(CONTRACT, 0, tx)
    assert sorted(tx.hash for tx in view.txs(CONTRACT, 0)) == [first.hash, second.hash]
    assert view.txs(CONTRACT, 1) == view.txs(OTHER, 0) == []
    view.record_tx(OTHER, 0, first)
    view.forget_txs(CONTRACT)
    assert view.txs(CONTRACT, 0) == []
    assert view.txs(OTHER, 0) == [first]


def test_halt(view: StoreAnchorLog) -> None:
    """The first halt and its evidence stay."""
    assert view.halted() is None
    view.halt("chain.ahead", {"chain_size": 12})
    view.halt("chain.other_root", {"chain_size": 13})
    assert view.halted() == "chain.ahead"
    assert json.loads(view.state("halt.evidence") or "") == {"reason": "chain.ahead", "chain_size": 12}


def test_state(view: StoreAnchorLog) -> None:
    """A fact is overwritten by the next one."""
    assert view.state("anchor.outcome") is None
    for value in ("waiting", "anchored", "anchored"):
        view.set_state("anchor.outcome", value)
        assert view.state("anchor.outcome") == value


def test_tree(view: StoreAnchorLog) -> None:
    """Sizes, roots and proofs are the store's own."""
    size = view.size()
    verify_consistency(3, view.root_at(3), size, view.root_at(size), view.consistency(3, size))
