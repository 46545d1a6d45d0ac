# SPDX-License-Identifier: Apache-2.0
"""A chain over JSON-RPC, by web3. The only module of the log that imports web3 and eth_account.

Legacy transactions with an explicit price; short time limits; a dropped keep-alive connection is opened
again once. Whatever goes wrong on the way is ChainUnreachableError, so that it can never look like a fact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import requests
from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_account import Account
from eth_hash.auto import keccak
from hexbytes import HexBytes
from web3 import HTTPProvider, Web3
from web3.exceptions import Web3Exception, Web3RPCError
from web3.middleware import ExtraDataToPOAMiddleware

from ledger.chain.artifact import load_artifact
from ledger.chain.protocol import AnchoredEvent, Block, Receipt, Sent, SignedTransaction
from ledger.errors import ChainRevertError, ChainUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from web3.types import RPCEndpoint

    from ledger.chain.accounts import ChainAccount
    from ledger.chain.artifact import Artifact
    from ledger.chain.protocol import ContractCall, Value

_KNOWN = ("already known", "already imported", "known transaction", "nonce too low", "already in mempool")
_REVERTED = 3
"""JSON-RPC error code of a reverted call (EIP-1474 and its practice)."""


@dataclass(frozen=True)
class SendingTerms:
    """What a transaction offers: price a gas (wei) and gas limits, below 16,777,216 (EIP-7825)."""

    gas_price: int = 0
    call_gas: int = 1_000_000
    deploy_gas: int = 5_000_000


class Web3Chain:
    """`CheckpointChain` at a URL; not for several threads at once."""

    def __init__(
        self,
        url: str,
        *,
        terms: SendingTerms | None = None,
        artifacts: Callable[[str], Artifact] = load_artifact,
        connect_seconds: float = 2.0,
        answer_seconds: float = 10.0,
    ) -> None:
        self.url = url
        self._terms = terms or SendingTerms()
        self._artifacts = artifacts
        provider = HTTPProvider(
            url,
            request_kwargs={"timeout": (connect_seconds, answer_seconds)},
            exception_retry_configuration=None,
        )
        self._web3 = Web3(provider, middleware=[ExtraDataToPOAMiddleware])
        self._chain_id: int | None = None

    def _ask(self, method: str, *params: object) -> Any:
        """One JSON-RPC question; asked again once where the connection broke, for each is repeatable."""
        for attempt in (1, 2):
            try:
                return self._web3.manager.request_blocking(cast("RPCEndpoint", method), list(params))
            except Web3RPCError:
                raise
            except requests.ConnectionError as error:
                if attempt == 2 or isinstance(error, requests.ConnectTimeout):
                    raise ChainUnreachableError(f"{self.url}: {_short(error)}") from error
            except (
                requests.RequestException,
                Web3Exception,
                OSError,
                ValueError,
                TypeError,
                KeyError,
            ) as error:
                raise ChainUnreachableError(f"{self.url}: {method}: {_short(error)}") from error
        raise AssertionError("unreachable")  # pragma: no cover  # the loop returns or raises

    def _fact(self, method: str, *params: object) -> Any:
        """The answer to a question that a healthy node never refuses."""
        try:
            return self._ask(method, *params)
        except Web3RPCError as error:
            raise ChainUnreachableError(f"{self.url}: {method}: {_short(error)}") from error

    def chain_id(self) -> int:
        """EIP-155 chain id, asked every time: another chain may answer at the same address."""
        self._chain_id = _number(self._fact("eth_chainId"))
        return self._chain_id

    def latest(self) -> Block:
        """The newest block."""
        block = self._block("latest")
        if block is None:
            raise ChainUnreachableError(f"{self.url}: no latest block")
        return block

    def block(self, number: int) -> Block | None:
        """The block of that number on the chain as it is now."""
        return self._block(hex(number)) if number >= 0 else None

    def _block(self, name: str) -> Block | None:
        answer = self._fact("eth_getBlockByNumber", name, False)  # hashes, not transactions
        if answer is None:
            return None
        return Block(
            _number(_of(answer, "number")), _hash(_of(answer, "hash")), _number(_of(answer, "timestamp"))
        )

    def code(self, contract: bytes, at: Block | None = None) -> bytes:
        """Run-time code at an address; empty where there is none."""
        return _bytes(self._fact("eth_getCode", _hex(contract), _place(at)))

    def nonce(self, account: bytes) -> int:
        """Number of the account's mined transactions."""
        return _number(self._fact("eth_getTransactionCount", _hex(account), "latest"))

    def sign(
        self, account: ChainAccount, nonce: int, contract: bytes | None, call: ContractCall
    ) -> SignedTransaction:
        """The call as a legacy transaction; the same arguments give the same bytes (RFC 6979)."""
        artifact = self._artifacts(call.contract)
        arguments = encode(artifact.types[call.name][0], call.arguments)
        code = artifact.bytecode if contract is None else artifact.selector(call.name)
        transaction: dict[str, object] = {
            "nonce": nonce,
            "gasPrice": self._terms.gas_price,
            "gas": self._terms.deploy_gas if contract is None else self._terms.call_gas,
            "to": b"" if contract is None else contract,
            "value": 0,
            "data": code + arguments,
            "chainId": self._chain_id if self._chain_id is not None else self.chain_id(),
        }
        signed = Account.sign_transaction(transaction, account.secret())
        return SignedTransaction(bytes(signed.hash), bytes(signed.raw_transaction))

    def send(self, raw: bytes) -> Sent:
        """Hand signed bytes to the node; that it knows them already is as good as taking them."""
        try:
            self._ask("eth_sendRawTransaction", _hex(raw))
        except Web3RPCError as error:
            reason = _short(error)
            if any(words in reason.lower() for words in _KNOWN):
                return Sent("known", reason)
            if _revert_bytes(error) is not None:  # Hardhat mines it and complains: its receipt will tell
                return Sent("accepted", reason)
            return Sent("refused", reason)
        return Sent("accepted")

    def receipt(self, tx: bytes) -> Receipt | None:
        """Receipt of a mined transaction; some nodes answer an unknown hash with an error."""
        try:
            answer = self._ask("eth_getTransactionReceipt", _hex(tx))
        except Web3RPCError:
            return None
        if answer is None or answer.get("blockHash") is None:
            return None
        created = answer.get("contractAddress")
        return Receipt(
            hash=tx,
            block_number=_number(_of(answer, "blockNumber")),
            block_hash=_hash(_of(answer, "blockHash")),
            succeeded=_number(_of(answer, "status")) == 1,
            contract=None if created is None else _bytes(created),
            gas=_number(_of(answer, "gasUsed")),
        )

    def view(
        self, contract: bytes, call: ContractCall, at: Block | None = None, sender: bytes | None = None
    ) -> tuple[Value, ...]:
        """Run a call without sending it; ChainRevertError with the contract's error if it refuses."""
        artifact = self._artifacts(call.contract)
        inputs, outputs = artifact.types[call.name]
        question = {
            "to": _hex(contract),
            "data": _hex(artifact.selector(call.name) + encode(inputs, call.arguments)),
        }
        if sender is not None:
            question |= {"from": _hex(sender), "gas": hex(self._terms.call_gas), "gasPrice": "0x0"}
        try:
            answer = _bytes(self._ask("eth_call", question, _place(at)))
        except Web3RPCError as error:
            reverted = _revert_bytes(error)
            if reverted is None:
                raise ChainUnreachableError(f"{self.url}: eth_call: {_short(error)}") from error
            raise ChainRevertError(artifact.error_name(reverted)) from error
        if outputs and not answer:
            raise ChainRevertError("no contract")
        try:
            values = decode(outputs, answer)
        except (DecodingError, OverflowError) as error:
            raise ChainUnreachableError(
                f"{self.url}: {call.name} answered {len(answer)} odd bytes"
            ) from error
        return tuple(_value(kind, value) for kind, value in zip(outputs, values, strict=True))

    def anchored(self, contract: bytes, size: int, first_block: int) -> AnchoredEvent | None:
        """The event of the checkpoint of exactly this size, from `first_block` on."""
        topics = [self._artifacts("CheckpointLog").events["CheckpointAnchored"], size.to_bytes(32, "big")]
        found: Sequence[Any] = self._fact(
            "eth_getLogs",
            {
                "address": _hex(contract),
                "fromBlock": hex(first_block),
                "toBlock": "latest",
                "topics": [_hex(topic) for topic in topics],
            },
        )
        if not found:
            return None
        event = found[-1]
        return AnchoredEvent(
            size=size,
            root=_hash(_of(event, "data")),
            tx=_hash(_of(event, "transactionHash")),
            block_number=_number(_of(event, "blockNumber")),
            block_hash=_hash(_of(event, "blockHash")),
        )


