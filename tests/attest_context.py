# SPDX-License-Identifier: Apache-2.0
"""Keys in memory, and the context and founding record that follow from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from attest.commitments import LookupKeys
from attest.context import Context
from attest.errors import KeystoreError
from attest.registry.model import GOVERNANCE, SERVICE, Founding
from attest.sealing import Sealer
from ledger.hashing import sha256
from ledger.log_id import log_id
from ledger.secp256k1 import Secp256k1Signer
from tests.builders import ORIGIN, a_signer

if TYPE_CHECKING:
    from attest.statements import Signer


def a_key(name: str) -> Secp256k1Signer:
    """The signer of a name: the same key for the same name."""
    return Secp256k1Signer(sha256(b"key of " + name.encode()))


@dataclass
class Keys:
    """Keys in memory, as the service would keep them in keystores."""

    signers: dict[str, Secp256k1Signer] = field(default_factory=dict)

    def signer(self, name: str) -> Signer:
        if name not in self.signers:
            raise KeystoreError("no such key", code="keystore.missing")
        return self.signers[name]


def a_context(*names: str) -> Context:
    """A context whose log id follows from its keys, with custodial keys for `names`."""
    public = a_signer().public_key
    keys = Keys({name: a_key(name) for name in (GOVERNANCE, SERVICE, *names)})
    return Context(
        log_id=log_id(ORIGIN, public, a_key("checkpoint").address, a_key(GOVERNANCE).address),
        origin=ORIGIN,
        profile="demo",
        lookup=LookupKeys(1, b"\1" * 32, b"\2" * 32, b"\3" * 32),
        sealer=Sealer(b"\4" * 32),
        keys=keys,
    )


def a_founding() -> Founding:
    """The record of entry 0 that `a_context`'s log id commits to."""
    return Founding(
        ORIGIN,
        a_signer().public_key,
        a_key("checkpoint").address,
        a_key(GOVERNANCE).address,
        a_key(SERVICE).address,
        "demo",
    )
