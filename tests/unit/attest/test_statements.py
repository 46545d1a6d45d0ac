# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from attest.errors import StatementError, UnknownVersionError
from attest.statements import MAX_ENTRY, MAX_LEAF, Entry, Envelope, sign_entry, statement_digest
from ledger.errors import FormatError, SignatureError
from ledger.secp256k1 import Secp256k1Signer

if TYPE_CHECKING:
    from collections.abc import Callable

SIGNER = Secp256k1Signer(bytes(31) + b"\x07")
LOG = bytes(range(32))


def an_entry(**changes: Any) -> Entry:
    members: dict[str, Any] = {
        "id": bytes(16),
        "kind": "material.accepted",
        "log": LOG,
        "issuer": "D99",
        "time": 1_767_225_600,
        "body": {"type": "id_card", "assurance": 2},
    }
    return Entry(**(members | changes))


def written(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def test_an_entry_has_these_bytes() -> None:
    """The canonical form is fixed: sorted members, no blanks, lower-case hex, `private` only if given."""
    expected = (
        b'{"body":{"assurance":2,"type":"id_card"},"id":"00000000000000000000000000000000","issuer":"D99",'
        b'"kind":"material.accepted","log":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",'
        b'"suite":"secp256k1-eip712","time":1767225600,"v":1}'
    )
    assert an_entry().canonical() == expected
    assert b'"private":"' + b"aa" * 32 + b'",' in an_entry(private=b"\xaa" * 32).canonical()


def test_an_entry_reads_back() -> None:
    """What is written is read as an equal entry with the same digest."""
    for entry in (
        an_entry(),
        an_entry(private=bytes(32)),
        an_entry(issuer="service"),
        an_entry(issuer="governance"),
    ):
        again = Entry.parse(entry.canonical())
        assert again == entry
        assert again.digest() == entry.digest()


def test_an_envelope_reads_back_and_is_signed() -> None:
    """A signed entry is read from its leaf with the same bytes, and its signature stands."""
    envelope = sign_entry(an_entry(), SIGNER)
    again = Envelope.parse(envelope.canonical())
    assert again == envelope
    assert again.canonical() == envelope.canonical()
    assert again.entry.canonical() == envelope.entry.canonical()
    assert again.key == SIGNER.address
    again.check_signature()


DEFECTS: dict[str, dict[str, Any]] = {
    "unknown member": {"extra": 1},
    "v text": {"v": "1"},
    "v true": {"v": True},
    "v zero": {"v": 0},
    "suite empty": {"suite": ""},
    "suite number": {"suite": 1},
    "id short": {"id": "00" * 15},
    "id long": {"id": "00" * 17},
    "id upper-case": {"id": "AB" * 16},
    "id with prefix": {"id": "0x" + "00" * 15},
    "id with line end": {"id": "00" * 15 + "0\n"},
    "id number": {"id": 0},
    "log truncated": {"log": "00" * 20},
    "log null": {"log": None},
    "kind without dot": {"kind": "accepted"},
    "kind upper-case": {"kind": "Material.accepted"},
    "kind ends in dot": {"kind": "material."},
    "kind with digit": {"kind": "material.accepted2"},
    "kind too long": {"kind": "a." + "b" * 63},
    "kind with line end": {"kind": "material.accepted\n"},
    "issuer lower-case": {"issuer": "d99"},
    "issuer empty": {"issuer": ""},
    "issuer too long": {"issuer": "D" * 33},
    "issuer with line end": {"issuer": "D99\n"},
    "issuer not ASCII": {"issuer": "局"},
    "time negative": {"time": -1},
    "time text": {"time": "0"},
    "time fraction": {"time": 1.5},
    "time true": {"time": True},
    "time beyond exact numbers": {"time": 2**53},
    "body list": {"body": []},
    "body null": {"body": None},
    "body not ASCII": {"body": {"a": "局"}},
    "body with control character": {"body": {"a": "\t"}},
    "body with fraction": {"body": {"a": 0.5}},
    "private null": {"private": None},
    "private short": {"private": "00" * 31},
    "private sha-1": {"private": "00" * 20},
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defective_entry_is_refused(defect: str) -> None:
    """Every wrong member, type and length is a FormatError, alone and within an envelope."""
    document = json.loads(an_entry().canonical()) | DEFECTS[defect]
    with pytest.raises(FormatError) as alone:
        Entry.parse(written(document))
    with pytest.raises(FormatError) as within:
        Envelope.parse(written({"entry": document, "key": "00" * 20, "sig": "00" * 65}))
    assert {type(alone.value), type(within.value)} == {FormatError}


@pytest.mark.parametrize("member", ["v", "suite", "id", "kind", "log", "issuer", "time", "body"])
def test_an_entry_lacking_a_member_is_refused(member: str) -> None:
    """All members but `private` must be there."""
    document = json.loads(an_entry().canonical())
    del document[member]
    with pytest.raises(FormatError):
        Entry.parse(written(document))


@pytest.mark.parametrize("changes", [{"v": 2}, {"suite": "sm2-sm3"}, {"v": 2, "new": 1}])
def test_what_is_newer_is_told_from_what_is_wrong(changes: dict[str, Any]) -> None:
    """Another version or suite is an UnknownVersionError, whatever else it brings."""
    document = json.loads(an_entry().canonical()) | changes
    with pytest.raises(UnknownVersionError):
        Entry.parse(written(document))
    with pytest.raises(UnknownVersionError):
        Envelope.parse(written({"entry": document, "key": "00" * 20, "sig": "00" * 65}))


NOT_CANONICAL: dict[str, Callable[[bytes], bytes]] = {
    "blank": lambda text: text.replace(b":", b": ", 1),
    "line end": lambda text: text + b"\n",
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text,
    "escape": lambda text: text.replace(b"D99", b"\\u0044\\u0039\\u0039"),
    "member twice": lambda text: text.replace(b'"time":', b'"time":1,"time":'),
    "other order": lambda text: text.replace(b',"v":1}', b"}").replace(b"{", b'{"v":1,', 1),
    "exponent": lambda text: text.replace(b'"v":1}', b'"v":1e0}'),
    "minus zero": lambda text: text.replace(b'"assurance":2', b'"assurance":-0'),
    "cut short": lambda text: text[:-1],
    "nothing": lambda _: b"",
    "array": lambda _: b"[]",
    "text": lambda _: b'"entry"',
}


@pytest.mark.parametrize("defect", NOT_CANONICAL)
def test_an_entry_that_is_not_canonical_is_refused(defect: str) -> None:
    """One meaning has one spelling: every other is a FormatError."""
    with pytest.raises(FormatError):
        Entry.parse(NOT_CANONICAL[defect](an_entry().canonical()))


@pytest.mark.parametrize(
    "changes",
    [
        {"key": "00" * 19},
        {"key": "AB" * 20},
        {"key": None},
        {"sig": "00" * 64},
        {"sig": "00" * 66},
        {"sig": 1},
        {"entry": None},
        {"entry": []},
        {"entry": "{}"},
        {"also": 1},
    ],
)
def test_a_defective_envelope_is_refused(changes: dict[str, Any]) -> None:
    """An envelope has exactly an entry, a key of 20 bytes and a signature of 65."""
    document = json.loads(sign_entry(an_entry(), SIGNER).canonical()) | changes
    with pytest.raises(FormatError):
        Envelope.parse(written(document))


def test_an_entry_fills_a_leaf_and_no_more() -> None:
    """The largest entry gives a leaf of 65,535 bytes that is read; one byte more is refused."""
    room = MAX_ENTRY - len(an_entry(body={"a": ""}).canonical())
    largest = sign_entry(an_entry(body={"a": "x" * room}), SIGNER)
    assert len(largest.canonical()) == MAX_LEAF
    Envelope.parse(largest.canonical()).check_signature()
    with pytest.raises(StatementError):
        an_entry(body={"a": "x" * (room + 1)})
    with pytest.raises(FormatError):
        Envelope.parse(largest.canonical().replace(b"xx", b"xxx", 1))


def test_an_entry_that_may_stand_alone_may_stand_in_an_envelope() -> None:
    """The deepest entry is read within its envelope; one level more is refused in both."""

    def nested(depth: int) -> dict[str, Any]:
        inner: dict[str, Any] = {}
        for _ in range(depth):
            inner = {"a": inner}
        return inner

    deepest = an_entry(body=nested(13))
    assert Entry.parse(deepest.canonical()) == deepest
    Envelope.parse(sign_entry(deepest, SIGNER).canonical()).check_signature()
    with pytest.raises(StatementError):
        an_entry(body=nested(14))
    with pytest.raises(FormatError):
        Entry.parse(deepest.canonical().replace(b"{}", b'{"a":{}}'))


@pytest.mark.parametrize(
    "changes",
    [{"id": bytes(15)}, {"log": bytes(31)}, {"kind": "x"}, {"time": -1}, {"v": 2}, {"private": b""}],
)
def test_an_entry_that_nobody_would_read_cannot_be_made(changes: dict[str, Any]) -> None:
    """Building refuses what reading would refuse."""
    with pytest.raises(StatementError):
        an_entry(**changes)


def test_later_changes_of_a_body_change_nothing_signed() -> None:
    """The canonical bytes are those of the moment at which the entry was made."""
    body: dict[str, Any] = {"a": 1}
    entry = an_entry(body=body)
    before = entry.canonical()
    body["a"] = 2
    assert entry.canonical() == before
    assert sign_entry(entry, SIGNER).entry.canonical() == before


@pytest.mark.parametrize(
    "changes", [{"id": b"\x01" * 16}, {"time": 1}, {"kind": "material.retracted"}, {"body": {}}]
)
def test_a_signature_covers_the_whole_entry(changes: dict[str, Any]) -> None:
    """A signature set under another entry does not stand."""
    envelope = sign_entry(an_entry(), SIGNER)
    with pytest.raises(SignatureError):
        Envelope(an_entry(**changes), envelope.key, envelope.sig).check_signature()


def test_a_statement_names_full_digests() -> None:
    """A log id or entry digest of another length than 32 bytes, or a time outside uint64, is never hashed."""
    for log, digest, time in ((LOG[:31], LOG, 0), (LOG, LOG[:20], 0), (LOG, LOG, -1), (LOG, LOG, 1 << 64)):
        with pytest.raises(SignatureError):
            statement_digest(log, digest, "a.b", "D99", time)
