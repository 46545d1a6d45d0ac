# SPDX-License-Identifier: Apache-2.0
"""A whole chain in memory, with the contract's rules: passes the same suite as the real ones.

For tests and for trying the anchor path without a program; it keeps nothing and is nobody's proof.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from eth_hash.auto import keccak

from ledger.chain.fake_contract import FakeCheckpointLog
from ledger.chain.protocol import AnchoredEvent, Block, Receipt, Sent, SignedTransaction
from ledger.errors import ChainRevertError, ChainUnreachableError, SignatureError
from ledger.secp256k1 import recover

if TYPE_CHECKING:
    from ledger.chain.accounts import ChainAccount
    from ledger.chain.protocol import ContractCall, Value

_GAS: Final = 21_000


@dataclass(frozen=True)
class _State:
    """Everything after one block; replaced, never changed, so that any block can be read."""

    block: Block
    nonces: dict[bytes, int] = field(default_factory=dict)
    contracts: dict[bytes, FakeCheckpointLog] = field(default_factory=dict)
    receipts: dict[bytes, Receipt] = field(default_factory=dict)
    events: tuple[tuple[bytes, AnchoredEvent], ...] = ()


class FakeChain:
    """`CheckpointChain` in memory; one block a transaction, or on `mine` where `automatic` is False."""

    def __init__(self, chain_id: int = 31337, *, automatic: bool = True, salt: bytes = b"") -> None:
        self._chain_id = chain_id
        self.automatic = automatic
        self.reachable = True
        self._salt = salt
        self._states: list[_State] = []
        self._pool: dict[tuple[bytes, int], bytes] = {}
        self.reset()

    # Faults that tests cause

    def reset(self) -> None:
        """Forget everything, as a restarted throw-away chain does."""
        self._states = [_State(Block(0, keccak(b"genesis" + self._salt), 1_700_000_000))]
        self._pool = {}

    def reorganise(self, depth: int) -> None:
        """Replace the last `depth` blocks by empty ones; their transactions vanish."""
        kept = self._states[:-depth]
        self._states = kept or self._states[:1]
        self._salt += b"'"
        for _ in range(depth):
            self.mine()

    def mine(self) -> None:
        """Add one block with every transaction that can run now."""
        last = self._states[-1]
        number = last.block.number + 1
        block = Block(number, keccak(last.block.hash + self._salt), last.block.time + 1)
        state = _State(block, dict(last.nonces), dict(last.contracts), dict(last.receipts), last.events)
        while True:
            ready = [key for key in self._pool if key[1] == state.nonces.get(key[0], 0)]
            if not ready:
                break
            for key in ready:
                state = self._run(state, key[0], self._pool.pop(key))
        self._states.append(state)

    # CheckpointChain

    def _now(self) -> _State:
        if not self.reachable:
            raise ChainUnreachableError("the chain in memory is switched off")
        return self._states[-1]

    def _at(self, at: Block | None) -> _State:
        state = self._now()
        if at is None:
            return state
        if at.number < len(self._states) and self._states[at.number].block == at:
            return self._states[at.number]
        raise ChainUnreachableError(f"block {at.number} is no longer on the chain")

    def chain_id(self) -> int:
        """EIP-155 chain id."""
        self._now()
        return self._chain_id

    def latest(self) -> Block:
        """The newest block."""
        return self._now().block

    def block(self, number: int) -> Block | None:
        """The block of that number on the chain as it is now."""
        self._now()
        return self._states[number].block if 0 <= number < len(self._states) else None

    def code(self, contract: bytes, at: Block | None = None) -> bytes:
        """Run-time code, the same bytes that the compiled contract has."""
        found = self._at(at).contracts.get(contract)
        return b"" if found is None else found.founding.code()

    def nonce(self, account: bytes) -> int:
        """Number of the account's mined transactions."""
        return self._now().nonces.get(account, 0)

    def sign(
        self, account: ChainAccount, nonce: int, contract: bytes | None, call: ContractCall
    ) -> SignedTransaction:
        """The call as canonical JSON with the account's signature."""
        document = {
            "chain": self._chain_id,
            "nonce": nonce,
            "to": None if contract is None else contract.hex(),
            "name": call.name,
            "arguments": _packed(call.arguments),
        }
        document["signature"] = account.signer.sign(_digest(document)).hex()
        raw = json.dumps(document, sort_keys=True).encode()
        return SignedTransaction(keccak(raw), raw)

    def send(self, raw: bytes) -> Sent:
        """Take a transaction into the pool, in the words that real nodes use for what they refuse."""
        state = self._now()
        document = json.loads(raw)
        try:
            sender = recover(_digest(document), bytes.fromhex(document["signature"]))
        except SignatureError as error:
            return Sent("refused", str(error))
        nonce = document["nonce"]
        if document["chain"] != self._chain_id:
            return Sent("refused", "invalid chain id")
        if keccak(raw) in state.receipts or self._pool.get((sender, nonce)) == raw:
            return Sent("known", "already known")
        if nonce < state.nonces.get(sender, 0):
            return Sent("known", "nonce too low")
        if (sender, nonce) in self._pool:
            return Sent("refused", "replacement transaction underpriced")
        self._pool[sender, nonce] = raw
        if self.automatic:
            self.mine()
        return Sent("accepted")

    def receipt(self, tx: bytes) -> Receipt | None:
        """Receipt of a mined transaction."""
        return self._now().receipts.get(tx)

    def view(
        self, contract: bytes, call: ContractCall, at: Block | None = None, sender: bytes | None = None
    ) -> tuple[Value, ...]:
        """Run a call without sending it."""
        return _contract(self._at(at), contract).run(call.name, call.arguments, sender or bytes(20))[1]

    def anchored(self, contract: bytes, size: int, first_block: int) -> AnchoredEvent | None:
        """The event of the checkpoint of exactly this size, from `first_block` on."""
        found = [
            event
            for address, event in self._now().events
            if address == contract and event.size == size and event.block_number >= first_block
        ]
        return found[-1] if found else None

    def _run(self, state: _State, sender: bytes, raw: bytes) -> _State:
        """The state with one transaction more; a refused call uses its nonce and changes nothing else."""
        document, tx, block = json.loads(raw), keccak(raw), state.block
        nonce = state.nonces.get(sender, 0)
        state.nonces[sender] = nonce + 1
        arguments = _unpacked(document["arguments"])
        target = keccak(sender + nonce.to_bytes(8, "big"))[12:]
        created: bytes | None = None
        succeeded = True
        events = state.events
        try:
            if document["to"] is None:
                contract = FakeCheckpointLog.deploy(arguments)
                created = target
            else:
                target = bytes.fromhex(document["to"])
                contract, _ = _contract(state, target).run(document["name"], arguments, sender)
            before = state.contracts.get(target)
            if before is None or before.size != contract.size:
                event = AnchoredEvent(
                    contract.size, contract.roots[contract.size], tx, block.number, block.hash
                )
                events = (*events, (target, event))
            state.contracts[target] = contract
        except ChainRevertError:
            succeeded, created = False, None
        state.receipts[tx] = Receipt(tx, block.number, block.hash, succeeded, created, _GAS)
        return _State(block, state.nonces, state.contracts, state.receipts, events)


def _contract(state: _State, address: bytes) -> FakeCheckpointLog:
    if address not in state.contracts:
        raise ChainRevertError("no contract")
    return state.contracts[address]


def _digest(document: dict[str, Any]) -> bytes:
    unsigned = {key: value for key, value in document.items() if key != "signature"}
    return keccak(json.dumps(unsigned, sort_keys=True).encode())


def _packed(arguments: tuple[Value, ...]) -> list[Any]:
    """Arguments as JSON: bytes as `0x` hex, arrays as lists."""
    return [
        "0x" + value.hex()
        if isinstance(value, bytes)
        else _packed(value)
        if isinstance(value, tuple)
        else value
        for value in arguments
    ]


def _unpacked(arguments: list[Any]) -> tuple[Value, ...]:
    return tuple(
        bytes.fromhex(value[2:])
        if isinstance(value, str)
        else _unpacked(value)
        if isinstance(value, list)
        else value
        for value in arguments
    )
