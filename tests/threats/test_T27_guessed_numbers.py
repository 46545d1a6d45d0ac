# SPDX-License-Identifier: Apache-2.0
"""T27: who guesses identity numbers finds none of them in what the log, its tiles and the chain show."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Final

from api.demo import samples
from attest.codes import citizen_number
from ledger.keccak import keccak

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.worlds import World

pytest_plugins = ["tests.api_parts"]

DAYS: Final = 100
EACH: Final = 100


def guesses() -> Iterator[bytes]:
    """The real numbers, numbers of papers, and ten thousand guessed ones."""
    for person in samples.people():
        yield person["number"].encode()
        yield person["name"].encode()
    yield samples.sample("business-licence.pdf").number.encode()
    for day in range(DAYS):
        for sequence in range(EACH):
            yield citizen_number("990101", date(1980, 1 + day % 12, 1 + day % 28), sequence).encode()


def words(guess: bytes) -> Iterator[bytes]:
    """What a guess would look like if it had been hashed without a key or salt."""
    for tag in (b"", b"once/commit/holder/1\n", b"111", b'["111","' + guess + b'"]'):
        text = tag if tag.startswith(b"[") else tag + guess
        yield hashlib.sha256(text).digest()
        yield hashlib.sha256(b"\0" + text).digest()
        yield keccak(text)


def shown(world: World) -> bytes:
    """All that outsiders or auditors may hold: leaves, hashes of tiles, checkpoints, signatures."""
    store = world.ledger.store
    leaves = b"".join(store.leaf(index) for index in range(world.size))
    rows = store.query("SELECT root, note, evm_signature FROM checkpoints")
    tiles = b"".join(bytes(row[0]) for row in store.query("SELECT hashes FROM edge"))
    lookups = b"".join(bytes(row[0]) for row in store.query("SELECT lookup FROM lookups"))
    holders = b"".join(bytes(row[0]) for row in store.query("SELECT lookup FROM holders"))
    return leaves + tiles + lookups + holders + b"".join(bytes(one) for row in rows for one in row)


def hits(content: bytes) -> int:
    """How many guesses are found, as words of 32 bytes, halves of them, or hex."""
    hexes = {content[at : at + 32] for at in range(len(content) - 31)}
    return sum(
        word[:16].hex().encode() in hexes or word[:16] in windows
        for windows in [{content[at : at + 16] for at in range(len(content) - 15)}]
        for guess in guesses()
        for word in words(guess)
    )


def test_no_guessed_number_is_found(world: World) -> None:
    """Not one hash of a known or guessed number stands in leaves, tiles, look-up keys or checkpoints."""
    content = shown(world)
    assert hits(content) == 0
    known = samples.people()[0]["number"].encode()
    assert known not in content
    assert hits(content + hashlib.sha256(known).digest()) > 0
    assert hits(content + keccak(known).hex().encode()) > 0
