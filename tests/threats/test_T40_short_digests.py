# SPDX-License-Identifier: Apache-2.0
"""T40: digests are whole SHA-256, everywhere, and what is signed names its algorithms."""

from __future__ import annotations

import hashlib
import json

import pytest

from attest.commitments import LookupKeys, commit, private_digest
from attest.errors import CommitmentError, StatementError, UnknownVersionError
from attest.statements import SUITE, Entry, Envelope, sign_entry, statement_digest
from ledger.errors import FormatError, SignatureError
from ledger.secp256k1 import Secp256k1Signer

SIGNER = Secp256k1Signer(bytes(31) + b"\x07")
ENTRY = Entry(id=bytes(16), kind="a.b", log=bytes(32), issuer="D99", time=0, body={}, private=bytes(32))
SHORT = {
    "md5": hashlib.md5(b"words", usedforsecurity=False).digest(),
    "sha1": hashlib.sha1(b"words", usedforsecurity=False).digest(),
    "sha224": hashlib.sha224(b"words").digest(),
    "sha256 cut to 31": hashlib.sha256(b"words").digest()[:31],
    "sha384": hashlib.sha384(b"words").digest(),
    "sha512": hashlib.sha512(b"words").digest(),
    "none": b"",
}


@pytest.mark.parametrize("name", SHORT)
def test_a_digest_of_another_length_is_refused(name: str) -> None:
    """No door takes a digest that is not 32 bytes: statements, entries, envelopes, look-ups."""
    digest = SHORT[name]
    with pytest.raises(SignatureError):
        statement_digest(bytes(32), digest, "a.b", "D99", 0)
    with pytest.raises(SignatureError):
        statement_digest(digest, bytes(32), "a.b", "D99", 0)
    with pytest.raises(CommitmentError):
        LookupKeys(1, b"h" * 32, b"c" * 32, b"n" * 32).content(bytes(16), digest)
    with pytest.raises(StatementError):
        Entry(id=bytes(16), kind="a.b", log=digest, issuer="D99", time=0, body={})
    with pytest.raises(StatementError):
        Entry(id=bytes(16), kind="a.b", log=bytes(32), issuer="D99", time=0, body={}, private=digest)
    for member in ("log", "private"):
        document = json.loads(ENTRY.canonical()) | {member: digest.hex()}
        with pytest.raises(FormatError):
            Entry.parse(json.dumps(document, sort_keys=True, separators=(",", ":")).encode())


def test_all_our_digests_have_32_bytes() -> None:
    """Nothing is cut short on the way out."""
    keys = LookupKeys(1, b"h" * 32, b"c" * 32, b"n" * 32)
    for digest in (
        ENTRY.digest(),
        ENTRY.signing_digest(),
        commit("a", bytes(32), b""),
        private_digest(bytes(32), {}),
        keys.holder("a", "b"),
        keys.content(bytes(16), bytes(32)),
        keys.number(bytes(16), "a", "b", "c"),
    ):
        assert len(digest) == 32


def test_the_algorithms_are_signed() -> None:
    """The suite is a signed member of the entry; under another name nobody here judges it."""
    envelope = sign_entry(ENTRY, SIGNER)
    assert b'"suite":"secp256k1-eip712"' in ENTRY.canonical()
    changed = envelope.canonical().replace(SUITE.encode(), b"md5-eip712")
    with pytest.raises(UnknownVersionError):
        Envelope.parse(changed)
