# SPDX-License-Identifier: Apache-2.0
"""Files that hold secrets: read only when no one else may, written 0600 and durable; and what they hold.

Look-up keys `{"k_content", "k_holder", "k_number", "v"}` and the key encryption key `{"kek", "v"}` are JSON
with 64 lower-case hexadecimal digits a key; the log key is encrypted PKCS #8 PEM.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from attest.commitments import LookupKeys
from attest.errors import CommitmentError, KeystoreError
from ledger.canonical import dump, read_json
from ledger.durable import PRIVATE, create_file
from ledger.errors import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from ledger.canonical import Json

MAX_SECRET_FILE: Final = 16_384
_KEY: Final = re.compile(r"[0-9a-f]{64}")


def read_private(path: Path) -> bytes:
    """The bytes of a small file that neither group nor others may touch; KeystoreError otherwise."""
    try:
        # Not to wait for whoever might one day write into a pipe of that name.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise KeystoreError(f"cannot read {path.name}: {error.strerror}", code="keystore.missing") from error
    try:
        # Asked of the open file, so that it cannot be exchanged between the question and the reading.
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise KeystoreError(f"{path.name} is not a regular file")
        if mode & 0o077:
            raise KeystoreError(f"{path.name} is open to others: chmod 600", code="keystore.permissions")
        octets = os.read(descriptor, MAX_SECRET_FILE + 1)
    finally:
        os.close(descriptor)
    if len(octets) > MAX_SECRET_FILE:
        raise KeystoreError(f"{path.name} is larger than a key file can be")
    return octets


def create_private(path: Path, octets: bytes) -> None:
    """A new file of mode 0600, on the disk when this returns; KeystoreError if the name is taken.

    Key files are never overwritten: what they sealed or signed would be lost with them.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        create_file(path, octets, PRIVATE)
    except FileExistsError as error:
        raise KeystoreError(f"{path.name} exists already", code="keystore.exists") from error


def _document(path: Path, keys: frozenset[str]) -> tuple[int, dict[str, bytes]]:
    """The version (from 1) and the 32-byte keys of exactly these names."""
    try:
        document = read_json(read_private(path), max_bytes=MAX_SECRET_FILE)
    except FormatError as error:
        raise KeystoreError(f"{path.name} is no key file: {error}") from error
    if not isinstance(document, dict) or document.keys() != keys | {"v"}:
        raise KeystoreError(f"{path.name} must hold exactly v, {', '.join(sorted(keys))}")
    version = document["v"]
    if type(version) is not int or not 1 <= version <= 0xFFFF:
        raise KeystoreError(f"{path.name}: v must be 1 to 65,535")
    found: dict[str, bytes] = {}
    for name in keys:
        text = document[name]
        if not isinstance(text, str) or not _KEY.fullmatch(text):
            raise KeystoreError(f"{path.name}: {name} must be 64 lower-case hexadecimal digits")
        found[name] = bytes.fromhex(text)
    return version, found


def read_lookup_keys(path: Path) -> LookupKeys:
    """The look-up keys of a file (`ONCE_LOOKUP_KEY_FILE`)."""
    version, keys = _document(path, frozenset({"k_holder", "k_content", "k_number"}))
    try:
        return LookupKeys(version, **keys)
    except CommitmentError as error:
        raise KeystoreError(f"{path.name}: {error}") from error


def create_lookup_keys(path: Path, version: int = 1) -> LookupKeys:
    """New random look-up keys, written to a new file."""
    keys = LookupKeys(version, secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_bytes(32))
    document: dict[str, Json] = {
        "v": version,
        "k_holder": keys.k_holder.hex(),
        "k_content": keys.k_content.hex(),
        "k_number": keys.k_number.hex(),
    }
    create_private(path, dump(document) + b"\n")
    return keys


@dataclass(frozen=True, slots=True)
class Kek:
    """The key encryption key (32 bytes) under which data keys are wrapped, and its version (1 to 65,535)."""

    version: int
    key: bytes

    def __repr__(self) -> str:
        return f"Kek(version={self.version})"


def read_kek(path: Path) -> Kek:
    """The key encryption key of a file (`ONCE_KEK_FILE`)."""
    version, keys = _document(path, frozenset({"kek"}))
    return Kek(version, keys["kek"])


def create_kek(path: Path, version: int = 1) -> Kek:
    """A new random key encryption key, written to a new file."""
    kek = Kek(version, secrets.token_bytes(32))
    create_private(path, dump({"v": version, "kek": kek.key.hex()}) + b"\n")
    return kek


def read_passphrase(path: Path) -> str:
    """The passphrase in a file (`ONCE_PASSPHRASE_FILE`): its one line, without the line end."""
    try:
        text = read_private(path).decode()
    except UnicodeDecodeError as error:
        raise KeystoreError(f"{path.name} is not UTF-8") from error
    line = text.removesuffix("\n").removesuffix("\r")
    if not line or "\n" in line:
        raise KeystoreError(f"{path.name} must hold one line")
    return line


def write_log_key(path: Path, key: Ed25519PrivateKey, passphrase: str) -> None:
    """The log's Ed25519 key as PKCS #8 PEM under the passphrase, in a new file.

    The derivation is PBKDF2 and cheaper than a keystore's scrypt, so the passphrase should be a random one.
    """
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode()))
    create_private(path, pem)


def read_log_key(path: Path, passphrase: str) -> Ed25519PrivateKey:
    """The log's Ed25519 key; a file without encryption is refused."""
    octets = read_private(path)
    if not octets.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----"):
        raise KeystoreError(f"{path.name} is not an encrypted PKCS #8 key", code="keystore.plain")
    try:
        key = load_pem_private_key(octets, passphrase.encode())
    except ValueError as error:
        raise KeystoreError(
            f"{path.name}: wrong passphrase or damaged", code="keystore.passphrase"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeystoreError(f"{path.name} holds no Ed25519 key")
    return key
