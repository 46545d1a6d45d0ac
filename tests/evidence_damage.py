# SPDX-License-Identifier: Apache-2.0
"""Kinds of damage that a file of evidence can suffer, each with the reason that its check must give."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from attest.statements import Envelope
from ledger.canonical import dump
from ledger.checkpoint import Checkpoint
from ledger.note import NoteSigner, decode_base64, encode_base64, parse_note
from ledger.proof import TlogProof
from tests.attest_parts import NOW
from tests.builders import ORIGIN
from tests.evidence_parts import entry_of, flipped, position

Change: TypeAlias = Callable[[Any], object]
"""Alters the JSON of a file in place."""


def _opening(**more: Any) -> Change:
    return lambda document: document["openings"][0].update(more)


def _hex(text: str) -> str:
    return ("1" if text[0] == "0" else "0") + text[1:]


def field(*path: Any, to: Any) -> Change:
    """Set a member; a callable is given what stands there."""

    def change(document: Any) -> None:
        inner = document
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = to(inner[path[-1]]) if callable(to) else to

    return change


def drop(role: str) -> Change:
    def change(document: Any) -> None:
        at = document["entries"].index(entry_of(document, role))
        del document["entries"][at]

    return change


def unsay(kind: str) -> Change:
    def change(document: Any) -> None:
        del document["statements"][position(document, kind)]

    return change


def _damage_statement(kind: str, at: int) -> Change:
    """Turn a bit of the signature inside a statement's envelope."""

    def change(document: Any) -> None:
        where = position(document, kind)
        envelope = Envelope.parse(decode_base64(document["statements"][where]))
        sig = bytearray(envelope.sig)
        sig[at] ^= 1
        document["statements"][where] = encode_base64(replace(envelope, sig=bytes(sig)).canonical())

    return change


def _proof(role: str, edit: Callable[[TlogProof], TlogProof]) -> Change:
    def change(document: Any) -> None:
        one = entry_of(document, role)
        one["proof"] = edit(TlogProof.parse(one["proof"].encode())).format().decode()

    return change


def _notes(edit: Callable[[bytes], bytes]) -> Change:
    """Give every proof another checkpoint note."""

    def change(document: Any) -> None:
        for one in document["entries"]:
            proof = TlogProof.parse(one["proof"].encode())
            one["proof"] = replace(proof, checkpoint=edit(proof.checkpoint)).format().decode()

    return change


def _note_bit(note: bytes) -> bytes:
    parsed = parse_note(note)
    line = parsed.signatures[0]
    bent = replace(line, signature=line.signature[:-1] + bytes([line.signature[-1] ^ 1]))
    return replace(parsed, signatures=(bent,)).format()


def _note_of(name: str, secret: bytes, origin: str = ORIGIN) -> Callable[[bytes], bytes]:
    signer = NoteSigner(name, Ed25519PrivateKey.from_private_bytes(secret))

    def sign(note: bytes) -> bytes:
        checkpoint = Checkpoint.parse(parse_note(note).text)
        return signer.sign(Checkpoint(origin, checkpoint.size, checkpoint.root).text())

    return sign


def _note_text(**more: Any) -> Callable[[bytes], bytes]:
    def sign(note: bytes) -> bytes:
        checkpoint = replace(Checkpoint.parse(parse_note(note).text), **more)
        return replace(parse_note(note), text=checkpoint.text()).format()

    return sign


def _second_signature(note: bytes) -> bytes:
    other = parse_note(_note_of("other.example/log", b"\7" * 32)(note)).signatures
    parsed = parse_note(note)
    return replace(parsed, signatures=(*parsed.signatures, *other)).format()


def _swap_proofs(document: Any) -> None:
    one, other = document["entries"][0], document["entries"][1]
    one["proof"], other["proof"] = other["proof"], one["proof"]


