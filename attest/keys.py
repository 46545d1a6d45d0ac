# SPDX-License-Identifier: Apache-2.0
"""Signing keys in keystore files (Web3 Secret Storage v3), read without eth_account (DESIGN 4).

A keystore derives 32 bytes from the passphrase by scrypt or PBKDF2: the first 16 are the AES-128-CTR key, the
last 16 key the Keccak-256 code over the ciphertext.
"""

from __future__ import annotations

import hmac
import re
import threading
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from attest.errors import KeystoreError
from attest.keyfiles import MAX_SECRET_FILE, read_private
from ledger.canonical import read_json
from ledger.errors import FormatError
from ledger.keccak import keccak
from ledger.secp256k1 import Secp256k1Signer
from ledger.wellknown import WELL_KNOWN

if TYPE_CHECKING:
    from pathlib import Path

# What a file may ask of this machine: 1 GiB of memory, and time of some seconds.
_MAX_SCRYPT_MEMORY: Final = 1 << 30
_MAX_SCRYPT_WORK: Final = 1 << 25
_MAX_PBKDF2_ROUNDS: Final = 10_000_000
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2})+")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def read_keystore(octets: bytes, passphrase: str) -> bytes:
    """The secret (32 bytes) of a version 3 keystore; KeystoreError, `keystore.passphrase` for a wrong one.

    Honours the scrypt and PBKDF2 parameters that the file states, within bounds.
    """
    try:
        document = read_json(octets, max_bytes=MAX_SECRET_FILE)
        return _secret(document, passphrase)
    except FormatError as error:
        raise KeystoreError(f"not a version 3 keystore: {error}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise KeystoreError("not a version 3 keystore: a member is missing or of the wrong type") from error


def stated_address(octets: bytes) -> bytes | None:
    """The address (20 bytes) that a keystore states, which nothing proves before it is opened."""
    try:
        document: Any = read_json(octets, max_bytes=MAX_SECRET_FILE)
        return _hex(document["address"].removeprefix("0x"), 20)
    except (FormatError, KeyError, TypeError, AttributeError, KeystoreError):
        return None


def _secret(document: Any, passphrase: str) -> bytes:
    crypto = document["crypto"]
    if document["version"] != 3 or crypto["cipher"] != "aes-128-ctr":
        raise KeystoreError(
            "only keystores of version 3 with aes-128-ctr are read", code="keystore.unsupported"
        )
    ciphertext, iv = _hex(crypto["ciphertext"], 32), _hex(crypto["cipherparams"]["iv"], 16)
    code = _hex(crypto["mac"], 32)
    derived = _derive(crypto["kdf"], crypto["kdfparams"], passphrase.encode())
    if not hmac.compare_digest(keccak(derived[16:32] + ciphertext), code):
        raise KeystoreError("wrong passphrase, or a damaged keystore", code="keystore.passphrase")
    decryptor = Cipher(AES(derived[:16]), CTR(iv)).decryptor()
    secret: bytes = decryptor.update(ciphertext) + decryptor.finalize()
    stated = document.get("address")
    if stated is not None and _hex(stated.removeprefix("0x"), 20) != Secp256k1Signer(secret).address:
        raise KeystoreError("the keystore states another address than its key has", code="keystore.address")
    return secret


def _hex(text: str, size: int | None = None) -> bytes:
    if not _HEX.fullmatch(text) or (size is not None and len(text) != 2 * size):
        raise KeystoreError("a member is not hexadecimal, or of the wrong length")
    return bytes.fromhex(text)


def _derive(kdf: str, parameters: dict[str, Any], passphrase: bytes) -> bytes:
    """32 bytes of the passphrase, by what the file names."""
    salt = _hex(parameters["salt"])
    if parameters["dklen"] != 32:
        raise KeystoreError("the derived key must have 32 bytes", code="keystore.unsupported")
    if kdf == "scrypt":
        n, r, p = (_count(parameters[name]) for name in ("n", "r", "p"))
        # RFC 7914 section 2 wants n < 2^(16 r), and OpenSSL insists: keystores with n = 2^18 and r = 1, as
        # some tools once wrote them, have to be written again.
        if n < 2 or n & (n - 1) or n.bit_length() > 16 * r:
            raise KeystoreError(f"scrypt n={n} r={r} is not of RFC 7914", code="keystore.unsupported")
        if 128 * n * r > _MAX_SCRYPT_MEMORY or n * r * p > _MAX_SCRYPT_WORK:
            raise KeystoreError(f"scrypt n={n} r={r} p={p} is out of bounds", code="keystore.unsupported")
        try:
            return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(passphrase)
        except MemoryError as error:
            raise KeystoreError(
                f"scrypt needs {128 * n * r} bytes of memory", code="keystore.memory"
            ) from error
    if kdf == "pbkdf2" and parameters["prf"] == "hmac-sha256":
        rounds = _count(parameters["c"])
        if rounds > _MAX_PBKDF2_ROUNDS:
            raise KeystoreError(f"{rounds} rounds of PBKDF2 are out of bounds", code="keystore.unsupported")
        return PBKDF2HMAC(SHA256(), length=32, salt=salt, iterations=rounds).derive(passphrase)
    raise KeystoreError("only scrypt and pbkdf2 with hmac-sha256 are read", code="keystore.unsupported")


def _count(number: object) -> int:
    if type(number) is not int or number < 1:
        raise KeystoreError("a parameter of the key derivation is no positive whole number")
    return number


class KeyRing:
    """The keystores `<name>.json` of a folder, each opened at its first use and one at a time.

    Opening costs up to a second and 256 MiB, so two must not run at once. The accounts printed in the manuals
    of Hardhat and anvil are refused unless `demo`. Safe to call from any thread.
    """

    def __init__(self, folder: Path, passphrase: str, *, demo: bool = False) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._demo = demo
        self._lock = threading.Lock()
        self._signers: dict[str, Secp256k1Signer] = {}

    def __repr__(self) -> str:
        return f"KeyRing({str(self._folder)!r})"

    def names(self) -> list[str]:
        """Names of the keystores that are there, sorted; nothing is opened."""
        return sorted(path.stem for path in self._folder.glob("*.json") if _NAME.fullmatch(path.stem))

    def signer(self, name: str) -> Secp256k1Signer:
        """The key of `<name>.json`; KeystoreError when there is none or it may not be used."""
        if not _NAME.fullmatch(name):
            raise KeystoreError(f"{name!r} is no name of a key", code="keystore.missing")
        known = self._signers.get(name)
        if known is not None:
            return known
        with self._lock:
            if name not in self._signers:
                self._signers[name] = self._open(name)
            return self._signers[name]

    def _open(self, name: str) -> Secp256k1Signer:
        try:
            signer = Secp256k1Signer(
                read_keystore(read_private(self._folder / f"{name}.json"), self._passphrase)
            )
        except FormatError as error:
            raise KeystoreError(f"{name}: {error}") from error
        if signer.address in WELL_KNOWN and not self._demo:
            raise KeystoreError(
                f"{name} is an account printed in the manuals of Hardhat and anvil",
                code="keystore.well_known",
            )
        return signer
