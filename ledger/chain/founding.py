# SPDX-License-Identifier: Apache-2.0
"""Found a ledger's contract once, and know it again ever after by its pins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.chain.contract import CheckpointContract, Founding, grant_anchor_call
from ledger.chain.engine import DEMO_CHAIN_ID
from ledger.chain.sending import Patience, send_and_wait
from ledger.errors import ChainPinError, ChainRevertError, ChainUnreachableError
from ledger.hashing import sha256

if TYPE_CHECKING:
    from ledger.chain.accounts import ChainAccount
    from ledger.chain.log_view import AnchorLog
    from ledger.chain.protocol import Block, CheckpointChain, ContractCall, Receipt


@dataclass(frozen=True)
class Pins:
    """What identifies the one contract of a ledger; a chain that differs in any of it is another chain.

    `code_hash` is SHA-256 of the run-time code, which holds log id and genesis size as constants.
    """

    chain_id: int
    contract: bytes
    code_hash: bytes
    genesis_size: int
    genesis_root: bytes


@dataclass(frozen=True)
class Founded:
    """A contract just deployed, proved to run exactly our code, with its anchoring account admitted."""

    pins: Pins
    tx: bytes
    block: int


@dataclass(frozen=True)
class Refounded:
    """A demo chain was lost and founded again. Loud: show `message`, log it, and write the new pins."""

    lost: Pins
    founded: Founded
    reason: str

    @property
    def message(self) -> str:
        """What the operator must read."""
        return (
            f"THE DEMO CHAIN WAS LOST ({self.reason}). A new contract 0x{self.founded.pins.contract.hex()} "
            f"begins at size {self.founded.pins.genesis_size}; every anchor before it is withdrawn."
        )


def verify_pins(chain: CheckpointChain, pins: Pins, at: Block | None = None) -> None:
    """ChainPinError unless this is the pinned contract; called before anything else is read from it.

    Address, chain id and code of a re-founded contract can be the same: only the genesis root cannot.
    """
    chain_id = chain.chain_id()
    if chain_id != pins.chain_id:
        raise ChainPinError(f"chain id is {chain_id}, this ledger was founded on {pins.chain_id}")
    code = chain.code(pins.contract, at)
    if not code:
        raise ChainPinError("no contract there: this is not the chain that the ledger was founded on")
    if sha256(code) != pins.code_hash:
        raise ChainPinError("another contract's code stands at the pinned address")
    root = CheckpointContract(chain, pins.contract).root_at(pins.genesis_size, at)
    if root != pins.genesis_root:
        raise ChainPinError("another genesis root: this is not the chain that the ledger was founded on")


def found(
    chain: CheckpointChain,
    admin: ChainAccount,
    founding: Founding,
    anchorer: bytes,
    patience: Patience | None = None,
) -> Founded:
    """Deploy the contract, check its code byte for byte, and let `anchorer` (20 bytes) anchor.

    `founding.admin` must be the account that deploys: in production it hands the role over afterwards.
    """
    if founding.admin != admin.address:
        raise ChainPinError("the founding names another administrator than the account that deploys")
    patience = patience or Patience()
    deployed = _done(chain, admin, None, founding.call(), patience)
    address = deployed.contract
    if address is None:
        raise ChainUnreachableError("the deployment's receipt names no contract")
    code = chain.code(address)
    if code != founding.code():
        raise ChainPinError("the deployed code is not the code that this package compiled")
    _done(chain, admin, address, grant_anchor_call(anchorer), patience)
    pins = Pins(chain.chain_id(), address, sha256(code), founding.size, founding.root)
    verify_pins(chain, pins)
    return Founded(pins, deployed.hash, deployed.block_number)


def refound(
    chain: CheckpointChain,
    admin: ChainAccount,
    founding: Founding,
    anchorer: bytes,
    *,
    lost: Pins,
    profile: str,
    log: AnchorLog,
    patience: Patience | None = None,
) -> Refounded:
    """Found again on a throw-away chain that forgot the pinned contract; anything else is ChainPinError.

    Only chain id 31337 with the profile `demo`, and only if the pinned contract is truly gone. The log's
    anchors on the lost chain are withdrawn and what was signed for it is forgotten.
    """
    try:
        verify_pins(chain, lost)
    except ChainPinError as error:
        reason = str(error)
    else:
        raise ChainPinError("the pinned contract still stands: nothing to found again")
    if profile != "demo" or lost.chain_id != DEMO_CHAIN_ID or chain.chain_id() != DEMO_CHAIN_ID:
        raise ChainPinError(f"{reason}; only a demo ledger on chain {DEMO_CHAIN_ID} is ever founded again")
    founded = found(chain, admin, founding, anchorer, patience)
    log.withdraw_anchors_above(lost.contract, 0)
    log.forget_txs(anchorer)
    return Refounded(lost, founded, reason)


def _done(
    chain: CheckpointChain,
    account: ChainAccount,
    contract: bytes | None,
    call: ContractCall,
    patience: Patience,
) -> Receipt:
    receipt = send_and_wait(chain, account, contract, call, patience)
    if not receipt.succeeded:
        raise ChainRevertError(call.name)
    return receipt
