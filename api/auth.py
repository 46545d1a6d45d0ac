# SPDX-License-Identifier: Apache-2.0
"""API keys: `once_<id>_<secret>`, id 12 lower-case base32, secret 43 base64url (32 random bytes).

Only the SHA-256 of the secret is stored: the secret has 256 bits, so a slow hash would protect nothing.
An unknown id and a wrong secret give the same answer after the same work (T49).
"""

from __future__ import annotations

import os
import re
import time
from base64 import urlsafe_b64encode
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from api.ids import base32_id
from api.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

OPERATOR: Final = "operator"
DEPARTMENT: Final = "department"
AUDITOR: Final = "auditor"
CHECKER: Final = "checker"
SCOPES: Final = frozenset({OPERATOR, DEPARTMENT, AUDITOR, CHECKER})

_KEY = re.compile(r"once_([a-z2-7]{12})_([A-Za-z0-9_-]{43})")
_NOBODY: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: the key, the department it acts for (None for the operator's own), what it may do."""

    key_id: str
    department: str | None
    scopes: frozenset[str]
    label: str = ""
    first: str = ""
    """Id of the key that rotations began with; empty where this is it."""

    @property
    def sender(self) -> str:
        """Whose repeats are the same request: a program stays itself when its key is rotated."""
        return self.first or self.key_id

    def acting_department(self) -> str:
        """The department code, or `auth.forbidden` for a key that acts for none."""
        if self.department is None:
            raise Problem("auth.forbidden")
        return self.department

    def require(self, *scopes: str) -> None:
        """`auth.forbidden` unless the key has at least one of the scopes."""
        if self.scopes.isdisjoint(scopes):
            raise Problem("auth.forbidden")


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A row of the key table: `secret_hash` is SHA-256 of the secret's 43 ASCII characters."""

    key_id: str
    secret_hash: bytes
    department: str | None
    scopes: frozenset[str]
    label: str = ""
    expires: int | None = None
    """Unix seconds, exclusive; None lasts until the row is removed."""
    successor: str = ""
    """Id of the key that a rotation put in its place; it lasts until `expires` beside it."""
    first: str = ""
    """Id of the key that rotations began with; empty where this is it."""

    def __post_init__(self) -> None:
        if len(self.secret_hash) != 32 or not self.scopes <= SCOPES:
            raise ValueError("a stored key has a 32-byte hash and known scopes")

    def principal(self) -> Principal:
        """What a request that proves this key may do."""
        return Principal(self.key_id, self.department, self.scopes, self.label, self.first)


class KeyDirectory(Protocol):
    """Where keys are looked up by their public id."""

    def lookup(self, key_id: str) -> StoredKey | None:
        """The stored key, or None if the id is unknown or was removed."""


VERSION_SECONDS: Final = 1.0
"""How long a key that another process ended may still be taken."""


class CachedKeys:
    """A directory over a loader (a database read), remembering answers, absent ones too, for `seconds`.

    Holds at most `capacity` ids, so that guessed ids cannot fill the memory. `version` (a database read too)
    is asked once a second: when it changes, as when any process adds or ends a key, all is forgotten.
    """

    def __init__(
        self,
        load: Callable[[str], StoredKey | None],
        *,
        seconds: float = 30.0,
        capacity: int = 4096,
        clock: Callable[[], float] = time.monotonic,
        version: Callable[[], object] | None = None,
    ) -> None:
        self._load = load
        self._version = version
        self._seen: object = None
        self._ask = float("-inf")
        self._seconds = seconds
        self._capacity = capacity
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, StoredKey | None]] = OrderedDict()

    def lookup(self, key_id: str) -> StoredKey | None:
        now = self._clock()
        if self._version is not None and now >= self._ask:
            self._ask = now + VERSION_SECONDS
            seen, self._seen = self._seen, self._version()
            if seen != self._seen:
                self._known.clear()
        found = self._known.get(key_id)
        if found is not None and found[0] > now:
            return found[1]
        key = self._load(key_id)
        self._known[key_id] = (now + self._seconds, key)
        self._known.move_to_end(key_id)
        if len(self._known) > self._capacity:
            self._known.popitem(last=False)
        return key

    def forget(self, key_id: str) -> None:
        """Drop a key at once, after it was removed or changed."""
        self._known.pop(key_id, None)


class MintedKey(NamedTuple):
    """A new key: `text` is shown once to its owner, `stored` is what we keep."""

    text: str
    stored: StoredKey


def mint_key(
    department: str | None,
    scopes: Collection[str],
    *,
    label: str = "",
    expires: int | None = None,
    random: Callable[[int], bytes] = os.urandom,
) -> MintedKey:
    """Make a key from 8 + 32 random bytes; the id is public, the secret is not kept."""
    key_id = base32_id(random(8))[:12]
    secret = urlsafe_b64encode(random(32)).decode("ascii").rstrip("=")
    stored = StoredKey(
        key_id, sha256(secret.encode()).digest(), department, frozenset(scopes), label, expires
    )
    return MintedKey(f"once_{key_id}_{secret}", stored)


def parse_bearer(header: str | None) -> tuple[str, str]:
    """`Bearer once_<id>_<secret>` → (id, secret); `auth.missing` without a header, else `auth.invalid`."""
    if not header:
        raise Problem("auth.missing")
    scheme, _, token = header.partition(" ")
    found = _KEY.fullmatch(token.strip(" "))
    if scheme.lower() != "bearer" or found is None:
        raise Problem("auth.invalid")
    return found[1], found[2]


def authenticate(header: str | None, keys: KeyDirectory, now: float) -> Principal:
    """The principal of an Authorization header at `now` (Unix seconds), or an `auth.*` problem."""
    key_id, secret = parse_bearer(header)
    digest = sha256(secret.encode("ascii")).digest()
    stored = keys.lookup(key_id)
    proven = compare_digest(digest, stored.secret_hash if stored is not None else _NOBODY)
    if stored is None or not proven:
        raise Problem("auth.invalid")
    if stored.expires is not None and now >= stored.expires:
        raise Problem("auth.expired")
    return stored.principal()
