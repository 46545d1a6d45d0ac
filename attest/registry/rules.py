# SPDX-License-Identifier: Apache-2.0
"""Keys by log position: who could sign for whom at an index. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.errors import CommandRejected

if TYPE_CHECKING:
    from attest.registry.model import KeyRow


def keys_fact(issuer: str) -> bytes:
    """Name of the fact "which keys sign for this issuer", for the writer's batches."""
    return b"keys/" + issuer.encode()


def address_fact(address: bytes) -> bytes:
    """Name of the fact "whose key this is", for the writer's batches."""
    return b"address/" + address


def key_valid(added: int, retired: int | None, compromised_since: int | None, index: int) -> bool:
    """A key is valid from the index after it was added, up to its retirement or first compromise."""
    end = min(x for x in (retired, compromised_since, 1 << 62) if x is not None)
    return added < index < end


def check_key(key: KeyRow | None, issuer: str, index: int) -> None:
    """Refuse (CommandRejected) a signature at `index` by a key that is not the issuer's there."""
    if key is None or key.department != issuer:
        raise CommandRejected("signature.foreign_key", "the key is not registered for this issuer")
    if not key_valid(key.added, key.retired, key.compromised_since, index):
        raise CommandRejected("signature.retired_key", "the key is not valid at this position of the log")
