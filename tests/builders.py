# SPDX-License-Identifier: Apache-2.0
"""Makers of small real parts: a leaf, a store, a writer. One default each, name only what matters."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.commands import Decision, NewLeaf, RequestKey, Row, View
from ledger.hashing import sha256
from ledger.headmark import HeadMark
from ledger.note import NoteSigner
from ledger.publisher import Publisher
from ledger.secp256k1 import Secp256k1Signer
from ledger.startup import initialise
from ledger.store import Store
from ledger.writer import Writer
from tests.databases import url_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

ORIGIN = "log.example/99"


def a_signer(secret: bytes = bytes(32)) -> NoteSigner:
    """The log's note signer; the same key for the same 32 bytes."""
    return NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(secret))


def a_leaf(content: bytes | None = None, size: int = 200) -> NewLeaf:
    """A leaf of random bytes (or `content`) whose entry id is its SHA-256."""
    leaf = os.urandom(size) if content is None else content
    return NewLeaf(sha256(leaf), leaf)


@dataclass(frozen=True)
class Append:
    """A command that appends `leaves` and `rows` whatever it sees."""

    leaves: Sequence[NewLeaf]
    rows: Sequence[Row] = ()
    entry_id: bytes | None = None
    request: RequestKey | None = None
    reads: Collection[bytes] = ()
    writes: Collection[bytes] = ()
    seen: list[int] = field(default_factory=list)

    def decide(self, view: View) -> Decision[str]:
        self.seen.append(view.next_index)
        return Decision(self.leaves, self.rows, answer="done")


def an_append(content: bytes | None = None, *, request: RequestKey | None = None) -> Append:
    """Append one leaf as a signed submission would: with its entry id."""
    leaf = a_leaf(content)
    return Append([leaf], entry_id=leaf.entry_id, request=request)


def a_store(folder: Path) -> Store:
    """A store on the folder's database, not initialised."""
    return Store(url_of(folder))


def a_mark(folder: Path, name: str = "writer-1.mark") -> HeadMark:
    """The head mark `folder/marks/<name>`."""
    return HeadMark(folder / "marks" / name, a_signer(), ORIGIN)


@dataclass
class Log:
    """A store, its mark and its started writer; closes all three."""

    store: Store
    mark: HeadMark
    writer: Writer

    def close(self) -> None:
        self.writer.close()
        self.mark.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def a_log(folder: Path, *, entries: int = 0, now: float = 1_800_000_000, mark: HeadMark | None = None) -> Log:
    """A log in `folder`, initialised if new, with `entries` more entries `b"entry <index>"`."""
    store, mark = a_store(folder), mark or a_mark(folder)
    store.create()
    if not store.head().size and mark.largest().checkpoint is None:
        initialise(store, mark)
    writer = Writer(store, mark, lambda: now)
    writer.start()
    if entries:
        first = store.head().size
        writer.submit_wait(Append([a_leaf(b"entry %d" % index) for index in range(first, first + entries)]))
    return Log(store, mark, writer)


LOG_ID = bytes(range(32))


def a_publisher(log: Log) -> Publisher:
    """A publisher with the log's key and a chain key made of 32 ones."""
    return Publisher(log.writer, log.store, a_signer(), Secp256k1Signer(b"\1" * 32), LOG_ID, ORIGIN)
