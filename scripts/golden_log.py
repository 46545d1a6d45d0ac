# SPDX-License-Identifier: Apache-2.0
"""The small log from which the golden vectors are made: fixed keys, salts and times.

The keys are SHA-256 of names that stand here: never use them.
"""

from __future__ import annotations

from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from attest.commitments import commit, private_digest
from attest.statements import Entry, Envelope, sign_entry
from ledger.checkpoint import Checkpoint
from ledger.hashing import leaf_hash, node_hash, sha256
from ledger.log_id import log_id
from ledger.merkle import inclusion_proof, root_at
from ledger.note import NoteSigner
from ledger.proof import TlogProof
from ledger.secp256k1 import Secp256k1Signer
from scripts.golden_policy import DIGEST
from scripts.golden_reask import reask

ORIGIN: Final = "golden.example/log"
NOW: Final = 1_767_225_600
DAY: Final = 86_400


def secret(name: str) -> bytes:
    """32 bytes for a name."""
    return sha256(b"golden " + name.encode())


def signer(name: str) -> Secp256k1Signer:
    """The secp256k1 key of a name."""
    return Secp256k1Signer(secret(name))


NOTE: Final = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(secret("log")))
LOG: Final = log_id(ORIGIN, NOTE.public_key, signer("checkpoint").address, signer("governance").address)


def signed(kind: str, issuer: str, body: dict[str, Any], time: int, private: bytes | None = None) -> Envelope:
    """An entry whose id follows from its place in this script."""
    entry = Entry(
        id=secret(f"{kind} {issuer} {time}")[:16],
        kind=kind,
        log=LOG,
        issuer=issuer,
        time=time,
        body=body,
        private=private,
    )
    return sign_entry(entry, signer(issuer))


CASE: Final = "990101202601010001"
DOCUMENT: Final = b"a licence\n"
ACCEPTANCE: Final[dict[str, Any]] = {
    "case": CASE,
    "case_salt": secret("case salt").hex(),
    "authority": "XF",
    "type": "business_licence",
    "document": {
        "sha256": sha256(DOCUMENT).hex(),
        "salt": secret("document salt").hex(),
        "size": len(DOCUMENT),
        "media": "application/pdf",
        "kept": "department",
    },
    "issuer": "SC",
    "parties": [{"role": "holder", "holder": secret("holder")[:16].hex()}],
    "assurance": "original",
    "valid_until": "2027-12-31",
}


def entries() -> list[Envelope]:
    """A log of ten, from the founding to a re-ask and a look-up."""
    founding = {
        "origin": ORIGIN,
        "log_key": NOTE.public_key.hex(),
        "checkpoint_signer": signer("checkpoint").address.hex(),
        "governance": signer("governance").address.hex(),
        "service": signer("service").address.hex(),
        "profile": "demo",
    }
    made = [signed("log.founded", "governance", founding, NOW)]
    for at, code in enumerate(("XF", "SC")):
        text = sha256(code.encode()).hex()
        body: dict[str, Any] = {"department": code, "level": "county", "text": text}
        made.append(signed("department.registered", "governance", body, NOW + 1 + 2 * at))
        body = {"department": code, "address": signer(code).address.hex(), "custody": "service"}
        made.append(signed("department.key.added", "governance", body, NOW + 2 + 2 * at))
    case = commit("case", secret("case salt"), CASE.encode()).hex()
    body = {
        "assurance": "original",
        "authority": "XF",
        "case": case,
        "document": commit("document", secret("document salt"), sha256(DOCUMENT)).hex(),
        "type": "business_licence",
    }
    private = private_digest(secret("record salt"), ACCEPTANCE)
    made.append(signed("material.accepted", "XF", body, NOW + 60, private))
    cited = commit("citation", secret("citation salt"), leaf_hash(made[-1].canonical())).hex()
    body = {"subject": "policy", "code": "SC", "version": 1, "document": DIGEST.hex()}
    made.append(signed("catalogue.published", "SC", body, NOW + 90))
    body = {
        "authority": "SC",
        "case": case,
        "cites": cited,
        "ground": "recognition",
        "guide": sha256(b"guide").hex(),
        "policy": DIGEST.hex(),
    }
    made.append(signed("material.relied", "SC", body, NOW + 120, secret("another record")))
    record, body = reask(CASE, secret, leaf_hash(made[5].canonical()), leaf_hash(made[7].canonical()))
    made.append(
        signed("reask.recorded", "service", body, NOW + 180, private_digest(secret("reask salt"), record))
    )
    body = {"department": "SC", "case": case, "purpose": case, "count": 1}
    made.append(signed("usage.checked", "service", body, NOW + 240, secret("a third record")))
    return made


class Tree:
    """The tree over those leaves."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves

    def node(self, level: int, index: int) -> bytes:
        """Hash of a complete subtree."""
        if level == 0:
            return leaf_hash(self.leaves[index])
        return node_hash(self.node(level - 1, 2 * index), self.node(level - 1, 2 * index + 1))

    def note(self, size: int) -> bytes:
        """The signed checkpoint of the first `size` leaves."""
        return NOTE.sign(Checkpoint(ORIGIN, size, root_at(size, self.node)).text())

    def proof(self, index: int, size: int) -> TlogProof:
        """The inclusion proof of one leaf."""
        return TlogProof(index, tuple(inclusion_proof(index, size, self.node)), self.note(size))


LEAVES: Final = entries()
TREE: Final = Tree([one.canonical() for one in LEAVES])
SIZE: Final = len(LEAVES)
ANCHORED: Final = 8
ACCEPTED: Final = 5
PUBLISHED: Final = 6
RELIED: Final = 7
REASKED: Final = 8
