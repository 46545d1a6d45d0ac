# SPDX-License-Identifier: Apache-2.0
"""Properties of entries, their EIP-712 digests and envelopes on random statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import UnknownVersionError
from attest.statements import Entry, Envelope, sign_entry, statement_digest
from ledger.errors import FormatError, SignatureError
from ledger.secp256k1 import Secp256k1Signer

if TYPE_CHECKING:
    from eth_account.messages import SignableMessage

bytes32 = st.binary(min_size=32, max_size=32)
kinds = st.from_regex(r"[a-z_]{1,12}(\.[a-z_]{1,12}){1,3}", fullmatch=True)
issuers = st.one_of(
    st.from_regex(r"[A-Z][A-Z0-9_-]{0,31}", fullmatch=True), st.sampled_from(["service", "governance"])
)
printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)
bodies = st.dictionaries(
    printable,
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), printable),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(printable, inner, max_size=3)),
        max_leaves=8,
    ),
    max_size=4,
)
entries = st.builds(
    Entry,
    id=st.binary(min_size=16, max_size=16),
    kind=kinds,
    log=bytes32,
    issuer=issuers,
    time=st.integers(0, 2**53 - 1),
    body=bodies,
    private=st.none() | bytes32,
)


def by_eth_account(log: bytes, entry: bytes, kind: str, issuer: str, time: int) -> SignableMessage:
    return encode_typed_data(
        domain_data={"name": "Once Ledger", "version": "1", "salt": log},
        message_types={
            "Statement": [
                {"name": "entry", "type": "bytes32"},
                {"name": "kind", "type": "string"},
                {"name": "issuer", "type": "string"},
                {"name": "time", "type": "uint64"},
            ]
        },
        message_data={"entry": entry, "kind": kind, "issuer": issuer, "time": time},
    )


@given(bytes32, bytes32, st.text(max_size=40), st.text(max_size=40), st.integers(0, 2**64 - 1))
def test_our_digest_is_that_of_eth_account(
    log: bytes, entry: bytes, kind: str, issuer: str, time: int
) -> None:
    """The digest encoded by hand equals eth_account's `encode_typed_data` on any statement."""
    message = by_eth_account(log, entry, kind, issuer, time)
    assert statement_digest(log, entry, kind, issuer, time) == keccak(
        b"\x19" + message.version + message.header + message.body
    )


@given(entries, st.integers(1, 2**128))
def test_what_we_sign_eth_account_recovers(entry: Entry, secret: int) -> None:
    """eth_account recovers our signer from our signature, and signs the same 65 bytes."""
    key = secret.to_bytes(32, "big")
    envelope = sign_entry(entry, Secp256k1Signer(key))
    message = by_eth_account(entry.log, entry.digest(), entry.kind, entry.issuer, entry.time)
    assert bytes.fromhex(Account.recover_message(message, signature=envelope.sig)[2:]) == envelope.key
    assert bytes(Account.sign_message(message, key).signature) == envelope.sig


@given(entries)
def test_every_entry_reads_back(entry: Entry) -> None:
    """`parse(canonical())` is the entry, alone and out of an envelope, with the same bytes."""
    envelope = Envelope(entry, bytes(20), bytes(65))
    alone, within = Entry.parse(entry.canonical()), Envelope.parse(envelope.canonical()).entry
    assert alone == within == entry
    assert alone.canonical() == within.canonical() == entry.canonical()


LEAF = sign_entry(
    Entry(id=bytes(16), kind="a.b", log=bytes(32), issuer="D99", time=5, body={"n": 1, "t": "x"}),
    Secp256k1Signer(bytes(31) + b"\x01"),
).canonical()


@given(st.integers(0, len(LEAF) - 1), st.integers(0, 255), st.sampled_from(["put", "insert", "cut"]))
def test_a_changed_leaf_is_refused_or_unsigned(at: int, value: int, how: str) -> None:
    """After any change of one byte a leaf is no envelope, or its signature does not stand."""
    head, tail = LEAF[:at], LEAF[at + (how != "insert") :]
    changed = head + (b"" if how == "cut" else bytes([value])) + tail
    if changed == LEAF:
        return
    try:
        Envelope.parse(changed).check_signature()
    except (FormatError, UnknownVersionError, SignatureError):
        return
    raise AssertionError(changed)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_format_error(octets: bytes) -> None:
    """Reading arbitrary bytes ends in a FormatError."""
    for parse in (Entry.parse, Envelope.parse):
        try:
            parse(octets)
        except FormatError:
            continue
        raise AssertionError(octets)
