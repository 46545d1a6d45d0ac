# SPDX-License-Identifier: Apache-2.0
"""The anchor worker over a real log, on every chain: each finding, and that only state decides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ledger.chain.anchor import AnchorTerms, Turn, leave_word
from ledger.chain.contract import grant_anchor_call
from ledger.chain.protocol import ContractCall
from tests.builders import a_log, an_append
from tests.chain_parts import PATIENCE, Anchoring

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.chain.accounts import ChainAccount
    from ledger.chain.protocol import CheckpointChain


def beside(anchoring: Anchoring, folder: Path, entries: int) -> Anchoring:
    """Another log of the same beginning in `folder`, with the first one's chain and pins."""
    other = Anchoring.__new__(Anchoring)
    other.__dict__ |= anchoring.__dict__
    folder.mkdir()
    other.log = a_log(folder, entries=entries)
    other.view = type(anchoring.view)(other.log.store)
    return other


def test_equal(anchoring: Anchoring) -> None:
    """Chain = head, same root: the genesis itself is recorded as anchored, and nothing is sent."""
    size = anchoring.log.store.head().size
    assert anchoring.worker().turn() == Turn("anchored", size)
    assert anchoring.chain.nonce(anchoring.account.address) == 0
    row = anchoring.log.store.anchor_covering(size - 1)
    assert row is not None
    assert (row.size, row.root, row.contract) == (
        size,
        anchoring.log.store.root_at(size),
        anchoring.pins.contract,
    )


def test_smaller(anchoring: Anchoring) -> None:
    """Chain < head, same root: one transaction brings the published head, and it is read back."""
    for entries in (1, 7, 100):
        size = anchoring.grow(entries)
        assert anchoring.worker().turn() == Turn("anchored", size)
        assert anchoring.contract.head().size == size
        row = anchoring.log.store.anchor_covering(size - 1)
        assert row is not None
        block = anchoring.chain.block(row.block)
        assert block is not None
        assert (row.size, row.block_hash, row.time) == (size, block.hash, block.time)
        receipt = anchoring.chain.receipt(row.tx)
        assert receipt is not None
        assert receipt.succeeded
    assert anchoring.chain.nonce(anchoring.account.address) == 3
    assert anchoring.worker().turn() == Turn("anchored", size)
    assert anchoring.chain.nonce(anchoring.account.address) == 3


def test_larger(anchoring: Anchoring, tmp_path: Path) -> None:
    """Chain > head: a log that lost its end is halted with the evidence, and nothing is sent."""
    anchoring.grow(20)
    anchoring.worker().turn()
    lost = beside(anchoring, tmp_path / "restored", 9)
    with lost.log:
        assert lost.worker().turn() == Turn("halted", detail="chain.ahead")
        assert lost.log.store.head().halt == "chain.ahead"
        evidence = json.loads(lost.view.state("halt.evidence") or "")
        assert evidence["chain_size"] == anchoring.log.store.head().size
        assert evidence["log_size"] == lost.log.store.head().size
        assert lost.worker().turn().outcome == "halted"


def test_other_root(anchoring: Anchoring, tmp_path: Path) -> None:
    """Chain <= head, other root: a rewritten log is halted and both roots are kept."""
    anchoring.grow(5)
    anchoring.worker().turn()
    chain_head = anchoring.contract.head()
    rewritten = beside(anchoring, tmp_path / "rewritten", 5)
    with rewritten.log:
        rewritten.grow(30, b"forged")
        assert rewritten.worker().turn() == Turn("halted", detail="chain.other_root")
        evidence = json.loads(rewritten.view.state("halt.evidence") or "")
        assert evidence["chain_root"] == chain_head.root.hex()
        assert evidence["log_root_at_chain_size"] == rewritten.log.store.root_at(chain_head.size).hex()
        assert evidence["published"].startswith("log.example/99\n")
        assert rewritten.log.store.head().halt == "chain.other_root"
    assert anchoring.contract.head() == chain_head