def _shift_both(document: Any) -> None:
    one = document["entries"][0]
    one["index"] -= 1
    proof = TlogProof.parse(one["proof"].encode())
    one["proof"] = replace(proof, index=proof.index - 1).format().decode()


def _twice(member: str) -> Change:
    return lambda document: document[member].append(document[member][0])


def _leaf(edit: Change, role: str = "subject") -> Change:
    """Change the JSON of a leaf, canonical again."""

    def change(document: Any) -> None:
        one = entry_of(document, role)
        envelope = json.loads(decode_base64(one["leaf"]))
        edit(envelope)
        one["leaf"] = encode_base64(dump(envelope))

    return change


def strip_content(document: Any) -> None:
    document["openings"], document["private"] = [], []


INVALID = "format.invalid"
DAMAGES: dict[str, tuple[Change, str]] = {
    # content
    "opening value": (field("openings", 0, "value", to=_hex), "content.opening"),
    "opening salt": (field("openings", 0, "salt", to=_hex), "content.opening"),
    "opening name": (_opening(name="case"), "content.opening"),
    "opening of nothing": (_opening(name="purpose"), "content.opening"),
    "opening elsewhere": (_opening(entry=1), "content.opening"),
    "record text": (field("private", 0, "record", "assurance", to="scan"), "content.record"),
    "record number": (field("private", 0, "record", "document", "size", to=1), "content.record"),
    "record longer": (field("private", 0, "record", "more", to=1), "content.record"),
    "record salt": (field("private", 0, "salt", to=_hex), "content.record"),
    "record elsewhere": (field("private", 0, "entry", to=2), "content.record"),
    # tree
    "path bit": (
        _proof("subject", lambda p: replace(p, hashes=(bytes(32), *p.hashes[1:]))),
        "inclusion.proof",
    ),
    "path shorter": (_proof("subject", lambda p: replace(p, hashes=p.hashes[:-1])), "inclusion.proof"),
    "path longer": (_proof("key", lambda p: replace(p, hashes=(*p.hashes, bytes(32)))), "inclusion.proof"),
    "path reversed": (_proof("department", lambda p: replace(p, hashes=p.hashes[::-1])), "inclusion.proof"),
    "index": (field("entries", 0, "index", to=lambda n: n + 1), "inclusion.index"),
    "index in both": (_shift_both, "inclusion.proof"),
    "proofs swapped": (_swap_proofs, "inclusion.index"),
    "leaf time": (_leaf(field("entry", "time", to=NOW + 1)), "inclusion.proof"),
    "leaf issuer": (_leaf(field("entry", "issuer", to="SC")), "inclusion.proof"),
    "leaf signature": (_leaf(field("sig", to=_hex)), "inclusion.proof"),
    "leaf key": (_leaf(field("key", to=_hex)), "inclusion.proof"),
    "leaf commitment": (_leaf(field("entry", "body", "document", to=_hex)), "inclusion.proof"),
    "key leaf": (_leaf(field("entry", "body", "custody", to="department"), "key"), "inclusion.proof"),
    "founding leaf": (_leaf(field("entry", "body", "service", to=_hex), "founding"), "inclusion.proof"),
    # checkpoint
    "note bit": (_notes(_note_bit), "checkpoint.signature"),
    "foreign note, our name": (_notes(_note_of(ORIGIN, b"\7" * 32)), "checkpoint.signature"),
    "foreign note": (
        _notes(_note_of("other.example/log", b"\7" * 32, "other.example/log")),
        "checkpoint.signature",
    ),
    "our key, other origin": (
        _notes(_note_of(ORIGIN, bytes(32), "other.example/log")),
        "checkpoint.signature",
    ),
    "other root": (_notes(_note_text(root=b"\7" * 32)), "checkpoint.signature"),
    "other size": (_notes(_note_text(size=1 << 40)), "checkpoint.signature"),
    "second signature": (_notes(_second_signature), "checkpoint.other_signatures"),
    "one other note": (
        _proof("key", lambda p: replace(p, checkpoint=_note_bit(p.checkpoint))),
        "inclusion.two_checkpoints",
    ),
    "log id": (field("log", to=_hex), "checkpoint.other_log"),
    "origin": (field("origin", to="a.example"), "checkpoint.other_log"),
    # anchor
    "anchor root": (field("anchor", "root", to=_hex), "anchor.contradiction"),
    "anchor size": (field("anchor", "size", to=lambda n: n - 1), "anchor.contradiction"),
    "consistency bit": (field("anchor", "consistency", 0, to=_hex), "anchor.inconsistent"),
    "consistency shorter": (lambda document: document["anchor"]["consistency"].pop(), "anchor.inconsistent"),
    "consistency longer": (
        lambda document: document["anchor"]["consistency"].append("00" * 32),
        "anchor.inconsistent",
    ),
    "anchor left out": (field("anchor", to=None), "anchor.contradiction"),
    "anchor unseen": (unsay("anchor.seen"), "anchor.unseen"),
    "anchor signature": (_damage_statement("anchor.seen", 40), "anchor.signature"),
    # keys
    "no founding": (drop("founding"), "authority.founding_missing"),
    "no department": (drop("department"), "authority.key_missing"),
    "no key": (drop("key"), "authority.key_missing"),
    "no snapshot": (unsay("registry.snapshot"), "authority.snapshot_missing"),
    "snapshot signature": (_damage_statement("registry.snapshot", 3), "authority.snapshot_signature"),
    "snapshot v": (_damage_statement("registry.snapshot", 64), "authority.snapshot_signature"),
    # status
    "no status": (unsay("acceptance.status"), "status.missing"),
    "status signature": (_damage_statement("acceptance.status", 3), "status.signature"),
    # format
    "other version": (field("v", to=4), "format.unknown_version"),
    "version nought": (field("v", to=0), INVALID),
    "other kind of file": (field("kind", to="once.other"), "format.unknown_version"),
    "newer leaf": (_leaf(field("entry", "v", to=2)), "inclusion.proof"),
    "unknown member": (field("more", to=1), INVALID),
    "missing member": (lambda document: document.pop("openings"), INVALID),
    "unknown role": (field("entries", 0, "role", to="witness"), INVALID),
    "two subjects": (field("entries", 1, "role", to="subject"), INVALID),
    "subject is another": (field("subject", to=1), INVALID),
    "subject beyond": (field("subject", to=99), INVALID),
    "role of another kind": (field("entries", 2, "role", to="key"), INVALID),
    "entry twice": (_twice("entries"), INVALID),
    "opening twice": (_twice("openings"), INVALID),
    "record twice": (_twice("private"), INVALID),
    "statement twice": (_twice("statements"), INVALID),
    "proof with extra": (_proof("subject", lambda p: replace(p, extra=b"x")), INVALID),
    "no base64": (field("entries", 0, "leaf", to="@@@@"), INVALID),
    "loose base64": (field("statements", 0, to=lambda text: text + "="), INVALID),
    "leaf of bytes": (field("entries", 0, "leaf", to="AAAA"), INVALID),
    "upper case": (field("log", to=str.upper), INVALID),
    "negative index": (field("entries", 0, "index", to=-1), INVALID),
    "opening beyond": (field("openings", 0, "entry", to=99), INVALID),
    "empty opening": (field("openings", 0, "value", to=""), INVALID),
    "record no object": (field("private", 0, "record", to=[]), INVALID),
    "anchor no object": (field("anchor", to=1), INVALID),
    "leaf bits": (field("entries", 0, "leaf", to=lambda text: flipped(text, 0)), INVALID),
}

OPEN = {
    "anchor.unseen",
    "authority.founding_missing",
    "authority.key_missing",
    "authority.snapshot_missing",
    "format.unknown_version",
    "status.missing",
}
"""Reasons that leave a check unknown; every other one fails it."""
