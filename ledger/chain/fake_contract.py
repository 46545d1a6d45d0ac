# SPDX-License-Identifier: Apache-2.0
"""CheckpointLog.sol's rules in Python, over the log's own Merkle, EIP-712 and secp256k1 code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from ledger.chain.contract import ADMIN_ROLE, ANCHOR_ROLE, Founding
from ledger.eip712 import checkpoint_digest
from ledger.errors import ChainRevertError, ProofError, SignatureError
from ledger.merkle import verify_consistency, verify_inclusion
from ledger.secp256k1 import recover

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.chain.protocol import Value

_MAX_PROOF: Final = 64
_NOBODY: Final = bytes(20)

Result = tuple["FakeCheckpointLog", "tuple[Value, ...]"]


@dataclass(frozen=True)
class FakeCheckpointLog:
    """State of one contract; each call gives the next state and the returned values, or ChainRevertError."""

    founding: Founding
    size: int
    roots: dict[int, bytes]
    signer: bytes
    roles: frozenset[tuple[bytes, bytes]]
    stopped: bool = False

    @classmethod
    def deploy(cls, arguments: tuple[Any, ...]) -> FakeCheckpointLog:
        """The constructor."""
        founding = Founding(*arguments)
        if founding.size == 0 or founding.admin == _NOBODY or bytes(32) in {founding.log_id, founding.root}:
            raise ChainRevertError("BadGenesis")
        if founding.signer == _NOBODY:
            raise ChainRevertError("BadSigner")
        roots = {founding.size: founding.root}
        return cls(founding, founding.size, roots, founding.signer, frozenset({(ADMIN_ROLE, founding.admin)}))

    def run(self, name: str, arguments: tuple[Any, ...], sender: bytes) -> Result:
        """Call a function of the contract by its name."""
        act = _ACTS.get(name)
        if act is not None:
            return act(self, sender, *arguments), ()
        return self, _VIEWS[name](self, *arguments)

    def _require(self, role: bytes, sender: bytes) -> None:
        if (role, sender) not in self.roles:
            raise ChainRevertError("AccessControlUnauthorizedAccount")

    def anchor(
        self, sender: bytes, size: int, root: bytes, proof: tuple[bytes, ...], sig: bytes
    ) -> FakeCheckpointLog:
        self._require(ANCHOR_ROLE, sender)
        if self.stopped:
            raise ChainRevertError("EnforcedPause")
        if len(proof) > _MAX_PROOF:
            raise ChainRevertError("ProofTooLong")
        if size <= self.size:
            raise ChainRevertError("NoGrowth")
        if sender == self.signer:
            raise ChainRevertError("SignerIsSender")
        try:
            signed_by = recover(checkpoint_digest(self.founding.log_id, size, root), sig)
        except SignatureError:
            signed_by = b""
        if signed_by != self.signer:
            raise ChainRevertError("WrongSigner")
        if not _consistent(self.size, self.roots[self.size], size, root, proof):
            raise ChainRevertError("Inconsistent")
        return replace(self, size=size, roots={**self.roots, size: root})

    def set_signer(self, sender: bytes, signer: bytes) -> FakeCheckpointLog:
        self._require(ADMIN_ROLE, sender)
        if signer == _NOBODY:
            raise ChainRevertError("BadSigner")
        return replace(self, signer=signer)

    def grant(self, sender: bytes, role: bytes, account: bytes) -> FakeCheckpointLog:
        self._require(ADMIN_ROLE, sender)
        return replace(self, roles=self.roles | {(role, account)})

    def revoke(self, sender: bytes, role: bytes, account: bytes) -> FakeCheckpointLog:
        self._require(ADMIN_ROLE, sender)
        return replace(self, roles=self.roles - {(role, account)})

    def pause(self, sender: bytes) -> FakeCheckpointLog:
        self._require(ADMIN_ROLE, sender)
        if self.stopped:
            raise ChainRevertError("EnforcedPause")
        return replace(self, stopped=True)

    def unpause(self, sender: bytes) -> FakeCheckpointLog:
        self._require(ADMIN_ROLE, sender)
        if not self.stopped:
            raise ChainRevertError("ExpectedPause")
        return replace(self, stopped=False)

    def anchored_root(self, size: int) -> bytes:
        """Root of an anchored size; reverts for any other."""
        if size not in self.roots:
            raise ChainRevertError("UnknownSize")
        return self.roots[size]

    def includes(self, leaf_hash: bytes, index: int, size: int, proof: tuple[bytes, ...]) -> bool:
        root = self.anchored_root(size)
        try:
            verify_inclusion(leaf_hash, index, size, proof, root)
        except ProofError:
            return False
        return len(proof) <= _MAX_PROOF

    def extends(self, old: int, old_root: bytes, new: int, proof: tuple[bytes, ...]) -> bool:
        return _consistent(old, old_root, new, self.anchored_root(new), proof)


def _consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: tuple[bytes, ...]) -> bool:
    try:
        verify_consistency(old, old_root, new, new_root, proof)
    except ProofError:
        return False
    return len(proof) <= _MAX_PROOF


_ACTS: Final[dict[str, Callable[..., FakeCheckpointLog]]] = {
    "anchor": FakeCheckpointLog.anchor,
    "setSigner": FakeCheckpointLog.set_signer,
    "grantRole": FakeCheckpointLog.grant,
    "revokeRole": FakeCheckpointLog.revoke,
    "pause": FakeCheckpointLog.pause,
    "unpause": FakeCheckpointLog.unpause,
}
_VIEWS: Final[dict[str, Callable[..., tuple[Value, ...]]]] = {
    "head": lambda log: (log.size, log.roots[log.size]),
    "rootAt": lambda log, size: (log.roots.get(size, bytes(32)),),
    "logId": lambda log: (log.founding.log_id,),
    "genesisSize": lambda log: (log.founding.size,),
    "signer": lambda log: (log.signer,),
    "paused": lambda log: (log.stopped,),
    "hasRole": lambda log, role, account: ((role, account) in log.roles,),
    "verifyInclusion": lambda log, *arguments: (log.includes(*arguments),),
    "verifyConsistency": lambda log, *arguments: (log.extends(*arguments),),
}
