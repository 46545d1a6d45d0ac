# SPDX-License-Identifier: Apache-2.0
"""Writes docs/reference/golden/*.json: every format from fixed keys, salts and times, for any implementation.

The keys are SHA-256 of names that stand here: never use them.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: E402
from eth_hash.auto import keccak  # noqa: E402

from attest.commitments import LookupKeys, commit, private_digest  # noqa: E402
from attest.statements import STATEMENT_TYPE, Entry, Envelope, sign_entry  # noqa: E402
from attest.verify import ChainTrust, Evidence, Trust, verify  # noqa: E402
from attest.verify.evidence import Anchor, Included, Opened, Opening, Unlogged, read_statement  # noqa: E402
from attest.verify.statements import AnchorSeen, KeySpan, Snapshot, Status  # noqa: E402
from ledger.canonical import dump  # noqa: E402
from ledger.checkpoint import Checkpoint  # noqa: E402
from ledger.eip712 import CHECKPOINT_TYPE, DOMAIN_TYPE, checkpoint_digest, domain_separator  # noqa: E402
from ledger.hashing import leaf_hash, node_hash, sha256  # noqa: E402
from ledger.log_id import log_id  # noqa: E402
from ledger.merkle import consistency_proof, inclusion_proof, root_at  # noqa: E402
from ledger.note import NoteSigner  # noqa: E402
from ledger.proof import TlogProof  # noqa: E402
from ledger.secp256k1 import Secp256k1Signer  # noqa: E402

if TYPE_CHECKING:
    from attest.verify.statements import Says

FOLDER: Final = ROOT / "docs" / "reference" / "golden"
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
    """A log of eight: founding, two departments with keys, an acceptance, a reliance, one more."""
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
    body = {"case": case, "cites": cited, "ground": "recognition", "policy": sha256(b"guide").hex()}
    made.append(signed("material.relied", "SC", body, NOW + 120, secret("another record")))
    body = {"department": "SC", "case": case, "purpose": case, "count": 1}
    made.append(signed("usage.checked", "service", body, NOW + 180, secret("a third record")))
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
ANCHORED: Final = 7
ACCEPTED: Final = 5
RELIED: Final = 6
CHAIN: Final = ChainTrust(31337, secret("contract")[:20], secret("code"), 1, root_at(1, TREE.node))
TRUST: Final = Trust(
    origin=ORIGIN,
    log=LOG,
    log_key=NOTE.verifier().vkey(),
    checkpoint_signer=signer("checkpoint").address,
    governance=signer("governance").address,
    service=signer("service").address,
    profile="demo",
    chain=CHAIN,
)


def stated(says: Says, issuer: str) -> Unlogged:
    """A signed statement that is not in the log."""
    return read_statement(signed(says.kind, issuer, says.body(), NOW + 300).canonical())


STATEMENTS: Final = (
    stated(
        Status(leaf_hash(TREE.leaves[ACCEPTED]), "standing", SIZE, NOW + 300 + DAY),
        "XF",
    ),
    stated(
        Snapshot(
            SIZE,
            (KeySpan("XF", signer("XF").address, 2), KeySpan("SC", signer("SC").address, 4)),
            NOW + 300 + DAY,
        ),
        "governance",
    ),
    stated(
        AnchorSeen(
            CHAIN.chain_id,
            CHAIN.contract,
            CHAIN.code_hash,
            ANCHORED,
            root_at(ANCHORED, TREE.node),
            42,
            secret("block"),
            secret("transaction"),
            NOW + 200,
            NOW + 300 + DAY,
        ),
        "service",
    ),
)


def included(index: int, role: str) -> Included:
    """One entry of a file."""
    return Included(index, TREE.leaves[index], TREE.proof(index, SIZE), role, LEAVES[index])


def evidence(index: int) -> Evidence:
    """The evidence file of the acceptance or of the reliance."""
    relies = index == RELIED
    roles = [(index, "subject"), *([(ACCEPTED, "citation")] if relies else []), (0, "founding")]
    roles += [(1, "department"), (2, "key"), *([(3, "department"), (4, "key")] if relies else [])]
    document = Opening(1 if relies else 0, "document", secret("document salt"), sha256(DOCUMENT))
    cited = Opening(0, "citation", secret("citation salt"), leaf_hash(TREE.leaves[ACCEPTED]))
    return Evidence(
        LOG,
        ORIGIN,
        0,
        tuple(included(at, role) for at, role in roles),
        (cited, document) if relies else (document,),
        (Opened(document.entry, secret("record salt"), ACCEPTANCE),),
        STATEMENTS,
        Anchor(ANCHORED, root_at(ANCHORED, TREE.node), tuple(consistency_proof(ANCHORED, SIZE, TREE.node))),
    )


def formats() -> dict[str, Any]:
    """Every format by itself."""
    leaf = LEAVES[ACCEPTED]
    root = root_at(SIZE, TREE.node)
    keys = LookupKeys(1, secret("holder key"), secret("content key"), secret("number key"))
    holder = secret("holder")[:16]
    separator = domain_separator(LOG)
    names = ("checkpoint", "governance", "service", "XF", "SC")
    return {
        "keys": {
            name: {"secret": secret(name).hex(), "address": signer(name).address.hex()} for name in names
        },
        "log": {
            "origin": ORIGIN,
            "secret": secret("log").hex(),
            "public": NOTE.public_key.hex(),
            "key_id": NOTE.key_id.hex(),
            "vkey": NOTE.verifier().vkey(),
            "id": LOG.hex(),
        },
        "commitments": [
            {
                "name": name,
                "salt": salt.hex(),
                "value": value.hex(),
                "commitment": commit(name, salt, value).hex(),
            }
            for name, salt, value in (
                ("case", secret("case salt"), CASE.encode()),
                ("document", secret("document salt"), sha256(DOCUMENT)),
                ("citation", secret("citation salt"), leaf_hash(TREE.leaves[ACCEPTED])),
                ("purpose", bytes(32), b""),
            )
        ],
        "private": {
            "salt": secret("record salt").hex(),
            "record": dump(ACCEPTANCE).decode(),
            "digest": private_digest(secret("record salt"), ACCEPTANCE).hex(),
        },
        "lookups": {
            "keys": [keys.k_holder.hex(), keys.k_content.hex(), keys.k_number.hex()],
            "holder": keys.holder("111", "990101199001010015").hex(),
            "content": keys.content(holder, sha256(DOCUMENT)).hex(),
            "number": keys.number(holder, "business_licence", "SC", "第1号").hex(),
        },
        "eip712": {
            "domain_type": DOMAIN_TYPE,
            "domain_type_hash": keccak(DOMAIN_TYPE.encode()).hex(),
            "statement_type": STATEMENT_TYPE.decode(),
            "statement_type_hash": keccak(STATEMENT_TYPE).hex(),
            "checkpoint_type": CHECKPOINT_TYPE,
            "checkpoint_type_hash": keccak(CHECKPOINT_TYPE.encode()).hex(),
            "domain_separator": separator.hex(),
            "checkpoint_digest": checkpoint_digest(LOG, SIZE, root).hex(),
            "checkpoint_signature": signer("checkpoint").sign(checkpoint_digest(LOG, SIZE, root)).hex(),
        },
        "entry": {
            "canonical": leaf.entry.canonical().decode(),
            "digest": leaf.entry.digest().hex(),
            "signing_digest": leaf.entry.signing_digest().hex(),
            "signature": leaf.sig.hex(),
            "envelope": leaf.canonical().decode(),
            "leaf_hash": leaf_hash(leaf.canonical()).hex(),
        },
        "leaves": [one.decode() for one in TREE.leaves],
        "roots": [root_at(size, TREE.node).hex() for size in range(1, SIZE + 1)],
        "checkpoint": {"text": Checkpoint(ORIGIN, SIZE, root).text(), "note": TREE.note(SIZE).decode()},
        "proof": TREE.proof(ACCEPTED, SIZE).format().decode(),
        "statements": [one.octets.decode() for one in STATEMENTS],
        "trust": TRUST.format().decode(),
    }


def verdicts() -> dict[str, Any]:
    """Evidence files with the verdict that every verifier must give: whole ones, and damaged ones."""
    accepted, relied = evidence(ACCEPTED), evidence(RELIED)
    bent = replace(accepted.openings[0], value=bytes(32))
    high = LEAVES[ACCEPTED].sig[:32] + b"\xff" * 32 + LEAVES[ACCEPTED].sig[64:]
    twin = replace(LEAVES[ACCEPTED], sig=high)
    files = {
        "acceptance": accepted,
        "reliance": relied,
        "opening": replace(accepted, openings=(bent,)),
        "high s": replace(
            accepted,
            entries=(
                replace(accepted.entries[0], leaf=twin.canonical(), envelope=twin),
                *accepted.entries[1:],
            ),
        ),
        "no status": replace(accepted, statements=STATEMENTS[1:]),
        "no snapshot": replace(accepted, statements=(STATEMENTS[0], STATEMENTS[2])),
        "no anchor": replace(accepted, statements=STATEMENTS[:2], anchor=None),
        "no key": replace(accepted, entries=accepted.entries[:3]),
        "other log": replace(accepted, log=bytes(32)),
    }
    cases = [(name, file.format().decode(), NOW + 400) for name, file in files.items()]
    cases.append(("stale", accepted.format().decode(), NOW + 2 * DAY))
    cases.append(("truncated", accepted.format().decode()[:-1], NOW + 400))
    cases.append(("newer", accepted.format().decode().replace('"v":1}', '"v":2}'), NOW + 400))
    return {
        "trust": TRUST.format().decode(),
        "document": DOCUMENT.hex(),
        "cases": [
            {
                "name": name,
                "now": now,
                "evidence": text,
                "verdict": verify(
                    text.encode(), TRUST, now, profile="offline", document=sha256(DOCUMENT)
                ).document(),
            }
            for name, text, now in cases
        ],
    }


def golden() -> dict[str, bytes]:
    """File name → bytes."""
    made = {"formats.json": formats(), "verdicts.json": verdicts()}
    return {
        name: json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n" for name, value in made.items()
    }


def main() -> None:
    """Write the files; with `--check` only compare, exit 1 if one differs."""
    stale = []
    for name, octets in golden().items():
        path = FOLDER / name
        if "--check" not in sys.argv:
            FOLDER.mkdir(parents=True, exist_ok=True)
            path.write_bytes(octets)
        elif not path.exists() or path.read_bytes() != octets:
            stale.append(name)
    if stale:
        print("not what the code makes: " + ", ".join(stale))
        sys.exit(1)


if __name__ == "__main__":
    main()
