# SPDX-License-Identifier: Apache-2.0
"""The CheckpointLog contract at one address of a chain: typed reads, and the calls that change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from eth_hash.auto import keccak

from ledger.chain.artifact import load_artifact
from ledger.chain.protocol import ContractCall
from ledger.eip712 import domain_separator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.chain.protocol import Block, CheckpointChain, Value

ADMIN_ROLE = bytes(32)
ANCHOR_ROLE = keccak(b"ANCHOR_ROLE")
_NO_ROOT = bytes(32)


@dataclass(frozen=True)
class ContractHead:
    """The last checkpoint that the contract took."""

    size: int
    root: bytes


@dataclass(frozen=True)
class Founding:
    """What a contract is founded on: log id (32), first checkpoint, checkpoint key and administrator (20)."""

    log_id: bytes
    size: int
    root: bytes
    signer: bytes
    admin: bytes

    def call(self) -> ContractCall:
        """The deployment."""
        return ContractCall("constructor", (self.log_id, self.size, self.root, self.signer, self.admin))

    def code(self) -> bytes:
        """The run-time code that a contract of this founding has, byte for byte."""
        return load_artifact("CheckpointLog").runtime(
            {
                "logId": self.log_id,
                "genesisSize": self.size.to_bytes(32, "big"),
                "_domainSeparator": domain_separator(self.log_id),
            }
        )


@dataclass(frozen=True)
class CheckpointContract:
    """Reads of one CheckpointLog; `at` names the block whose state is read."""

    chain: CheckpointChain
    address: bytes

    def _view(self, at: Block | None, name: str, *arguments: Value) -> tuple[Value, ...]:
        return self.chain.view(self.address, ContractCall(name, arguments), at)

    def head(self, at: Block | None = None) -> ContractHead:
        """Size and root of the last checkpoint."""
        size, root = self._view(at, "head")
        return ContractHead(cast("int", size), cast("bytes", root))

    def root_at(self, size: int, at: Block | None = None) -> bytes | None:
        """Root anchored for exactly this size."""
        root = cast("bytes", self._view(at, "rootAt", size)[0])
        return None if root == _NO_ROOT else root

    def log_id(self) -> bytes:
        """The log's name, 32 bytes."""
        return cast("bytes", self._view(None, "logId")[0])

    def signer(self, at: Block | None = None) -> bytes:
        """Address of the log's checkpoint key."""
        return cast("bytes", self._view(at, "signer")[0])

    def paused(self, at: Block | None = None) -> bool:
        """Whether anchoring is stopped."""
        return cast("bool", self._view(at, "paused")[0])

    def may_anchor(self, account: bytes, at: Block | None = None) -> bool:
        """Whether the account holds the anchor role."""
        return cast("bool", self._view(at, "hasRole", ANCHOR_ROLE, account)[0])

    def verify_inclusion(self, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes]) -> bool:
        """The contract's own verdict on an inclusion proof under an anchored root."""
        return cast("bool", self._view(None, "verifyInclusion", leaf_hash, index, size, tuple(proof))[0])

    def verify_consistency(self, old: int, old_root: bytes, new: int, proof: Sequence[bytes]) -> bool:
        """The contract's own verdict on a consistency proof up to an anchored root."""
        return cast("bool", self._view(None, "verifyConsistency", old, old_root, new, tuple(proof))[0])


def anchor_call(size: int, root: bytes, proof: Sequence[bytes], signature: bytes) -> ContractCall:
    """Take a checkpoint."""
    return ContractCall("anchor", (size, root, tuple(proof), signature))


def grant_anchor_call(account: bytes) -> ContractCall:
    """Let an account anchor."""
    return ContractCall("grantRole", (ANCHOR_ROLE, account))


def set_signer_call(signer: bytes) -> ContractCall:
    """Replace the log's checkpoint key."""
    return ContractCall("setSigner", (signer,))