def transaction_hash(raw: bytes) -> bytes:
    """Hash under which the chain knows signed bytes."""
    return keccak(raw)


def _place(at: Block | None) -> str | dict[str, str]:
    """A block by hash (EIP-1898): a reorganised chain refuses instead of answering for another block."""
    return "latest" if at is None else {"blockHash": _hex(at.hash)}


def _hex(value: bytes) -> str:
    return "0x" + value.hex()


def _of(answer: Any, key: str) -> Any:
    try:
        return answer[key]
    except (KeyError, TypeError, IndexError) as error:
        raise ChainUnreachableError(f"an answer without {key}") from error


def _number(answer: Any) -> int:
    try:
        return answer if isinstance(answer, int) else int(answer, 16)
    except (TypeError, ValueError) as error:
        raise ChainUnreachableError("an answer that is no number") from error


def _bytes(answer: Any) -> bytes:
    try:
        return bytes(HexBytes(answer))
    except (TypeError, ValueError) as error:
        raise ChainUnreachableError("an answer that is no hex") from error


def _hash(answer: Any) -> bytes:
    value = _bytes(answer)
    if len(value) != 32:
        raise ChainUnreachableError(f"a hash of {len(value)} bytes")
    return value


def _value(kind: str, value: Any) -> Value:
    """A decoded ABI value with addresses as 20 bytes."""
    if kind == "address":
        return bytes(HexBytes(value))
    return tuple(value) if isinstance(value, list) else cast("Value", value)


def _revert_bytes(error: Web3RPCError) -> bytes | None:
    """What a contract reverted with, wherever the node puts it; None if this is no revert."""
    answer: Any = error.rpc_response or {}
    fault = answer.get("error", {})
    payload = fault.get("data")
    if isinstance(payload, dict):
        payload = payload.get("data")
    if isinstance(payload, str) and payload.startswith("0x"):
        return _bytes(payload)
    text = str(fault.get("message", "")).lower()
    return b"" if fault.get("code") == _REVERTED or "revert" in text else None


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
