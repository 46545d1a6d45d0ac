# SPDX-License-Identifier: Apache-2.0
"""Signed notes (c2sp.org/signed-note) with Ed25519 signatures.

<text, one or more lines>
<blank line>
— <key name> base64(key id (4) ‖ signature)
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final, Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import FormatError, SignatureError
from ledger.hashing import sha256

MAX_NOTE_BYTES: Final = 128 * 1024
"""Room for the 16 signatures of nearly 5 kB that every reader must take."""
MAX_SIGNATURES: Final = 64

_ED25519: Final = b"\x01"
_KEY_ID_SIZE: Final = 4
_SIGNATURE_START: Final = "\u2014 "
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME: Final = re.compile(r"[^\s+\x00-\x1f]{1,255}")  # \s is every Unicode space


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: who (`name`, 4-byte `key_id`) and what (`signature`, algorithm unknown here)."""

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        """FormatError unless this can stand in a note."""
        require_name(self.name)
        if len(self.key_id) != _KEY_ID_SIZE or not self.signature:
            raise FormatError("a signature line holds a key id of 4 bytes and a signature")

    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"{_SIGNATURE_START}{self.name} {encode_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline and the signatures under it; nothing here says they are valid."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __post_init__(self) -> None:
        """FormatError unless the text can be signed and the lines are 1 to 64."""
        if not self.text.endswith("\n") or _CONTROL.search(self.text):
            raise FormatError("the text of a note ends in newline and holds no other control character")
        _require_unicode(self.text)
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            raise FormatError(f"a note has 1 to {MAX_SIGNATURES} signatures, not {len(self.signatures)}")

    def format(self) -> bytes:
        """The note as UTF-8, the inverse of `parse_note`; FormatError above 128 KiB."""
        content = (self.text + "\n" + "".join(signature.line() for signature in self.signatures)).encode()
        if len(content) > MAX_NOTE_BYTES:
            raise FormatError(f"a note of {len(content)} bytes, at most {MAX_NOTE_BYTES} are written")
        return content


def parse_note(content: bytes) -> Note:
    """Read a signed note of 1 to 64 signatures and at most 128 KiB; FormatError for all else."""
    if len(content) > MAX_NOTE_BYTES:
        raise FormatError(f"a note of {len(content)} bytes, at most {MAX_NOTE_BYTES} are read")
    try:
        note = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(f"a note is UTF-8: {error}") from error
    # The last blank line divides text from signatures; the text keeps its own newline.
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise FormatError("a note is text, a blank line, and signature lines that end in newline")
    lines = tail[:-1].split("\n", MAX_SIGNATURES)
    return Note(text + "\n", tuple(_parse_signature(line) for line in lines))


def _parse_signature(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_SIGNATURE_START).partition(" ")
    if not line.startswith(_SIGNATURE_START):
        raise FormatError("a signature line starts with an em dash and a space")
    content = decode_base64(encoded)
    return NoteSignature(name, content[:_KEY_ID_SIZE], content[_KEY_ID_SIZE:])


class NoteVerifying(Protocol):
    """Whoever knows by which keys a note counts: one key, or a log's keys by size."""

    def verify(self, note: Note, /) -> None:
        """SignatureError unless the note counts."""


class NoteSigning(Protocol):
    """Whoever signs notes that its own verifier takes."""

    def sign(self, text: str, /) -> bytes:
        """The whole signed note over `text`."""

    def verifier(self) -> NoteVerifying:
        """Who takes these notes."""


class NoteSigner:
    """Signs notes with one Ed25519 key under one key name."""

    __slots__ = ("_key", "key_id", "name", "public_key")

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        """FormatError unless `name` is a note key name."""
        self.name = require_name(name)
        self._key = key
        self.public_key = key.public_key().public_bytes_raw()
        self.key_id = key_id_of(name, self.public_key)

    def sign(self, text: str) -> bytes:
        """The whole signed note over `text`; FormatError if the text cannot stand in a note."""
        _require_unicode(text)
        signature = NoteSignature(self.name, self.key_id, self._key.sign(text.encode()))
        return Note(text, (signature,)).format()

    def verifier(self) -> NoteVerifier:
        """The verifier of this signer's notes."""
        return NoteVerifier(self.name, self.public_key)


class NoteVerifier:
    """Verifies notes against one trusted Ed25519 key and its key name."""

    __slots__ = ("_key", "key_id", "name", "public_key")

    def __init__(self, name: str, public_key: bytes) -> None:
        """FormatError unless `name` is a note key name and `public_key` 32 bytes."""
        self.name = require_name(name)
        if len(public_key) != 32:
            raise FormatError(f"an Ed25519 key has 32 bytes, not {len(public_key)}")
        self.public_key = public_key
        self.key_id = key_id_of(name, public_key)
        self._key = Ed25519PublicKey.from_public_bytes(public_key)

    @classmethod
    def from_vkey(cls, vkey: str) -> Self:
        """Read `<name>+<key id, 8 hex>+<base64 of 0x01 ‖ public key>`; the key id must be the key's own."""
        name, _, rest = vkey.partition("+")
        _, _, encoded = rest.partition("+")
        content = decode_base64(encoded)
        if content[:1] != _ED25519:
            raise FormatError("a verifier key is not of the Ed25519 type")
        verifier = cls(name, content[1:])
        if verifier.vkey() != vkey:
            raise FormatError("a verifier key carries the id of another key")
        return verifier

    def vkey(self) -> str:
        """The key as text, the inverse of `from_vkey`."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(_ED25519 + self.public_key)}"

    def verify(self, note: Note) -> None:
        """SignatureError unless this key signed `note`; other keys' signatures count for nothing.

        A line that carries this name and key id but does not verify condemns the whole note.
        """
        text = note.text.encode()
        known = [line for line in note.signatures if line.name == self.name and line.key_id == self.key_id]
        if not known:
            raise SignatureError(f"no signature by {self.name} ({self.key_id.hex()})")
        for line in known:
            self.check(line.signature, text)

    def check(self, signature: bytes, message: bytes) -> None:
        """SignatureError unless `signature` (64 bytes) is this key's over `message` (RFC 8032)."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature as error:
            raise SignatureError(f"the signature by {self.name} is not of this text") from error


def key_id_of(name: str, public_key: bytes) -> bytes:
    """First 4 bytes of SHA-256(name ‖ LF ‖ 0x01 ‖ Ed25519 public key)."""
    return sha256(name.encode() + b"\n" + _ED25519 + public_key)[:_KEY_ID_SIZE]


def require_name(name: str) -> str:
    """`name` if it may name a key in a note: not empty, no space, plus or control; else FormatError."""
    if _NAME.fullmatch(name) is None:
        raise FormatError("a key name has 1 to 255 characters, none of them a space, plus or control")
    _require_unicode(name)
    return name


def encode_base64(content: bytes) -> str:
    """Standard base64 with padding (RFC 4648, section 4)."""
    return binascii.b2a_base64(content, newline=False).decode("ascii")


def decode_base64(encoded: str) -> bytes:
    """Inverse of `encode_base64`; FormatError for any other spelling, stray final bits included."""
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormatError(f"not base64: {error}") from error
    if encode_base64(content) != encoded:
        raise FormatError("base64 is not in its canonical spelling")
    return content


def _require_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise FormatError("a lone surrogate is no character") from error
