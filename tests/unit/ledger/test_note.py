# SPDX-License-Identifier: Apache-2.0
"""Signed notes: the strict grammar, and who counts as a signer."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import FormatError, SignatureError
from ledger.note import Note, NoteSignature, NoteSigner, NoteVerifier, key_id_of, parse_note, require_name

# The example of Go's golang.org/x/mod/sumdb/note.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SIGNED = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()


def _signer(seed: int = 1, name: str = "example.com/log") -> NoteSigner:
    return NoteSigner(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def test_note_of_another_implementation() -> None:
    """A note signed by Go's implementation verifies under its key text."""
    note = parse_note(SIGNED)
    NoteVerifier.from_vkey(NEUMANN).verify(note)
    assert note.format() == SIGNED


def test_key_id_of_the_go_checksum_database() -> None:
    """The key text of sum.golang.org carries the key id that we compute."""
    vkey = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert NoteVerifier.from_vkey(vkey).key_id.hex() == "033de0ae"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\n\n",
        b"text\n",
        b"text\n\n",
        b"text\n\n\n",
        SIGNED[:-1],
        SIGNED + b"\n",
        SIGNED.replace(b"\n", b"\r\n"),
        SIGNED.replace(b"\n\n", b"\n"),
        SIGNED.replace(b"you", b"y\x00u"),
        SIGNED.replace(b"you", b"y\tu"),
        SIGNED.replace(b"you", b"y\xffu"),
        SIGNED.replace(b"you", b"\xed\xa0\x80"),
        SIGNED.replace("—".encode(), b"-"),
        SIGNED.replace("—".encode(), "–".encode()),
        SIGNED.replace("— ".encode(), "—".encode()),
        SIGNED.replace("— ".encode(), "—  ".encode()),
        SIGNED.replace(b"Neumann ", b"Neumann  "),
        SIGNED.replace(b"PeterNeumann", b""),
        SIGNED.replace(b"PeterNeumann", b"Peter+Neumann"),
        SIGNED.replace(b"PeterNeumann", "Peter\u00a0Neumann".encode()),
        SIGNED.replace(b"PeterNeumann", "Peter\u2003Neumann".encode()),
        SIGNED.replace(b"PeterNeumann", "Peter\u0085Neumann".encode()),
        SIGNED.replace(b"nAM=", b"nAM"),
        SIGNED.replace(b"nAM=", b"nAN="),
        SIGNED.replace(b"nAM=", b"nA_="),
        SIGNED.replace(b"nAM=", b"nAM= "),
        b"text\n\n" + "— name \n".encode(),
        b"text\n\n" + "— name AAAAAA==\n".encode(),
        b"text\n\n" + "— name AAA=\n".encode(),
        SIGNED + "— ".encode() + b"name AAAAAAA=\n" + b"trailing\n",
        b"text\n\n" + "— name AAAAAAA=\n".encode() * 65,
        b"x" * (128 * 1024) + SIGNED,
    ],
)
def test_other_grammar_is_refused(content: bytes) -> None:
    """A note that breaks one rule of the grammar is no note."""
    with pytest.raises(FormatError):
        parse_note(content)


def test_text_may_hold_blank_lines() -> None:
    """The last blank line divides text and signatures, so a text may hold others, even at its end."""
    signer = _signer()
    for text in ("one\n\ntwo\n", "one\n\n", "\n", "\n\n\n", "— looks like a signature\n"):
        note = parse_note(signer.sign(text))
        assert note.text == text
        signer.verifier().verify(note)


@pytest.mark.parametrize("text", ["", "no newline", "carriage\r\n", "tab\t\n", "nul\0\n", "\ud800\n"])
def test_other_texts_are_not_signed(text: str) -> None:
    """A text that could not be read back is not signed."""
    with pytest.raises(FormatError):
        _signer().sign(text)


def test_a_note_longer_than_is_read_is_not_written() -> None:
    """What would be refused by every reader is refused by the writer."""
    with pytest.raises(FormatError):
        _signer().sign("x" * (128 * 1024) + "\n")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u3000b", "a\x1fb", "\ud800", "x" * 256])
def test_other_names_are_refused(name: str) -> None:
    """A key name is not empty and has no space, plus, control character or half a character."""
    with pytest.raises(FormatError):
        require_name(name)


def test_unknown_signatures_are_ignored() -> None:
    """Lines of unknown keys, whatever they hold, change nothing, before or after the known one."""
    signer = _signer()
    note = parse_note(signer.sign("text\n"))
    other = NoteSignature("witness.example", b"\1\2\3\4", b"cosignature of a kind unknown here")
    same_name = NoteSignature(signer.name, b"\1\2\3\4", b"x")
    same_id = NoteSignature("someone.else", signer.key_id, b"x")
    signer.verifier().verify(Note(note.text, (other, same_name, *note.signatures, same_id)))
    with pytest.raises(SignatureError, match="no signature by"):
        signer.verifier().verify(Note(note.text, (other, same_name, same_id)))


def test_a_bad_line_of_a_known_key_condemns_the_note() -> None:
    """A line under the known name and key id that does not verify is not outweighed by one that does."""
    signer = _signer()
    note = parse_note(signer.sign("text\n"))
    for forged in (bytes(64), b"x", note.signatures[0].signature + b"\0"):
        bad = NoteSignature(signer.name, signer.key_id, forged)
        for lines in ((*note.signatures, bad), (bad, *note.signatures), (bad,)):
            with pytest.raises(SignatureError, match="is not of this text"):
                signer.verifier().verify(Note(note.text, lines))


def test_signature_is_of_the_text() -> None:
    """A signature does not carry over to another text or another key, even under a colliding key id."""
    signer, other = _signer(1), _signer(2)
    note = parse_note(signer.sign("text\n"))
    with pytest.raises(SignatureError):
        signer.verifier().verify(Note("other\n", note.signatures))
    with pytest.raises(SignatureError):
        other.verifier().verify(note)
    collision = NoteSignature(other.name, other.key_id, note.signatures[0].signature)
    with pytest.raises(SignatureError, match="is not of this text"):
        other.verifier().verify(Note(note.text, (collision,)))


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_other_key_texts_are_refused(vkey: str) -> None:
    """A key text of another type, length, id or spelling is refused."""
    with pytest.raises(FormatError):
        NoteVerifier.from_vkey(vkey)


def test_key_id_binds_name_and_key() -> None:
    """The key id changes with the name and with the key, and a key has 32 bytes."""
    assert len({key_id_of("a", bytes(32)), key_id_of("b", bytes(32)), key_id_of("a", b"\1" * 32)}) == 3
    with pytest.raises(FormatError):
        NoteVerifier("a", bytes(31))


@pytest.mark.parametrize(("key_id", "signature"), [(b"123", b"x"), (b"12345", b"x"), (b"1234", b"")])
def test_impossible_lines_are_refused(key_id: bytes, signature: bytes) -> None:
    """A signature line has a key id of 4 bytes and at least one byte of signature."""
    with pytest.raises(FormatError):
        NoteSignature("name", key_id, signature)


def test_a_note_has_signatures() -> None:
    """A note without a signature, or with more than are read, cannot be made."""
    line = NoteSignature("name", b"1234", b"x")
    for lines in ((), (line,) * 65):
        with pytest.raises(FormatError):
            Note("text\n", lines)
