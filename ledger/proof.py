# SPDX-License-Identifier: Apache-2.0
"""Offline proofs of inclusion (c2sp.org/tlog-proof), file extension `.tlog-proof`.

c2sp.org/tlog-proof@v1
extra <base64>                 (optional, authenticated by nothing)
index 73894
<base64 hash>                  (leaf's sibling first; none in a tree of one leaf)
<blank line>
<the checkpoint's signed note, verbatim>
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from ledger.checkpoint import Checkpoint, open_checkpoint, parse_decimal
from ledger.errors import FormatError
from ledger.hashing import HASH_SIZE, leaf_hash
from ledger.merkle import MAX_SIZE, verify_inclusion
from ledger.note import MAX_NOTE_BYTES, decode_base64, encode_base64, parse_note

if TYPE_CHECKING:
    from ledger.note import NoteVerifying

MAX_HASHES: Final = 63
MAX_EXTRA_BYTES: Final = 64 * 1024
MAX_PROOF_BYTES: Final = MAX_NOTE_BYTES + 2 * MAX_EXTRA_BYTES

_HEADER: Final = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class TlogProof:
    """Leaf `index`, the audit path `hashes` from the leaf upwards, and the signed note it leads to."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        """FormatError unless the parts can be written; the note is only read by `parse`."""
        if not 0 <= self.index < MAX_SIZE:
            raise FormatError(f"an index is below 2**63 - 1, not {self.index}")
        if len(self.hashes) > MAX_HASHES or any(len(value) != HASH_SIZE for value in self.hashes):
            raise FormatError(f"a path has at most {MAX_HASHES} hashes of {HASH_SIZE} bytes")
        if self.extra is not None and not 0 < len(self.extra) <= MAX_EXTRA_BYTES:
            raise FormatError(f"extra content has 1 to {MAX_EXTRA_BYTES} bytes, or the line is left out")

    def format(self) -> bytes:
        """The proof as UTF-8 text."""
        lines = [_HEADER]
        if self.extra is not None:
            lines.append(f"extra {encode_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines.extend(encode_base64(value) for value in self.hashes)
        return "\n".join(lines).encode() + b"\n\n" + self.checkpoint

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Inverse of `format`, and the note must hold a checkpoint; FormatError for all else."""
        if len(content) > MAX_PROOF_BYTES:
            raise FormatError(f"a proof of {len(content)} bytes, at most {MAX_PROOF_BYTES} are read")
        head, blank, note = content.partition(b"\n\n")
        if not blank or not head.isascii():
            raise FormatError("a proof is ASCII lines, a blank line, and a checkpoint")
        header, *lines = head.decode("ascii").split("\n")
        if header != _HEADER:
            raise FormatError(f"a proof starts with {_HEADER}")
        extra = decode_base64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
        if not lines or not lines[0].startswith("index "):
            raise FormatError("a proof names the index of its leaf")
        index = parse_decimal(lines.pop(0)[6:])
        if len(lines) > MAX_HASHES:
            raise FormatError(f"a path has at most {MAX_HASHES} hashes")
        Checkpoint.parse(parse_note(note).text)
        return cls(index, tuple(decode_base64(line) for line in lines), note, extra)


def verify_tlog_proof(proof: TlogProof, leaf: bytes, verifier: NoteVerifying, origin: str) -> Checkpoint:
    """The checkpoint that `proof` shows `leaf` to be under, signed by the trusted key of `origin`.

    FormatError, SignatureError or ProofError says which part fails; `extra` is never looked at.
    """
    checkpoint = open_checkpoint(proof.checkpoint, verifier, origin)
    verify_inclusion(leaf_hash(leaf), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return checkpoint