def test_paused(anchoring: Anchoring) -> None:
    """A paused contract is reported by name, costs no transaction, and is no reason to halt."""
    size = anchoring.grow(3)
    anchoring.admin_call(ContractCall("pause"))
    turn = anchoring.worker().turn()
    assert (turn.outcome, turn.detail) == ("refused", "EnforcedPause")
    assert anchoring.log.store.head().halt is None
    assert anchoring.chain.nonce(anchoring.account.address) == 0
    anchoring.admin_call(ContractCall("unpause"))
    assert anchoring.worker().turn() == Turn("anchored", size)


def test_two_workers(anchoring: Anchoring) -> None:
    """A second worker with its own account is harmless: who comes second finds the work done."""
    second: ChainAccount = type(anchoring.account).fresh()
    anchoring.admin_call(grant_anchor_call(second.address))
    for round_number in range(4):
        size = anchoring.grow(2)
        workers = [anchoring.worker(), anchoring.worker(account=second)]
        for worker in workers[:: 1 if round_number % 2 else -1]:
            assert worker.turn() == Turn("anchored", size)
    sent = [anchoring.chain.nonce(account.address) for account in (anchoring.account, second)]
    assert sorted(sent) == [2, 2]


def test_unpublished(chain: CheckpointChain, tmp_path: Path) -> None:
    """Entries that no checkpoint covers yet are not anchored."""
    with a_log(tmp_path, entries=5) as log:
        anchoring = Anchoring(log, chain)
        published = anchoring.view.latest_published()
        assert published is not None
        log.writer.submit_wait(an_append())
        assert anchoring.worker().turn() == Turn("anchored", published.size)
        assert anchoring.contract.head().size == published.size


def test_state_for_the_doors(anchoring: Anchoring) -> None:
    """The outcome of the last turn is left where serving processes can read it."""
    anchoring.grow(1)
    anchoring.worker().turn()
    assert anchoring.view.state("anchor.outcome") == "anchored"


def test_a_new_worker_begins_no_outcome_anew(anchoring: Anchoring) -> None:
    """How long an outcome has lasted outlives the worker that first said so; another outcome begins now."""
    anchoring.grow(1)
    anchoring.worker().turn()
    anchoring.view.set_state("anchor.since", "5")
    anchoring.worker().turn()
    assert anchoring.view.state("anchor.since") == "5"
    leave_word(anchoring.view, Turn("unreachable", detail="gone"), 70)
    assert [anchoring.view.state(f"anchor.{one}") for one in ("outcome", "since", "detail")] == [
        "unreachable",
        "70",
        "gone",
    ]


def test_depth(anchoring: Anchoring) -> None:
    """Below the wanted depth an anchor is not yet recorded."""
    anchoring.terms = AnchorTerms(confirmations=3, patience=PATIENCE)
    first = anchoring.log.store.head().size
    size = anchoring.grow(4)
    assert anchoring.worker().turn().outcome == "waiting"
    assert anchoring.worker().turn() == Turn("waiting", size, "not deep enough")
    row = anchoring.log.store.anchor_covering(0)
    assert row is None or row.size == first
    anchoring.admin_call(ContractCall("pause"))
    anchoring.admin_call(ContractCall("unpause"))
    assert anchoring.worker().turn() == Turn("anchored", size)


def test_run(anchoring: Anchoring) -> None:
    """The loop catches up turn by turn, at its interval, until it is told to stop."""
    size = anchoring.grow(3)
    pauses: list[float] = []

    def stopped(pause: float) -> bool:
        pauses.append(pause)
        return len(pauses) > 3

    anchoring.worker().run(stopped, interval=0.5)
    assert pauses == [0.0, 0.5, 0.5, 0.5]
    assert anchoring.contract.head().size == size
    assert int(anchoring.view.state("anchor.since") or "0") > 0
