# SPDX-License-Identifier: Apache-2.0
"""Writes docs/reference/golden/*.json: every format from fixed keys, salts and times, for any implementation.

`python -m scripts.make_golden` (`--check` only compares). Its keys are SHA-256 of names: never use them.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eth_hash.auto import keccak

from attest.commitments import LookupKeys, commit, private_digest
from attest.erasure.listed import FIRST, Listed, ListEnd, write_line
from attest.statements import STATEMENT_TYPE
from attest.verify import ChainTrust, Evidence, Trust, verify
from attest.verify.evidence import Anchor, Included, Opened, Opening, Unlogged, read_statement
from attest.verify.statements import (
    AnchorSeen,
    Denied,
    Disputed,
    KeySpan,
    PolicySpan,
    Snapshot,
    Status,
    Superseded,
)
from ledger.canonical import dump
from ledger.checkpoint import Checkpoint
from ledger.eip712 import CHECKPOINT_TYPE, DOMAIN_TYPE, checkpoint_digest, domain_separator
from ledger.hashing import leaf_hash, sha256
from ledger.merkle import consistency_proof, root_at
from scripts.golden_alarms import alarms
from scripts.golden_cases import cases
from scripts.golden_catalogue import catalogue_vectors
from scripts.golden_choices import choices
from scripts.golden_consents import consents
from scripts.golden_data_checks import data_checks
from scripts.golden_expiry import expiry
from scripts.golden_issuer import issuer_vectors
from scripts.golden_log import (
    ACCEPTANCE,
    ACCEPTED,
    ANCHORED,
    CASE,
    DAY,
    DOCUMENT,
    LEAVES,
    LOG,
    NOTE,
    NOW,
    ORIGIN,
    PUBLISHED,
    REASKED,
    RELIED,
    SIZE,
    TREE,
    secret,
    signed,
    signer,
)
from scripts.golden_mandates import mandates
from scripts.golden_policy import DIGEST, POLICY, policy_vectors
from scripts.golden_reask import reask
from scripts.golden_supersession import supersession

if TYPE_CHECKING:
    from attest.verify.statements import Says

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "reference" / "golden"


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
            policies=(PolicySpan("SC", 1, PUBLISHED, DIGEST, POLICY.in_force),),
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


_SNAPSHOT: Final = STATEMENTS[1].says
assert isinstance(_SNAPSHOT, Snapshot)
OVERTAKEN: Final = stated(
    replace(_SNAPSHOT, policies=(replace(_SNAPSHOT.policies[0], document=sha256(b"another")),)), "governance"
)
"""Governance tells of another policy at that index."""


_STATUS: Final = STATEMENTS[0].says
assert isinstance(_STATUS, Status)
RENEWED_LATER: Final = stated(replace(_STATUS, superseded=Superseded("renewed", SIZE - 1, NOW + 150)), "XF")
"""XF tells that the paper which it accepted was renewed since."""


DISPUTED_LATER: Final = stated(
    replace(_STATUS, disputed=Disputed(SIZE - 1, NOW + 150, date(2026, 12, 18))), "XF"
)
"""XF tells that the holder disputes what it accepted, and has no answer yet."""


DENIED_LATER: Final = stated(
    replace(_STATUS, denied=Denied("SC", SIZE - 1, NOW + 150, "revoked", date(2025, 12, 30))), "XF"
)
"""XF tells that the issuer of what it accepted says that it stands no more."""


def included(index: int, role: str) -> Included:
    """One entry of a file."""
    return Included(index, TREE.leaves[index], TREE.proof(index, SIZE), role, LEAVES[index])


def evidence(index: int) -> Evidence:
    """The evidence file of the acceptance or of the reliance."""
    relies = index == RELIED
    cited_too = [(ACCEPTED, "citation"), (PUBLISHED, "policy")] if relies else []
    roles = [(index, "subject"), *cited_too, (0, "founding")]
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


def erasures() -> dict[str, str]:
    """One signed line of the list of erasures, and what the line after it names."""
    item = Listed(
        secret("erasure")[:16],
        SIZE,
        NOW + 500,
        "XF",
        ((ACCEPTED, leaf_hash(TREE.leaves[ACCEPTED])),),
        (secret("erased file")[:16],),
    )
    line = write_line(item, FIRST, NOTE, ORIGIN)
    end = NOTE.sign(ListEnd.of([line]).text(ORIGIN))
    return {"line": line.decode(), "hash": sha256(line).hex(), "end": end.decode()}


def evidence_of_reask() -> Evidence:
    """The evidence file of the re-ask, as the department that asked has it."""
    cited, asked = (leaf_hash(TREE.leaves[at]) for at in (ACCEPTED, RELIED))
    roles = [(REASKED, "subject"), (ACCEPTED, "citation"), (0, "founding"), (1, "department"), (2, "key")]
    return replace(
        evidence(ACCEPTED),
        entries=tuple(included(at, role) for at, role in roles),
        openings=(
            Opening(0, "citation", secret("reask citation salt"), cited),
            Opening(0, "asked", secret("asked salt"), asked),
            Opening(1, "document", secret("document salt"), sha256(DOCUMENT)),
        ),
        private=(Opened(0, secret("reask salt"), reask(CASE, secret, cited, asked)[0]),),
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
                ("asked", secret("asked salt"), leaf_hash(TREE.leaves[RELIED])),
            )
        ],
        "private": {
            "salt": secret("record salt").hex(),
            "record": dump(ACCEPTANCE).decode(),
            "digest": private_digest(secret("record salt"), ACCEPTANCE).hex(),
        },
        "data_checks": data_checks(LEAVES[ACCEPTED], ACCEPTED, ACCEPTANCE, signed, secret),
        "issuer": issuer_vectors(LOG, CASE, NOW, signer("SC"), secret),
        "choices": choices(LEAVES[ACCEPTED], ACCEPTED, ACCEPTANCE, signed, secret),
        "alarms": alarms(LEAVES[ACCEPTED].entry.time, signed, secret),
        "cases": cases(CASE, NOW, signed, secret),
        "expiry": expiry(LEAVES[ACCEPTED], ACCEPTED, signed, secret),
        "consents": consents(LEAVES[ACCEPTED], ACCEPTED, ACCEPTANCE, signed, secret),
        "supersession": supersession(LEAVES[ACCEPTED], ACCEPTED, CASE, signed, secret),
        "mandates": mandates(LEAVES[ACCEPTED], ACCEPTED, CASE, signed, secret),
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
        "erasures": erasures(),
        "policy": policy_vectors(),
        "catalogue": catalogue_vectors(),
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
        "re-ask": evidence_of_reask(),
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
        "no policy": replace(relied, entries=relied.entries[:2] + relied.entries[3:]),
        "another policy": replace(relied, statements=(STATEMENTS[0], OVERTAKEN, STATEMENTS[2])),
        "no anchor": replace(accepted, statements=STATEMENTS[:2], anchor=None),
        "no key": replace(accepted, entries=accepted.entries[:3]),
        "other log": replace(accepted, log=bytes(32)),
        "renewed": replace(accepted, statements=(RENEWED_LATER, *STATEMENTS[1:])),
        "relied, renewed later": replace(relied, statements=(RENEWED_LATER, *STATEMENTS[1:])),
    }
    for name, file in (("disputed", accepted), ("relied, disputed later", relied)):
        files[name] = replace(file, statements=(DISPUTED_LATER, *STATEMENTS[1:]))
    for name, file in (("denied", accepted), ("relied, denied later", relied)):
        files[name] = replace(file, statements=(DENIED_LATER, *STATEMENTS[1:]))
    cases = [(name, file.format().decode(), NOW + 400) for name, file in files.items()]
    cases.append(("stale", accepted.format().decode(), NOW + 2 * DAY))
    cases.append(("truncated", accepted.format().decode()[:-1], NOW + 400))
    cases.append(("newer", accepted.format().decode().replace('"v":1}', '"v":4}'), NOW + 400))
    for name, own, other in (("renewed", 2, 1), ("denied", 3, 2)):
        text = files[name].format().decode()
        text = text.replace(f'"v":{own}}}', f'"v":{other}}}')
        cases.append((f"{name}, in version {other}", text, NOW + 400))
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
