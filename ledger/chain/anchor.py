# SPDX-License-Identifier: Apache-2.0
"""The anchor worker: bring the published checkpoint to the contract, one turn at a time.

A turn decides by what the contract says now, never by what it remembers of earlier turns. It reads the chain
first and the log second, so that an honest log can only be ahead. Killing it anywhere costs nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ledger.chain.contract import CheckpointContract, ContractHead, anchor_call
from ledger.chain.founding import Pins, verify_pins
from ledger.chain.log_view import Anchor
from ledger.chain.sending import Patience
from ledger.errors import ChainConflictError, ChainPinError, ChainRevertError, ChainUnreachableError
from ledger.failpoints import failpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.chain.accounts import ChainAccount
    from ledger.chain.log_view import AnchorLog, PublishedHead
    from ledger.chain.protocol import Block, CheckpointChain, Receipt, SignedTransaction

Outcome = Literal["empty", "anchored", "waiting", "refused", "unreachable", "wrong_chain", "halted"]
"""What a turn came to: `anchored` means the published head is on the chain, at depth, and recorded."""


@dataclass(frozen=True)
class Turn:
    """The result of one turn: where the chain stands for us (0: unknown), and a word on what is amiss."""

    outcome: Outcome
    size: int = 0
    detail: str = ""


@dataclass(frozen=True)
class AnchorTerms:
    """Blocks that must hold an anchor before it counts (1: its own), and the wait for a receipt.

    `first_block`: the contract's own block, from which its events are searched.
    """

    confirmations: int = 1
    first_block: int = 0
    patience: Patience = field(default_factory=lambda: Patience(seconds=5.0))


def leave_word(log: AnchorLog, turn: Turn, now: int) -> None:
    """Leave outcome, its beginning and its detail to be read; a new worker begins no outcome anew."""
    log.set_state("anchor.detail", turn.detail)
    if log.state("anchor.outcome") != turn.outcome:
        log.set_state("anchor.since", str(now))
        log.set_state("anchor.outcome", turn.outcome)


class AnchorWorker:
    """Anchors one log to one contract from one account; a second worker with its own account is harmless."""

    def __init__(
        self,
        log: AnchorLog,
        chain: CheckpointChain,
        pins: Pins,
        account: ChainAccount,
        terms: AnchorTerms | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._log = log
        self._chain = chain
        self._pins = pins
        self._account = account
        self._terms = terms or AnchorTerms()
        self._clock = clock
        self._said: Turn | None = None
        self._contract = CheckpointContract(chain, pins.contract)

    def turn(self) -> Turn:
        """Compare, anchor what is published, record what stands; never raises for the chain's sake."""
        reason = self._log.halted()
        if reason is not None:
            turn = Turn("halted", detail=reason)
            self._report(turn)
            return turn
        try:
            turn = self._turn()
        except ChainUnreachableError as error:
            turn = Turn("unreachable", detail=str(error))
        except ChainPinError as error:
            turn = Turn("wrong_chain", detail=str(error))
        except ChainRevertError as error:
            turn = Turn("refused", detail=error.name)
        except ChainConflictError as error:
            self._log.halt(error.reason, error.evidence)
            turn = Turn("halted", detail=error.reason)
        self._report(turn)
        return turn

    def run(self, stopped: Callable[[float], bool], interval: float = 1.0) -> None:
        """Turn after turn until `stopped` (an event's `wait`) says so; at once again while it grows."""
        pause = 0.0
        while not stopped(pause):
            before = self._said
            turn = self.turn()
            grew = before is not None and turn.size > before.size
            pause = 0.0 if turn.outcome == "waiting" and grew else interval

    def _report(self, turn: Turn) -> None:
        if self._said is None or (self._said.outcome, self._said.detail) != (turn.outcome, turn.detail):
            leave_word(self._log, turn, int(self._clock()))
        self._said = turn

    def _turn(self) -> Turn:
        block = self._chain.latest()
        verify_pins(self._chain, self._pins, block)
        head = self._contract.head(block)
        published = self._log.latest_published()
        self._compare(head, block, published)
        self._withdraw_lost()
        if published is None or published.size <= head.size:
            return self._confirm(block, head.size, published)
        return self._advance(head, published)

    def _compare(self, head: ContractHead, block: Block, published: PublishedHead | None) -> None:
        """ChainConflictError if the chain's head is no prefix of this log."""
        size = self._log.size()
        if head.size > size:
            raise ChainConflictError("chain.ahead", self._evidence(head, block, size, None, published))
        ours = self._log.root_at(head.size)
        if ours != head.root:
            raise ChainConflictError("chain.other_root", self._evidence(head, block, size, ours, published))

    def _evidence(
        self,
        head: ContractHead,
        block: Block,
        size: int,
        ours: bytes | None,
        published: PublishedHead | None,
    ) -> dict[str, object]:
        """Everything somebody else needs to see the two histories."""
        return {
            "chain_id": self._pins.chain_id,
            "contract": self._pins.contract.hex(),
            "block": block.number,
            "block_hash": block.hash.hex(),
            "chain_size": head.size,
            "chain_root": head.root.hex(),
            "log_size": size,
            "log_root_at_chain_size": None if ours is None else ours.hex(),
            "published": None if published is None else published.note.decode(),
        }

    def _withdraw_lost(self) -> None:
        """Withdraw anchors whose block is no longer on the chain."""
        while (last := self._log.last_anchor(self._pins.contract)) is not None:
            block = self._chain.block(last.block)
            if block is not None and block.hash == last.block_hash:
                return
            self._log.withdraw_anchors_above(self._pins.contract, last.size - 1)

    def _confirm(self, latest: Block, chain_size: int, published: PublishedHead | None) -> Turn:
        """Record the head that the contract has held for the wanted number of blocks."""
        block = self._chain.block(latest.number - self._terms.confirmations + 1)
        try:
            head = None if block is None else self._contract.head(block)
        except ChainRevertError:  # the contract is younger than that
            head = None
        if block is None or head is None:
            return Turn("waiting", chain_size, "not deep enough")
        last = self._log.last_anchor(self._pins.contract)
        if last is None or head.size > last.size:
            self._record(head, self._terms.first_block if last is None else last.block)
        if head.size < chain_size:
            return Turn("waiting", chain_size, "not deep enough")
        if published is not None and published.size > head.size:
            return Turn("waiting", head.size, "more is published")
        return Turn("empty" if published is None else "anchored", head.size)

    def _record(self, head: ContractHead, first_block: int) -> None:
        event = self._chain.anchored(self._pins.contract, head.size, first_block)
        block = None if event is None else self._chain.block(event.block_number)
        if event is None or block is None or (event.root, event.block_hash) != (head.root, block.hash):
            raise ChainUnreachableError(f"the node has no event for the anchored size {head.size}")
        if head.root != self._log.root_at(head.size):
            raise ChainUnreachableError("the node's answers do not fit together")
        self._log.record_anchor(
            Anchor(
                size=head.size,
                contract=self._pins.contract,
                root=head.root,
                tx=event.tx,
                block=block.number,
                block_hash=block.hash,
                time=block.time,
            )
        )
        failpoint("F16")

    def _advance(self, head: ContractHead, published: PublishedHead) -> Turn:
        """Send the published checkpoint, or again what was signed for this nonce before."""
        nonce = self._chain.nonce(self._account.address)
        stored = self._log.txs(self._account.address, nonce)
        sent = [self._chain.send(tx.raw) for tx in stored]
        if all(answer.outcome == "refused" for answer in sent):
            # Nothing was signed for this nonce, or nothing that the node still takes: sign what is due now.
            fresh = self._sign(head, published, nonce)
            if fresh is None:
                return Turn("waiting", head.size, "another worker was first")
            stored = [*stored, fresh]
            sent = [self._chain.send(fresh.raw)]
        failpoint("F13")
        if all(answer.outcome == "refused" for answer in sent):
            return Turn("refused", head.size, sent[-1].reason)
        failpoint("F14")
        receipt = self._terms.patience.receipt(self._chain, [tx.hash for tx in stored])
        return self._settle(receipt, head.size, published)

    def _sign(self, head: ContractHead, published: PublishedHead, nonce: int) -> SignedTransaction | None:
        """Sign and store the anchoring transaction; None if the contract has meanwhile grown."""
        proof = self._log.consistency(head.size, published.size)
        call = anchor_call(published.size, published.root, proof, published.evm_signature)
        try:
            self._chain.view(self._pins.contract, call, sender=self._account.address)
        except ChainRevertError as error:
            if error.name == "NoGrowth":
                return None
            raise
        tx = self._chain.sign(self._account, nonce, self._pins.contract, call)
        self._log.record_tx(self._account.address, nonce, tx)
        failpoint("F12")
        return tx

    def _settle(self, receipt: Receipt | None, before: int, published: PublishedHead) -> Turn:
        """Look at the contract again: only what is read back is anchored."""
        if receipt is None:
            return Turn("waiting", before, "not mined yet")
        failpoint("F15")
        block = self._chain.latest()
        head = self._contract.head(block)
        self._compare(head, block, published)
        return self._confirm(block, head.size, published)
