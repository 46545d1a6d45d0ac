# SPDX-License-Identifier: Apache-2.0
"""What the ledger asks of a chain: `CheckpointChain`, implemented by the web3 client and by a fake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from ledger.chain.accounts import ChainAccount

Value = int | bytes | bool | str | tuple["Value", ...]
"""A Solidity value: integers, fixed and free bytes, addresses as 20 bytes, booleans, texts, arrays."""


@dataclass(frozen=True)
class Block:
    """A block by number and hash (32 bytes); `time` in Unix seconds."""

    number: int
    hash: bytes
    time: int


@dataclass(frozen=True)
class ContractCall:
    """A function of a contract (`constructor` deploys it) with its arguments in ABI order."""

    name: str
    arguments: tuple[Value, ...] = ()
    contract: str = "CheckpointLog"


@dataclass(frozen=True)
class SignedTransaction:
    """Bytes ready to be sent, again and again, and the hash (32 bytes) under which the chain knows them."""

    hash: bytes
    raw: bytes


@dataclass(frozen=True)
class Receipt:
    """That a transaction was mined: where, whether it had effect, what it created and burned."""

    hash: bytes
    block_number: int
    block_hash: bytes
    succeeded: bool
    contract: bytes | None
    gas: int


@dataclass(frozen=True)
class Sent:
    """What a node said to a transaction: `known` covers pending and already mined ones."""

    outcome: Literal["accepted", "known", "refused"]
    reason: str = ""


@dataclass(frozen=True)
class AnchoredEvent:
    """The contract's own record that it took a checkpoint, and in which transaction."""

    size: int
    root: bytes
    tx: bytes
    block_number: int
    block_hash: bytes


class CheckpointChain(Protocol):
    """A chain. Every method raises ChainUnreachableError when it does not answer, or not usefully.

    `at` reads the state after that very block, by its hash; without it, after the latest.
    """

    def chain_id(self) -> int:
        """EIP-155 chain id."""

    def latest(self) -> Block:
        """The newest block."""

    def block(self, number: int) -> Block | None:
        """The block of that number on the chain as it is now."""

    def code(self, contract: bytes, at: Block | None = None) -> bytes:
        """Run-time code at an address; empty where there is none."""

    def nonce(self, account: bytes) -> int:
        """Number of the account's mined transactions: its next nonce."""

    def sign(
        self, account: ChainAccount, nonce: int, contract: bytes | None, call: ContractCall
    ) -> SignedTransaction:
        """The call as a transaction of the account; deterministic. `contract` None deploys."""

    def send(self, raw: bytes) -> Sent:
        """Hand signed bytes to the node."""

    def receipt(self, tx: bytes) -> Receipt | None:
        """Receipt of a mined transaction."""

    def view(
        self, contract: bytes, call: ContractCall, at: Block | None = None, sender: bytes | None = None
    ) -> tuple[Value, ...]:
        """Run a call without sending it; ChainRevertError with the contract's error if it refuses."""

    def anchored(self, contract: bytes, size: int, first_block: int) -> AnchoredEvent | None:
        """The event of the checkpoint of exactly this size, from `first_block` on."""
