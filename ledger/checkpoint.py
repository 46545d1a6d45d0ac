# SPDX-License-Identifier: Apache-2.0
"""Checkpoints (c2sp.org/tlog-checkpoint): a log's size and root as the text of a signed note.

    example.com/log
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

Narrower than the specification: no extension lines (monitors cannot audit them), origins that are
note key names, sizes below 2**63.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from ledger.errors import FormatError, SignatureError
from ledger.hashing import EMPTY_ROOT, HASH_SIZE
from ledger.merkle import MAX_SIZE
from ledger.note import decode_base64, encode_base64, parse_note, require_name

if TYPE_CHECKING:
    from ledger.note import NoteVerifying

MAX_CHECKPOINT_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of log `origin`: `size` leaves under `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """FormatError unless this can stand in a checkpoint."""
        require_name(self.origin)
        if not 0 <= self.size <= MAX_SIZE:
            raise FormatError(f"a tree size is below 2**63, not {self.size}")
        if len(self.root) != HASH_SIZE:
            raise FormatError(f"a root has {HASH_SIZE} bytes, not {len(self.root)}")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise FormatError("the empty tree has one root only, SHA-256 of nothing")

    def text(self) -> str:
        """The text of the note: three lines."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Inverse of `text`; FormatError for any other bytes."""
        if len(text) > MAX_CHECKPOINT_BYTES:
            raise FormatError(f"a checkpoint has at most {MAX_CHECKPOINT_BYTES} characters")
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise FormatError("a checkpoint is origin, size and root, each line ended by newline")
        origin, size, root, _ = lines
        return cls(origin, parse_decimal(size), decode_base64(root))


def parse_decimal(digits: str) -> int:
    """An ASCII decimal below 2**63 without sign or leading zero; else FormatError."""
    if not (0 < len(digits) <= 19 and digits.isascii() and digits.isdigit()):
        raise FormatError("a number is 1 to 19 ASCII digits")
    number = int(digits)
    if str(number) != digits or number > MAX_SIZE:
        raise FormatError(f"a number is below 2**63 and has no leading zero: {digits}")
    return number


def open_checkpoint(note: bytes, verifier: NoteVerifying, origin: str) -> Checkpoint:
    """The checkpoint in a signed note, once the key and the origin are those we trust.

    FormatError if the bytes are no checkpoint note, SignatureError if it is another key's or log's.
    """
    parsed = parse_note(note)
    verifier.verify(parsed)
    checkpoint = Checkpoint.parse(parsed.text)
    if checkpoint.origin != origin:
        raise SignatureError(f"the checkpoint is of log {checkpoint.origin}, not of {origin}")
    return checkpoint
