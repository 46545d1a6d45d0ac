# SPDX-License-Identifier: Apache-2.0
"""Notes, checkpoints and proofs: `parse(format(x)) == x`, and noise raises FormatError alone."""

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.checkpoint import Checkpoint, open_checkpoint, parse_decimal
from ledger.errors import FormatError, LedgerError
from ledger.hashing import EMPTY_ROOT, leaf_hash
from ledger.merkle import MAX_SIZE, inclusion_proof, root_of
from ledger.note import (
    Note,
    NoteSignature,
    NoteSigner,
    NoteVerifier,
    decode_base64,
    encode_base64,
    parse_note,
)
from ledger.proof import TlogProof, verify_tlog_proof

if TYPE_CHECKING:
    from collections.abc import Callable

ORIGIN = "example.com/log"
LEAVES = [f"leaf {number}".encode() for number in range(7)]

names = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="+"), min_size=1, max_size=30
)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n")).map("{}\n".format)
signatures = st.builds(
    NoteSignature, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)
notes = st.builds(Note, texts, st.lists(signatures, min_size=1, max_size=16).map(tuple))
hashes = st.binary(min_size=32, max_size=32)
checkpoints = st.builds(Checkpoint, names, st.integers(1, MAX_SIZE), hashes) | st.builds(
    Checkpoint, names, st.just(0), st.just(EMPTY_ROOT)
)


@functools.cache
def _signer() -> NoteSigner:
    return NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@functools.cache
def _verifier() -> NoteVerifier:
    return _signer().verifier()


@functools.cache
def _proof() -> bytes:
    """A true proof of leaf 5 of 7."""
    nodes = {
        (level, index): root_of(leaf_hash(leaf) for leaf in LEAVES[index << level : (index + 1) << level])
        for level in range(3)
        for index in range(7 >> level)
    }
    checkpoint = Checkpoint(ORIGIN, 7, root_of(leaf_hash(leaf) for leaf in LEAVES))
    path = inclusion_proof(5, 7, lambda level, index: nodes[level, index])
    return TlogProof(5, tuple(path), _signer().sign(checkpoint.text())).format()


@given(notes)
def test_note_round_trip(note: Note) -> None:
    """A note is read back from what it is written as."""
    assert parse_note(note.format()) == note


@given(checkpoints)
def test_checkpoint_round_trip(checkpoint: Checkpoint) -> None:
    """A checkpoint is read back from its text, and from the note signed over it."""
    assert Checkpoint.parse(checkpoint.text()) == checkpoint
    signed = _signer().sign(checkpoint.text())
    assert open_checkpoint(signed, _verifier(), checkpoint.origin) == checkpoint


@given(
    index=st.integers(0, MAX_SIZE - 1),
    path=st.lists(hashes, max_size=63).map(tuple),
    checkpoint=checkpoints,
    extra=st.none() | st.binary(min_size=1, max_size=100),
)
def test_proof_round_trip(
    index: int, path: tuple[bytes, ...], checkpoint: Checkpoint, extra: bytes | None
) -> None:
    """A proof is read back from what it is written as, its note verbatim."""
    proof = TlogProof(index, path, _signer().sign(checkpoint.text()), extra)
    assert TlogProof.parse(proof.format()) == proof


@given(name=names, public=hashes)
def test_vkey_round_trip(name: str, public: bytes) -> None:
    """A verifier is read back from its key text."""
    verifier = NoteVerifier(name, public)
    again = NoteVerifier.from_vkey(verifier.vkey())
    assert (again.name, again.public_key, again.key_id) == (name, public, verifier.key_id)


@given(st.binary())
def test_base64_round_trip(content: bytes) -> None:
    """Base64 is read back from what it is written as."""
    assert decode_base64(encode_base64(content)) == content


def _spelled_once(
    parse: Callable[[bytes], object], format_again: Callable[[object], bytes], content: bytes
) -> None:
    """Either FormatError, or the bytes are exactly what the value is written as."""
    with contextlib.suppress(FormatError):
        assert format_again(parse(content)) == content


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_noise(content: bytes) -> None:
    """Any bytes raise FormatError and nothing else, or are canonical."""
    for parse in (parse_note, TlogProof.parse):
        _spelled_once(parse, lambda value: value.format(), content)  # type: ignore[attr-defined]  # both have it


@given(st.text())
def test_text_noise(text: str) -> None:
    """Any text raises FormatError and nothing else, or is canonical."""
    with contextlib.suppress(FormatError):
        assert Checkpoint.parse(text).text() == text
    with contextlib.suppress(FormatError):
        assert NoteVerifier.from_vkey(text).vkey() == text
    with contextlib.suppress(FormatError):
        assert str(parse_decimal(text)) == text
    with contextlib.suppress(FormatError):
        assert encode_base64(decode_base64(text)) == text


@settings(max_examples=400)
@given(
    at=st.integers(0, 2000),
    length=st.integers(0, 3),
    replacement=st.binary(max_size=3) | st.sampled_from([b"\n", b"\r\n", b" ", b"0", b"+", b"\n\n", b"="]),
)
def test_edited_proof(at: int, length: int, replacement: bytes) -> None:
    """No edit of a true proof verifies; one of its errors says so, never another exception."""
    whole = _proof()
    at %= len(whole) + 1
    edited = whole[:at] + replacement + whole[at + length :]
    proof = TlogProof.parse(whole)
    assert verify_tlog_proof(proof, LEAVES[5], _verifier(), ORIGIN).size == 7
    if edited == whole:
        return
    with contextlib.suppress(FormatError):
        assert TlogProof.parse(edited).format() == edited
    with pytest.raises(LedgerError):
        verify_tlog_proof(TlogProof.parse(edited), LEAVES[5], _verifier(), ORIGIN)
