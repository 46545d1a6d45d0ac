# SPDX-License-Identifier: Apache-2.0
"""Commitments inside entries, and the keyed digests by which records are found (pure)."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from attest.errors import CommitmentError
from ledger.canonical import dump

if TYPE_CHECKING:
    from ledger.canonical import Json

SALT_SIZE = 32
KEY_SIZE = 32
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def _sized(what: str, value: bytes, size: int) -> bytes:
    if len(value) != size:
        raise CommitmentError(f"{what} must be {size} bytes, got {len(value)}")
    return value


def commit(name: str, salt: bytes, value: bytes) -> bytes:
    """`SHA-256("once/commit/" name "/1" LF salt value)`: 32 bytes; the salt of 32 bytes opens it.

    The label keeps a commitment to a case number from passing as one to a purpose. `name` holds no slash
    and the salt has one length, so no two (name, salt, value) give the same input.
    """
    if not _NAME.fullmatch(name):
        raise CommitmentError(f"{name!r} is no commitment name")
    return sha256(b"once/commit/%s/1\n" % name.encode() + _sized("a salt", salt, SALT_SIZE) + value).digest()


def private_digest(salt: bytes, record: dict[str, Json]) -> bytes:
    """`SHA-256(salt JCS(record))`: the `private` member of an entry; the salt has 32 bytes."""
    return opening_digest(salt, dump(record))


def opening_digest(salt: bytes, canonical: bytes) -> bytes:
    """`private_digest` of a record that is canonical JSON already."""
    return sha256(_sized("a salt", salt, SALT_SIZE) + canonical).digest()


@dataclass(frozen=True, slots=True, repr=False)
class LookupKeys:
    """The private keys of 32 bytes under which holders, contents and numbers are found, and their version.

    A plain hash of a citizen number falls to a search of all numbers, so these keys stay outside the
    database. Each input is a JCS array, so that no two lists of members run together.
    """

    version: int
    k_holder: bytes
    k_content: bytes
    k_number: bytes

    def __post_init__(self) -> None:
        for key in (self.k_holder, self.k_content, self.k_number):
            _sized("a look-up key", key, KEY_SIZE)
        if len({self.k_holder, self.k_content, self.k_number}) != 3:
            raise CommitmentError("the three look-up keys must differ")

    def __repr__(self) -> str:
        return f"LookupKeys(version={self.version})"

    def holder(self, id_type: str, number: str) -> bytes:
        """32 bytes for a person or body: `HMAC-SHA-256(k_holder, JCS([id_type, number]))`."""
        return _keyed(self.k_holder, [id_type, number])

    def content(self, holder: bytes, digest: bytes) -> bytes:
        """32 bytes for a file of a holder (16-byte id): over `[hex(holder), hex(SHA-256 of the file)]`."""
        return _keyed(
            self.k_content, [_sized("a holder id", holder, 16).hex(), _sized("a digest", digest, 32).hex()]
        )

    def number(self, holder: bytes, material_type: str, issuer: str, number: str) -> bytes:
        """32 bytes for a numbered paper of a holder: over `[hex(holder), material_type, issuer, number]`."""
        return _keyed(self.k_number, [_sized("a holder id", holder, 16).hex(), material_type, issuer, number])


@lru_cache(maxsize=16)
def _begun(key: bytes) -> hmac.HMAC:
    """HMAC-SHA-256 with the key taken in; never updated itself, only copies of it."""
    return hmac.new(key, digestmod="sha256")


def _keyed(key: bytes, members: list[Json]) -> bytes:
    # A copy keeps the interpreter's lock, as hmac.digest does not: threads take turns less often.
    mac = _begun(key).copy()
    mac.update(dump(members))
    return mac.digest()
