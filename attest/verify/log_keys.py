# SPDX-License-Identifier: Apache-2.0
"""Which key signs checkpoints of which size: the founding's, until governance names another (DESIGN 4).

`log.key.rotated` (governance, public) is `{log_key, checkpoint_signer, reason}`: checkpoints of more entries
than its own index are signed by that key and by no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from ledger.checkpoint import Checkpoint
from ledger.errors import FormatError, SignatureError
from ledger.merkle import MAX_SIZE
from ledger.note import NoteVerifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attest.fields import Fields
    from ledger.canonical import Json
    from ledger.note import Note

ROTATED: Final = "log.key.rotated"
COMPROMISED: Final = "key_compromised"
MOST: Final = 64
"""Replacements that a log may have: every snapshot of governance lists them all."""
FOUNDED: Final = "founded"
"""In the place of a reason, of the keys that the log began with."""
REASONS: Final = ("scheduled", "key_lost", COMPROMISED)


@dataclass(frozen=True, slots=True, order=True)
class Rotation:
    """From the entry at `index` on: the log's Ed25519 key (32 bytes), the checkpoint signer (20), and why."""

    index: int
    log_key: bytes
    checkpoint_signer: bytes
    reason: str

    def body(self) -> dict[str, Json]:
        """The open body of the entry."""
        return {
            "log_key": self.log_key.hex(),
            "checkpoint_signer": self.checkpoint_signer.hex(),
            "reason": self.reason,
        }

    def document(self) -> dict[str, Json]:
        """As a trust file and a snapshot list it: the body and its index."""
        return {"index": self.index, **self.body()}

    @classmethod
    def read(cls, fields: Fields, index: int | None = None) -> Self:
        """A body with the index of its entry, or a listed one with its own (FieldError)."""
        rotation = cls(
            fields.integer("index", 1) if index is None else index,
            fields.octets("log_key", 32),
            fields.octets("checkpoint_signer", 20),
            fields.choice("reason", REASONS),
        )
        fields.done()
        return rotation


def read_rotations(fields: Fields, name: str) -> tuple[Rotation, ...]:
    """The listed rotations, in the log's order (FieldError); none where the member is absent."""
    if not fields.has(name):
        return ()
    rotations = tuple(Rotation.read(one) for one in fields.objects(name, 1, MOST))
    indexes = [one.index for one in rotations]
    if indexes != sorted(set(indexes)):
        fields.fail(name, "in the order of the log, each once")
    return rotations


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The founding's verifier and every rotation that is known, in the log's order."""

    first: NoteVerifier
    rotations: Sequence[Rotation]

    @classmethod
    def of(cls, first: NoteVerifier, *known: Iterable[Rotation]) -> Self:
        """One story told by several; FormatError where they differ on an index."""
        union = sorted({one for those in known for one in those})
        if len({one.index for one in union}) != len(union):
            raise FormatError("two rotations of the log key at one index")
        return cls(first, union)

    def at(self, size: int) -> tuple[NoteVerifier, bool]:
        """Who signs a checkpoint of this size, and whether that key is known to be in other hands.

        `key_compromised` speaks of every key of before: old ones lie beside the one that was stolen.
        """
        before = [one for one in self.rotations if one.index < size]
        stolen = any(one.reason == COMPROMISED for one in self.rotations if one.index >= size)
        return NoteVerifier(self.first.name, before[-1].log_key) if before else self.first, stolen

    def verify(self, note: Note) -> None:
        """SignatureError unless a checkpoint is by the key of its size, any other text by a key of the log.

        A key that is known to be in other hands vouches for no other text: nothing tells when it was signed.
        """
        size = _size_in(note.text)
        if size is not None:
            self.at(size)[0].verify(note)
        elif not any(_signed(note, one) for one in self._unspoilt()):
            raise SignatureError(f"no signature by a key of {self.first.name}")

    def _unspoilt(self) -> list[NoteVerifier]:
        ends = [one.index for one in self.rotations]
        spans = [self.at(size) for size in (*ends, MAX_SIZE)]
        return [verifier for verifier, stolen in spans if not stolen]

    def retired(self, note: Note, size: int) -> bool:
        """Whether a note is genuine, but of a key of this log that does not count at this size."""
        in_force, _ = self.at(size)
        every = (self.first, *(NoteVerifier(self.first.name, one.log_key) for one in self.rotations))
        return any(one.public_key != in_force.public_key and _signed(note, one) for one in every)


def _size_in(text: str) -> int | None:
    """Entries of a checkpoint's text, None for any other text."""
    try:
        return Checkpoint.parse(text).size
    except FormatError:
        return None


def _signed(note: Note, verifier: NoteVerifier) -> bool:
    try:
        verifier.verify(note)
    except SignatureError:
        return False
    return True
