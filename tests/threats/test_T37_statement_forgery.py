# SPDX-License-Identifier: Apache-2.0
"""T37: a signature stands for one entry, one purpose and one log, in one spelling."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data

from attest.statements import Entry, Envelope, sign_entry, statement_digest
from ledger.eip712 import checkpoint_digest
from ledger.errors import FormatError, SignatureError
from ledger.secp256k1 import Secp256k1Signer

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
SECRET = bytes(31) + b"\x07"
SIGNER = Secp256k1Signer(SECRET)
LOG, OTHER_LOG = bytes(range(32)), bytes(range(1, 33))
ENTRY = Entry(
    id=bytes(16),
    kind="material.accepted",
    log=LOG,
    issuer="D99",
    time=1_767_225_600,
    body={"type": "id_card"},
)
ENVELOPE = sign_entry(ENTRY, SIGNER)
STATEMENT = [
    {"name": "entry", "type": "bytes32"},
    {"name": "kind", "type": "string"},
    {"name": "issuer", "type": "string"},
    {"name": "time", "type": "uint64"},
]


def refused(sig: bytes) -> None:
    """The entry under this signature of 65 bytes does not stand."""
    with pytest.raises(SignatureError):
        Envelope(ENTRY, SIGNER.address, sig).check_signature()


def test_the_genuine_signature_stands() -> None:
    """The attacks below start from a signature that is good."""
    ENVELOPE.check_signature()


def test_the_malleated_twin_is_refused() -> None:
    """(r, n - s, other v) satisfies the curve, but a high s is refused."""
    s = int.from_bytes(ENVELOPE.sig[32:64], "big")
    refused(ENVELOPE.sig[:32] + (ORDER - s).to_bytes(32, "big") + bytes([55 - ENVELOPE.sig[64]]))


@pytest.mark.parametrize("v", [0, 1, 2, 26, 29, 35, 36, 37, 255])
def test_only_v_27_and_28_are_taken(v: int) -> None:
    """Raw parities, EIP-155 values and anything else are refused."""
    refused(ENVELOPE.sig[:64] + bytes([v]))


def test_the_other_v_is_another_signer() -> None:
    """The signature with its parity turned belongs to another key."""
    refused(ENVELOPE.sig[:64] + bytes([55 - ENVELOPE.sig[64]]))


@pytest.mark.parametrize("part", ["r", "s"])
@pytest.mark.parametrize("value", [0, ORDER, 2**256 - 1])
def test_r_and_s_out_of_range_are_refused(part: str, value: int) -> None:
    """Zero, the order and what lies above it are no part of a signature."""
    word = value.to_bytes(32, "big")
    refused(word + ENVELOPE.sig[32:] if part == "r" else ENVELOPE.sig[:32] + word + ENVELOPE.sig[64:])


def test_a_short_form_is_refused() -> None:
    """The 64 bytes of EIP-2098 are no signature here, however they are brought."""
    s = int.from_bytes(ENVELOPE.sig[32:64], "big") | (ENVELOPE.sig[64] - 27) << 255
    short = ENVELOPE.sig[:32] + s.to_bytes(32, "big")
    document = json.loads(ENVELOPE.canonical())
    for text in (short.hex(), short.hex() + "00", short.hex() + "1b"):
        with pytest.raises((FormatError, SignatureError)):
            Envelope.parse(
                json.dumps(document | {"sig": text}, sort_keys=True, separators=(",", ":")).encode()
            ).check_signature()


def test_a_signature_for_another_log_is_refused() -> None:
    """The log id is in the domain and in the entry: exchanging either is noticed."""
    refused(SIGNER.sign(statement_digest(OTHER_LOG, ENTRY.digest(), ENTRY.kind, ENTRY.issuer, ENTRY.time)))
    moved = Entry(id=ENTRY.id, kind=ENTRY.kind, log=OTHER_LOG, issuer="D99", time=ENTRY.time, body=ENTRY.body)
    with pytest.raises(SignatureError):
        replace(ENVELOPE, entry=moved).check_signature()


@pytest.mark.parametrize(
    "words",
    [
        ("material.retracted", "D99", 1_767_225_600),
        ("material.accepted", "D98", 1_767_225_600),
        ("material.accepted", "D99", 1_767_225_601),
        ("material.acceptedD", "99", 1_767_225_600),
    ],
)
def test_a_signature_for_other_words_is_refused(words: tuple[str, str, int]) -> None:
    """The kind, issuer and time that the signer saw are those of the entry; they cannot run together."""
    refused(SIGNER.sign(statement_digest(LOG, ENTRY.digest(), *words)))


def test_a_signature_for_another_purpose_is_refused() -> None:
    """A signed checkpoint, a plain digest and a personal message are no statements."""
    refused(SIGNER.sign(checkpoint_digest(LOG, 1, ENTRY.digest())))
    refused(SIGNER.sign(ENTRY.digest()))
    refused(bytes(Account.sign_message(encode_defunct(ENTRY.digest()), SECRET).signature))


def typed(domain: dict[str, object], members: list[dict[str, str]], name: str = "Statement") -> bytes:
    """eth_account's signature of the entry's words under another domain or type."""
    words = {"entry": ENTRY.digest(), "kind": ENTRY.kind, "issuer": ENTRY.issuer, "time": ENTRY.time}
    message = encode_typed_data(domain_data=domain, message_types={name: members}, message_data=words)
    return bytes(Account.sign_message(message, SECRET).signature)


DOMAIN: dict[str, object] = {"name": "Once Ledger", "version": "1", "salt": LOG}


def test_the_way_of_forging_is_sound() -> None:
    """Under our own domain and type eth_account makes the genuine signature."""
    assert typed(DOMAIN, STATEMENT) == ENVELOPE.sig


@pytest.mark.parametrize(
    "domain",
    [
        {"name": "Once ledger", "version": "1", "salt": LOG},
        {"name": "Once Ledger", "version": "2", "salt": LOG},
        {"name": "Once Ledger", "version": "1"},
        DOMAIN | {"chainId": 31337},
        DOMAIN | {"verifyingContract": "0x" + "11" * 20},
    ],
)
def test_a_signature_under_another_domain_is_refused(domain: dict[str, object]) -> None:
    """Other names, versions, or an added chain or contract give another domain."""
    refused(typed(domain, STATEMENT))


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ([STATEMENT[1], STATEMENT[0], *STATEMENT[2:]], "Statement"),
        ([*STATEMENT[:3], {"name": "time", "type": "uint256"}], "Statement"),
        (STATEMENT[:3], "Statement"),
        (STATEMENT, "Statements"),
    ],
)
def test_a_signature_under_another_type_is_refused(members: list[dict[str, str]], name: str) -> None:
    """Members in another order, of another width or fewer, or another type name, make another statement."""
    refused(typed(DOMAIN, members, name))


def test_an_unsigned_member_cannot_ride_along() -> None:
    """EIP-712 ignores members outside its type; an entry or envelope that has any is not read."""
    document = json.loads(ENVELOPE.canonical())
    for evil in (document | {"evil": 2}, document | {"entry": document["entry"] | {"evil": 2}}):
        with pytest.raises(FormatError):
            Envelope.parse(json.dumps(evil, sort_keys=True, separators=(",", ":")).encode())
